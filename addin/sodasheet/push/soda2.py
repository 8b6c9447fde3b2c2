"""Sending rows over SODA2: one request is one transaction (portal-api.md B.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sodasheet.errors import Cancelled
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.model.report import RejectedRow, RowCounts
from sodasheet.portal.rows import RowsClient
from sodasheet.portal.summary import Reply
from sodasheet.staging.batches import Batch, BatchLimits, batches
from sodasheet.staging.checks import Checked

LIMITS = BatchLimits(rows=5000, bytes=4_000_000)


@dataclass(slots=True)
class Landed:
    """What has landed so far; true at every moment, also when the next request fails."""

    counts: RowCounts = field(default_factory=lambda: RowCounts(0, 0, 0, 0, 0))
    batches: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)

    def add(self, rows: tuple[int, ...], reply: Reply) -> None:
        """One more request was answered."""
        self.batches += 1
        self.counts = self.counts + RowCounts(
            len(rows), reply.created, reply.updated, reply.deleted, reply.errors
        )
        for error in reply.row_errors:
            row = rows[error.index] if error.index is not None and error.index < len(rows) else None
            self.rejected.append(RejectedRow(row, error.identifier, None, None, error.reason))


class Soda2:
    """Sends checked rows; `landed` tells what the portal has confirmed."""

    name = "SODA2"

    def __init__(self, rows: RowsClient, progress: Progress) -> None:
        self.landed = Landed()
        self._rows = rows
        self._progress = progress

    def push(self, checked: Checked, limit: int | None) -> None:
        """Send every good row, or the first `limit` of them.

        Raises what the portal edge raises; `landed` then says what stands. Raises Cancelled
        between two requests, never within one.
        """
        limits = BatchLimits(LIMITS.rows, LIMITS.bytes, limit)
        sending = checked.sendable if limit is None else min(limit, checked.sendable)
        self._progress.begin("sending", sending)
        if checked.plan.method is Method.REPLACE:
            self._replace(checked, limits)
            return
        for batch in batches(checked, limits):
            if self._progress.stop:
                raise Cancelled(
                    f"Stopped after {self.landed.counts.sent:,} of {sending:,} rows.",
                    "What was sent has landed; push again to send the rest.",
                )
            self.landed.add(batch.rows, self._rows.send(batch.body))
            self._progress.advance(len(batch.rows))

    def _replace(self, checked: Checked, limits: BatchLimits) -> None:
        """All rows in one request: readers see the old rows or the new, never a mixture."""
        rows: list[int] = []
        reply = self._rows.replace(self._pieces(checked, limits, rows))
        self.landed.add(tuple(rows), reply)

    def _pieces(self, checked: Checked, limits: BatchLimits, rows: list[int]) -> Iterator[bytes]:
        """One JSON array in pieces; `rows` collects the source rows as they go out."""
        opening = b"["
        for batch in batches(checked, limits):
            if self._progress.stop:
                raise Cancelled("Stopped before all rows were sent.", "Nothing was changed.")
            rows.extend(batch.rows)
            yield opening + _inside(batch)
            opening = b","
            self._progress.advance(len(batch.rows))
        yield b"]" if rows else b"[]"


def _inside(batch: Batch) -> bytes:
    """The batch's JSON array without its brackets."""
    return batch.body.strip()[1:-1]
