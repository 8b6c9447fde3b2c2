"""Verification: compare the dataset's row count after a push with the portal's replies."""

from __future__ import annotations

import time
from collections.abc import Iterable

from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.method import Method
from sodasheet.model.report import RowCounts, RowTotals
from sodasheet.portal.soda2.rows_client import RowsClient, RowState

#: Seconds before each repeated count: the portal copies finished writes to its readers with some
#: delay (portal-api.md B.3, G.20).
WAITS = (0.2, 1.0, 3.0)


def count_until(
    rows: RowsClient, wanted: int | None, seen: RowState | None = None
) -> tuple[int | None, RowState | None]:
    """Return the dataset's row count, asked for repeatedly until equal to `wanted`, and the state.

    `seen` is the state right after the write if it was asked for already.
    The count is None if the portal does not answer: the rows have landed all the same. The state is
    None also while readers do not see every write.
    """
    try:
        state = seen or rows.state()
        count = rows.count() if state is None else state.rows
        for seconds in WAITS:
            if wanted is None or count == wanted:
                break
            time.sleep(seconds)
            state = rows.state()
            count = rows.count() if state is None else state.rows
    except SodaSheetError:
        return None, None
    return count, state


def expected(
    method: Method, before: int, counts: RowCounts, total: int | None = None
) -> int | None:
    """Return how many rows the dataset should have now, None if the replies do not say.

    `total` is the number known beforehand if only some of the rows were sent.
    """
    if total is not None:
        return None if counts.rejected else total
    if method is Method.REPLACE:
        known = counts.sent is not None and counts.rejected is not None
        return (counts.sent or 0) - (counts.rejected or 0) if known else counts.sent
    if method is Method.APPEND and counts.created is not None:
        return before + counts.created - (counts.deleted or 0)
    if counts.created is None or counts.deleted is None:
        return None
    return before + counts.created - counts.deleted


def lost_columns(before: Iterable[Column], after: Dataset | None) -> str:
    """Return the sentence for columns that the dataset no longer has; `after` is read now."""
    if after is None:
        return ""
    fields = {column.field for column in after.columns}
    lost = [column.label for column in before if column.field not in fields]
    if not lost:
        return ""
    noun = "column" if len(lost) == 1 else "columns"
    return f" The dataset no longer has the {noun} {', '.join(lost)}: look at it on the portal."


def mismatch(totals: RowTotals, *, settled: bool) -> str:
    """Return the sentence for a row count that differs from what the replies add up to.

    `settled` says that readers see every write.
    """
    wanted, after = totals.expected, totals.after
    if after is None:
        return " The portal could not be asked how many rows there are now."
    if wanted is None or wanted == after:
        return ""
    if _too_many(totals, settled=settled):
        return (
            f" {wanted:,} were expected: somebody else added rows in the meantime, or some rows"
            " were added twice. Check the dataset before you push again."
        )
    return (
        f" {wanted:,} were expected: the portal may need some minutes to show all rows, or somebody"
        " else changed the dataset. Check again later."
    )


def _too_many(totals: RowTotals, *, settled: bool) -> bool:
    """True if there are surely more rows than expected.

    Readers that lag behind show the rows as they were: too many only if rows were deleted.
    """
    wanted, after = totals.expected, totals.after
    if wanted is None or after is None or after <= wanted:
        return False
    return settled or wanted >= (totals.before or 0)


def is_surprising(totals: RowTotals, *, settled: bool) -> bool:
    """True if the count surely differs, and not for readers that lag behind."""
    if totals.expected is None or totals.after is None or totals.expected == totals.after:
        return False
    return settled or _too_many(totals, settled=settled)


def part_mismatch(words: str, wanted: int | None, found: int | None) -> str:
    """Return the sentence for a part of the dataset that has not the rows of the source."""
    if wanted is None or found is None or wanted == found:
        return ""
    return (
        f" The part {words} has {found:,} row{'' if found == 1 else 's'}, and the source has"
        f" {wanted:,} for it: somebody else changed the part in the meantime, or not all of it was"
        " replaced. Compare the part with the source."
    )


def redone(run: str, undoes: object) -> str:
    """Return the sentence for the undo of a run that was itself an undo, empty for other runs."""
    if not undoes:
        return ""
    return f" Run {run} was an undo itself, so the changes of run {undoes} are back."


def difference_after_undo(run: str, before: int | None, after: int | None) -> str:
    """Return the sentence for an undo after which the row count is not as before `run`."""
    if before is None or after is None or before == after:
        return ""
    rows = (
        "rows of that run are still there"
        if after > before
        else "rows that it had replaced or deleted are still missing"
    )
    return (
        f" Before run {run} it had {before:,}: unless something else has changed the dataset since,"
        f" {rows}. Check the dataset."
    )
