"""Unattended tasks: the jobs to run, and the result of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sodasheet.jobs.loader import NamedJob, jobs_in
from sodasheet.model.exit_code import ExitCode
from sodasheet.model.report import Report
from sodasheet.portal.http.session import PortalSession
from sodasheet.unattended.time_limit import Watch
from sodasheet.unattended.watchdog import GRACE


@dataclass(frozen=True, slots=True)
class Ran:
    """Result of one job. `untold` are sentences about notifications that failed."""

    name: str
    report: Report
    code: ExitCode
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Errand:
    """Jobs to run: those of the file `path`, or the job that is named `only`.

    `open_session` opens a signed-in session with a portal, given a way to ask whether to stop;
    `said` is called once after each job. `grace` is how many seconds after the time limit a run
    has to come to an end by itself. `jobs` reads the jobs of the file.
    """

    path: Path
    only: str | None
    watch: Watch
    open_session: Callable[[str, Callable[[], bool]], PortalSession]
    said: Callable[[Ran], None]
    grace: float = GRACE
    jobs: Callable[[Path], list[NamedJob]] = jobs_in
