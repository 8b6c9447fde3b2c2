"""Formats that every value of a column fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sodasheet.model.dataset import Column
from sodasheet.staging.sql_quoting import matches, trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.compiled_type import Cell, TypedColumn
from sodasheet.staging.types.date_format import exchanged
from sodasheet.staging.types.number import FRACTION, counts_in_hundredths
from sodasheet.staging.types.registry import compile_cell

_DAYS = (
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%m-%d-%Y", "%d-%m-%Y", "%d.%m.%Y",
    "%d.%m.%y", "%Y/%m/%d", "%Y%m%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y",
    "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M:%S %p %z")
DATES = tuple(day + time for time in _TIMES for day in _DAYS)

#: Simple ones first: where a plainer example fits every value, no other is suggested.
NUMBERS = (
    "1,234.5", "$1,234.50", "£1,234.50", "€1,234.50", "1,234.50 €", "(1,234.50)", "($1,234.50)",
    "45%", "1234,5", "1.234,5", "€1.234,50", "1.234,50 €", "1 234,5", "1 234,50 €", "45,5%",
    "1'234.5",
)  # fmt: skip
CHECKBOXES = ("yes/no", "Y/N", "1/0", "T/F", "on/off")

_CANDIDATES = (
    dict.fromkeys(("calendar_date", "date"), DATES)
    | dict.fromkeys(("number", "money", "percent"), NUMBERS)
    | {"checkbox": CHECKBOXES}
)

#: A date that shows the order of day and month is rare if so many others do not; fewer others
#: than the second number are no reason to ask.
_RARE, _FEWEST_DECIDED = 20, 4

#: Different values from the top that a candidate must fit before all rows are looked at.
_TRIED = 500


def suggest_formats(stage: Stage, header: str, column: Column) -> tuple[str, ...]:
    """Return the format to declare for column `header` so that all its values fit `column`.

    Empty where nothing need be declared, where no format fits every value, and where the values
    can be read in two ways (day first or month first, point or comma as the decimal sign).
    """
    if _fractions(stage, header, column):
        return (FRACTION,)
    return agreed_format(stage, header, column, fitting_formats(stage, header, column))


def _fractions(stage: Stage, header: str, column: Column) -> bool:
    """True if a column of percentages comes from a workbook's numbers between -1 and 1.

    A spreadsheet shows 0.35 as 35 %, and the portal's column wants 35.
    """
    natives = stage.spool.natives
    if natives is None or header not in stage.headers or not counts_in_hundredths(column):
        return False
    if not natives[stage.headers.index(header)].number:
        return False
    query = f"SELECT bool_and(abs(try_cast(t AS DOUBLE)) <= 1) FROM {filled_values(stage, header)}"
    row = stage.connection.execute(query).fetchone()
    return bool(row and row[0])


def agreed_format(
    stage: Stage, header: str, column: Column, fitting: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the first of `fitting` if the others read every value of the column alike."""
    return () if first_disagreement(stage, header, column, fitting) else fitting[:1]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A value that two formats read differently, its row, and what they read."""

    text: str
    row: int
    readings: tuple[str, str]


def first_disagreement(
    stage: Stage, header: str, column: Column, fitting: tuple[str, ...]
) -> Disagreement | None:
    """Return the first value that one of `fitting` reads unlike the first; None if there is none.

    Every format must fit all values of the column.
    """
    others = _reading_otherwise(stage, header, column, fitting)
    if not others:
        return None
    one, two = (f"({compiled(column, (form,)).value})" for form in (fitting[0], others[0]))
    row = stage.connection.execute(
        f"SELECT t, _row, CAST({one} AS VARCHAR), CAST({two} AS VARCHAR)"
        f" FROM {filled_values(stage, header)} WHERE {one} <> {two} ORDER BY _row LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    text, number, *readings = row
    first, second = (reading.strip('"') for reading in readings)
    return Disagreement(text, number, (first, second))


def _reading_otherwise(
    stage: Stage, header: str, column: Column, fitting: tuple[str, ...]
) -> list[str]:
    """Return the formats that read a value unlike the first format.

    One statement asks about all: planning one for each takes longer than reading a short table.
    """
    others = fitting[1:]
    if not others:
        return []
    read = ", ".join(
        f"({compiled(column, (form,)).value}) AS read{place}" for place, form in enumerate(fitting)
    )
    unlike = ", ".join(f"bool_or(read0 <> read{place})" for place in range(1, len(fitting)))
    row = stage.connection.execute(
        f"SELECT {unlike} FROM (SELECT {read} FROM {filled_values(stage, header)})"
    ).fetchone()
    return [form for form, differs in zip(others, row or (), strict=True) if differs]


def fitting_formats(stage: Stage, header: str, column: Column) -> tuple[str, ...]:
    """Return every format in the lists above that all values of a source column fit.

    Empty where the values are right without any, and where there are no values.
    """
    candidates = _CANDIDATES.get(column.type, ())
    if header not in stage.headers or not candidates:
        return ()
    values = filled_values(stage, header)
    few = f"(SELECT DISTINCT t FROM (SELECT t FROM {values} LIMIT {_TRIED * 20}) LIMIT {_TRIED})"
    # Most columns are right as they are, and thirty formats take longer to plan than to try.
    if _fit(stage, few, column, [()]) and _fit(stage, values, column, [()]):
        return ()
    likely = _fit(stage, few, column, [(candidate,) for candidate in candidates])
    fitting = _fit(stage, values, column, likely) if likely else []
    return tuple(form for (form,) in fitting)


def _fit(
    stage: Stage, values: str, column: Column, candidates: Iterable[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Return the `candidates` under which every value has a JSON value."""
    cells = [(form, Cell(column, "t", f"p{place}", form)) for place, form in enumerate(candidates)]
    typed = [compile_cell(cell) for _, cell in cells]
    parsed = "".join(
        f", {one.parsed} AS {cell.parsed}"
        for (_, cell), one in zip(cells, typed, strict=True)
        if one.parsed
    )
    fits = [f"bool_and({good_condition(column, one)})" for one in typed]
    query = f"SELECT {', '.join(fits)} FROM (SELECT t{parsed} FROM {values})"
    row = stage.connection.execute(query).fetchone() or ()
    return [form for (form, _), fit in zip(cells, row, strict=True) if fit]


