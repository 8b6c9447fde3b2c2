"""The ribbon's group Publish: preview, push, stop, the rows that did not land, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.excel.actions.check import jumps_of
from sodasheet.excel.actions.confirm import Numbers, agreed, known_rejects, present_rows
from sodasheet.excel.actions.retry import Retry, retry_of
from sodasheet.excel.actions.undo import Undo, agreed_to_undo, undo_of
from sodasheet.excel.groups.columns import require_sound, with_hidden_answer
from sodasheet.excel.sheets.open_mapping import Opened, find_mapping, open_mapping, target
from sodasheet.excel.sheets.result_rows import Jumps
from sodasheet.excel.spooling import laid_down
from sodasheet.excel.status_bar import StatusProgress, progress_words
from sodasheet.excel.tasks.deliver import deliver_ended
from sodasheet.excel.tasks.launch import (
    PREVIEW,
    PUSH,
    UNDO,
    Handover,
    errands,
    forget,
    new_errand,
    send,
)
from sodasheet.jobs.last_preview import key_of, seen_by_preview, seen_to_json

if TYPE_CHECKING:
    from sodasheet.excel.press import Press
    from sodasheet.model.job import Job
    from sodasheet.push.runs.background_task import BackgroundTask


#: How a process is called that is still at it.
_UNDER_WAY = {PUSH: "A push", UNDO: "The undo of a push", PREVIEW: "A preview"}


def preview_changes(press: Press) -> None:
    """Read the sheet and let a process of its own work out what a push would change."""
    deliver_ended(press)
    _refuse_second(press)
    opened = with_hidden_answer(press, open_mapping(press))
    require_sound(opened)
    errand = new_errand()
    try:
        job = laid_down(press, opened, errand.folder, StatusProgress(press))
        more = {"job_key": key_of(opened.job), "dataset_name": opened.dataset.name}
        jumps = jumps_of(press, opened.job)
        send(press, errand, Handover(job, opened.sheet.sheet.name, jumps, more), PREVIEW)
    except BaseException:
        forget(errand)
        raise
    press.status(f"working out what would change in {opened.dataset.name}; a sheet will show it")


def push(press: Press) -> None:
    """Read the sheet and let a process of its own do the rest; its window asks before it sends."""
    deliver_ended(press)
    _refuse_second(press)
    _push(press, None)


def retry_failed_rows(press: Press) -> None:
    """Push only the rows that the last push left out, as they stand in the source now."""
    deliver_ended(press)
    _refuse_second(press)
    opened = open_mapping(press)
    _push(press, retry_of(press, opened), opened)


def undo_last_push(press: Press) -> None:
    """Take back the last push to the mapping sheet's dataset, once that was agreed to."""
    deliver_ended(press)
    _refuse_second(press)
    undo = undo_of(target(press))
    if press.dialogs.no_windows is not None:
        agreed_undo = agreed_to_undo(press, undo)
        if agreed_undo is None:
            press.clear_status()
            return
        undo = agreed_undo
    _take_back(press, undo)


def _take_back(press: Press, undo: Undo) -> None:
    errand = new_errand()
    try:
        handover = Handover(undo.job, find_mapping(press).sheet.name, Jumps(), undo.to_json())
        send(press, errand, handover, UNDO)
    except BaseException:
        forget(errand)
        raise
    press.status(f"taking back run {undo.run}; the results appear when it is done")


def stop(press: Press) -> None:
    """Ask a push, an undo or a preview that is under way to end after its next request."""
    deliver_ended(press)
    running = list(errands(press))
    for errand in running:
        errand.stop()
    if not running:
        press.dialogs.tell("No push from this workbook is under way.")
    else:
        press.status("stopping after the request under way")


def _push(press: Press, retry: Retry | None, opened: Opened | None = None) -> None:
    opened = with_hidden_answer(press, opened or open_mapping(press))
    require_sound(opened)
    errand = new_errand()
    try:
        handover = _handover(press, opened, retry, errand)
        if handover is None:
            forget(errand)
            press.clear_status()
            return
        send(press, errand, handover)
    except BaseException:
        forget(errand)
        raise
    press.status(f"pushing to {opened.dataset.name}; the results appear when it is done")


def _handover(
    press: Press, opened: Opened, retry: Retry | None, errand: BackgroundTask
) -> Handover | None:
    """What is handed over, the rows laid down; None where the user said no.

    Where a window opens, it asks; else it is asked here.
    """
    present = None if press.dialogs.no_windows is None else present_rows(opened)
    job, rejected = _laid_down(press, opened, retry, errand), 0
    seen = None if retry else seen_by_preview(opened.job)
    if present is not None:
        rejected = 0 if retry else known_rejects(press, opened)
        if not agreed(press, opened, job, Numbers(present, rejected, seen)):
            return None
    more = {"allow_rejected": rejected, "seen": seen_to_json(seen)}
    return Handover(job, opened.sheet.sheet.name, jumps_of(press, opened.job), more)


def _laid_down(press: Press, opened: Opened, retry: Retry | None, errand: BackgroundTask) -> Job:
    """The job with its rows in the folder of the errand."""
    progress = StatusProgress(press)
    if retry is None:
        return laid_down(press, opened, errand.folder, progress)
    handed = laid_down(press, replace(opened, job=retry.job), errand.folder, progress)
    return retry.narrowed(handed, press.base, errand.folder, progress)


def _refuse_second(press: Press) -> None:
    """One thing from a workbook at a time."""
    for errand in errands(press):
        if errand.report is None and errand.alive:
            status = errand.status
            done = progress_words(str(status["stage"]), status.get("done", 0), status.get("total"))
            kind = errand.order.get("kind", PUSH)
            asks = errand.order.get("window") and kind != PREVIEW
            look = "Answer it in its window" if asks else "Wait for its results"
            what = _UNDER_WAY[kind]
            raise UsageProblem(
                f"{what} from this workbook is under way ({done}).", f"{look}, or press Stop."
            )
