"""Sending rows over SODA2: all of them in one request, which is one transaction (B.4)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

from sodasheet.errors import Cancelled
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.portal.soda2.replication import until_settled
from sodasheet.portal.soda2.rows import RowsClient
from sodasheet.portal.soda2.write_result import Reply
from sodasheet.push.runs.record import Landed
from sodasheet.push.send.outcome import AnnouncedWrite, resolve
from sodasheet.push.send.transport import Record, Verdict
from sodasheet.staging.check.result import CheckResult
from sodasheet.staging.output.json_batches import Batch, BatchLimits, batches

#: What is sent as one body that can be repeated; more than this is streamed.
SMALL = BatchLimits(rows=5000, bytes=4_000_000)


def fits_one_body(checked: CheckResult, limit: int | None) -> bool:
    """Whether all rows are so few that they fit into one small request."""
    sending = checked.sendable if limit is None else min(limit, checked.sendable)
    if sending > SMALL.rows:
        return False
    return _only_batch(checked, limit, sending) is not None


def _only_batch(checked: CheckResult, limit: int | None, sending: int) -> Batch | None:
    """All rows as one small body; None where they are more."""
    if sending + checked.removals > SMALL.rows:
        return None
    with closing(batches(checked, BatchLimits(SMALL.rows, SMALL.bytes, limit))) as found:
        first = next(found, None)
    whole = first is not None and (len(first.rows), first.removals) == (sending, checked.removals)
    return first if whole else None


class Soda2:
    """One request."""

    name = "SODA2"

    def __init__(self, rows: RowsClient, progress: Progress, record: Record) -> None:
        self.landed = Landed()
        self._rows = rows
        self._progress = progress
        self._record = record

    def push(self, checked: CheckResult, limit: int | None) -> None:
        """Send the rows; see `Transport.push`."""
        sending = checked.sendable if limit is None else min(limit, checked.sendable)
        self._progress.begin("sending", sending + checked.removals)
        if self._progress.stop:
            raise _stopped()
        method = checked.plan.method
        only = _only_batch(checked, limit, sending) if method is not Method.REPLACE else None
        # Counted as late as can be: what others write meanwhile is not to be taken for ours.
        until_settled(self._rows)
        before = self._rows.count()
        facts = {"before": before, "rows": sending, "limit": limit, "at": time.time()}
        self._record("sending", transport="soda2", removals=checked.removals, **facts)
        if only is not None:
            reply = self._rows.send(only.body)
            rows = list(only.rows)
            self._progress.advance(sending + checked.removals)
        else:
            pieces = _Pieces(checked, limit, self._progress)
            replacing = method is Method.REPLACE
            reply = self._rows.replace(pieces) if replacing else self._rows.send_whole(pieces)
            rows = pieces.rows
        self.landed.answered(rows, _of_rows(reply, len(rows), checked.removals))

    def ask(self, checked: CheckResult | None, detail: dict[str, Any]) -> Verdict:
        """Compare the dataset with what was sent; see `Transport.ask`."""
        if checked is None or not until_settled(self._rows):
            return Verdict.UNKNOWN
        over = time.time() - detail["at"] > self._rows.patience.write
        removals = detail.get("removals", 0)
        sent = AnnouncedWrite(detail["before"], detail["rows"], detail["limit"], over, removals)
        verdict = resolve(checked, self._rows, sent)
        if verdict is Verdict.LANDED:
            appended = checked.plan.method is Method.APPEND
            self.landed.found(detail["rows"], detail["rows"] if appended else None)
        return verdict


class _Pieces:
    """One JSON array in pieces, made anew as often as it is gone through.

    `rows` are the source rows that have gone out so far.
    """

    def __init__(self, checked: CheckResult, limit: int | None, progress: Progress) -> None:
        self.rows: list[int] = []
        self._limits = BatchLimits(SMALL.rows, SMALL.bytes, limit)
        self._checked = checked
        self._progress = progress

    def __iter__(self) -> Iterator[bytes]:
        self.rows = []
        opening = b"["
        for batch in batches(self._checked, self._limits):
            if self._progress.stop:
                raise _stopped()
            self.rows.extend(batch.rows)
            yield opening + _inside(batch)
            opening = b","
            self._progress.advance(len(batch.rows) + batch.removals)
        yield b"]"


def _of_rows(reply: Reply, rows: int, removals: int) -> Reply:
    """The reply without errors about removals: a row that was gone already is as it was to be.

    Where the portal names no places (portal-api.md B.3), what it did tells how many rows failed.
    """
    if not removals or not reply.errors:
        return reply
    named = [error for error in reply.row_errors if error.index is not None]
    if len(named) == reply.errors:
        left = tuple(error for error in named if (error.index or 0) < rows)
        return replace(reply, errors=len(left), row_errors=left)
    if reply.created is None or reply.updated is None:
        return reply
    return replace(reply, errors=max(rows - reply.created - reply.updated, 0))


def _stopped() -> Cancelled:
    return Cancelled("You stopped it before all rows were sent.", "")


def _inside(batch: Batch) -> bytes:
    """The batch's JSON array without its brackets."""
    return batch.body[1:-1]
