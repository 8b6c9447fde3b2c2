"""The ribbon's group Publish: push, stop, and the rows that did not land."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.excel.agreement import agreed, known_rejects, present_rows
from sodasheet.excel.checking import jumps_of
from sodasheet.excel.columns_group import require_sound, with_hidden_answer
from sodasheet.excel.delivery import deliver_ended
from sodasheet.excel.handover import Handover, errands, forget, new_errand, send
from sodasheet.excel.laid_down import laid_down
from sodasheet.excel.opened import Opened, open_mapping
from sodasheet.excel.retrying import Retry, retry_of
from sodasheet.excel.status import StatusProgress, progress_words

if TYPE_CHECKING:
    from sodasheet.excel.press import Press
    from sodasheet.model.job import Job
    from sodasheet.push.detached import Errand


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


def stop(press: Press) -> None:
    """Ask a push that is under way to end after its next request."""
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


def _handover(press: Press, opened: Opened, retry: Retry | None, errand: Errand) -> Handover | None:
    """What is handed over, the rows laid down; None where the user said no.

    Where a window opens, it asks; else it is asked here.
    """
    present = None if press.dialogs.no_windows is None else present_rows(opened)
    job, rejected = _laid_down(press, opened, retry, errand), 0
    if present is not None:
        rejected = 0 if retry else known_rejects(press, opened)
        if not agreed(press, opened, job, present, rejected):
            return None
    return Handover(job, rejected, opened.sheet.sheet.name, jumps_of(press, opened.job))


def _laid_down(press: Press, opened: Opened, retry: Retry | None, errand: Errand) -> Job:
    """The job with its rows in the folder of the errand."""
    progress = StatusProgress(press)
    if retry is None:
        return laid_down(press, opened, errand.folder, progress)
    handed = laid_down(press, replace(opened, job=retry.job), errand.folder, progress)
    return retry.narrowed(handed, press.base, errand.folder, progress)


def _refuse_second(press: Press) -> None:
    """One push from a workbook at a time."""
    for errand in errands(press):
        if errand.report is None and errand.alive:
            status = errand.status
            done = progress_words(str(status["stage"]), status.get("done", 0), status.get("total"))
            windowed = errand.order.get("window")
            look = "Answer it in its window" if windowed else "Wait for its results"
            raise UsageProblem(
                f"A push from this workbook is under way ({done}).",
                f"{look}, or press Stop.",
            )
