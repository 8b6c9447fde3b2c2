"""Unattended tasks: the jobs to run, and the result of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.jobs.load_jobs import jobs_in
from sodasheet.jobs.named_job import NamedJob
from sodasheet.model.exit_code import ExitCode
from sodasheet.model.report import Report
from sodasheet.unattended.time_limit import TimeLimit
from sodasheet.unattended.watchdog import GRACE

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


@dataclass(frozen=True, slots=True)
class JobResult:
    """Result of a job. `notification_errors` are sentences about failed notifications."""

    name: str
    report: Report
    code: ExitCode
    notification_errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunTask:
    """Jobs to run: all jobs of the file `path`, or only the job named `only`.

    `open_session` opens a signed-in session with a portal, given a callable that is True to stop;
    `on_result` is called once after each job. `grace` is the number of seconds after the time
    limit in which a run may still end by itself. `jobs` reads the jobs of the file.
    """

    path: Path
    only: str | None
    limit: TimeLimit
    open_session: Callable[[str, Callable[[], bool]], PortalSession]
    on_result: Callable[[JobResult], None]
    grace: float = GRACE
    jobs: Callable[[Path], list[NamedJob]] = jobs_in
