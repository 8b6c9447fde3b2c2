"""The last push of a dataset, and asking whether to take it back where no window opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sodasheet.excel.session import open_session
from sodasheet.excel.status import StatusProgress
from sodasheet.jobs.remembered import seen_to_json

if TYPE_CHECKING:
    from sodasheet.excel.press import Press
    from sodasheet.jobs.sheet.block import Target
    from sodasheet.model.job import Job
    from sodasheet.push.order import Seen
    from sodasheet.push.undo import Undone


@dataclass(frozen=True, slots=True)
class Undo:
    """A run that can be taken back, its job, and the dataset as it was when that was agreed to."""

    run: str
    job: Job
    seen: Seen | None = None

    def to_json(self) -> dict[str, Any]:
        """What the process that does it has to know besides the job."""
        return {"undoes": self.run, "seen": seen_to_json(self.seen)}


def undo_of(where: Target) -> Undo:
    """The last push of the dataset from this computer that landed.

    Raises Refused where there is none, or it cannot be taken back, before anybody is asked.
    """
    from sodasheet.jobs.orders import order_from_memo
    from sodasheet.push.undo import last_run, past_run

    past = past_run(last_run(where.dataset, where.portal))
    return Undo(past.record.run, order_from_memo(past.record.order).job)


def agreed_to_undo(press: Press, undo: Undo) -> Undo | None:
    """Work out the way back here and ask with its numbers; None where the user says no."""
    from sodasheet.push.desk import Desk
    from sodasheet.push.order import Agreed
    from sodasheet.push.undo import way_back
    from sodasheet.scratch import scratch_folder

    with (
        scratch_folder() as folder,
        open_session(undo.job.portal, write=True) as session,
    ):
        way = way_back(undo.run, Desk(session, StatusProgress(press), Agreed()), folder)
    if not press.dialogs.ask_yes_no(_question(way)):
        return None
    return replace(undo, seen=way.order.seen)


def _question(way: Undone) -> str:
    return (
        f"Take back the last push to {way.dataset.name} (run {way.run})?\n\n"
        f"{_rows(way.back)} put back as before it, and {_rows(way.going)} deleted that it added."
    )


def _rows(count: int) -> str:
    return f"{count:,} row is" if count == 1 else f"{count:,} rows are"
