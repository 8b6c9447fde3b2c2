"""`sodasheet schedule`: schedule a job with the system's own scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import RenamedOption, as_json, takes
from sodasheet.commands.terminal.next_steps import invoked, step_lines
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.model.note import Note

if TYPE_CHECKING:
    from sodasheet.schedules.recurrence import When
    from sodasheet.schedules.schedule import Schedule


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """Options of a schedule: exactly `job_path`, `listing`, `remove` or `run_now` is set."""

    job_path: Path | None
    daily: str | None
    weekly: str | None
    hourly: str | None
    name: str | None
    only: str | None
    time_limit: int
    in_excel: bool
    dry_run: bool
    listing: bool
    remove: str | None
    run_now: str | None
    as_json: bool


@click.command("schedule")
@click.argument("job_path", metavar="[JOB]", type=click.Path(path_type=Path), required=False)
@click.option("--daily", metavar="HH:MM", help="Every day at this local time.")
@click.option("--weekly", metavar="DAYS@HH:MM", help="On certain days of the week: MON,THU@06:00.")
@click.option("--hourly", metavar="MM", help="Every hour at this minute.")
@click.option("--name", help="Name of the schedule; by default, the name of its file.")
@click.option("--only", metavar="NAME", help="Name of the job, if the workbook contains several.")
@click.option(
    "--time-limit",
    default=360,
    show_default=True,
    type=click.IntRange(min=1, max=60 * 24 * 7),
    metavar="MINUTES",
    help="Stop a run at the next safe point after this many minutes.",
)
@click.option("--in-excel", is_flag=True, help="Open the workbook in Excel and let its macro push.")
@click.option(
    "--dry-run",
    cls=RenamedOption,
    old=["--print"],
    is_flag=True,
    help="Show what the scheduler would be given, without changing anything.",
)
@click.option("--list", "listing", is_flag=True, help="List schedules, next and last runs.")
@click.option("--remove", metavar="NAME", help="Remove a schedule.")
@click.option("--run-now", metavar="NAME", help="Run a schedule now, as its scheduler would.")
@as_json
@takes(ScheduleOptions)
def command(options: ScheduleOptions) -> None:
    """Schedule JOB with Task Scheduler, launchd, systemd or cron.

    The job runs as you, with your saved key. --list shows when each schedule runs next and how
    its last run ended.

    Example: sodasheet schedule permits.json --weekly MON,THU@06:00
    """
    asked = [options.listing, options.remove, options.run_now, options.job_path]
    if sum(map(bool, asked)) != 1:
        raise UsageProblem(
            "Specify a job to schedule, or use --list, --remove or --run-now.",
            "For example: sodasheet schedule permits.json --daily 06:00",
        )
    if options.job_path is not None:
        _create(_wanted(options.job_path, options), options)
    elif options.listing:
        _list(as_json=options.as_json)
    elif options.remove:
        _remove(options.remove, as_json=options.as_json)
    else:
        _run_now(str(options.run_now), as_json=options.as_json)


def _wanted(job_path: Path, options: ScheduleOptions) -> Schedule:
    from sodasheet.schedules.schedule import Schedule, checked_name

    when = _when(options)
    return Schedule(
        checked_name(options.name or job_path.stem),
        job_path.absolute(),
        when,
        float(options.time_limit),
        options.only,
        options.in_excel,
    )


def _when(options: ScheduleOptions) -> When:
    from sodasheet.schedules.recurrence import daily, hourly, weekly

    given = [
        (read, text)
        for read, text in (
            (daily, options.daily),
            (weekly, options.weekly),
            (hourly, options.hourly),
        )
        if text is not None
    ]
    if len(given) != 1:
        raise UsageProblem(
            "Say when the job should run.",
            "Use --daily 06:00, --weekly MON,THU@06:00 or --hourly 15.",
        )
    ((read, text),) = given
    return read(text)


def _create(wanted: Schedule, options: ScheduleOptions) -> None:
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.excel.scheduled.start_excel import require_excel
    from sodasheet.jobs.load_jobs import jobs_in, named
    from sodasheet.schedules.backends.select_scheduler import system_here
    from sodasheet.schedules.creation_and_removal import doubts, make, require_free, runs

    if wanted.in_excel:
        require_excel(wanted.job)
    jobs = named(jobs_in(wanted.job), wanted.job, wanted.only)
    require_free(wanted)
    system = system_here(wanted.job)
    if options.dry_run:
        text = system.shown(wanted).rstrip("\n")
        if options.as_json:
            print_json({"name": wanted.name, "system": system.NAME, "text": text})
        else:
            click.echo(text)
        return
    schedule = make(wanted)
    notes = [*doubts(schedule.system, jobs), *map(Note, _ways(schedule))]
    if options.as_json:
        print_json({**_body(schedule), "notes": [note.text for note in notes]})
        return
    click.echo(runs(schedule, datetime.now()))
    for note in notes:
        say(f"Note: {note.text}")
        for line in step_lines(note.steps, invoked()):
            say(f"  {line}")


def _ways(schedule: Schedule) -> list[str]:
    """Return the two ways to push a workbook; none for other jobs."""
    from sodasheet.schedules.creation_and_removal import HEADLESS, IN_EXCEL
    from sodasheet.sources.choose_source import WORKBOOKS

    ways = [HEADLESS, f"{IN_EXCEL} (--in-excel)"]
    return ways if schedule.job.suffix.lower() in WORKBOOKS else []


def _list(*, as_json: bool) -> None:
    from sodasheet.commands.terminal.output import print_json, print_table
    from sodasheet.schedules import schedule_store

    found = [_body(one) for one in schedule_store.schedules()]
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("Nothing is scheduled. To schedule a job: sodasheet schedule JOB --daily 06:00")
        return
    rows = [
        [
            str(one["name"]),
            str(one["when"]),
            str(one["next"] or f"gone from {one['system']}: schedule it again"),
            _ended(one["last"]),
            str(one["job"]),
        ]
        for one in found
    ]
    print_table("Schedules", ["name", "when", "next run", "last run", "job"], rows)


def _body(schedule: Schedule) -> dict[str, object]:
    """Return a schedule as JSON, with its next and last runs."""
    from dataclasses import asdict

    from sodasheet.schedules import schedule_store
    from sodasheet.schedules.backends.select_scheduler import system_of

    last = schedule_store.last(schedule)
    there = system_of(schedule.system).present(schedule)
    following = schedule.when.after(datetime.now()).isoformat(" ", timespec="minutes")
    return {
        "name": schedule.name,
        "job": str(schedule.job),
        "when": str(schedule.when),
        "next": following if there else None,
        "last": asdict(last) if last else None,
        "only": schedule.only,
        "time_limit": schedule.minutes,
        "in_excel": schedule.in_excel,
        "system": schedule.system,
    }


def _ended(last: object) -> str:
    if not isinstance(last, dict):
        return "has not run yet"
    started = str(last["started"])[:16].replace("T", " ")
    if last["outcome"] is None:
        return f"{started} UTC: running, or interrupted"
    return f"{started} UTC: {last['outcome']}: {last['summary']}"


def _remove(name: str, *, as_json: bool) -> None:
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.schedules import schedule_store
    from sodasheet.schedules.backends.select_scheduler import system_of

    schedule = schedule_store.known(name)
    system_of(schedule.system).remove(schedule)
    schedule_store.drop(schedule)
    if as_json:
        print_json({"removed": schedule.name})
    else:
        click.echo(f"{schedule.name} is no longer scheduled; {schedule.job} is unchanged.")


def _run_now(name: str, *, as_json: bool) -> None:
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.schedules import schedule_store
    from sodasheet.schedules.backends.select_scheduler import system_of

    schedule = schedule_store.known(name)
    system_of(schedule.system).run_now(schedule)
    if as_json:
        print_json({"started": schedule.name})
    else:
        click.echo(f"{schedule.name} was started; sodasheet schedule --list says how it ended.")
