"""`sodasheet run`: push for nobody watching."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.options import as_json, only_option
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sodasheet.portal.session import PortalSession
    from sodasheet.unattended.attempt import Ran

#: Minutes after which a run stops at the next safe point, where nobody says otherwise.
TIME_LIMIT = 360.0


@click.command("run")
@click.argument("job_path", metavar="JOB", type=click.Path(path_type=Path), required=False)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, max=60 * 24 * 7, min_open=True),
    metavar="MINUTES",
    help="Stop at the next safe point after so many minutes.  [default: 360]",
)
@only_option
@click.option("--schedule", help="Run the job of this schedule, as its scheduler does.")
@click.option("--home", type=click.Path(path_type=Path), hidden=True, help="SODASHEET_HOME.")
@as_json
def command(job_path: Path | None, as_json: bool, **given: object) -> int:
    """Push the jobs of JOB (a job file, a workbook with mapping sheets, a .sij) with nobody there.

    Nothing is asked and no window opens. Every guard holds: what a person would have to agree to
    is refused. Each job ends with one line on stderr, and a report and a run.log in the run log.

    Exit codes: 0 all rows landed, 3 some were rejected, 4 refused before anything was sent, 5 the
    outcome is not known, 1 failed, 2 no job could be read, 130 stopped. Of several jobs it is the
    one that most needs a look: 5, 1, 2, 4, 130, 3, 0 in this order.

    Example: sodasheet run permits.json
    """
    if (job_path is None) == (given["schedule"] is None):
        raise UsageProblem("A run needs a job, or a schedule.", "Write sodasheet run JOB.")
    if given["home"]:
        os.environ["SODASHEET_HOME"] = str(given["home"])
    ran = _scheduled(str(given["schedule"])) if job_path is None else _run(job_path, given)
    return _told(ran, as_json=as_json)


def _run(job_path: Path, given: Mapping[str, object]) -> list[Ran]:
    from sodasheet.unattended.running import Errand, run_all
    from sodasheet.unattended.watch import Watch

    minutes, only = given["time_limit"], given["only"]
    seconds = 60 * float(str(minutes or TIME_LIMIT))
    wanted = None if only is None else str(only)
    return run_all(Errand(job_path, wanted, Watch(seconds), _session, _said))


def _scheduled(name: str) -> list[Ran]:
    """Run what a schedule says, and note how it ended."""
    from sodasheet.schedules import book
    from sodasheet.unattended.running import worst

    began = book.begun(name)
    schedule = book.known(name)
    ran = _run(schedule.job, {"time_limit": schedule.minutes, "only": schedule.only})
    code = worst([one.code for one in ran])
    report = next(one.report for one in ran if one.code == code)
    book.ended(name, began, report.outcome.value, report.summary, report.run)
    return ran


def _told(ran: list[Ran], *, as_json: bool) -> int:
    from sodasheet.commands.screen import print_json
    from sodasheet.push.retention import prune_daily
    from sodasheet.unattended.running import worst

    prune_daily()
    code = int(worst([one.code for one in ran]))
    if as_json:
        print_json({"exit_code": code, "jobs": [_body(one) for one in ran]})
    return code


def _session(portal: str, stop: Callable[[], bool]) -> PortalSession:
    from sodasheet.commands.options import open_portal

    return open_portal(portal, stop, write=True)


def _said(ran: Ran) -> None:
    """The outcome in one line, and what could not be told in others."""
    from sodasheet.commands.screen import printable
    from sodasheet.credentials.secrecy import blotted

    report = ran.report
    told = f"{ran.name}: {report.outcome.value}: {report.summary} (run {report.run})"
    for line in (told, *(f"{ran.name}: {sentence}" for sentence in ran.untold)):
        click.echo(printable(blotted(" ".join(line.split()))), err=True)


def _body(ran: Ran) -> dict[str, object]:
    return {
        "name": ran.name,
        "exit_code": int(ran.code),
        "report": ran.report.to_json(),
        "not_told": list(ran.untold),
    }
