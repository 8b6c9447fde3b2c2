"""Asking before a push where no window opens: through the questions of the program itself.

Elsewhere the window Push asks, and knows more by then.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.excel.result_rows import REJECTED_COUNT
from sodasheet.excel.result_sheet import find_results
from sodasheet.excel.session import open_session
from sodasheet.excel.status import StatusProgress
from sodasheet.model.method import Method
from sodasheet.push.order import Proposal
from sodasheet.sources.handed import HandedSource

if TYPE_CHECKING:
    from sodasheet.excel.opened import Opened
    from sodasheet.excel.press import Press
    from sodasheet.model.job import Job


def present_rows(opened: Opened) -> int:
    """How many rows the dataset holds. Raises SignInError where nobody is signed in to push."""
    from sodasheet.portal.rows import RowsClient

    with open_session(opened.job.portal, write=True) as session:
        return RowsClient(session, opened.dataset).count()


def known_rejects(press: Press, opened: Opened) -> int:
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


def agreed(press: Press, opened: Opened, job: Job, present: int, rejected: int) -> bool:
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
    folder = press.base / job.source.path
    return HandedSource(folder).spool(Path(folder), StatusProgress(press)).rows