@dataclass(frozen=True, slots=True)
class DecidingDate:
    """The first date that alone or nearly alone shows the order of day and month of a column.

    `deciding` dates fit in a single order; `others` would be other dates in the other order.
    """

    text: str
    row: int
    deciding: int
    others: int
    form: str

    @property
    def sentence(self) -> str:
        """The sentence that asks to look at the date."""
        first = "day" if self.form.index("%d") < self.form.index("%m") else "month"
        shown = f"{self.text[:40]} in row {self.row:,}"
        dates = f"{self.others:,} other dates are read"
        if self.deciding == 1:
            return f"Only {shown} shows that the {first} comes first, and decides how {dates}."
        return (
            f"Only {self.deciding:,} dates, the first {shown}, show that the {first} comes first, "
            f"and decide how {dates}."
        )


def deciding_date(
    stage: Stage, header: str, column: Column, formats: tuple[str, ...]
) -> DecidingDate | None:
    """Return the single date that decides the order of day and month, None if many dates do."""
    form = formats[0] if len(formats) == 1 and "date" in column.type else ""
    other = exchanged(form)
    if not other or header not in stage.headers:
        return None
    one, two = (compiled(column, (each,)) for each in (form, other))
    fits = f"({one.value}) IS NOT NULL"
    alone = f"{fits} AND ({two.value}) IS NULL"
    differs = f"{fits} AND ({one.value}) <> ({two.value})"
    (found,) = stage.connection.execute(
        f"SELECT count(*) FILTER ({alone}), count(*) FILTER ({differs}),"
        f" arg_min(t, _row) FILTER ({alone}), min(_row) FILTER ({alone})"
        f" FROM {filled_values(stage, header)}"
    ).fetchall()
    deciding, others, first, row = found
    rare = deciding == 1 or deciding * _RARE <= others
    if not deciding or others < _FEWEST_DECIDED or not rare:
        return None
    return DecidingDate(first, row, deciding, others, form)


def both_orders(stage: Stage, header: str) -> tuple[str, ...]:
    """Return a date that can only be day first and one that can only be month first, if any."""
    high, low, mark = "(?:1[3-9]|2[0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "[/.-]"
    orders = (f"{high}{mark}{low}{mark}[0-9].*", f"{low}{mark}{high}{mark}[0-9].*")
    found = [f"arg_min(t, _row) FILTER ({matches('t', order)})" for order in orders]
    (row,) = stage.connection.execute(
        f"SELECT {', '.join(found)} FROM {filled_values(stage, header)}"
    ).fetchall()
    return tuple(row) if None not in row else ()


def compiled(column: Column, formats: tuple[str, ...]) -> TypedColumn:
    """Compile a type for the text `t`, its intermediate value written out."""
    parsed = compile_cell(Cell(column, "t", "NULL", formats)).parsed
    return compile_cell(Cell(column, "t", f"({parsed})" if parsed else "NULL", formats))


def condition_of(column: Column, formats: tuple[str, ...]) -> str:
    """Return SQL that is true of a text `t` that the formats read; without any, the plain form."""
    return good_condition(column, compiled(column, formats))


def good_condition(column: Column, typed: TypedColumn) -> str:
    """Return SQL that is true of a value that fits a compiled type."""
    # A link may be good without being a bare address.
    known = typed.good != "false" and column.type != "url"
    return f"coalesce({typed.good if known else f'({typed.value}) IS NOT NULL'}, false)"


def filled_values(stage: Stage, header: str) -> str:
    """Return SQL for the values `t` of a source column that are not blank, with their `_row`."""
    text = trimmed(f"c{stage.headers.index(header)}")
    return f"(SELECT {text} AS t, _row FROM source WHERE {text} <> '')"
