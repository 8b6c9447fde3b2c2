"""One unattended run of a job, from opening its file to sending notifications."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sodasheet import __version__
from sodasheet.crash_report import crash_report
from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.jobs.push_resume_undo import execute, with_memo
from sodasheet.model.exit_code import ExitCode
from sodasheet.model.report import Outcome, Report
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.request import PushRequest, RunOptions
from sodasheet.push.runs.journal import Journal, RunLog, runs_folder
from sodasheet.unattended.failed_start import failed_start_report, record
from sodasheet.unattended.logged_progress import LoggedProgress
from sodasheet.unattended.report_of_hung_run import report_hang
from sodasheet.unattended.run_log_file import TextLog
from sodasheet.unattended.time_limit import duration_words
from sodasheet.unattended.unattended_task import JobResult, RunTask
from sodasheet.unattended.watchdog import Watchdog

if TYPE_CHECKING:
    from sodasheet.jobs.named_job import NamedJob

_Made = TypeVar("_Made")


class JobRun:
    """Unattended run of a job, with a folder in the run log from the start.

    `name` is the job's name if known, `label` the job's name in notifications, and
    `waiting` the number of jobs after this one.
    """

    def __init__(self, task: RunTask, name: str, label: str) -> None:
        self.log = RunLog.begin()
        self.label, self.waiting = label, 0
        self._task, self.name = task, name
        self._text_log = TextLog(self.log)
        self._job: NamedJob | None = None
        self._order: PushRequest | None = None
        self._text_log.line(f"SodaSheet {__version__}, run {self.log.run}: {task.path.absolute()}")

    def attempt(self, work: Callable[[], _Made]) -> _Made | JobResult:
        """Do work that comes before the job is known, such as opening its file.

        Return the result of the work, or the result of the run if the work failed.
        """
        return self._guard(work)

    def run(self, job: NamedJob) -> JobResult:
        """Push the job and send its notifications."""
        self._job, self.name = job, job.name
        target = job.job
        self._text_log.line(f"{job.name}: {target.method} into {target.portal}/d/{target.dataset}")
        for note in job.notes:
            self._text_log.line(f"Note: {note}")
        result = self._guard(self._push)
        return (
            result
            if isinstance(result, JobResult)
            else self._finish(result, result.outcome.exit_code)
        )

    def _guard(self, work: Callable[[], _Made]) -> _Made | JobResult:
        """Do the work under the watchdog; any exception becomes the result of the run."""
        try:
            with self._watchdog():
                return work()
        except KeyboardInterrupt:
            return self._fail(Cancelled(self._task.limit.why or "The run was interrupted.", ""))
        except SodaSheetError as error:
            return self._fail(error)
        except Exception as error:
            return self._fail(crash_report(error))

    def _watchdog(self) -> Watchdog:
        return Watchdog(self._task.limit.left + self._task.grace, self._hang, self._text_log)

    def _push(self) -> Report:
        """Settle interrupted earlier runs, then push."""
        assert self._job is not None  # noqa: S101 - set by run()
        job, limit = self._job, self._task.limit
        if limit.why:
            raise Cancelled(f"{limit.why} This job was not started.", "")
        order = with_memo(PushRequest(job.job, job.base, RunOptions(unattended=True)))
        self._order = order = replace(order, memo={**order.memo, **self._memo})
        with self._task.open_session(job.job.portal, lambda: limit.stop) as session:
            desk = PushContext(session, LoggedProgress(self._text_log, limit), Agreed())
            return self._explain_stop(execute(order, desk, self.log, self._report_settled))

    def _report_settled(self, earlier: Report) -> None:
        """Report an interrupted run that was settled before this run."""
        self._text_log.line(f"Run {earlier.run} was interrupted: {earlier.summary}")
        self._tell(earlier)

    def _explain_stop(self, report: Report) -> Report:
        """Add the reason for the stop to the report of a stopped run."""
        why = self._task.limit.why
        if report.outcome is not Outcome.CANCELLED or not why:
            return report
        stopped = replace(report, summary=f"{why} Nothing was changed.")
        with suppress(SodaSheetError):
            self.log.write(stopped)
            Journal(runs_folder()).end(stopped.run, stopped.outcome.value, stopped.summary)
        return stopped

    def _fail(self, error: SodaSheetError) -> JobResult:
        """Finish a run that failed to start or whose report could not be written."""
        job = self._job.job if self._job else None
        report = failed_start_report(self.log.run, self.name, job, error)
        with suppress(SodaSheetError):
            report = record(self.log, report, error, self._memo)
        failed = report.outcome is Outcome.FAILED
        return self._finish(report, error.exit_code if failed else report.outcome.exit_code)

    def _hang(self) -> int:
        """Write the report of a hanging run before its process ends; return the exit code."""
        grace = duration_words(self._task.grace)
        why = f"The run did not stop within {grace} of its time limit and was terminated."
        if self.waiting:
            why += f" Jobs not started: {self.waiting}."
        report = report_hang(self._order, self.log, why) if self._order else None
        if report is None:
            return int(self._fail(Cancelled(why, "")).code)
        return int(self._finish(report, report.outcome.exit_code).code)

    def _finish(self, report: Report, code: ExitCode) -> JobResult:
        """Write the last log lines, send notifications, and pass on the result."""
        self._text_log.line(f"{report.outcome.value}: {report.summary}")
        result = JobResult(self.name, report, code, tuple(self._tell(report)))
        self._text_log.line(f"Exit code {int(code)}")
        self._task.on_result(result)
        return result

    def _tell(self, report: Report) -> list[str]:
        from sodasheet.notifications.notify import tell

        opener = self._task.open_session
        job = self._job.job if self._job else None
        # Notifications may run past the push time limit; the portal allow-list still applies.
        notification_errors = tell(
            report, job, self.label, lambda portal: opener(portal, lambda: False)
        )
        for sentence in notification_errors:
            self._text_log.line(f"Note: {sentence}")
        return notification_errors

    @property
    def _memo(self) -> dict[str, Any]:
        """Return the journal's notes of the run in addition to its request."""
        return {"name": self.name, "file": str(self._task.path.absolute())}


def begin(task: RunTask, name: str = "", label: str = "") -> JobRun:
    """Start a job run with its own folder; the default name is the name of the file.

    Raises SodaSheetError if the run log cannot be written, after notifications are sent.
    """
    name, label = name or task.path.stem, label or str(task.path)
    try:
        return JobRun(task, name, label)
    except SodaSheetError as error:
        from sodasheet.notifications.notify import tell

        tell(failed_start_report("", name, None, error), None, label)
        raise


def fail_to_start(task: RunTask, error: SodaSheetError) -> JobResult:
    """Record a run that `error` prevented from starting. Raises SodaSheetError."""

    def opening() -> JobResult:
        raise error

    return begin(task).attempt(opening)
