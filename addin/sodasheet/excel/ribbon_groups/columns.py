"""The ribbon's group Columns: the mapping sheet, matching again, and the check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.task import TaskKind
from sodasheet.excel.actions.hidden_rows import with_hidden_answer
from sodasheet.excel.button_press import activate
from sodasheet.excel.live.cell_links import links_of
from sodasheet.excel.sheets.mapping import mapping_sheets
from sodasheet.excel.sheets.mapping_upgrade import bring_up_to_date
from sodasheet.excel.sheets.open_mapping import find_mapping, open_mapping
from sodasheet.excel.spool_live_sheet import spool_live_sheet
from sodasheet.excel.status_bar import StatusProgress
from sodasheet.excel.tasks.launched_tasks import begin, order_of
from sodasheet.excel.tasks.prepare_task import dataset_task, prepare, removed_on_failure
from sodasheet.jobs.last_preview import key_of

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.button_press import Press


def map_columns(press: Press) -> None:
    """Show the mapping sheet with new columns taken up; without one choose a dataset first."""
    if not mapping_sheets(press.book):
        from sodasheet.excel.ribbon_groups.dataset import choose_dataset

        choose_dataset(press)
        return
    changes = _matched_again(press, find_mapping(press).sheet)
    if changes:
        press.dialogs.tell("\n".join(changes))


def match_again(press: Press) -> None:
    """Match the columns that were not chosen by hand, and report changed shapes."""
    told = "Matched again. Your own choices were left as they are."
    press.dialogs.tell("\n".join([told, *_matched_again(press, press.front)]))


def _matched_again(press: Press, shown: xlwings.Sheet | None) -> list[str]:
    """Match again and show a sheet; a sentence for every change since the mapping was made."""
    from sodasheet.excel.actions.match_columns import lay_out, match, with_prints
    from sodasheet.excel.actions.renamed_fields import healed
    from sodasheet.matching import drift

    opened = open_mapping(press)
    job, renamed = healed(opened.job, opened.dataset)
    found = match(press, job.source, opened.dataset, job.method, job.mapping)
    changes = drift(job.fingerprint, found.headers, opened.dataset)
    job = with_prints(replace(job, mapping=found.mapping), found.headers, opened.dataset)
    added = bring_up_to_date(opened.sheet, job)
    lay_out(opened.sheet, job, opened.dataset, found)
    if shown is not None:
        activate(shown)
    return [*renamed, *changes, *added]


def check_data(press: Press) -> None:
    """Check every row offline, write results beside the mapping's rows, and list all findings.

    Excel waits only while its cells are read, unless no window can be opened: then everything is
    asked at the press. It does not wait at all for a press at the desk.
    """
    if press.dialogs.no_windows is None and not press.dialogs.page_open:
        _check_in_background(press)
        return
    from sodasheet.excel.actions.check import checked
    from sodasheet.excel.actions.check_results import renew_marks, show_check
    from sodasheet.excel.actions.mapping_fixes import accept_fixes

    opened = open_mapping(press)
    opened = with_hidden_answer(press, opened)
    check = checked(press, opened)
    fixes = check.fixes
    if fixes.suggestions and not opened.problems and press.dialogs.ask_yes_no(fixes.question):
        accept_fixes(opened, fixes)
        opened = open_mapping(press)
        check = checked(press, opened)
    show_check(press, opened, check)
    press.return_to_front()
    renew_marks(press, check)


def _check_in_background(press: Press) -> None:
    """Read the sheet and let a process of its own check the rows and show what it has found."""
    prepare(press)
    opened = with_hidden_answer(press, open_mapping(press))
    task = dataset_task(press, TaskKind.CHECK, opened)
    with removed_on_failure(task):
        job = spool_live_sheet(press, opened, task.folder, StatusProgress(press))
        order = order_of(press, opened.sheet)
        links = links_of(press, opened.job)
        begin(task, replace(order, links=links, job_key=key_of(opened.job)), job)
    press.status(f"checking the rows for {opened.dataset.name}; the results appear when it is done")
