"""Convert between points from two columns and pairs of rows of the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sodasheet.jobs.sheet.cleanup_cell import list_of, list_words
from sodasheet.jobs.sheet.table_text import (
    Labels,
    MappingRow,
    Problem,
    escaped,
    header_of,
)
from sodasheet.model.dataset import PLACE_TYPES
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping, PointRule, part_of, personal
from sodasheet.model.sheet_labels import COMPUTED, CONSTANT, IGNORE
from sodasheet.staging.types.degrees import DEGREES

LATITUDE, LONGITUDE = "latitude", "longitude"


Half = tuple[PointRule, str, str]


def halves_of(points: Sequence[PointRule]) -> list[Half]:
    """Return point, coordinate and header of both halves of every point."""
    return [
        half
        for point in points
        for half in ((point, LATITUDE, point.latitude), (point, LONGITUDE, point.longitude))
    ]


def is_half(rule: ColumnRule, half: Half) -> bool:
    """True if a rule exists only because its column is this half of a point."""
    point, _, header = half
    own = (CONFIRMED, part_of(point.field)) if personal(point.match) else (part_of(point.field),)
    return any(rule == ColumnRule(header, ignore=True, match=match) for match in own)


def half_row(point: PointRule, coordinate: str, header: str, labels: Labels) -> MappingRow:
    """Return the row of half a point."""
    return MappingRow(
        sheet_column=escaped(header),
        dataset_column=labels.label(point.field),
        match=point.match,
        format=list_words([coordinate, *point.formats]),
    )


def fills_half(row: MappingRow, kind: str) -> bool:
    """True if the row is half of a point; `kind` is the data type of its dataset column."""
    return (
        names_coordinate(row)
        and row.sheet_column.casefold() not in ("", CONSTANT, COMPUTED)
        and row.dataset_column.casefold() not in ("", IGNORE)
        and kind in (*PLACE_TYPES, "")
    )


def half_rule(row: MappingRow, field: str, earlier: Mapping) -> ColumnRule:
    """Return the rule of a half, unchanged if the row still has the same point."""
    header, own = header_of(row), (CONFIRMED, part_of(field))
    same = any(
        (point.field, point.match) == (field, row.match)
        and header in (point.latitude, point.longitude)
        for point in earlier.points
    )
    for rule in earlier.columns if same else ():
        if rule.source == header and rule.ignore and rule.match in own:
            return rule
    return ColumnRule(header, ignore=True, match=own[0] if personal(row.match) else own[1])


def points_of(
    halves: Sequence[tuple[int, MappingRow, str]], earlier: Mapping | None
) -> tuple[tuple[PointRule, ...], tuple[Problem, ...]]:
    """Return the points of halves (number, row, field), and a problem for each lone half."""
    points: list[PointRule] = []
    problems: list[Problem] = []
    for field in dict.fromkeys(field for _, _, field in halves):
        pair = {_coordinate(row): row for _, row, other in halves if other == field}
        count = sum(1 for _, _, other in halves if other == field)
        if len(pair) == count == len((LATITUDE, LONGITUDE)):
            latitude, longitude = pair[LATITUDE], pair[LONGITUDE]
            match = latitude.match if personal(latitude.match) else longitude.match
            formats = _formats(latitude) or _formats(longitude)
            point = PointRule(field, header_of(latitude), header_of(longitude), match, formats)
            points.append(_settled_point(point, earlier))
            problems.extend(_format_problems([one for one in halves if one[2] == field]))
            continue
        sentence = f"{field} needs one row with the format latitude and one with longitude."
        problems.extend(Problem(at, sentence) for at, _, other in halves if other == field)
    return tuple(points), tuple(problems)


def names_coordinate(row: MappingRow) -> bool:
    """True if the format cell begins with a coordinate, as for half a point."""
    return _coordinate(row) in (LATITUDE, LONGITUDE)


def _coordinate(row: MappingRow) -> str:
    """Return the first format of the cell; empty if a backslash marks a plain format."""
    if row.format.startswith("\\"):
        return ""
    return next(iter(list_of(row.format)), "").casefold()


def _formats(row: MappingRow) -> tuple[str, ...]:
    return tuple(part.casefold() for part in list_of(row.format)[1:])


def _format_problems(halves: Sequence[tuple[int, MappingRow, str]]) -> Iterator[Problem]:
    """Yield a problem for each format that both coordinates of a point cannot have."""
    said = {_formats(row) for _, row, _ in halves} - {()}
    for at, row, field in halves:
        formats = _formats(row)
        if {*formats} - {DEGREES}:
            yield Problem(at, f"{field} has the format {formats[0]}, but {_ONLY}.")
        elif len(said) > 1:
            yield Problem(at, f"{field} has different formats for latitude and longitude.")


#: The formats of half a point, for users.
_ONLY = f"two columns can only be plain numbers or {DEGREES}"


def _settled_point(point: PointRule, earlier: Mapping | None) -> PointRule:
    if earlier is None or personal(point.match):
        return point
    known = {(one.field, one.latitude, one.longitude) for one in earlier.points}
    same = (point.field, point.latitude, point.longitude) in known
    return point if same else replace(point, match=CONFIRMED)
