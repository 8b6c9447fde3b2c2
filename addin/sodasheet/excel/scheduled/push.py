"""The mapping sheets of an open workbook, pushed one after another, unattended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.exit_code import ExitCode
from sodasheet.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    import xlwings

    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.jobs.named_job import NamedJob
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.unattended.job_run import JobRun
    from sodasheet.unattended.unattended_task import JobResult


class Nobody:
    """Stands in for the user in unattended pushes: agrees to nothing."""

    no_windows = SodaSheetError("No one is there to see a window.", "")
    page_open = False

    def tell(self, text: str) -> None:
        """Does nothing, because there is no user; the report has the outcome."""

    def ask_yes_no(self, text: str) -> bool:  # noqa: ARG002
        """No."""
        return False

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:  # noqa: ARG002
        """Nothing."""
        return None


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A mapping sheet that was read, and the folder with its rows."""

    press: Press
    opened: Opened
    folder: Task


class Pushing:
    """The jobs of one open workbook. `notes` has messages that could not be shown."""

    def __init__(self, book: xlwings.Book, minutes: float, only: str | None = None) -> None:
        from sodasheet.excel.book_path import path_of
        from sodasheet.unattended.time_limit import TimeLimit
        from sodasheet.unattended.unattended_task import RunTask

        self.notes: list[str] = []
        self._text_log = book
        self._path = Path(path_of(book))
        self._task = RunTask(self._path, only, TimeLimit(60 * minutes), _session, _said)

    def all(self) -> list[JobResult]:
        """Push every mapping sheet in the order of the sheets; each ends with a report."""
        from sodasheet.excel.sheets.mapping import mapping_sheets
        from sodasheet.push.runs.journal import locks_folder
        from sodasheet.push.runs.push_lock import job_lock
        from sodasheet.unattended.job_run import begin
        from sodasheet.unattended.unattended_task import JobResult

        with self._task.limit.stop_on_signals(), ExitStack() as held:
            first = begin(self._task)

            def found() -> list[xlwings.Sheet]:
                held.enter_context(job_lock(locks_folder(), self._path, first.log.run))
                return _meant(mapping_sheets(self._text_log), self._text_log.name, self._task.only)

            sheets = first.attempt(found)
            if isinstance(sheets, JobResult):
                return [sheets]
            ran = []
            for at, sheet in enumerate(sheets):
                label = f"{self._path.name}: {sheet.name}"
                job_run = first if at == 0 else begin(self._task, sheet.name, label)
                job_run.name, job_run.label = sheet.name, label
                job_run.waiting = len(sheets) - at - 1
                ran.append(self._one(job_run, sheet))
            return ran

    def _one(self, job_run: JobRun, sheet: xlwings.Sheet) -> JobResult:
        """Push one mapping sheet and show the outcome on its results sheet."""
        from sodasheet.unattended.unattended_task import JobResult

        with _folder() as folder:
            read: list[ReadSheet] = []

            def opening() -> NamedJob:
                read.append(_read(self._text_log, sheet, folder))
                return _job(read[0])

            job = job_run.attempt(opening)
            ran = job if isinstance(job, JobResult) else job_run.run(job)
            try:
                self._show(read, sheet, ran)
            except Exception:
                self.notes.append(
                    f"The results of {ran.name} could not be written to the workbook."
                )
            _keep_if_unknown(folder, ran)
            return ran

    def _show(self, read: list[ReadSheet], sheet: xlwings.Sheet, ran: JobResult) -> None:
        from sodasheet.excel.live.cell_links import CellLinks, links_of
        from sodasheet.excel.sheets.mapping import MappingSheet, stamp_pushed
        from sodasheet.excel.sheets.results import result_sheet

        report = ran.report.to_json()
        if not report["dataset"]:
            return
        links = links_of(read[0].press, read[0].opened.job) if read else CellLinks()
        result_sheet(self._text_log, report).write(report, links, sheet.name)
        if report["outcome"] in ("done", "done with rejects"):
            stamp_pushed(MappingSheet(sheet), report["started"])


def _meant(sheets: list[xlwings.Sheet], name: str, only: str | None) -> list[xlwings.Sheet]:
    if not sheets:
        raise UsageProblem(f"{name} has no mapping sheet.", "Open it and press Choose dataset.")
    found = [one for one in sheets if only is None or one.name.casefold() == only.casefold()]
    if not found:
        names = listed((one.name for one in sheets), "or")
        raise UsageProblem(f'{name} has no mapping sheet named "{only}".', f"Schedule {names}.")
    return found


def _read(book: xlwings.Book, sheet: xlwings.Sheet, folder: Task) -> ReadSheet:
    """Read a mapping sheet and its dataset. Raises UsageProblem, PortalError, SignInError."""
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import open_mapping, require_sound

    press = Press(book.app, book, sheet, Nobody())
    opened = open_mapping(press)
    require_sound(opened)
    spec = opened.job.source
    if spec.kind == "active" and not (spec.table or spec.range or spec.sheet):
        raise UsageProblem(
            "The source is the active sheet, and no one is there to choose a sheet.",
            "Write the sheet's name next to Source.",
        )
    return ReadSheet(press, opened, folder)


def _job(read: ReadSheet) -> NamedJob:
    """Return the job with the rows of its live sheet spooled. Raises SourceError."""
    from sodasheet.excel.spool_live_sheet import spool_live_sheet
    from sodasheet.excel.status_bar import shown
    from sodasheet.jobs.named_job import NamedJob

    with shown(read.press) as progress:
        job = spool_live_sheet(read.press, read.opened, read.folder.folder, progress)
    return NamedJob(read.opened.sheet.sheet.name, job, read.press.base)


@contextmanager
def _folder() -> Iterator[Task]:
    """A folder for the rows of a push, removed afterwards unless still needed."""
    from sodasheet.desk.tasks.task import TaskKind, TaskRecord, new_task
    from sodasheet.excel.tasks.launched_tasks import ORIGIN, SHOWN

    task = new_task(TaskRecord(TaskKind.PUSH, ORIGIN))
    try:
        yield task
    finally:
        if not (task.folder / SHOWN).exists():
            task.remove()


def _keep_if_unknown(task: Task, ran: JobResult) -> None:
    """To resume a run with an unknown outcome, its rows are needed again."""
    from sodasheet.excel.tasks.launched_tasks import REPORT, keep

    if ran.code is ExitCode.UNKNOWN:
        with suppress(OSError, SodaSheetError):
            task.write(REPORT, ran.report.to_json())
            keep(task)


def _session(portal: str, stop: Callable[[], bool]) -> PortalSession:
    from sodasheet.excel.portal_session import open_session

    return open_session(portal, stop, write=True)


def _said(ran: JobResult) -> None:
    """Does nothing, because no user is watching; everything is in the run log."""
