"""Verification: compare the dataset's row count after a push with the portal's replies."""

from __future__ import annotations

import time
from collections.abc import Iterable

from sodasheet.errors import SodaSheetError
from sodasheet.model.column import Column
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.model.report import RowCounts
from sodasheet.portal.soda2.rows_client import RowsClient, RowState

#: Seconds before each repeated count: the portal copies finished writes to its readers with some
#: delay (portal-api.md B.3, G.20).
WAITS = (0.2, 1.0, 3.0)


def count_until(rows: RowsClient, wanted: int | None) -> tuple[int | None, RowState | None]:
    """Return the dataset's row count, asked for repeatedly until equal to `wanted`, and the state.

    The count is None if the portal does not answer: the rows have landed all the same. The state is
    None also while readers do not see every write.
    """
    try:
        state = rows.state()
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


def mismatch(wanted: int | None, after: int | None) -> str:
    """Return the sentence for a row count that differs from what the replies add up to."""
    if after is None:
        return " The portal could not be asked how many rows there are now."
    if wanted is None or wanted == after:
        return ""
    return (
        f" {wanted:,} were expected: the portal may need some minutes to show all rows, or somebody"
        " else changed the dataset. Check again later."
    )
