"""The plan of a check: the mapping resolved against the source's headers and the dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from sodasheet.model.dataset import DATE_TYPES, PLACE_TYPES, Column, Dataset
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PlaceRule, PointRule
from sodasheet.model.method import Method
from sodasheet.sources.spool import NativeCounts, Spool
from sodasheet.staging.check.computed_column_sql import RunFacts
from sodasheet.staging.check.computed_column_template import template_headers
from sodasheet.staging.types.date_format import ISO, SERIAL, SERIAL_1904
from sodasheet.staging.types.number import FRACTION, counts_in_hundredths


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """Rows of a stage against this dataset, by this mapping and method.

    `looked_up` are the positions of columns that were added to the stage for addresses that the
    portal has looked up (staging/geocoding/address_column.py), by field name.
    """

    dataset: Dataset
    mapping: Mapping
    method: Method
    facts: RunFacts = field(default_factory=RunFacts)
    looked_up: Map[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """A dataset column and the source columns that fill the column.

    `sources` are positions of source columns: one, two (latitude and longitude) for a point, none
    for a constant, and one for each of `parts` where an address is put together. `place` is the
    position of the column with the place that the portal has found for that address. `label` is
    what findings call the source.
    """

    column: Column
    sources: tuple[int, ...]
    rule: ColumnRule
    label: str
    parts: tuple[str, ...] = ()
    place: int | None = None

    @property
    def positions(self) -> tuple[int, ...]:
        """Return the positions of all columns that the value is computed from."""
        return self.sources if self.place is None else (*self.sources, self.place)

    @property
    def blank(self) -> Blank:
        """The effect of a blank cell."""
        return self.rule.blank


def linked_headers(mapping: Mapping, dataset: Dataset) -> frozenset[str]:
    """Return the source columns that fill links, whose hyperlinks have to be read."""
    links = {column.field for column in dataset.columns if column.type == "url"}
    filled = {rule.source for rule in mapping.columns if rule.fills and rule.field in links}
    by_name = links if mapping.by_field_name else set()
    return frozenset(header for header in filled | by_name if header)


def filled_columns(plan: CheckPlan, headers: tuple[str, ...]) -> tuple[Filled, ...]:
    """Return the columns that the mapping fills, if headers and fields exist and can be written.

    A delete fills the row identifier alone. What is left out here is a finding of
    `mapping_findings`.
    """
    found: dict[str, Filled] = {}
    for filled in (
        *_from_rules(plan, headers),
        *_from_points(plan, headers),
        *_from_places(plan, headers),
    ):
        found.setdefault(filled.column.field, filled)
    if plan.method is Method.DELETE:
        return tuple(found[field] for field in found if field == plan.dataset.row_identifier)
    return tuple(found.values())


def _from_rules(plan: CheckPlan, headers: tuple[str, ...]) -> Iterator[Filled]:
    for rule in plan.mapping.columns:
        column = plan.dataset.column(rule.field or "") if rule.fills else None
        if column is None or not column.fillable:
            continue
        if rule.template is not None:
            used = template_headers(rule.template)
            if {*used} <= {*headers}:
                places = tuple(map(headers.index, used))
                yield Filled(column, places, rule, f"computed {column.field}")
        elif rule.source is None:
            yield Filled(column, (), rule, f"constant for {column.field}")
        elif rule.source in headers:
            yield Filled(column, (headers.index(rule.source),), rule, rule.source)


def _from_points(plan: CheckPlan, headers: tuple[str, ...]) -> Iterator[Filled]:
    for point in plan.mapping.points:
        column = plan.dataset.column(point.field)
        names = (point.latitude, point.longitude)
        if column is None or column.type not in PLACE_TYPES or not {*names} <= {*headers}:
            continue
        rule = ColumnRule(None, point.field, formats=point.formats)
        yield Filled(column, tuple(map(headers.index, names)), rule, point_label(point))


def _from_places(plan: CheckPlan, headers: tuple[str, ...]) -> Iterator[Filled]:
    for place in plan.mapping.places:
        column, parts = plan.dataset.column(place.field), place.parts
        if column is None or column.type not in place_types(place):
            continue
        if not {*parts.values()} <= {*headers}:
            continue
        sources = tuple(map(headers.index, parts.values()))
        rule, at = ColumnRule(None, place.field), plan.looked_up.get(place.field)
        yield Filled(column, sources, rule, place_label(place), tuple(parts), at)


#: Types that a PointRule can fill, and a PlaceRule whose addresses the portal looks up.


def place_types(place: PlaceRule) -> frozenset[str]:
    """Return the types of columns that the rule can fill."""
    return PLACE_TYPES if place.geocode else frozenset({"location"})


def point_label(point: PointRule) -> str:
    """Return the name for the two source columns of a point in findings."""
    return f"{point.latitude} + {point.longitude}"


def place_label(place: PlaceRule) -> str:
    """Return the name for the source columns of an address in findings."""
    return " + ".join(place.parts.values())


_NUMBERS = frozenset({"number", "percent"})


def with_fractions(
    mapping: Mapping,
    headers: Sequence[str],
    natives: Sequence[NativeCounts] | None,
    dataset: Dataset,
) -> Mapping:
    """Return the mapping with the format `fraction` for percentages that fill hundredths.

    Only rules without their own format are changed, and only where every number of the source
    column is shown as a percentage.
    """
    percents = {
        header
        for header, native in zip(headers, natives or (), strict=False)
        if native.percent and native.percent == native.number
    }

    def adapted(rule: ColumnRule) -> ColumnRule:
        column = dataset.column(rule.field or "") if rule.fills else None
        if rule.formats or rule.source not in percents or column is None:
            return rule
        fits = column.type in _NUMBERS and counts_in_hundredths(column)
        return replace(rule, formats=(FRACTION,)) if fits else rule

    return replace(mapping, columns=tuple(adapted(rule) for rule in mapping.columns))


def with_day_count(mapping: Mapping, spool: Spool) -> Mapping:
    """Return the mapping with days counted as in the numbers' workbook."""
    if not spool.from_1904:
        return mapping

    def adapted(formats: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(SERIAL_1904 if form == SERIAL else form for form in formats)

    columns = tuple(replace(rule, formats=adapted(rule.formats)) for rule in mapping.columns)
    return replace(mapping, columns=columns)


def with_real_dates(
    mapping: Mapping,
    headers: Sequence[str],
    natives: Sequence[NativeCounts] | None,
    dataset: Dataset,
) -> Mapping:
    """Return the mapping with ISO 8601 added to the date formats of columns with real dates.

    A column of a workbook may have real dates and dates typed as text. A format is declared for how
    the text is written; real dates have no spelling, and are read as ISO 8601.
    """
    real = {header for header, native in zip(headers, natives or (), strict=False) if native.date}
    dates = {column.field for column in dataset.columns if column.type in DATE_TYPES}

    def adapted(rule: ColumnRule) -> ColumnRule:
        if rule.source not in real or rule.field not in dates:
            return rule
        formats = dict.fromkeys((*rule.formats, ISO)) if rule.formats else ()
        return replace(rule, formats=tuple(formats))

    return replace(mapping, columns=tuple(map(adapted, mapping.columns)))


def emptiable_columns(plan: CheckPlan, headers: tuple[str, ...]) -> list[int]:
    """Return the positions of the columns that are all empty in an empty row, if any."""
    filled = filled_columns(plan, headers)
    if plan.dataset.row_identifier not in {one.column.field for one in filled}:
        return sorted({place for one in filled for place in one.sources})
    return list(range(len(headers))) if _may_empty(plan.mapping) else []


def _may_empty(mapping: Mapping) -> bool:
    """True if the cleanup can make a cell empty."""
    return bool(mapping.missing) or any(
        rule.missing or any(not new for _, new in rule.recode) for rule in mapping.columns
    )
