"""The ribbon's group Publish: push, stop, and the rows that did not land."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.excel.checking import jumps_of
from sodasheet.excel.columns_group import require_sound, with_hidden_answer
from sodasheet.excel.delivery import deliver_ended
from sodasheet.excel.handover import Handover, errands, forget, new_errand, send
from sodasheet.excel.laid_down import laid_down
from sodasheet.excel.opened import Opened, open_mapping
from sodasheet.excel.result_rows import REJECTED_COUNT
from sodasheet.excel.result_sheet import find_results
from sodasheet.excel.retrying import Retry, retry_of
from sodasheet.excel.session import open_session
from sodasheet.excel.status import StatusProgress, progress_words
from sodasheet.model.method import Method
from sodasheet.push.order import Proposal
from sodasheet.sources.handed import HandedSource

if TYPE_CHECKING:
    from sodasheet.excel.press import Press
    from sodasheet.model.job import Job


def push(press: Press) -> None:
    """Read the sheet, ask once, and let a process of its own do the rest."""
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
    from sodasheet.portal.rows import RowsClient

    opened = with_hidden_answer(press, opened or open_mapping(press))
    require_sound(opened)
    job = retry.job if retry else opened.job
    errand = new_errand()
    try:
        with open_session(job.portal, write=True) as session:
            present = RowsClient(session, opened.dataset).count()
        progress = StatusProgress(press)
        handed = laid_down(press, replace(opened, job=job), errand.folder, progress)
        if retry is not None:
            handed = retry.narrowed(handed, press.base, errand.folder, progress)
        rejected = 0 if retry else _known_rejects(press, opened)
        if not _agreed(press, opened, handed, present, rejected):
            forget(errand)
            press.clear_status()
            return
        jumps = jumps_of(press, opened.job)
        send(press, errand, Handover(handed, rejected, opened.sheet.sheet.name, jumps))
    except BaseException:
        forget(errand)
        raise
    press.status(f"pushing to {opened.dataset.name}; the results appear when it is done")


def _agreed(press: Press, opened: Opened, job: Job, present: int, rejected: int) -> bool:
    """Ask with the method's verb and all numbers; what stays behind is agreed to as well."""
    rows = _rows(press, job)
    if rows is None:
        words = {
            Method.REPLACE: f"Replace all {present:,} rows of {opened.dataset.name}",
            Method.APPEND: f"Append rows to the {present:,} of {opened.dataset.name}",
            Method.UPSERT: f"Update or add rows in {opened.dataset.name} (it has {present:,})",
            Method.DELETE: f"Delete rows of the {present:,} in {opened.dataset.name}",
        }[job.method]
        return press.dialogs.ask_yes_no(f"{words} with those of {job.source.path}?")
    proposal = Proposal(job.method, opened.dataset, rows - rejected, rejected, present)
    return press.dialogs.ask_yes_no(f"{proposal.sentence}\n\nGo ahead?")


def _rows(press: Press, job: Job) -> int | None:
    """How many rows were laid down; nobody has counted those of a file yet."""
    if job.source.kind != "spool":
        return None
    from pathlib import Path

    folder = press.base / job.source.path
    return HandedSource(folder).spool(Path(folder), StatusProgress(press)).rows


def _known_rejects(press: Press, opened: Opened) -> int:
    """Rows with findings that the user agrees to leave behind; the last check has counted them."""
    results = find_results(press.book, opened.dataset.url)
    words = results.values().get(REJECTED_COUNT, "") if results else ""
    count = int(words.replace(",", "")) if words.replace(",", "").isdecimal() else 0
    if not count or not press.dialogs.ask_yes_no(
        f"The last check or push found {count:,} rows that cannot be sent.\n\n"
        "Yes: push the others without them.\nNo: send nothing while there are such rows."
    ):
        return 0
    return count


def _refuse_second(press: Press) -> None:
    """One push from a workbook at a time."""
    for errand in errands(press):
        if errand.report is None and errand.alive:
            status = errand.status
            done = progress_words(str(status["stage"]), status.get("done", 0), status.get("total"))
            raise UsageProblem(
                f"A push from this workbook is under way ({done}).",
                "Wait for its results, or press Stop.",
            )
