"""Bringing what a process of its own found or did into the workbook that it came from."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sodasheet.excel.press import path_of, patient, quiet
from sodasheet.excel.sheets.mapping import MappingSheet, mapping_sheets
from sodasheet.excel.sheets.result_rows import Jumps
from sodasheet.excel.sheets.results import find_results, result_sheet
from sodasheet.excel.tasks.launch import PREVIEW, PUSH, UNDO, errands, forget, keep
from sodasheet.jobs.sheet.header_block import PUSHED
from sodasheet.push.runs.background_task import BackgroundTask

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.press import Press

#: Seconds in which a busy program is asked again; later the next press shows the report.
PATIENCE = 20.0


#: What is said of a process that ended without a word.
_DIED = {
    PUSH: "A push from this workbook ended without a report: the computer may have been "
    "switched off. Push again; what became of it is then found out first.",
    UNDO: "The undo of a push from this workbook ended without a report: the computer may have "
    "been switched off. Press Undo last push again; what became of it is then found out first.",
    PREVIEW: "A preview from this workbook was not finished. Press Preview changes again.",
}


def deliver_to_program(errand: BackgroundTask) -> bool:
    """Write the report into the workbook, if the program has time for it; whether it had."""
    patient()
    until = time.monotonic() + PATIENCE
    while True:
        try:
            book = book_of(errand.order)
            if book is None:
                return False
            show(book, errand)
        except Exception:
            if time.monotonic() > until:
                return False
            time.sleep(1)
        else:
            return True


def deliver_ended(press: Press) -> None:
    """Show reports that could not be shown when their push ended, and say which pushes died."""
    for errand in list(errands(press)):
        if errand.report is not None:
            show(press.book, errand)
            press.sheet.activate()
        elif not errand.alive:
            kind = errand.order.get("kind", PUSH)
            forget(errand)
            press.dialogs.tell(_DIED[kind])


def show(book: xlwings.Book, errand: BackgroundTask) -> None:
    """Write result or preview sheet and status, and forget the errand."""
    report, order = errand.report, errand.order
    if report is None:
        return
    if order.get("kind") == PREVIEW:
        _show_preview(book, order, report)
        forget(errand)
        return
    before, shown = book.sheets.active, book.app.books.active.sheets.active
    results = result_sheet(book, report)
    results.write(report, Jumps(**order["jumps"]))
    _stamp(book, order, report)
    if book.sheets.active != before:
        before.activate()
        shown.activate()
    book.app.status_bar = f"SodaSheet: {report['outcome']}: {report['summary']}"[:250]
    # The window of a push can push these rows again, as long as it is open.
    if report["outcome"] == "unknown" or (order.get("window") and errand.alive):
        keep(errand)
    else:
        forget(errand)


def _show_preview(book: xlwings.Book, order: dict[str, Any], report: dict[str, Any]) -> None:
    """Write the preview sheet and bring it to the front: somebody is waiting for it."""
    from sodasheet.excel.sheets.preview import preview_sheet, write_preview

    sheet = preview_sheet(book, report)
    write_preview(sheet, report, Jumps(**order["jumps"]), order["mapping_sheet"])
    come_to_front(book)
    sheet.activate()
    book.app.status_bar = f"SodaSheet: {report['summary']}"[:250]


def show_results(errand: BackgroundTask, link: str) -> bool:
    """Bring the result sheet of the dataset at `link` to the front; whether there is one."""
    patient()
    book = book_of(errand.order)
    results = find_results(book, link) if book is not None else None
    if book is None or results is None:
        return False
    come_to_front(book)
    results.sheet.activate()
    return True


def come_to_front(book: xlwings.Book) -> None:
    """Show the workbook: a window of ours was in front of it until now."""
    with suppress(Exception):
        book.app.activate(steal_focus=True)
    book.activate()


def clear_status(errand: BackgroundTask) -> None:
    """Give the foot of the window back to the program: no results will come."""
    book = book_of(errand.order)
    if book is not None:
        book.app.status_bar = False


def _stamp(book: xlwings.Book, order: dict[str, Any], report: dict[str, Any]) -> None:
    """Write when, beside "Last pushed" of the mapping sheet that the push came from."""
    if report["outcome"] not in ("done", "done with rejects") or report.get("undoes"):
        return
    for sheet in mapping_sheets(book):
        if sheet.name == order["mapping_sheet"]:
            when = datetime.fromisoformat(report["started"]).astimezone()
            with quiet(book.app):
                MappingSheet(sheet).put({PUSHED: when.strftime("%Y-%m-%d %H:%M")})


def book_of(order: dict[str, Any]) -> xlwings.Book | None:
    """The workbook, in the very process it was pressed in; None where it was closed."""
    import xlwings

    for app in xlwings.apps:
        if app.pid == order["pid"]:
            for book in app.books:
                if path_of(book) == order["book"]:
                    return book
    return None


def reach_program() -> None:
    """Windows wants every thread that speaks to Excel to say so first."""
    import sys

    if sys.platform == "win32":
        import pythoncom

        pythoncom.CoInitialize()
