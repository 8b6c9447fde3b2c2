"""One job watched by nobody, from before its file is opened until people have been told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sodasheet import __version__
from sodasheet.crash_report import unexpected
from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.jobs.execute import execute
from sodasheet.jobs.saved_request import with_memo
from sodasheet.model.exit_code import ExitCode
from sodasheet.model.report import Outcome, Report
from sodasheet.push.context import PushContext
from sodasheet.push.prompt import Agreed
from sodasheet.push.request import PushRequest, RunOptions
from sodasheet.push.runs.journal import Journal
from sodasheet.push.runs.run_folder import RunLog, runs_folder
from sodasheet.unattended.failed_start import record, unstarted
from sodasheet.unattended.hang_report import hung
from sodasheet.unattended.task import Errand, Ran
from sodasheet.unattended.text_log import Logbook, LoggedProgress
from sodasheet.unattended.time_limit import lasting
from sodasheet.unattended.watchdog import Watchdog

if TYPE_CHECKING:
    from sodasheet.jobs.loader import NamedJob

_Made = TypeVar("_Made")


class Attempt:
    """One run, with a folder in the run log from the very beginning.

    `name` is the job's, as far as it is known; `label` is what people who are told of it call the
    job; `waiting` is how many jobs come after.
    """

    def __init__(self, errand: Errand, name: str, label: str) -> None:
        self.log = RunLog.begin()
        self.label, self.waiting = label, 0
        self._errand, self.name = errand, name
        self._book = Logbook(self.log)
        self._job: NamedJob | None = None
        self._order: PushRequest | None = None
        self._book.line(f"SodaSheet {__version__}, run {self.log.run}: {errand.path.absolute()}")

    def opening(self, work: Callable[[], _Made]) -> _Made | Ran:
        """Do what comes before the job is known; where that fails, this is how the run ended."""
        return self._guarded(work)

    def run(self, job: NamedJob) -> Ran:
        """Push the job and tell of it."""
        self._job, self.name = job, job.name
        target = job.job
        self._book.line(f"{job.name}: {target.method} into {target.portal}/d/{target.dataset}")
        for note in job.notes:
            self._book.line(f"Note: {note}")
        ran = self._guarded(self._push)
        return ran if isinstance(ran, Ran) else self._ended(ran, ran.outcome.exit_code)

    def _guarded(self, work: Callable[[], _Made]) -> _Made | Ran:
        """Do the work under the watchdog; whatever it raises becomes the end of the run."""
        try:
            with self._watchdog():
                return work()
        except KeyboardInterrupt:
            return self._failed(Cancelled(self._errand.watch.why or "It was broken off.", ""))
        except SodaSheetError as error:
            return self._failed(error)
        except Exception as error:
            return self._failed(unexpected(error))

    def _watchdog(self) -> Watchdog:
        return Watchdog(self._errand.watch.left + self._errand.grace, self._hang, self._book)

    def _push(self) -> Report:
        """Settle what earlier runs left behind, then push."""
        assert self._job is not None  # noqa: S101 - run() has set it
        job, watch = self._job, self._errand.watch
        if watch.why:
            raise Cancelled(f"{watch.why} This job was not begun.", "")
        order = with_memo(PushRequest(job.job, job.base, RunOptions(unattended=True)))
        self._order = order = replace(order, memo={**order.memo, **self._memo})
        with self._errand.open_session(job.job.portal, lambda: watch.stop) as session:
            desk = PushContext(session, LoggedProgress(self._book, watch), Agreed())
            return self._explained(execute(order, desk, self.log, self._settled))

    def _settled(self, earlier: Report) -> None:
        """Report a run that had been interrupted and was settled before this one."""
        self._book.line(f"Run {earlier.run} had been interrupted: {earlier.summary}")
        self._tell(earlier)

    def _explained(self, report: Report) -> Report:
        """The report of a run that was stopped says what stopped it."""
        why = self._errand.watch.why
        if report.outcome is not Outcome.CANCELLED or not why:
            return report
        told = replace(report, summary=f"{why} Nothing was changed.")
        with suppress(SodaSheetError):
            self.log.write(told)
            Journal(runs_folder()).end(told.run, told.outcome.value, told.summary)
        return told

    def _failed(self, error: SodaSheetError) -> Ran:
        """The run never started, or could not be written down."""
        job = self._job.job if self._job else None
        report = unstarted(self.log.run, self.name, job, error)
        with suppress(SodaSheetError):
            report = record(self.log, report, error, self._memo)
        failed = report.outcome is Outcome.FAILED
        return self._ended(report, error.exit_code if failed else report.outcome.exit_code)

    def _hang(self) -> int:
        """The run hangs: write down what stands before the process is ended."""
        grace = lasting(self._errand.grace)
        why = f"It did not stop within {grace} after its time limit, and was ended."
        if self.waiting:
            why += f" Jobs that come after it and were not begun: {self.waiting}."
        report = hung(self._order, self.log, why) if self._order else None
        if report is None:
            return int(self._failed(Cancelled(why, "")).code)
        return int(self._ended(report, report.outcome.exit_code).code)

    def _ended(self, report: Report, code: ExitCode) -> Ran:
        """Write the last lines, tell people, and say it."""
        self._book.line(f"{report.outcome.value}: {report.summary}")
        ran = Ran(self.name, report, code, tuple(self._tell(report)))
        self._book.line(f"Exit code {int(code)}")
        self._errand.said(ran)
        return ran

    def _tell(self, report: Report) -> list[str]:
        from sodasheet.notifications.notify import tell

        opener = self._errand.open_session
        job = self._job.job if self._job else None
        # The time limit is over for the push, not for telling of it; whom a key may go to stays.
        untold = tell(report, job, self.label, lambda portal: opener(portal, lambda: False))
        for sentence in untold:
            self._book.line(f"Note: {sentence}")
        return untold

    @property
    def _memo(self) -> dict[str, Any]:
        """Return the journal's notes of the run beside its request."""
        return {"name": self.name, "file": str(self._errand.path.absolute())}


def begin(errand: Errand, name: str = "", label: str = "") -> Attempt:
    """A new attempt with a folder of its own; without a name that of the file itself.

    Raises SodaSheetError where the run log cannot be written, once people have been told.
    """
    name, label = name or errand.path.stem, label or str(errand.path)
    try:
        return Attempt(errand, name, label)
    except SodaSheetError as error:
        from sodasheet.notifications.notify import tell

        tell(unstarted("", name, None, error), None, label)
        raise


def failed(errand: Errand, error: SodaSheetError) -> Ran:
    """The record of a run that `error` keeps from starting. Raises SodaSheetError."""

    def opening() -> Ran:
        raise error

    return begin(errand).opening(opening)
