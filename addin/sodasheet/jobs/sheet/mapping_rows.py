"""Convert between a mapping and the rows of a table, without a spreadsheet program.

Two rows whose column is a point and whose format is `latitude` and `longitude` fill that point
together; parts of an address likewise (address_part_rows.py). A row `(constant)` fills its column
with the text under "Format or constant", and a row `(computed)` with the template there. Several
formats are separated by `|`; a time zone is `zone New York` or `zone America/New_York`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.address_part_rows import (
    is_part,
    names_part,
    place_fields,
    place_parts,
    places_of,
)
from sodasheet.jobs.sheet.cell_words import zone_of, zone_words
from sodasheet.jobs.sheet.cleanup_cell import (
    Unclear,
    cleanup_of,
    cleanup_words,
    list_of,
    list_words,
)
from sodasheet.jobs.sheet.point_column_rows import (
    fills_half,
    half_row,
    half_rule,
    halves_of,
    is_half,
    names_coordinate,
    points_of,
)
from sodasheet.jobs.sheet.table_text import (
    Labels,
    MappingRow,
    Problem,
    escaped,
    header_of,
)
from sodasheet.model.mapping import CONFIRMED, Blank, ColumnRule, Mapping, personal
from sodasheet.model.sheet_labels import CLEANUP, COMPUTED, CONSTANT, EMPTY_CELLS, GONE, IGNORE
from sodasheet.staging.types.date_format import date_words

_ZONE = "zone "
_CLEANUP = ("missing", "recode", "pad", "unwrap")


def rows_of(mapping: Mapping, labels: Labels) -> list[MappingRow]:
    """Return the rows of a mapping: its rules in order, halves of points at their headers."""
    rows: list[MappingRow] = []
    halves = halves_of(mapping.points)
    for rule in mapping.columns:
        half = next((one for one in halves if rule.ignore and is_half(rule, one)), None)
        if half is None:
            rows.append(_row(rule, labels))
        else:
            halves.remove(half)
            rows.append(half_row(*half, labels))
    rows.extend(half_row(*half, labels) for half in halves)
    rows.extend(
        MappingRow(escaped(header), labels.label(field), format=part)
        for field, part, header in place_parts(mapping.places)
    )
    return rows


def mapping_of(
    rows: Sequence[MappingRow], labels: Labels, earlier: Mapping | None
) -> tuple[Mapping, tuple[Problem, ...]]:
    """Return the mapping of the rows, and the problems of invalid rows.

    `earlier` is what was last written there: a row that now fills another column was changed by
    hand, which confirms it. Empty rows are skipped.
    """
    rules: list[ColumnRule] = []
    halves: list[tuple[int, MappingRow, str]] = []
    problems: list[Problem] = []
    known = (earlier or Mapping()).columns
    meant = [(row, labels.field(row.dataset_column)) for row in rows]
    where = place_fields([(row, field, labels.type(field)) for row, field in meant])
    parts: list[tuple[int, str, str, str]] = []
    for at, (row, field) in enumerate(meant):
        empty = not (row.sheet_column or row.dataset_column or row.format)
        if empty or (row.match, row.dataset_column) == (GONE, IGNORE):
            continue
        problems.extend(Problem(at, sentence) for sentence in _problems(row))
        if is_part(row, field, where):
            parts.append((at, field, row.format.casefold(), header_of(row)))
        elif fills_half(row, labels.type(field)):
            halves.append((at, row, field))
            rules.append(half_rule(row, field, earlier or Mapping()))
        elif row.sheet_column or row.format:
            rules.append(_settled(_rule(row, field), row, known, earlier is not None))
    points, lonely = points_of(halves, earlier)
    places, twice = places_of(parts)
    problems += [Problem(at, "This part of the address is mapped twice.") for at in twice]
    mapping = replace(
        earlier or Mapping(), columns=tuple(rules), points=points, places=tuple(places)
    )
    return mapping, (*problems, *lonely)


def _row(rule: ColumnRule, labels: Labels) -> MappingRow:
    target = IGNORE if rule.ignore else labels.label(rule.field) if rule.field else ""
    idle = rule.ignore and rule.blank is Blank.CLEAR
    row = MappingRow(
        sheet_column=_sheet_column(rule),
        dataset_column=target,
        match=rule.match,
        if_blank="" if idle or rule.source is None else rule.blank.value,
        format=_format_cell(rule),
        cleanup=cleanup_words(rule),
    )
    # A format that merely looks like `city` does not make its column part of an address.
    special = names_part(row) or (rule.source is not None and names_coordinate(row))
    return replace(row, format=f"\\{row.format}") if special else row


def _sheet_column(rule: ColumnRule) -> str:
    if rule.source is not None:
        return escaped(rule.source)
    return CONSTANT if rule.template is None else COMPUTED


def _format_cell(rule: ColumnRule) -> str:
    """Return the constant, the template, or the formats of a rule."""
    if rule.constant is not None:
        return rule.constant
    return rule.template if rule.template is not None else format_words(rule)


def format_words(rule: ColumnRule) -> str:
    """Return the formats and the time zone of a rule in one cell, as users write them."""
    words = [*map(date_words, rule.formats)]
    if rule.timezone:
        words.append(_ZONE + zone_words(rule.timezone))
    return list_words(words)


def _rule(row: MappingRow, field: str) -> ColumnRule:
    ignore = row.dataset_column.casefold() == IGNORE
    target = None if ignore or not row.dataset_column else field
    if row.sheet_column.casefold() == CONSTANT:
        return ColumnRule(None, target, constant=row.format, match=row.match)
    if row.sheet_column.casefold() == COMPUTED:
        return ColumnRule(None, target, template=row.format, match=row.match)
    formats, zone = _formats(row.format)
    blank = row.if_blank.casefold()
    return ColumnRule(
        header_of(row),
        target,
        ignore=ignore,
        formats=formats,
        timezone=zone,
        blank=Blank(blank) if blank in list(Blank) else Blank.CLEAR,
        match=row.match,
        **_cleanup(row),
    )


def _cleanup(row: MappingRow) -> dict[str, Any]:
    try:
        return cleanup_of(row.cleanup or "")
    except Unclear:
        return {}


def _formats(words: str) -> tuple[tuple[str, ...], str | None]:
    formats: list[str] = []
    zone = None
    for part in list_of(words):
        if (named := _zone_in(part)) is not None:
            zone = zone_of(named)
        else:
            formats.append(part)
    return tuple(formats), zone


def _zone_in(part: str) -> str | None:
    """Return the zone that a part of the cell names, in the cell's own words."""
    return part[len(_ZONE) :].strip() if part.casefold().startswith(_ZONE) else None


