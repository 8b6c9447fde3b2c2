"""Formats that every value of a column fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sodasheet.model.dataset import AMOUNT_TYPES, DATE_TYPES, Column
from sodasheet.staging.check.rare_decimal_comma import RareDecimalComma, rare_decimal_comma
from sodasheet.staging.sql_quoting import trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.compiled_condition import compiled, good_condition
from sodasheet.staging.types.compiled_type import Cell
from sodasheet.staging.types.number import FRACTION, counts_in_hundredths
from sodasheet.staging.types.registry import compile_cell

_DAYS = (
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%m-%d-%Y", "%d-%m-%Y", "%d.%m.%Y",
    "%d.%m.%y", "%Y/%m/%d", "%Y%m%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y",
    "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M:%S %p %z")
DATES = tuple(day + time for time in _TIMES for day in _DAYS)

#: Simple formats first: if a plainer example fits every value, no other is suggested.
NUMBERS = (
    "1,234.5", "$1,234.50", "£1,234.50", "€1,234.50", "1,234.50 €", "(1,234.50)", "($1,234.50)",
    "45%", "1234,5", "1.234,5", "€1.234,50", "1.234,50 €", "1 234,5", "1 234,50 €", "45,5%",
    "1'234.5", "1,234.50-", "1,234.50 CR",
)  # fmt: skip
#: Formats that only users declare.
_ASKED = frozenset({"1,234.50-", "1,234.50 CR"})
CHECKBOXES = ("yes/no", "Y/N", "1/0", "T/F", "on/off")

_CANDIDATES = (
    dict.fromkeys(DATE_TYPES, DATES)
    | dict.fromkeys(AMOUNT_TYPES, NUMBERS)
    | {"checkbox": CHECKBOXES}
)


#: Distinct values from the top that a candidate must fit before all rows are examined.
_TRIED = 500


def suggest_formats(stage: Stage, header: str, column: Column) -> tuple[str, ...]:
    """Return the format to declare for column `header` so that all its values fit `column`.

    Empty if nothing need be declared, where no format fits every value, and where the values
    can be read in two ways (day first or month first, point or comma as the decimal sign).
    """
    if are_fractions(stage, header, column):
        return (FRACTION,)
    return agreed_format(stage, header, column, fitting_formats(stage, header, column))


def are_fractions(stage: Stage, header: str, column: Column) -> bool:
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
    """Return the first of `fitting` if the others read every value of the column the same way.

    Empty too if that format has a decimal comma for the sake of a rare value, or a sign after the
    number: `5-` may as well be a slip.
    """
    if fitting[:1] and fitting[0] in _ASKED:
        return ()
    if doubtful_comma(stage, header, column, fitting[:1]):
        return ()
    return () if first_disagreement(stage, header, column, fitting) else fitting[:1]


def doubtful_comma(
    stage: Stage, header: str, column: Column, formats: tuple[str, ...]
) -> RareDecimalComma | None:
    """Return the rare value of a source column that decides for a decimal comma, if any."""
    if not formats or header not in stage.headers:
        return None
    values = f"(SELECT t, _row, 1 AS n FROM {filled_values(stage, header)})"
    return rare_decimal_comma(stage, values, column, formats)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A value that two formats read differently, its row, and both results."""

    text: str
    row: int
    readings: tuple[str, str]


