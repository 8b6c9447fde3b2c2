"""Delivery of a background process's result to its workbook."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sodasheet.desk.tasks.task import Task, TaskKind
from sodasheet.excel.book_path import is_address, path_of
from sodasheet.excel.sheets.mapping import MappingSheet, mapping_sheets, stamp_pushed
from sodasheet.excel.sheets.result_rows import outcome_words
from sodasheet.excel.sheets.results import result_sheet
from sodasheet.excel.tasks.launched_tasks import keep
from sodasheet.excel.xlwings_access import is_busy, load_xlwings, show_status
from sodasheet.system.folders import home

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.tasks.task_workbook import WorkbookOrder

#: Seconds for which a busy program is tried again; after that the next press shows the report.
PATIENCE = 20.0


def deliver_to_program(task: Task, order: WorkbookOrder) -> bool:
    """Write the report into the workbook; False if the book is closed or the program stays busy."""
    from filelock import Timeout

    until = time.monotonic() + PATIENCE
    while True:
        try:
            book = find_book(order)
            if book is None:
                return False
            show(book, task, order)
        except Exception as error:
            waits = is_busy(error) or isinstance(error, Timeout)
            if not waits or time.monotonic() > until:
                return False
            time.sleep(1)
        else:
            return True


def show(book: xlwings.Book, task: Task, order: WorkbookOrder) -> None:
    """Write the result or preview sheet and the status, and release the task.

    Raises filelock.Timeout at once if another process is writing results into a workbook.
    """
    from filelock import FileLock

    with FileLock(home() / "delivery.lock", timeout=0):
        report = task.errand.report
        if report is not None:
            _show(book, task, order, report)


def _show(book: xlwings.Book, task: Task, order: WorkbookOrder, report: dict[str, Any]) -> None:
    if task.record.kind is TaskKind.PREVIEW:
        _show_preview(book, report, order)
        task.remove()
        return
    front, shown = book.sheets.active, book.app.books.active.sheets.active
    mapping = mapping_sheet(book, order)
    results = result_sheet(book, report)
    results.write(report, order.links, mapping.name if mapping is not None else "")
    landed = report["outcome"] in ("done", "done with rejects") and not report.get("undoes")
    if mapping is not None and landed:
        stamp_pushed(MappingSheet(mapping), report["started"])
    if mapping is not None and task.record.kind is TaskKind.CHECK:
        _show_beside_rows(mapping, order, report)
    if book.sheets.active != front:
        front.activate()
        shown.activate()
    show_status(book.app, f"{outcome_words(report)}. {report['summary']}")
    # Its page can push these rows again, and a push of unknown outcome has to be resumed.
    # After a check its process has questions.
    if order.windowed or report["outcome"] == "unknown":
        keep(task)
    else:
        task.remove()


def _show_preview(book: xlwings.Book, report: dict[str, Any], order: WorkbookOrder) -> None:
    """Write the preview sheet and activate that sheet for the waiting user."""
    from sodasheet.excel.sheets.preview import preview_sheet

    preview = preview_sheet(book, report)
    preview.write(report, order.links)
    come_to_front(book)
    preview.sheet.activate()
    show_status(book.app, report["summary"])


def _show_beside_rows(mapping: xlwings.Sheet, order: WorkbookOrder, report: dict[str, Any]) -> None:
    """Write a check next to the rows of its mapping sheet, unless these have changed meanwhile."""
    from sodasheet.excel.actions.check import SheetCheck
    from sodasheet.excel.actions.check_results import write_check
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.dialogs import AppDialogs
    from sodasheet.excel.sheets.open_mapping import open_mapping
    from sodasheet.jobs.last_preview import key_of

    book = mapping.book
    opened = open_mapping(Press(book.app, book, mapping, AppDialogs(book.app)))
    if key_of(opened.job) == order.job_key:
        write_check(opened, SheetCheck.of_report(report, order.links))


def mapping_sheet(book: xlwings.Book, order: WorkbookOrder) -> xlwings.Sheet | None:
    """Return the mapping sheet of an order, by its mark, else by its name."""
    sheets = mapping_sheets(book)
    if order.identity:
        for sheet in sheets:
            if MappingSheet(sheet).identity == order.identity:
                return sheet
    return next((sheet for sheet in sheets if sheet.name == order.mapping_sheet), None)


def come_to_front(book: xlwings.Book) -> None:
    """Show the workbook, which was behind a SodaSheet window."""
    with suppress(Exception):
        book.app.activate(steal_focus=True)
    book.activate()


def clear_status(order: WorkbookOrder) -> None:
    """Return the status bar to the program, because no results will arrive."""
    book = find_book(order)
    if book is not None:
        show_status(book.app, None)


@contextmanager
def status_cleared_on_error(order: WorkbookOrder) -> Iterator[None]:
    """Return the status bar to the program if the work ends early, and raise the cause."""
    try:
        yield
    except BaseException:
        # The cause of the end counts, not that Excel is also busy or closed.
        with suppress(Exception):
            clear_status(order)
        raise


def find_book(order: WorkbookOrder) -> xlwings.Book | None:
    """Return the workbook of an order, whatever its current name; None if closed.

    A mapping sheet carries a mark: a workbook that was saved under another name is found by it,
    and a workbook of the same name without it is another one. Two open copies of one workbook
    have the same mark; then the one with the order's path is meant, or none.
    """
    apps = [app for app in load_xlwings().apps if app.pid == order.pid]
    books: list[xlwings.Book] = [book for app in apps for book in app.books]
    named = [book for book in books if path_of(book) == order.book]
    if not order.identity:
        return named[0] if named else None
    marked = [book for book in books if _has_mark(book, order.identity)]
    both = [book for book in marked if book in named]
    if both or len(marked) == 1:
        return (both or marked)[0]
    # Someone has deleted the mapping sheet: only a real path still says which workbook it was.
    sure = bool(named) and not marked and ("\\" in order.book or "/" in order.book)
    return named[0] if sure and not is_address(order.book) else None


def _has_mark(book: xlwings.Book, identity: str) -> bool:
    return any(MappingSheet(sheet).identity == identity for sheet in mapping_sheets(book))
