"""Missing-value markers: words and signs that people write for "no value"."""

from __future__ import annotations

from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.suggest.distinct_values import Values
from sodasheet.wording import listed, part_of

#: Markers in any column, in lower case.
SURE = (
    "n/a", "#n/a", "na", "n.a.", "n/d", "nd", "null", "nan", "-", "--", "---", ".", "..", "...",
    "\u2013", "\u2014", "(blank)", "[blank]", "<null>", "#n/a n/a", "not available",
    "not applicable", "(null)", "\\n",
)  # fmt: skip
#: Markers only where a number or a date is expected: in text, these may be values.
IN_TYPED = ("none", "unknown", "tbd", "pending", "blank", "missing", "nil", "?", "x", "*", "s")


def missing_message(count: int, values: int, markers: tuple[str, ...]) -> str:
    """Return the sentence of the suggestion to read markers as empty cells."""
    stand = "stands" if count == 1 else "stand"
    return f"{part_of(count, values, 'value')} {stand} for a missing value: {listed(markers)}."


def markers_in(values: Values, *, typed: bool) -> tuple[str, ...]:
    """Return the markers among the values exactly as written, most frequent first."""
    words = ", ".join(map(literal, (*SURE, *(IN_TYPED if typed else ()))))
    query = f"SELECT t FROM {{values}} WHERE lower(t) IN ({words}) ORDER BY n DESC, t"
    found = [text for (text,) in values.rows(query)]
    return tuple({text.lower(): text for text in reversed(found)}.values())[::-1]
