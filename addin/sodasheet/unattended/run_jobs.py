"""Run every job of a file unattended and in order; each job ends with a report."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

from sodasheet.jobs.load_jobs import named
from sodasheet.jobs.named_job import NamedJob
from sodasheet.model.exit_code import ExitCode
from sodasheet.push.run_retention import prune_daily
from sodasheet.push.runs.journal import locks_folder
from sodasheet.push.runs.push_lock import job_lock
from sodasheet.system.interactive_session import unattended
from sodasheet.unattended.job_run import JobRun, begin
from sodasheet.unattended.unattended_task import JobResult, RunTask

#: Exit codes from the most to the least urgent.
WORST_FIRST = (
    ExitCode.UNKNOWN,
    ExitCode.FAILED,
    ExitCode.USAGE,
    ExitCode.REFUSED,
    ExitCode.CANCELLED,
    ExitCode.REJECTS,
    ExitCode.DONE,
)


def worst(codes: list[ExitCode]) -> ExitCode:
    """Return the most urgent exit code of several jobs."""
    return min(codes, key=WORST_FIRST.index)


def run_all(task: RunTask) -> list[JobResult]:
    """Run the jobs, each with a report in the run log, even if a job fails to start.

    After a failed job the next one still runs. Raises SodaSheetError only if the run log cannot
    be written.
    """
    with unattended(), task.limit.stop_on_signals(), ExitStack() as held:
        _reach_session()
        first = begin(task)

        def opened() -> list[NamedJob]:
            held.enter_context(job_lock(locks_folder(), task.path, first.log.run))
            return named(task.jobs(task.path), task.path, task.only)

        jobs = first.attempt(opened)
        if isinstance(jobs, JobResult):
            return [jobs]
        results = [_run_job(task, jobs, at, first) for at in range(len(jobs))]
    prune_daily()
    return results


def _run_job(task: RunTask, jobs: list[NamedJob], at: int, first: JobRun) -> JobResult:
    """Run one of the jobs; the first job continues the job run that opened the file."""
    job, place = jobs[at], task.path.name
    label = place if len(jobs) == 1 else f"{place}: {job.name}"
    job_run = first if at == 0 else begin(task, job.name, label)
    job_run.label, job_run.waiting = label, len(jobs) - at - 1
    return job_run.run(job)


def _reach_session() -> None:
    """Set the address of the user's D-Bus, so that a run started by cron finds the keyring.

    cron passes on none of the session's environment; systemd keeps the bus at this path.
    """
    if sys.platform != "linux" or os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return
    bus = Path(f"/run/user/{os.getuid()}/bus")
    with suppress(OSError):
        if bus.is_socket():
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"
