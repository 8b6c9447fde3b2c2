"""A mapping compiled to SQL: cleanup, text, type and JSON of each dataset column."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sodasheet.errors import UsageProblem
from sodasheet.model.mapping import Blank, ColumnRule
from sodasheet.staging.check.check_plan import CheckPlan, Filled, filled_columns
from sodasheet.staging.check.computed_column_sql import template_sql
from sodasheet.staging.check.computed_column_template import template_headers
from sodasheet.staging.sql_quoting import Rows, literal, matches, trimmed
from sodasheet.staging.types.canonical_text import canonical_to_portal, text_to_portal
from sodasheet.staging.types.compiled_type import Cell, TypedColumn
from sodasheet.staging.types.point import address_json, degrees_with_point
from sodasheet.staging.types.registry import EMPTY_TEXT_TYPES, compile_cell


def cleaned(text: str, rule: ColumnRule, missing: Iterable[str]) -> str:
    """SQL for the text of a cell after the rule's cleanup; `missing` are the mapping's markers."""
    if rule.unwrap:
        text = unwrapped(text)
    if rule.pad:
        text = padded(text, rule.pad)
    text = without_markers(text, (*missing, *rule.missing))
    return recoded(text, rule.recode)


def unwrapped(text: str) -> str:
    """SQL that reads `="06103"`, `'06103` and `6103.0`, as programs write codes, as digits."""
    return (
        f"CASE WHEN {matches(text, _FORMULA)} THEN substr({text}, 3, length({text}) - 3) "
        f"WHEN starts_with({text}, '''') THEN substr({text}, 2) "
        f"WHEN {matches(text, POINT_ZERO)} THEN left({text}, -2) ELSE {text} END"
    )


#: A string that a spreadsheet evaluates to itself.
_FORMULA = '="[^"]*"'

#: A code that a program mistook for a number with a decimal point.
POINT_ZERO = r"[0-9]{4,}\.0"


def padded(text: str, width: int) -> str:
    """SQL that pads whole numbers with zeros."""
    short = matches(text, f"[0-9]{{1,{width - 1}}}") if width > 1 else "false"
    return f"CASE WHEN {short} THEN lpad({text}, {width}, '0') ELSE {text} END"


def without_markers(text: str, markers: Iterable[str]) -> str:
    """SQL that is empty for a missing-value marker, ignoring case."""
    listed = ", ".join(dict.fromkeys(literal(marker.lower()) for marker in markers if marker))
    if not listed:
        return text
    return f"CASE WHEN lower({text}) IN ({listed}) THEN '' ELSE {text} END"


def recoded(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """SQL that replaces whole values, case-sensitively because only case may be wrong."""
    cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in pairs)
    return f"CASE {text} {cases} ELSE {text} END" if cases else text


@dataclass(frozen=True, slots=True)
class ColumnStats:
    """Facts about all cells of a column: `untrimmed` if trimming changes none, `tidy` if plain
    (staging/types/compiled_type.py), `settled` if every cell is empty or settled, and the number of
    blanks, None if not all were checked. `distinct` is the table of its distinct cells, if made
    (distinct_cells.py).
    """

    untrimmed: bool = False
    tidy: bool = False
    blanks: int | None = None
    settled: bool = False
    distinct: Rows | None = None


@dataclass(frozen=True, slots=True)
class Projected:
    """A dataset column in SQL.

    `raw` is the source's own text and `text` the same as the mapping has it, both over the table
    `source`; the SQL of `typed` refers to `text` by the name `text_name` and to its own
    intermediate value by `parsed_name`. `edged` says that `text` may have blanks at either end,
    `is_tidy` that all cells are known to be tidy. `blanks` is the number of blank cells, if known.
    `distinct` is a table of the distinct cells, if the column repeats its cells.
    """

    filled: Filled
    raw: str
    text: str
    text_name: str
    parsed_name: str
    typed: TypedColumn
    empty_text: bool
    edged: bool
    is_tidy: bool = False
    blanks: int | None = None
    distinct: Rows | None = None

    def specialized(self, seen: ColumnStats) -> Projected:
        """Return the column without the steps that cells with these statistics do not need."""
        text = self.raw if seen.untrimmed else self.text
        found = replace(self, text=text, blanks=seen.blanks, distinct=seen.distinct)
        tidy = self.typed.tidy
        if not seen.tidy or tidy is None:
            return found
        return replace(found, typed=tidy.typed, is_tidy=True)

    @property
    def blank(self) -> str:
        """SQL that is true if the cell is blank; an empty string may be a value."""
        return f"{self.text_name} = ''"

    @property
    def canonical(self) -> str:
        """SQL for the canonical text of the value; NULL if the cell is blank."""
        return self._or_null(
            canonical_to_portal(self.filled.column.type, self.typed, self.parsed_name)
        )

    @property
    def likely(self) -> str:
        """SQL for the text that a portal most probably returns; NULL if the cell is blank."""
        return self._or_null(text_to_portal(self.filled.column.type, self.typed, self.parsed_name))

    def _or_null(self, value: str) -> str:
        """Return SQL for the value; NULL if the cell is blank."""
        return value if self.blanks == 0 else f"CASE WHEN NOT ({self.blank}) THEN {value} END"

    @property
    def is_untouched(self) -> bool:
        """True if the text is the source's own, without surrounding blanks."""
        (first, *others) = self.filled.sources or (None,)
        return not (others or self.edged) and self.text == f"c{first}"

    @property
    def piece(self) -> str:
        """SQL for `,"field":value`: empty without the key, NULL if the value does not fit."""
        key = json.dumps(self.filled.column.field, ensure_ascii=False)
        blank = f',{key}:""' if self.empty_text else f",{key}:null"
        if self.filled.blank is Blank.KEEP:
            blank = ""
        value = f"{literal(f',{key}:')} || {self.typed.value}"
        return f"CASE WHEN {self.blank} THEN {literal(blank)} ELSE {value} END"


