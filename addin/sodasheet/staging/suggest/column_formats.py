"""Formats that read most values of a column, judged by the column as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sodasheet.model.column import Column
from sodasheet.staging.check.format_suggestions import DATES, NUMBERS, compiled, condition_of
from sodasheet.staging.suggest.distinct_values import Values
from sodasheet.staging.types.checkbox import COMMON_WORDS
from sodasheet.staging.types.date_format import FIRST_DAY, ISO, SERIAL, exchanged
from sodasheet.staging.types.degrees import DEGREES
from sodasheet.staging.types.number_format import NumberFormat, two_notations
from sodasheet.staging.types.point import LONGITUDE_FIRST

_PARTIAL = tuple(
    form + FIRST_DAY
    for form in ("%Y", "%Y-%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%Y/%m")
)
_DAYS = ("%A, %B %d, %Y", "%a %d %b %Y", "%b %d %Y", "%B %d %Y", "%d. %B %Y", "%m.%d.%Y")
_ALL_DATES = (ISO, *DATES, *_DAYS, SERIAL, *_PARTIAL)

_CANDIDATES = (
    dict.fromkeys(("calendar_date", "date"), _ALL_DATES)
    | dict.fromkeys(("number", "money", "percent"), (*NUMBERS, DEGREES))
    | {"checkbox": COMMON_WORDS, "url": ("https://",), "point": (LONGITUDE_FIRST, DEGREES)}
)

#: Formats of one column at most, and values on which candidates are tried first.
_MOST_FORMATS = 3
_TRIED = 500


@dataclass(frozen=True, slots=True)
class FormatReading:
    """Formats, and the SQL condition of the values that they read.

    `swapped` is the format with day and month exchanged if it reads as many values: then only a
    person knows which is meant. `both` is true if some dates can only be day first, and others
    only month first, or if the numbers are written in two contradictory ways.
    """

    formats: tuple[str, ...]
    condition: str
    swapped: str = ""
    both: bool = False


def candidates(column: Column) -> tuple[str, ...]:
    """Return the formats that a type has besides its plain form."""
    return _CANDIDATES.get(column.type, ())


def best_reading(values: Values, column: Column) -> FormatReading | None:
    """Return the formats that together read most values; None if none reads half of them."""
    likely = _likely(values, column)
    chosen: list[str] = []
    rest = "true"
    swapped = ""
    both = False
    while likely and len(chosen) < _MOST_FORMATS:
        counts = _counts(values, column, likely, rest)
        best = max(likely, key=lambda form: (counts[form], -likely.index(form)))
        if not counts[best] or (not chosen and 2 * counts[best] < values_left(values)):
            break
        other = exchanged(best)
        if other in likely and not chosen:
            swapped, both = _compare(values, column, best, other)
        if _of_other_notation(column, best, chosen):
            return FormatReading(tuple(chosen), condition_of(column, tuple(chosen)), both=True)
        chosen.append(best)
        likely = [form for form in likely if form not in (best, other)]
        rest = f"NOT {condition_of(column, tuple(chosen))}"
        if not values.number(f"SELECT count(*) FROM {{values}} WHERE {rest}"):
            break
    if not chosen:
        return None
    formats = tuple(chosen)
    return FormatReading(formats, condition_of(column, formats), swapped, both)


def _of_other_notation(column: Column, form: str, chosen: Sequence[str]) -> bool:
    """True if a number format contradicts one that is chosen, as 4,6 contradicts 1,234.5."""
    if column.type not in ("number", "money", "percent"):
        return False
    forms = [NumberFormat.read(one) for one in (form, *chosen) if one != DEGREES]
    return any(two_notations(forms[0], other) for other in forms[1:]) if form != DEGREES else False


def values_left(values: Values) -> int:
    """Return the number of cells whose values are still in the table."""
    return values.number("SELECT sum(n) FROM {values}")


def _likely(values: Values, column: Column) -> list[str]:
    """Return the candidates that read at least one of the most frequent values."""
    forms = candidates(column)
    table = f"(SELECT t, n FROM {{values}} ORDER BY n DESC, r LIMIT {_TRIED})"
    counts = _counts(values, column, forms, "true", table)
    return [form for form in forms if counts[form]]


def _counts(
    values: Values, column: Column, forms: Sequence[str], rest: str, table: str = "{values}"
) -> dict[str, int]:
    """Return the number of cells that each format reads."""
    if not forms:
        return {}
    sums = ", ".join(f"sum(n) FILTER ({condition_of(column, (form,))})" for form in forms)
    (row,) = values.rows(f"SELECT {sums} FROM {table} WHERE {rest}")
    return {form: int(count or 0) for form, count in zip(forms, row, strict=True)}


def _compare(values: Values, column: Column, best: str, other: str) -> tuple[str, bool]:
    """Return `other` if no value read by `best` is lost, and True if each reads values alone."""
    one, two = condition_of(column, (best,)), condition_of(column, (other,))
    alone = values.number(f"SELECT count(*) FROM {{values}} WHERE {one} AND NOT {two}")
    others = values.number(f"SELECT count(*) FROM {{values}} WHERE {two} AND NOT {one}")
    if alone:
        return "", others > 0
    same = values.number(
        f"SELECT count(*) FROM {{values}} WHERE {one} AND {_differs(column, best, other)}"
    )
    return (other if same else ""), False


def _differs(column: Column, best: str, other: str) -> str:
    one, two = (compiled(column, (form,)).value for form in (best, other))
    return f"({one}) <> ({two})"
