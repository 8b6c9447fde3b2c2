"""Formats that read most values of a column, judged by the column as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sodasheet.model.dataset import AMOUNT_TYPES, DATE_TYPES, Column
from sodasheet.staging.check.fitting_formats import DATES, NUMBERS
from sodasheet.staging.check.rare_decimal_comma import rare_decimal_comma
from sodasheet.staging.suggest.distinct_values import Values
from sodasheet.staging.types.checkbox import COMMON_WORDS
from sodasheet.staging.types.compiled_condition import compiled, condition_of
from sodasheet.staging.types.date_format import FIRST_DAY, ISO, SERIAL, exchanged
from sodasheet.staging.types.degrees import DEGREES
from sodasheet.staging.types.number import SCIENTIFIC, SPECIAL, counts_in_hundredths
from sodasheet.staging.types.number_format import NumberFormat, two_notations
from sodasheet.staging.types.point import LONGITUDE_FIRST

_PARTIAL = tuple(
    form + FIRST_DAY
    for form in ("%Y", "%Y-%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%Y/%m")
)
_DAYS = ("%A, %B %d, %Y", "%a %d %b %Y", "%b %d %Y", "%B %d %Y", "%d. %B %Y", "%m.%d.%Y")
_ALL_DATES = (ISO, *DATES, *_DAYS, SERIAL, *_PARTIAL)

#: Currencies in letters before and after amounts.
_IN_LETTERS = tuple(
    form
    for code in ("USD", "EUR", "GBP", "CAD")
    for form in (f"{code} 1,234.50", f"1,234.50 {code}")
)

_CANDIDATES = (
    dict.fromkeys(DATE_TYPES, _ALL_DATES)
    | dict.fromkeys(AMOUNT_TYPES, (*NUMBERS, *_IN_LETTERS, SCIENTIFIC, DEGREES))
    | {"checkbox": COMMON_WORDS, "url": ("https://",), "point": (LONGITUDE_FIRST, DEGREES)}
)

_BOTH_DATES = "The column has both day-first and month-first dates."
_BOTH_NUMBERS = (
    "The column has both decimal commas and decimal points, so 1,234 could mean either: write its "
    "numbers one way."
)
_BOTH_PERCENT = (
    "The column has numbers with a percent sign and others, such as {shown}, without, which could "
    "be {low} or {high}: write its numbers one way."
)

_BOTH_CURRENCIES = (
    "The column has amounts in more than one currency: publish one currency, or each currency in a "
    "separate column."
)

#: Maximum formats of one column, and values on which candidates are tried first.
_MOST_FORMATS = 3
_TRIED = 500


@dataclass(frozen=True, slots=True)
class FormatReading:
    """Formats, and the SQL condition of the values that they read.

    `swapped` is the format with day and month exchanged if it reads as many values: then only the
    user knows which is meant. `question` is a sentence if the column contradicts itself.
    """

    formats: tuple[str, ...]
    condition: str
    swapped: str = ""
    question: str = ""


def candidates(column: Column) -> tuple[str, ...]:
    """Return the formats of a type other than its plain form."""
    return _CANDIDATES.get(column.type, ())


def best_reading(values: Values, column: Column) -> FormatReading | None:
    """Return the formats that together read most values; None if no format reads half."""
    likely = _likely(values, column)
    chosen: list[str] = []
    rest = "true"
    swapped = ""
    question = ""
    while likely and len(chosen) < _MOST_FORMATS:
        counts = _counts(values, column, likely, rest)
        best = max(likely, key=lambda form: (counts[form], -likely.index(form)))
        if not counts[best] or (not chosen and 2 * counts[best] < values_left(values)):
            break
        other = exchanged(best)
        if other in likely and not chosen:
            swapped, both = _compare(values, column, best, other)
            question = _BOTH_DATES if both else ""
        if contradiction := _contradiction(values, column, best, chosen):
            condition = condition_of(column, tuple(chosen))
            return FormatReading(tuple(chosen), condition, question=contradiction)
        if not chosen:
            counted = "(SELECT t, n, r AS _row FROM {values})"
            doubt = rare_decimal_comma(values.stage, values.named(counted), column, (best,))
            if doubt:
                reading = condition_of(column, (best,))
                return FormatReading((best,), reading, question=doubt.sentence)
        chosen.append(best)
        likely = [form for form in likely if form not in (best, other)]
        rest = f"NOT {condition_of(column, tuple(chosen))}"
        if not values.number(f"SELECT count(*) FROM {{values}} WHERE {rest}"):
            break
    if not chosen:
        return None
    formats = tuple(chosen)
    return FormatReading(formats, condition_of(column, formats), swapped, question)


def _contradiction(values: Values, column: Column, form: str, chosen: Sequence[str]) -> str:
    """Return the question if a number format contradicts a chosen format, else empty.

    4,6 contradicts 1,234.5, €5 contradicts $5, and a bare 0.5 contradicts 45%.
    """
    if not chosen or column.type not in AMOUNT_TYPES or form in SPECIAL:
        return ""
    one = NumberFormat.read(form)
    others = [NumberFormat.read(other) for other in chosen if other not in SPECIAL]
    if any(two_notations(one, other) for other in others):
        return _BOTH_NUMBERS
    if len({each.currency for each in (one, *others)} - {""}) > 1:
        return _BOTH_CURRENCIES
    mixed = [other for other in others if other.percent != one.percent]
    if not mixed:
        return ""
    bare = chosen[others.index(mixed[0])] if one.percent else form
    return _bare_percentage(values, column, bare)


def _bare_percentage(values: Values, column: Column, bare: str) -> str:
    """Return the question if numbers without a percent sign could be off by a factor of 100.

    Where 45 means 45 %, a bare 0.5 could be 50 %; where 0.45 means 45 %, so could a bare 45.
    """
    number = f"try_cast({compiled(column, (bare,)).bare} AS DOUBLE)"
    doubtful = (
        f"abs({number}) BETWEEN 1e-9 AND 1"
        if counts_in_hundredths(column)
        else f"abs({number}) > 1"
    )
    found = values.rows(
        f"SELECT t, {number} FROM {{values}} WHERE {condition_of(column, (bare,))} AND {doubtful}"
        " ORDER BY r LIMIT 1"
    )
    if not found:
        return ""
    ((shown, value),) = found
    low, high = (value, 100 * value) if abs(value) <= 1 else (value / 100, value)
    percents = (f"{percent:g}%" for percent in (low, high))
    return _BOTH_PERCENT.format(shown=shown, low=next(percents), high=next(percents))


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