def project(
    plan: CheckPlan, filled: Iterable[Filled], knows_zone: Callable[[str], bool], first: int = 0
) -> tuple[Projected, ...]:
    """Compile every filled column, counting their names from `first`.

    Raises UsageProblem for a format or zone that is none.
    """
    numbered = enumerate(filled, first)
    return tuple(_projected(plan, one, index, knows_zone) for index, one in numbered)


def require_formats(plan: CheckPlan, headers: tuple[str, ...]) -> None:
    """Raise UsageProblem for a declared format that cannot read any cell."""
    project(plan, filled_columns(plan, headers), lambda _zone: True)


def values_from(projected: Iterable[Projected], table: Rows) -> str:
    """Return a FROM clause over `table` with names for each string and each parsed value.

    Two layers, so that DuckDB works each of them out once however often it is referred to. The
    source columns are there as well, none but those that are used: a wide table has thousands.
    """
    projected = list(projected)
    sources = dict.fromkeys(f", c{index}" for one in projected for index in one.filled.positions)
    texts = "".join(f", {one.text} AS {one.text_name}" for one in projected)
    parsed = "".join(
        f", CASE WHEN {one.text_name} <> '' THEN {one.typed.parsed} END AS {one.parsed_name}"
        for one in projected
        if one.typed.parsed
    )
    columns = f"{table.row} AS _row{''.join(sources)}{texts}"
    return f"(SELECT *{parsed} FROM (SELECT {columns} FROM {table.name}))"


