"""`sodasheet run`: push for nobody watching."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sodasheet.commands.terminal.options import as_json, only_option
from sodasheet.errors import SodaSheetError, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sodasheet.portal.http.session import PortalSession
    from sodasheet.unattended.task import Errand, Ran

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
@click.option("--in-excel", is_flag=True, help="Have Excel open the workbook and its macro push.")
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
    ended = _ended(job_path, given) if job_path else _scheduled(str(given["schedule"]))
    if as_json:
        from sodasheet.commands.terminal.output import print_json

        print_json(ended)
    return int(str(ended["exit_code"]))


def _ended(job_path: Path, given: Mapping[str, object]) -> dict[str, Any]:
    """Run it; what it came to as one JSON object."""
    from sodasheet.unattended.runner import run_all

    errand = _errand(job_path, given)
    return _in_excel(errand) if given["in_excel"] else _together(run_all(errand))


def _errand(path: Path, given: Mapping[str, object]) -> Errand:
    from sodasheet.unattended.task import Errand
    from sodasheet.unattended.time_limit import Watch

    minutes, only = given.get("time_limit"), given.get("only")
    watch = Watch(60 * float(str(minutes or TIME_LIMIT)))

    def session(portal: str, stop: Callable[[], bool]) -> PortalSession:
        from sodasheet.commands.terminal.options import open_portal, require_meant_by

        require_meant_by(path, portal)
        return open_portal(portal, stop, write=True)

    return Errand(path, None if only is None else str(only), watch, session, _said)


def _together(ran: list[Ran]) -> dict[str, Any]:
    from sodasheet.unattended.runner import worst

    code = worst([one.code for one in ran])
    return {"exit_code": int(code), "jobs": [_body(one) for one in ran]}


def _in_excel(errand: Errand) -> dict[str, Any]:
    from sodasheet.excel.scheduled.start_excel import push_in_excel

    ended = push_in_excel(errand)
    for one in ended.jobs:
        _say(f"{one['name']}: {one['outcome']}: {one['summary']} (run {one['run']})")
    for note in ended.notes:
        _say(note)
    notes = {"notes": list(ended.notes)} if ended.notes else {}
    return {"exit_code": int(ended.exit_code), "jobs": list(ended.jobs), **notes}


def _scheduled(name: str) -> dict[str, Any]:
    """Run what a schedule says, and note how it ended."""
    from sodasheet.schedules import store
    from sodasheet.unattended.job_run import failed

    try:
        schedule = store.known(name)
    except SodaSheetError as error:
        return _together([failed(_errand(Path(name), {}), error)])
    began = store.begun(name)
    given = {
        "time_limit": schedule.minutes, "only": schedule.only, "in_excel": schedule.in_excel,
    }  # fmt: skip
    ended = _ended(schedule.job, given)
    code, jobs = ended["exit_code"], ended["jobs"]
    worst: dict[str, Any] = next((one for one in jobs if one["exit_code"] == code), {})
    told = worst.get("report", worst)
    outcome, summary = told.get("outcome", "failed"), told.get("summary", "")
    store.ended(name, began, str(outcome), str(summary), str(told.get("run", "")))
    return ended


def _said(ran: Ran) -> None:
    """The outcome in one line, and what could not be told in others."""
    report = ran.report
    _say(f"{ran.name}: {report.outcome.value}: {report.summary} (run {report.run})")
    for sentence in ran.untold:
        _say(f"{ran.name}: {sentence}")


def _say(text: str) -> None:
    """One line on stderr."""
    from sodasheet.commands.terminal.output import printable
    from sodasheet.credentials.redaction import redact

    click.echo(printable(redact(" ".join(text.split()))), err=True)


def _body(ran: Ran) -> dict[str, object]:
    return {
        "name": ran.name,
        "exit_code": int(ran.code),
        "report": ran.report.to_json(),
        "not_told": list(ran.untold),
    }
