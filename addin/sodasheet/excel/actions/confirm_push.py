"""Ask before a push if no window can open, with the spreadsheet program's own dialogs.

Elsewhere the window Push asks, and knows more by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.excel.portal_session import open_session
from sodasheet.excel.sheets.results import find_results
from sodasheet.excel.status_bar import StatusProgress
from sodasheet.model.method import Method
from sodasheet.model.sheet_labels import READY, SKIPPED, SOURCE_ROWS
from sodasheet.push.questions_to_user import Proposal
from sodasheet.push.replaced_part import named_words
from sodasheet.sources.spool_folder import SpoolFolderSource
from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.job import Job
    from sodasheet.push.request import PreviewSnapshot
    from sodasheet.sources.spool import Spool


def present_rows(opened: Opened) -> int:
    """Return the number of rows of the dataset. Raises SignInError without a saved key."""
    from sodasheet.portal.soda2.rows_client import RowsClient

    with open_session(opened.job.portal, write=True) as session:
        return RowsClient(session, opened.dataset).count()


def known_rejects(press: Press, opened: Opened) -> int:
    """Return how many rows the user agrees to skip, as counted by the last check or push."""
    results = find_results(press.book, opened.dataset.url)
    count = _not_ready(results.values()) if results else 0
    if not count or not press.dialogs.ask_yes_no(
        f"The last check or push found {counted_rows(count)} that cannot be sent.\n\n"
        f"Yes: push the others and skip {'it' if count == 1 else 'these'}.\n"
        "No: send nothing until they are fixed."
    ):
        return 0
    return count


def _not_ready(values: dict[str, str]) -> int:
    """Return the number of source rows that are not ready, from a sheet of an earlier version."""
    total, ready, skipped = (_count(values.get(one)) for one in (SOURCE_ROWS, READY, SKIPPED))
    if total is not None and ready is not None:
        return total - ready
    return skipped or 0


def _count(words: str | None) -> int | None:
    digits = (words or "").replace(",", "")
    return int(digits) if digits.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of a question: rows of the dataset, rows to be skipped, the last preview."""

    present: int
    rejected: int
    seen: PreviewSnapshot | None = None


def agreed(press: Press, opened: Opened, job: Job, numbers: Numbers) -> bool:
    """Ask with the method's verb and all numbers; the answer covers skipped rows too."""
    spool, present, rejected = _spool(press, job), numbers.present, numbers.rejected
    counted = None if spool is None else spool.rows
    if spool is None or counted is None:
        return press.dialogs.ask_yes_no(_question_of_file(opened, job, present))
    part = named_words(job.within, opened.dataset) if job.within else ""
    removing = None if part else 0
    proposal = Proposal(
        job.method,
        opened.dataset,
        counted - rejected,
        rejected,
        present,
        part=part,
        removing=removing,
    )
    foreseen = _foreseen(spool, numbers.seen)
    return press.dialogs.ask_yes_no(f"{proposal.sentence}{foreseen}\n\nGo ahead?")


def _question_of_file(opened: Opened, job: Job, present: int) -> str:
    """Return the question about the rows of a file, which are not counted yet."""
    name, file = opened.dataset.name, job.source.path
    if job.within is not None:
        return (
            f"Replace the part {named_words(job.within, opened.dataset)} of {name} with the rows of"
            f" {file}? Rows of this part that are not in the file are deleted."
        )
    counted = f"{name} ({counted_rows(present)})"
    return {
        Method.REPLACE: f"Replace all rows of {counted} with the rows of {file}?",
        Method.APPEND: f"Append the rows of {file} to {counted}?",
        Method.UPSERT: f"Update or add the rows of {file} in {counted}?",
        Method.DELETE: f"Delete the rows listed in {file} from {counted}?",
    }[job.method]


def _foreseen(spool: Spool, seen: PreviewSnapshot | None) -> str:
    """Return the numbers of a preview of exactly these rows."""
    found = seen.preview if seen is not None and seen.sha256 == spool.sha256 else None
    if found is None:
        return ""
    return (
        f" According to the preview: {found.new:,} new, {found.changed:,} changed,"
        f" {found.deleted:,} deleted, {found.unchanged:,} unchanged."
    )


def _spool(press: Press, job: Job) -> Spool | None:
    """Return the number of spooled rows; the rows of a file are not counted yet."""
    if job.source.kind != "spool":
        return None
    folder = press.base / job.source.path
    return SpoolFolderSource(folder).spool(Path(folder), StatusProgress(press))
