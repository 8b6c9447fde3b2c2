"""Every job of a file in order, watched by nobody: each ends with a report, whatever happens."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

from sodasheet.jobs.loader import NamedJob, named
from sodasheet.model.exit_code import ExitCode
from sodasheet.push.retention import prune_daily
from sodasheet.push.runs.lock import job_lock
from sodasheet.push.runs.run_folder import locks_folder
from sodasheet.system.interactive import unattended
from sodasheet.unattended.job_run import Attempt, begin
from sodasheet.unattended.task import Errand, Ran

#: Exit codes from the one that most needs somebody to look, to the one that needs nobody.
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
    """The exit code of several jobs together."""
    return min(codes, key=WORST_FIRST.index)


def run_all(errand: Errand) -> list[Ran]:
    """Run the jobs, each with a report in the run log; what keeps one from starting is one too.

    Where one fails the next is run all the same. Raises SodaSheetError only where the run log
    itself cannot be written.
    """
    with unattended(), errand.watch.heeding(), ExitStack() as held:
        _reach_session()
        first = begin(errand)

        def opened() -> list[NamedJob]:
            held.enter_context(job_lock(locks_folder(), errand.path, first.log.run))
            return named(errand.jobs(errand.path), errand.path, errand.only)

        jobs = first.opening(opened)
        if isinstance(jobs, Ran):
            return [jobs]
        ran = [_ran(errand, jobs, at, first) for at in range(len(jobs))]
    prune_daily()
    return ran


def _ran(errand: Errand, jobs: list[NamedJob], at: int, first: Attempt) -> Ran:
    """Run one of the jobs; the first goes on with the attempt that opened the file."""
    job, place = jobs[at], errand.path.name
    label = place if len(jobs) == 1 else f"{place}: {job.name}"
    attempt = first if at == 0 else begin(errand, job.name, label)
    attempt.label, attempt.waiting = label, len(jobs) - at - 1
    return attempt.run(job)


def _reach_session() -> None:
    """Let a run that cron has started find the user's own D-Bus, and with it the keyring.

    cron hands on none of the session's environment; systemd keeps the bus at this place.
    """
    if sys.platform != "linux" or os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return
    bus = Path(f"/run/user/{os.getuid()}/bus")
    with suppress(OSError):
        if bus.is_socket():
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"