def _settled(
    rule: ColumnRule, row: MappingRow, known: Sequence[ColumnRule], remembered: bool
) -> ColumnRule:
    """Return the rule with its confidence, or confirmed if its column was chosen by hand."""
    target = (rule.source, rule.field, rule.ignore)
    same = [one for one in known if (one.source, one.field, one.ignore) == target]
    if same:
        one = next((one for one in same if one.match == rule.match), None)
        rule = replace(rule, confidence=one.confidence if one else 1.0)
        # Settings without a cell stay as they were.
        rule = replace(rule, trim=same[0].trim, empty_is_null=same[0].empty_is_null)
        if row.cleanup is None:
            cleanup = {name: getattr(same[0], name) for name in _CLEANUP}
            rule = replace(rule, **cleanup)
        if rule.constant is not None and same[0].template == rule.constant:
            # Sheets of an earlier version show computed columns as constants.
            return replace(rule, constant=None, template=rule.constant)
        if rule.constant is not None:
            rule = replace(rule, formats=same[0].formats, timezone=same[0].timezone)
        elif tuple(map(date_words, same[0].formats)) == rule.formats:
            # The cell is as it was written: M/D/YY alone does not show where the century ends.
            rule = replace(rule, formats=same[0].formats)
        return rule
    if rule.field is None and not rule.ignore:
        return replace(rule, match="")
    if not remembered or (personal(row.match) and row.match):
        return rule
    return replace(rule, match=CONFIRMED, confidence=1.0)


def _problems(row: MappingRow) -> Iterator[str]:
    words = row.if_blank.casefold()
    if words and words not in list(Blank):
        yield f'"{row.if_blank}" under {EMPTY_CELLS} is unknown. Choose Clear, Leave or Reject.'
    constant = row.sheet_column.casefold() in (CONSTANT, COMPUTED)
    for part in () if constant else list_of(row.format):
        if (named := _zone_in(part)) and zone_of(named) is None:
            yield f'"{part}" is not a time zone. Write zone New York or zone America/New_York.'
    if row.dataset_column and not (row.sheet_column or row.format):
        yield "The sheet column is missing."
    if constant and not row.dataset_column:
        kind = "constant" if row.sheet_column.casefold() == CONSTANT else "computed value"
        yield f"Choose a dataset column for the {kind}."
    if row.sheet_column.casefold() == COMPUTED:
        yield from _template_problem(row.format)
    try:
        cleanup_of(row.cleanup or "")
    except Unclear as unclear:
        yield f'"{unclear.step}" under {CLEANUP} is unknown. {_STEPS}'


#: The steps that a Cleanup cell accepts, for users.
_STEPS = "Write steps such as N/A = (empty), Opne = Open, 5 digits or remove signs, separated by |."


def _template_problem(template: str) -> Iterator[str]:
    from sodasheet.staging.check.computed_column_template import parse_template

    try:
        parse_template(template)
    except UsageProblem as problem:
        yield str(problem)
