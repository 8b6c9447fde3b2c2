"""The last push of a dataset, and the confirmation of its undo if no window opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.task import TaskOptions
from sodasheet.excel.portal_session import open_session
from sodasheet.excel.status_bar import StatusProgress
from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.jobs.sheet.labeled_settings_block import SheetTarget
    from sodasheet.model.job import Job
    from sodasheet.push.request import PreviewSnapshot
    from sodasheet.push.undo.conflicts import ConflictError
    from sodasheet.push.undo.undo import UndoPlan


@dataclass(frozen=True, slots=True)
class Undo:
    """A run that can be undone, its job, and the dataset at the time of the user's consent.

    `forced` takes it back over what others have changed since.
    """

    run: str
    job: Job
    seen: PreviewSnapshot | None = None
    forced: bool = False

    @property
    def options(self) -> TaskOptions:
        """Options of the process that undoes the run."""
        return TaskOptions(undoes=self.run, forced=self.forced)


def undo_of(where: SheetTarget) -> Undo:
    """Return the last push of the dataset from this computer that landed.

    Raises Refused if there is none, or it cannot be taken back, before anybody is asked.
    """
    from sodasheet.jobs.push_resume_undo import request_from_memo
    from sodasheet.push.undo.undoable_run import last_run, past_run

    past = past_run(last_run(where.dataset, where.portal))
    return Undo(past.record.run, request_from_memo(past.record.order).job)


def agreed_to_undo(press: Press, undo: Undo) -> Undo | None:
    """Compute the undo in this process and ask with its numbers; None if the user says no.

    Where others have changed the rows since, that is asked about first.
    """
    from sodasheet.push.undo.conflicts import ConflictError

    try:
        way = _worked_out(press, undo)
    except ConflictError as error:
        if not press.dialogs.ask_yes_no(_despite(error)):
            return None
        undo = replace(undo, forced=True)
        way = _worked_out(press, undo)
    if not press.dialogs.ask_yes_no(_question(way)):
        return None
    return replace(undo, seen=way.order.seen)


def _worked_out(press: Press, undo: Undo) -> UndoPlan:
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.undo.undo import plan_undo
    from sodasheet.system.folders import scratch_folder

    with (
        scratch_folder() as folder,
        open_session(undo.job.portal, write=True) as session,
    ):
        desk = PushContext(session, StatusProgress(press), Agreed())
        return plan_undo(undo.run, desk, folder, force=undo.forced)


def _despite(error: ConflictError) -> str:
    rows = "\n".join(f"{name}: {told}" for name, told in error.shown)
    return f"{error.what}\n\n{rows}\n\n{error.consequence}\n\nUndo it anyway?"


def _question(way: UndoPlan) -> str:
    others = f" Others have changed {way.changed:,} of them since." if way.changed else ""
    deleted = f", and the {counted_rows(way.going)} it added will be deleted" if way.going else ""
    return (
        f"Undo the last push to {way.dataset.name} (run {way.run})?\n\n"
        f"{counted_rows(way.back)} will be restored{deleted}.{others}"
    )
