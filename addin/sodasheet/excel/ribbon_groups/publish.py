"""The buttons that change a dataset: preview, push, stop, retry and undo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.task import TaskKind, TaskOptions
from sodasheet.excel.tasks.launched_tasks import begin, order_of, task_of, tasks_of

if TYPE_CHECKING:
    from pathlib import Path

    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.actions.push_left_out_rows import Retry
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.job import Job


def preview_changes(press: Press) -> None:
    """Read the sheet and let a separate process compute the changes in a push."""
    from sodasheet.excel.actions.hidden_rows import with_hidden_answer
    from sodasheet.excel.live.cell_links import links_of
    from sodasheet.excel.sheets.open_mapping import open_mapping, require_sound
    from sodasheet.excel.spool_live_sheet import spool_live_sheet
    from sodasheet.excel.status_bar import StatusProgress
    from sodasheet.excel.tasks.prepare_task import dataset_task, prepare, removed_on_failure
    from sodasheet.jobs.last_preview import key_of

    prepare(press)
    opened = with_hidden_answer(press, open_mapping(press))
    require_sound(opened)
    task = dataset_task(press, TaskKind.PREVIEW, opened)
    with removed_on_failure(task):
        job = spool_live_sheet(press, opened, task.folder, StatusProgress(press))
        order = order_of(press, opened.sheet)
        links = links_of(press, opened.job)
        begin(task, replace(order, links=links, job_key=key_of(opened.job)), job)
    press.status(f"working out what would change in {opened.dataset.name}; a sheet will show it")


def push(press: Press) -> None:
    """Read the sheet and let a separate process push; its page asks before sending."""
    from sodasheet.excel.sheets.open_mapping import open_mapping
    from sodasheet.excel.tasks.prepare_task import prepare

    prepare(press)
    _push(press, open_mapping(press), None)


def retry_failed_rows(press: Press) -> None:
    """Push only the rows that the last push skipped, with their current values."""
    from sodasheet.excel.actions.push_left_out_rows import retry_of
    from sodasheet.excel.sheets.open_mapping import open_mapping
    from sodasheet.excel.tasks.prepare_task import prepare

    prepare(press)
    opened = open_mapping(press)
    _push(press, opened, retry_of(press, opened))


def undo_last_push(press: Press) -> None:
    """Undo the last push to the mapping sheet's dataset, after a confirmation."""
    from sodasheet.excel.actions.confirm_undo import agreed_to_undo, undo_of
    from sodasheet.excel.sheets.open_mapping import find_mapping, target
    from sodasheet.excel.tasks.prepare_task import prepare, removed_on_failure
    from sodasheet.jobs.last_preview import seen_to_json

    prepare(press)
    undo = undo_of(target(press))
    if press.dialogs.no_windows is not None:
        agreed_undo = agreed_to_undo(press, undo)
        if agreed_undo is None:
            press.clear_status()
            return
        undo = agreed_undo
    mapping = find_mapping(press)
    task = task_of(press, TaskKind.UNDO, source=press.book.name, portal=undo.job.portal)
    with removed_on_failure(task):
        task.change(options=undo.options, seen=seen_to_json(undo.seen))
        begin(task, order_of(press, mapping), undo.job)
    press.status(f"undoing run {undo.run}; the results appear when it is done")


def stop(press: Press) -> None:
    """Ask a running push, undo or preview to stop after its current request."""
    from sodasheet.excel.tasks.ended_tasks import deliver_ended

    deliver_ended(press)
    running = [task for task, _ in tasks_of(press)]
    for task in running:
        task.errand.stop()
    if not running:
        press.dialogs.tell(f"No push from {press.book.name} is running.")
    else:
        press.status("stopping after the current request")


def _push(press: Press, opened: Opened, retry: Retry | None) -> None:
    from sodasheet.excel.actions.hidden_rows import with_hidden_answer
    from sodasheet.excel.live.cell_links import links_of
    from sodasheet.excel.sheets.open_mapping import require_sound
    from sodasheet.excel.tasks.prepare_task import dataset_task, removed_on_failure

    opened = with_hidden_answer(press, opened)
    require_sound(opened)
    task = dataset_task(press, TaskKind.PUSH, opened)
    with removed_on_failure(task):
        job = _agreed_job(press, opened, retry, task)
        if job is None:
            task.remove()
            press.clear_status()
            return
        order = replace(order_of(press, opened.sheet), links=links_of(press, opened.job))
        begin(task, order, job)
    press.status(f"pushing to {opened.dataset.name}; the results appear when it is done")


def _agreed_job(press: Press, opened: Opened, retry: Retry | None, task: Task) -> Job | None:
    """Return the job with its rows spooled; None if the user said no.

    The task's page asks; if no window can be opened, the questions are asked here.
    """
    from sodasheet.jobs.last_preview import seen_by_preview, seen_to_json

    asking = press.dialogs.no_windows is not None
    present = _present_rows(opened) if asking else 0
    job, rejected = _spooled(press, opened, retry, task.folder), 0
    seen = None if retry else seen_by_preview(opened.job)
    if asking:
        from sodasheet.excel.actions.confirm_push import Numbers, agreed, known_rejects

        rejected = 0 if retry else known_rejects(press, opened)
        if not agreed(press, opened, job, Numbers(present, rejected, seen)):
            return None
    task.change(options=TaskOptions(allow_rejected=rejected), seen=seen_to_json(seen))
    return job


def _present_rows(opened: Opened) -> int:
    from sodasheet.excel.actions.confirm_push import present_rows

    return present_rows(opened)


def _spooled(press: Press, opened: Opened, retry: Retry | None, folder: Path) -> Job:
    """Return the job with its rows in the folder of the task."""
    from sodasheet.excel.spool_live_sheet import spool_live_sheet
    from sodasheet.excel.status_bar import StatusProgress

    progress = StatusProgress(press)
    if retry is None:
        return spool_live_sheet(press, opened, folder, progress)
    handed = spool_live_sheet(press, replace(opened, job=retry.job), folder, progress)
    return retry.narrowed(handed, press.base, folder, progress)
