"""Sending rows over SODA2: all of them in one request, which is one transaction (B.4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sodasheet.errors import Cancelled
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.portal.rows import RowsClient
from sodasheet.push.resolution import resolve
from sodasheet.push.transport import Landed, Record, Verdict
from sodasheet.staging.batches import Batch, BatchLimits, batches
from sodasheet.staging.checks import Checked

#: What is sent as one body that can be repeated; more than this is streamed.
SMALL = BatchLimits(rows=5000, bytes=4_000_000)

#: How often, and after how many seconds, readers are asked whether they see the write yet.
_SETTLING = (0.2, 0.5, 1.0, 2.0, 4.0)


def fits_one_body(checked: Checked, limit: int | None) -> bool:
    """Whether all rows are so few that they fit into one small request."""
    sending = checked.sendable if limit is None else min(limit, checked.sendable)
    if sending > SMALL.rows:
        return False
    with closing(batches(checked, BatchLimits(SMALL.rows, SMALL.bytes, limit))) as found:
        first = next(found, None)
    return first is not None and len(first.rows) == sending


class Soda2:
    """One request. `before` is how many rows the dataset holds as the push begins."""

    name = "SODA2"

    def __init__(self, rows: RowsClient, progress: Progress, record: Record, before: int) -> None:
        self.landed = Landed()
        self._rows = rows
        self._progress = progress
        self._record = record
        self._before = before

    def push(self, checked: Checked, limit: int | None) -> None:
        """Send the rows; see `Transport.push`."""
        sending = checked.sendable if limit is None else min(limit, checked.sendable)
        self._progress.begin("sending", sending)
        if self._progress.stop:
            raise _stopped()
        with closing(batches(checked, BatchLimits(SMALL.rows, SMALL.bytes, limit))) as found:
            first = next(found, None)
        self._record("sending", transport="soda2", before=self._before, rows=sending, limit=limit)
        method = checked.plan.method
        if first is not None and len(first.rows) == sending and method is not Method.REPLACE:
            reply = self._rows.send(first.body)
            rows = list(first.rows)
            self._progress.advance(sending)
        else:
            rows = []
            pieces = self._pieces(checked, limit, rows)
            replacing = method is Method.REPLACE
            reply = self._rows.replace(pieces) if replacing else self._rows.send_whole(pieces)
        self.landed.answered(rows, reply)

    def ask(self, checked: Checked | None, detail: dict[str, Any]) -> Verdict:
        """Compare the dataset with what was sent; see `Transport.ask`."""
        if checked is None or not self._settled():
            return Verdict.UNKNOWN
        verdict = resolve(checked, self._rows, detail["before"], detail["limit"])
        if verdict is Verdict.LANDED:
            appended = checked.plan.method is Method.APPEND
            self.landed.found(detail["rows"], detail["rows"] if appended else None)
        return verdict

    def _settled(self) -> bool:
        """Wait until readers see every finished write, as long as that is reasonable."""
        for seconds in _SETTLING:
            if self._rows.settled():
                return True
            self._rows.wait(seconds)
        return self._rows.settled()

    def _pieces(self, checked: Checked, limit: int | None, rows: list[int]) -> Iterator[bytes]:
        """One JSON array in pieces; `rows` collects the source rows as they go out."""
        opening = b"["
        for batch in batches(checked, BatchLimits(SMALL.rows, SMALL.bytes, limit)):
            if self._progress.stop:
                raise _stopped()
            rows.extend(batch.rows)
            yield opening + _inside(batch)
            opening = b","
            self._progress.advance(len(batch.rows))
        yield b"]"


def _stopped() -> Cancelled:
    return Cancelled("You stopped it before all rows were sent.", "Nothing was changed.")


def _inside(batch: Batch) -> bytes:
    """The batch's JSON array without its brackets."""
    return batch.body[1:-1]
