"""Which declared format would fit every value of a column."""

from __future__ import annotations

from collections.abc import Iterable

from sodasheet.model.column import Column
from sodasheet.staging.number_formats import NumberFormat
from sodasheet.staging.sql import trimmed
from sodasheet.staging.stage import Stage
from sodasheet.staging.typed import Cell
from sodasheet.staging.types import compile_cell

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

#: Different values from the top that a candidate must fit before all rows are looked at.
_TRIED = 500


def suggest_formats(stage: Stage, header: str, column: Column) -> tuple[str, ...]:
    """The one format to declare for source column `header` so that all its values fit `column`.

    Empty where nothing need be declared, where no format fits every value, and where the values
    can be read in two ways (day first or month first, point or comma as the decimal sign).
    """
    fitting = fitting_formats(stage, header, column)
    if not fitting or column.type not in ("number", "money", "percent"):
        return fitting if len(fitting) == 1 else ()
    decimals = {NumberFormat.read(example).decimal for example in fitting}
    return fitting[:1] if len(decimals) == 1 else ()


def fitting_formats(stage: Stage, header: str, column: Column) -> tuple[str, ...]:
    """Every format in the lists above that all values of a source column fit.

    Empty where the values are right without any, and where there are no values.
    """
    candidates = _CANDIDATES.get(column.type, ())
    if header not in stage.headers or not candidates:
        return ()
    text = trimmed(f"c{stage.headers.index(header)}")
    values = f"(SELECT {text} AS t FROM source WHERE {text} <> '')"
    few = f"(SELECT DISTINCT t FROM (SELECT t FROM {values} LIMIT {_TRIED * 20}) LIMIT {_TRIED})"
    if _fit(stage, values, column, [()]):
        return ()
    likely = _fit(stage, few, column, [(candidate,) for candidate in candidates])
    return tuple(form for (form,) in _fit(stage, values, column, likely)) if likely else ()


def _fit(
    stage: Stage, values: str, column: Column, candidates: Iterable[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Those of `candidates` under which every one of `values` has a JSON value."""
    candidates = list(candidates)
    fits = [f"bool_and({_good(column, formats)})" for formats in candidates]
    row = stage.connection.execute(f"SELECT {', '.join(fits)} FROM {values}").fetchone() or ()
    return [formats for formats, fit in zip(candidates, row, strict=True) if fit]


def _good(column: Column, formats: tuple[str, ...]) -> str:
    typed = compile_cell(Cell(column, "t", "parsed", formats))
    good = f"({typed.value}) IS NOT NULL" if typed.good == "false" else f"({typed.good})"
    good = good.replace("parsed", f"({typed.parsed})") if typed.parsed != "NULL" else good
    return f"coalesce({good}, false)"
