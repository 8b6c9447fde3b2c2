"""Send all rows over SODA2 in one request, which is one transaction (B.4)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from sodasheet.errors import Cancelled, PortalError, UnknownOutcome
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.portal.http.retries import time_left
from sodasheet.portal.soda2.rows_client import SMALL_BODY, RowsClient, settled_state
from sodasheet.portal.soda2.write_result import Reply
from sodasheet.push.runs.run_recorder import Landed
from sodasheet.push.send.last_look_and_own_write import AnnouncedWrite, LastLook, Seen
from sodasheet.push.send.lost_answer import resolve
from sodasheet.push.send.transport import Record, Verdict
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.output.rows_to_send import Batch, BatchLimits, batches
from sodasheet.wording import counted_rows

#: Maximum bytes of one repeatable body; more is streamed.
SMALL = BatchLimits(rows=5000, bytes=4_000_000)


def fits_one_body(checked: CheckResult, limit: int | None) -> bool:
    """True if all rows fit into one small request."""
    sending = checked.sendable if limit is None else min(limit, checked.sendable)
    if sending > SMALL.rows:
        return False
    return _only_batch(checked, limit, sending) is not None


def _only_batch(checked: CheckResult, limit: int | None, sending: int) -> Batch | None:
    """All rows as one small body; None if too many."""
    if sending + checked.removals > SMALL.rows:
        return None
    with closing(batches(checked, BatchLimits(SMALL.rows, SMALL.bytes, limit))) as found:
        first = next(found, None)
    whole = first is not None and (len(first.rows), first.removals) == (sending, checked.removals)
    return first if whole else None


class Soda2:
    """A request; `look` is the last look at the dataset before sending."""

    name = "SODA2"

    def __init__(
        self, rows: RowsClient, progress: Progress, record: Record, look: LastLook
    ) -> None:
        self.landed = Landed()
        self._rows = rows
        self._progress = progress
        self._record = record
        self._last_look = look

    def push(self, checked: CheckResult, limit: int | None) -> None:
        """Send the rows; see `Transport.push`."""
        sending = checked.sendable if limit is None else min(limit, checked.sendable)
        self._progress.begin("sending", sending + checked.removals)
        if self._progress.stop:
            raise _stopped()
        replacing = checked.plan.method is Method.REPLACE
        only = None if replacing else _only_batch(checked, limit, sending)
        # As late as possible: writes by others must not be mistaken for ours.
        announced = self._announced(checked, sending, limit)
        self._record("sending", transport="soda2", **announced.to_json())
        pieces = _Pieces(checked, limit, self._progress, self._last_look)
        again = partial(self._may_go_again, checked, announced)
        try:
            if only is not None:
                reply, rows = self._rows.send(only.body, again), list(only.rows)
                self._progress.advance(sending + checked.removals)
            else:
                send = self._rows.replace if replacing else self._rows.send_whole
                reply = send(pieces, again)
                rows = pieces.rows
        except UnknownOutcome:
            raise
        except (PortalError, Cancelled) as error:
            # Someone may have stopped the wait after a refusal that was not the portal's.
            silent = isinstance(error, PortalError) and error.status is None
            verdict = Verdict.NOT_LANDED if silent else self._in_spite(checked, announced)
            if verdict is Verdict.OVERWRITTEN:
                raise _overwritten() from error
            if verdict is not Verdict.LANDED:
                raise
            return
        reply = _of_rows(reply, len(rows), checked.removals)
        if not reply.adds_up(len(rows), checked.removals, replacing=replacing):
            raise _contradictory(len(rows) + checked.removals)
        if reply.changed_rows:
            self._require_change(announced, reply.version)
        self.landed.answered(rows, reply)
        self._number(checked, announced, reply.version)

    def ask(self, checked: CheckResult | None, detail: dict[str, Any]) -> Verdict:
        """Compare the dataset with what was sent; see `Transport.ask`.

        Rows that are not there may still land, until the portal cannot be working on the request
        anymore. They are waited for as long as is reasonable; then nothing is known of them.
        """
        announced = AnnouncedWrite.from_json(detail)
        if checked is None:
            return Verdict.UNKNOWN
        patience = self._rows.patience
        until, pause = time.monotonic() + patience.late, _FIRST_LOOK
        while True:
            # Asked before reading: rows that land in between are then seen or waited for.
            over = announced.over(patience.over)
            verdict = self._look(checked, announced)
            if verdict is Verdict.LANDED:
                self._found(checked, announced)
            if verdict in (Verdict.LANDED, Verdict.UNKNOWN):
                return verdict
            if over:
                # Rows that are not there may have been changed or deleted by others since.
                return Verdict.NOT_LANDED if verdict is Verdict.NOT_LANDED else Verdict.UNKNOWN
            left = until - time.monotonic()
            if left <= 0:
                return Verdict.UNKNOWN
            self._progress.begin(
                "waiting for the portal, which may still be working on the rows"
                f" (at most {time_left(left)})"
            )
            self._rows.wait(min(pause, left))
            pause = min(pause * 2, _LONGEST_LOOK)

    def _may_go_again(
        self, checked: CheckResult, announced: AnnouncedWrite, status: int | None
    ) -> bool:
        """True if the rows can be sent once more, after a refusal with this status if any.

        A refusal may not be the portal's own, and others may have written since the last look.
        Raises DatasetChanged if they have and nothing of the rows can have landed.
        """
        if status is None:
            self._last_look.take()
            return True
        plan = checked.plan
        nameless = plan.method is Method.APPEND and plan.dataset.identifier is None
        if nameless and status >= 500:
            # The portal may still be working on the rows, and would add them a second time.
            return False
        try:
            state = settled_state(self._rows, self._progress)
        except PortalError:
            return False
        return state is not None and announced.same_as(state)

    def _require_change(self, announced: AnnouncedWrite, told: int | None) -> None:
        """Raise UnknownOutcome if the dataset is unchanged although the reply says otherwise."""
        seen, sent = Seen(announced.state, announced.version), announced.rows + announced.removals
        try:
            self.landed.state = self._last_look.require_change(seen, sent, told)
        except UnknownOutcome:
            announced = replace(announced, answered=True)
            self._record("sending", transport="soda2", **announced.to_json())
            raise

    def _in_spite(self, checked: CheckResult, announced: AnnouncedWrite) -> Verdict:
        """Return the verdict of the dataset despite a refusal.

        Something between here and the portal may have spoken in its name, after it had done its
        work. One look tells; a dataset that is as it was is not searched.
        """
        with suppress(PortalError):
            verdict = self._look(checked, announced)
            if verdict is Verdict.LANDED:
                self._found(checked, announced)
            return verdict
        return Verdict.UNKNOWN

    def _found(self, checked: CheckResult, announced: AnnouncedWrite) -> None:
        """Record rows that landed although no reply said so."""
        if checked.plan.method is Method.APPEND:
            self.landed.found(announced.rows, announced.rows, announced.removals)
        else:
            self.landed.found(announced.rows)
        self._number(checked, announced)

    def _number(
        self, checked: CheckResult, announced: AnnouncedWrite, told: int | None = None
    ) -> None:
        """Record the number of the landed write, and whether others wrote just before."""
        kind = f"{self.name} {checked.plan.method.value}"
        self._last_look.number(self.landed, kind, announced.version, told)

    def _look(self, checked: CheckResult, announced: AnnouncedWrite) -> Verdict:
        """Return the dataset's current verdict."""
        state = settled_state(self._rows, self._progress)
        if state is None:
            return Verdict.UNKNOWN
        return resolve(checked, self._rows, announced, state)

    def _announced(self, checked: CheckResult, sending: int, limit: int | None) -> AnnouncedWrite:
        """Return the write that is about to be sent. Raises DatasetChanged."""
        seen = self._last_look.take()
        state = seen.state
        before = self._rows.count() if state is None else state.rows
        return AnnouncedWrite(
            before,
            sending,
            limit,
            time.time(),
            checked.removals,
            None if state is None else state.changed,
            seen.version,
        )