def _projected(
    plan: CheckPlan, filled: Filled, index: int, knows_zone: Callable[[str], bool]
) -> Projected:
    zone = filled.rule.timezone or plan.mapping.timezone
    if filled.column.type == "date" and not knows_zone(zone):
        raise UsageProblem(
            f"{zone!r} is not a time zone.", "Use a name such as America/New_York, or UTC."
        )
    names = f"t{index}", f"p{index}"
    formats = filled.rule.formats or plan.mapping.formats.get(filled.column.type, ())
    if filled.place is not None:
        formats = ()  # the text is our own
    # UTC in a rule is intended; UTC in a mapping is only the default.
    assumed = filled.rule.timezone is None and zone == "UTC"
    cell = Cell(filled.column, names[0], names[1], formats, zone, assumed)
    trim = _told(filled.rule.trim, plan.mapping.trim)
    raw, text = _texts(plan, filled, trim)
    empty_is_null = _told(filled.rule.empty_is_null, plan.mapping.empty_is_null)
    empty_text = filled.column.type in EMPTY_TEXT_TYPES and not empty_is_null
    typed = _compiled(cell, filled.label)
    if filled.place is not None:
        typed = replace(typed, problems=(("address-not-found", f"NOT ({typed.good})"),), tidy=None)
    return Projected(filled, raw, text, *names, typed, empty_text, edged=not trim)


def _compiled(cell: Cell, label: str) -> TypedColumn:
    try:
        return compile_cell(cell)
    except UsageProblem as problem:
        raise UsageProblem(f"Column {label}: {problem.what}", problem.remedy) from None


def _told(rule: bool | None, mapping: bool) -> bool:
    return mapping if rule is None else rule


def part_texts(plan: CheckPlan, filled: Filled) -> dict[str, str]:
    """Return SQL for the text of each part of an address, after the mapping's cleanup."""
    trim = _told(filled.rule.trim, plan.mapping.trim)
    return dict(zip(filled.parts, _cell_texts(plan, filled, trim), strict=True))


def _texts(plan: CheckPlan, filled: Filled, trim: bool) -> tuple[str, str]:
    """Return SQL for the source's text and for the text after the mapping's rules."""
    if filled.rule.template is not None:
        return _computed(plan, filled, filled.rule.template, trim)
    if not filled.sources:
        constant = literal(filled.rule.constant or "")
        return constant, trimmed(constant) if trim else constant
    columns = [f"c{index}" for index in filled.sources]
    texts = _cell_texts(plan, filled, trim)
    if filled.place is not None:
        return f"c{filled.place}", f"c{filled.place}"
    if filled.parts:
        parts = dict(zip(filled.parts, texts, strict=True))
        degrees = {part: degrees_with_point(parts[part]) for part in _DEGREES & {*parts}}
        address = address_json({**parts, **degrees})
        return address, address
    if len(columns) == 1:
        return columns[0], texts[0]
    latitude, longitude = map(degrees_with_point, texts)
    pair = (
        f"CASE WHEN {latitude} = '' AND {longitude} = '' THEN '' "
        f"ELSE '(' || {latitude} || ', ' || {longitude} || ')' END"
    )
    return pair, pair


#: Parts of a location that are degrees.
_DEGREES = frozenset({"latitude", "longitude"})


def _cell_texts(plan: CheckPlan, filled: Filled, trim: bool) -> list[str]:
    """Return SQL for the text of each source column, after the mapping's cleanup."""
    columns = [f"c{index}" for index in filled.sources]
    texts = [trimmed(column) if trim else column for column in columns]
    return [cleaned(text, filled.rule, plan.mapping.missing) for text in texts]


def _computed(plan: CheckPlan, filled: Filled, template: str, trim: bool) -> tuple[str, str]:
    """SQL for the text of a template, twice, because there is no source text."""
    texts = (f"c{index}" for index in filled.sources)
    columns = {
        header: without_markers(trimmed(text) if trim else text, plan.mapping.missing)
        for header, text in zip(template_headers(template), texts, strict=True)
    }
    zone = filled.rule.timezone or plan.mapping.timezone
    text = template_sql(template, columns, zone, plan.facts)
    return text, trimmed(f"({text})") if trim else text
