"""The ribbon's button Check data, in Excel or in the background."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press


def check_data(press: Press) -> None:
    """Check every row offline, write results next to the mapping rows, and list all findings.

    Excel waits only while its cells are read. If no window can be opened, all questions are asked
    right away. When the button is pressed in the desk, Excel does not wait at all.
    """
    if press.dialogs.no_windows is None and not press.dialogs.page_open:
        _check_in_background(press)
        return
    from sodasheet.excel.actions.check import checked
    from sodasheet.excel.actions.check_results import renew_marks, show_check
    from sodasheet.excel.actions.hidden_rows import with_hidden_answer
    from sodasheet.excel.actions.mapping_fixes import accept_fixes
    from sodasheet.excel.sheets.open_mapping import open_mapping

    opened = open_mapping(press)
    opened = with_hidden_answer(press, opened)
    check = checked(press, opened)
    fixes = check.fixes
    if fixes.suggestions and not opened.problems and press.dialogs.ask_yes_no(fixes.question):
        accept_fixes(opened, fixes)
        press = replace(press)  # the sheets may have changed meanwhile
        opened = open_mapping(press)
        check = checked(press, opened)
    show_check(press, opened, check)
    press.return_to_front()
    renew_marks(press, check)


def _check_in_background(press: Press) -> None:
    """Read the sheet and start a process that checks the rows and shows its findings."""
    from sodasheet.desk.tasks.task import TaskKind
    from sodasheet.excel.actions.hidden_rows import with_hidden_answer
    from sodasheet.excel.live.cell_links import links_of
    from sodasheet.excel.sheets.open_mapping import open_mapping
    from sodasheet.excel.spool_live_sheet import spool_live_sheet
    from sodasheet.excel.status_bar import StatusProgress
    from sodasheet.excel.tasks.launched_tasks import begin, order_of
    from sodasheet.excel.tasks.prepare_task import dataset_task, prepare, removed_on_failure
    from sodasheet.jobs.last_preview import key_of

    prepare(press)
    opened = with_hidden_answer(press, open_mapping(press))
    task = dataset_task(press, TaskKind.CHECK, opened)
    with removed_on_failure(task):
        job = spool_live_sheet(press, opened, task.folder, StatusProgress(press))
        order = order_of(press, opened.sheet)
        links = links_of(press, opened.job)
        begin(task, replace(order, links=links, job_key=key_of(opened.job)), job)
    press.status(f"checking the rows for {opened.dataset.name}; the results appear when it is done")