#: Seconds between two checks for rows that may still land.
_FIRST_LOOK, _LONGEST_LOOK = 0.5, 15.0


class _Pieces:
    """One JSON array in pieces, created again for each iteration.

    `rows` are the source rows that were handed out so far. Raises DatasetChanged at the end of a
    large one if others have changed the dataset meanwhile.
    """

    def __init__(
        self, checked: CheckResult, limit: int | None, progress: Progress, look: LastLook
    ) -> None:
        self.rows: list[int] = []
        self._limits = BatchLimits(SMALL.rows, SMALL.bytes, limit)
        self._checked = checked
        self._progress = progress
        self._look = look

    def __iter__(self) -> Iterator[bytes]:
        self.rows = []
        opening, size = b"[", 0
        for batch in batches(self._checked, self._limits):
            if self._progress.stop:
                raise _stopped()
            self.rows.extend(batch.rows)
            yield opening + _inside(batch)
            opening, size = b",", size + len(batch.body)
            self._progress.advance(len(batch.rows) + batch.removals)
        if size > SMALL_BODY:
            # Minutes may have passed. Without its end, the portal cannot use any part of the
            # request.
            self._look.take()
        yield b"]"


def _of_rows(reply: Reply, rows: int, removals: int) -> Reply:
    """The reply without errors about removals: rows already gone need no removal.

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


def _contradictory(sent: int) -> UnknownOutcome:
    return UnknownOutcome(
        f"The portal accepted {counted_rows(sent)}, but its counts do not add up,"
        " so they may or may not be in the dataset.",
        "Compare the dataset's rows on the portal before you push them again.",
        200,
        "unknown",
    )


def _overwritten() -> UnknownOutcome:
    return UnknownOutcome(
        "The portal refused the rows, but someone wrote some of them at the same time, so the "
        "others may or may not be in the dataset.",
        "Compare the dataset's rows on the portal before you push them again.",
        None,
        "unknown",
    )


def _stopped() -> Cancelled:
    return Cancelled("You stopped the push before all rows were sent.", "")


def _inside(batch: Batch) -> bytes:
    """The batch's JSON array without its brackets."""
    return batch.body[1:-1]
