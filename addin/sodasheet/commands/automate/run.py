"""`sodasheet run`: push jobs unattended."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sodasheet.commands.terminal.command_line import as_json, only_option, takes
from sodasheet.errors import SodaSheetError, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from sodasheet.portal.http.session import PortalSession
    from sodasheet.unattended.unattended_task import JobResult, RunTask

#: Minutes after which a run stops at the next safe point, by default.
TIME_LIMIT = 360.0


@dataclass(frozen=True, slots=True)
class RunCommandOptions:
    """Options of an unattended run; either `job_path` or `schedule` is given."""

    job_path: Path | None
    time_limit: float | None
    only: str | None
    in_excel: bool
    schedule: str | None
    home: Path | None
    as_json: bool


@click.command("run")
@click.argument("job_path", metavar="JOB", type=click.Path(path_type=Path), required=False)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, max=60 * 24 * 7, min_open=True),
    metavar="MINUTES",
    help="Stop at the next safe point after this many minutes.  [default: 360]",
)
@only_option
@click.option("--in-excel", is_flag=True, help="Open the workbook in Excel and let its macro push.")
@click.option("--schedule", help="Run the job of this schedule, as its scheduler does.")
@click.option("--home", type=click.Path(path_type=Path), hidden=True, help="SODASHEET_HOME.")
@as_json
@takes(RunCommandOptions)
def command(options: RunCommandOptions) -> int:
    """Push the jobs of JOB unattended: a job file, a workbook with mapping sheets, a .sij.

    Nothing is asked and no window opens. Whatever needs a confirmation is refused. Each job ends
    with one line on stderr, and a report and a run.log in the run log.

    Exit codes: 0 all rows landed, 3 some were rejected, 4 refused before anything was sent, 5
    outcome unknown, 1 failed, 2 no job could be read, 130 stopped. Of several jobs the one that
    needs attention most: 5, 1, 2, 4, 130, 3, 0 in this order.

    Example: sodasheet run permits.json
    """
    if (options.job_path is None) == (options.schedule is None):
        raise UsageProblem("Specify a job or a schedule.", "Write sodasheet run JOB.")
    if options.home:
        os.environ["SODASHEET_HOME"] = str(options.home)
    if options.job_path is not None:
        minutes = options.time_limit or TIME_LIMIT
        ended = _ended(options.job_path, _Limits(minutes, options.only, options.in_excel))
    else:
        ended = _scheduled(str(options.schedule))
    if options.as_json:
        from sodasheet.commands.terminal.output import print_json

        print_json(ended)
    return int(str(ended["exit_code"]))


@dataclass(frozen=True, slots=True)
class _Limits:
    """Limits of a run: minutes, one job of several by name, and whether Excel runs the macro."""

    minutes: float = TIME_LIMIT
    only: str | None = None
    in_excel: bool = False


def _ended(job_path: Path, limits: _Limits) -> dict[str, Any]:
    """Run the jobs of a file, and return their outcomes as one JSON object."""
    from sodasheet.unattended.run_jobs import run_all

    task = _task(job_path, limits)
    return _in_excel(task) if limits.in_excel else _together(run_all(task))


def _task(path: Path, limits: _Limits) -> RunTask:
    from sodasheet.unattended.time_limit import TimeLimit
    from sodasheet.unattended.unattended_task import RunTask

    limit = TimeLimit(60 * limits.minutes)

    def session(portal: str, stop: Callable[[], bool]) -> PortalSession:
        from sodasheet.commands.terminal.session import open_portal, require_meant_by

        require_meant_by(path, portal)
        return open_portal(portal, stop, write=True)

    return RunTask(path, limits.only, limit, session, _said)


def _together(ran: list[JobResult]) -> dict[str, Any]:
    from sodasheet.unattended.run_jobs import worst

    code = worst([one.code for one in ran])
    return {"exit_code": int(code), "jobs": [_body(one) for one in ran]}


def _in_excel(task: RunTask) -> dict[str, Any]:
    from sodasheet.excel.scheduled.start_excel import push_in_excel

    ended = push_in_excel(task)
    for one in ended.jobs:
        _say(f"{one['name']}: {one['outcome']}: {one['summary']} (run {one['run']})")
    for note in ended.notes:
        _say(note)
    notes = {"notes": list(ended.notes)} if ended.notes else {}
    return {"exit_code": int(ended.exit_code), "jobs": list(ended.jobs), **notes}


def _scheduled(name: str) -> dict[str, Any]:
    """Run the job of a schedule, and store the outcome."""
    from sodasheet.schedules import schedule_store
    from sodasheet.unattended.job_run import fail_to_start

    try:
        schedule = schedule_store.known(name)
    except SodaSheetError as error:
        return _together([fail_to_start(_task(Path(name), _Limits()), error)])
    began = schedule_store.begun(name)
    limits = _Limits(schedule.minutes, schedule.only, schedule.in_excel)
    ended = _ended(schedule.job, limits)
    code, jobs = ended["exit_code"], ended["jobs"]
    worst: dict[str, Any] = next((one for one in jobs if one["exit_code"] == code), {})
    told = worst.get("report", worst)
    outcome, summary = told.get("outcome", "failed"), told.get("summary", "")
    schedule_store.ended(name, began, str(outcome), str(summary), str(told.get("run", "")))
    return ended


def _said(ran: JobResult) -> None:
    """Print the outcome in one line, and a line for each failed notification."""
    report = ran.report
    _say(f"{ran.name}: {report.outcome.value}: {report.summary} (run {report.run})")
    for sentence in ran.notification_errors:
        _say(f"{ran.name}: {sentence}")


def _say(text: str) -> None:
    """Print one line on stderr."""
    from sodasheet.commands.terminal.output import printable
    from sodasheet.credentials.redaction import redact

    click.echo(printable(redact(" ".join(text.split()))), err=True)


def _body(ran: JobResult) -> dict[str, object]:
    return {
        "name": ran.name,
        "exit_code": int(ran.code),
        "report": ran.report.to_json(),
        "not_told": list(ran.notification_errors),
    }
