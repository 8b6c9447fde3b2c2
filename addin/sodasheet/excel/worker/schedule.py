"""The window Schedule in its own process, which saves the workbook of the press."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.excel.press import patient, when_free
from sodasheet.excel.tasks.deliver import book_of, reach_program

if TYPE_CHECKING:
    from sodasheet.push.runs.background_task import BackgroundTask


def schedule(errand: BackgroundTask) -> None:
    """Ask when the workbook is to be pushed. Raises SodaSheetError where no window opens."""
    from sodasheet.desktop.schedule_window import schedule_workbook

    order = errand.order
    schedule_workbook(Path(order["book"]), lambda: _save(order))


def _save(order: dict[str, Any]) -> None:
    """Save the workbook; one that was closed meanwhile is as it is. Raises SodaSheetError."""
    reach_program()
    patient()
    book = book_of(order)
    if book is not None:
        when_free(book.save)
