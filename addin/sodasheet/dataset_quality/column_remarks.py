"""Remarks about a column of a published dataset: differences and anomalies."""

from __future__ import annotations

from datetime import UTC, datetime

from sodasheet.dataset_quality.column_measures import ColumnMeasure
from sodasheet.dataset_quality.completeness_freshness_findings import Completeness
from sodasheet.quality.measure_profile import kind_of
from sodasheet.quality.private_and_damaged_values import MARKS
from sodasheet.quality.private_data_findings import published_kinds
from sodasheet.quality.profile import ColumnProfile
from sodasheet.wording import counted

AS_BEFORE = "as before"

#: Smaller differences in the share of filled cells are ignored; larger losses stand out.
_SAME, _EMPTIER = 0.005, 0.05

_DAY = 86_400


def since_last_push(
    measured: ColumnMeasure, filled: Completeness, before: ColumnProfile, *, whole: bool
) -> str:
    """Return a sentence about the first difference between a column and `before`.

    `whole` says that every row was looked at then.
    """
    then = before.filled / before.rows if before.rows else None
    if filled.share is not None and then is not None and abs(filled.share - then) >= _SAME:
        return f"filled {_percent(then)} before"
    days = _days_newer(measured, before)
    if days:
        return f"{counted(days, 'day')} newer"
    known = whole or before.complete
    if known and measured.distinct is not None and measured.distinct != before.distinct:
        more = measured.distinct - before.distinct
        return f"{more:+,} {'value' if abs(more) == 1 else 'values'}"
    return AS_BEFORE


def worth_a_look(
    measured: ColumnMeasure,
    filled: Completeness,
    now: ColumnProfile | None,
    before: ColumnProfile | None,
) -> str:
    """Return the first reason to look at a column; blank if there is none."""
    if filled.rows and filled.filled == 0:
        return "never filled"
    if before is not None and before.rows and filled.share is not None:
        lost = before.filled / before.rows - filled.share
        if lost >= _EMPTIER:
            return f"{counted(round(100 * lost), 'point')} emptier"
    if now is not None and published_kinds(measured.column, now):
        return "possible private data"
    if now is not None and any(now.marks.get(one.slug) for one in MARKS if not one.private):
        return "damaged characters"
    if measured.distinct == 1 and filled.filled == filled.rows > 1:
        return "always the same value"
    return ""


def newest(moment: str) -> float | None:
    """Return a portal's timestamp as seconds since 1970; None for any other string."""
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).timestamp()


def _days_newer(measured: ColumnMeasure, before: ColumnProfile) -> int:
    """Return how many days newer the newest date is; 0 for other columns."""
    highest = newest(measured.highest) if kind_of(measured.column) == "date" else None
    if highest is None or before.spread is None:
        return 0
    return max(0, int((highest - before.spread.high) // _DAY))


def _percent(share: float) -> str:
    """Return a whole percentage; 100% and 0% are never the result of rounding."""
    return f"{share:.0%}" if share in (0, 1) else f"{min(max(share, 0.01), 0.99):.0%}"
