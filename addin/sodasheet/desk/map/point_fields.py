"""Points from two columns on the Map page: a latitude and a longitude, each chosen in its row.

The choice of a row is `latitude:FIELD` or `longitude:FIELD`, and the row of the latitude has the
format of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import PLACE_TYPES, Dataset
from sodasheet.model.mapping import CONFIRMED, ColumnRule, PointRule, part_of
from sodasheet.staging.types.degrees import DEGREES

_COORDINATES = ("latitude", "longitude")

#: Formats of two columns, with their names on the page.
FORMATS = (("", "Plain numbers"), (DEGREES, "Degrees, minutes, and seconds"))


def half_choices(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Yield the choices for halves of points, each with its label."""
    for column in dataset.fillable:
        if column.type in PLACE_TYPES:
            for coordinate in _COORDINATES:
                yield f"{coordinate}:{column.field}", f"{column.label} ({coordinate})"


def halves(points: tuple[PointRule, ...]) -> dict[str, tuple[str, PointRule]]:
    """Return the choice of each header that is half of a point, with the point."""
    return {
        header: (f"{coordinate}:{point.field}", point)
        for point in points
        for coordinate, header in zip(_COORDINATES, (point.latitude, point.longitude), strict=True)
    }


@dataclass
class ChosenPoints:
    """The points that the rows of the page choose; `earlier` are the points shown before."""

    earlier: tuple[PointRule, ...]
    _headers: dict[str, dict[str, str]] = field(default_factory=dict)
    _formats: dict[str, str] = field(default_factory=dict)

    def take(self, choice: str, rule: ColumnRule, typed: Map[str, str], place: int) -> ColumnRule:
        """Take half a point and return the rule of its column. Raises UsageProblem."""
        coordinate, _, name = choice.partition(":")
        header = rule.source or ""
        known, point = halves(self.earlier).get(header, ("", None))
        found = self._headers.setdefault(name, {})
        if coordinate in found:
            raise UsageProblem(
                f"{found[coordinate]} and {header} are both the {coordinate} of {name}.",
                "Choose another dataset column for one of them, or (ignore).",
            )
        found[coordinate] = header
        if coordinate == _COORDINATES[0]:
            before = point.formats if point and known == choice else ()
            self._formats[name] = typed.get(f"angles-{place}", "".join(before))
        same = known == choice and rule.ignore
        return rule if same else ColumnRule(header, ignore=True, match=part_of(name))

    def points(self) -> tuple[PointRule, ...]:
        """Return the earlier points in their order, then the new points. Raises UsageProblem."""
        order = {point.field: at for at, point in enumerate(self.earlier)}
        names = sorted(self._headers, key=lambda name: order.get(name, len(order)))
        return tuple(map(self._point, names))

    def _point(self, name: str) -> PointRule:
        headers = self._headers[name]
        for coordinate in _COORDINATES:
            if coordinate not in headers:
                (header,) = headers.values()
                raise UsageProblem(
                    f"{name} has {header} and no {coordinate}.",
                    f"Choose {name} ({coordinate}) as the dataset column of another column.",
                )
        formats = (DEGREES,) if self._formats.get(name) == DEGREES else ()
        made = PointRule(name, headers["latitude"], headers["longitude"], CONFIRMED, formats)
        known = next((one for one in self.earlier if one.field == name), None)
        if known and (known.latitude, known.longitude) == (made.latitude, made.longitude):
            return replace(known, formats=formats)
        return made