def first_disagreement(
    stage: Stage, header: str, column: Column, fitting: tuple[str, ...]
) -> Disagreement | None:
    """Return the first value that the formats in `fitting` read differently, or None.

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
    """Return the formats that read a value differently from the first format.

    One statement asks about all: planning one for each takes longer than reading a short table.
    """
    others = fitting[1:]
    if not others:
        return []
    cells = [Cell(column, "t", f"p{place}", (form,)) for place, form in enumerate(fitting)]
    read = ", ".join(
        f"({compile_cell(cell).value}) AS read{place}" for place, cell in enumerate(cells)
    )
    unlike = ", ".join(f"bool_or(read0 <> read{place})" for place in range(1, len(fitting)))
    row = stage.connection.execute(
        f"SELECT {unlike} FROM (SELECT {read} FROM (SELECT t{_parsed(cells)}"
        f" FROM {filled_values(stage, header)}))"
    ).fetchone()
    return [form for form, differs in zip(others, row or (), strict=True) if differs]


def fitting_formats(stage: Stage, header: str, column: Column) -> tuple[str, ...]:
    """Return every format in the lists above that fits all values of a source column.

    Empty if the values are right without any, and where there are no values.
    """
    candidates = _CANDIDATES.get(column.type, ())
    if header not in stage.headers or not candidates:
        return ()
    values = filled_values(stage, header)
    few = _few(stage, header)
    # Most columns are right already, and a query takes longer to plan than to run: the cheap query
    # comes first, and thirty formats last.
    if _all_settled(stage, values, column):
        return ()
    if _fit(stage, few, column, [()]) and _fit(stage, values, column, [()]):
        return ()
    if column.type != "checkbox" and _with_digits(stage, few) < 1:
        return ()
    likely = _fit(stage, few, column, [(candidate,) for candidate in candidates])
    fitting = _fit(stage, values, column, likely) if likely else []
    return tuple(form for (form,) in fitting)


def nearest_format(stage: Stage, header: str, column: Column) -> tuple[str, ...]:
    """Return the format in the lists above that fits most but not all values of a column.

    Empty if most are right without any. Only some hundred different values are tried.
    """
    few = _few(stage, header)
    if column.type != "checkbox" and _with_digits(stage, few) < 0.5:
        return ()
    candidates = [(), *((form,) for form in _CANDIDATES.get(column.type, ()))]
    counts = _counted(stage, few, column, candidates, "count(*) FILTER ({})")
    return max(zip(candidates, counts, strict=True), key=lambda found: found[1])[0]


def _few(stage: Stage, header: str) -> str:
    """Return SQL for some distinct values from the top of a column."""
    values = filled_values(stage, header)
    return f"(SELECT DISTINCT t FROM (SELECT t FROM {values} LIMIT {_TRIED * 20}) LIMIT {_TRIED})"


def _with_digits(stage: Stage, values: str) -> float:
    """Return the share of values with a digit, which every number and date has."""
    query = f"SELECT avg(CAST(regexp_matches(t, '[0-9]') AS INTEGER)) FROM {values}"
    row = stage.connection.execute(query).fetchone()
    return float(row[0] or 0) if row else 0.0


def _all_settled(stage: Stage, values: str, column: Column) -> bool:
    """True if a cheap query shows that every value is right without a format."""
    settled = compile_cell(Cell(column, "t", "p")).settled
    if settled is None:
        return False
    row = stage.connection.execute(f"SELECT bool_and({settled('t')}) FROM {values}").fetchone()
    return bool(row and row[0])


def _fit(
    stage: Stage, values: str, column: Column, candidates: Iterable[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Return the `candidates` that produce JSON for every value."""
    formats = list(candidates)
    fits = _counted(stage, values, column, formats, "bool_and({})")
    return [form for form, fit in zip(formats, fits, strict=True) if fit]


def _counted(
    stage: Stage, values: str, column: Column, formats: Sequence[tuple[str, ...]], count: str
) -> tuple[int, ...]:
    """Return a `count` for each of the formats, of the values that the format reads."""
    cells = [Cell(column, "t", f"p{place}", form) for place, form in enumerate(formats)]
    typed = [compile_cell(cell) for cell in cells]
    counts = ", ".join(count.format(good_condition(column, one)) for one in typed)
    row = stage.connection.execute(
        f"SELECT {counts} FROM (SELECT t{_parsed(cells)} FROM {values})"
    ).fetchone()
    return row or (0,) * len(formats)


def _parsed(cells: Sequence[Cell]) -> str:
    """Return SQL for the intermediate values of cells, which take long to plan if written out."""
    found = ((compile_cell(cell).parsed, cell.parsed) for cell in cells)
    return "".join(f", {parsed} AS {name}" for parsed, name in found if parsed)


def filled_values(stage: Stage, header: str) -> str:
    """Return SQL for the values `t` of a source column that are not blank, with their `_row`."""
    text = trimmed(f"c{stage.headers.index(header)}")
    return f"(SELECT {text} AS t, _row FROM source WHERE {text} <> '')"
