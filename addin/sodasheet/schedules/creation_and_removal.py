"""Create and remove schedules, and warn of obstacles to their runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sodasheet.credentials.account_list import list_accounts
from sodasheet.credentials.store_entry import Entry
from sodasheet.errors import UsageProblem
from sodasheet.jobs import unconfirmed
from sodasheet.jobs.named_job import NamedJob
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.note import Note
from sodasheet.portal.dataset_address import display_host, parse_portal
from sodasheet.schedules import schedule_store
from sodasheet.schedules.backends.select_scheduler import system_here, system_of
from sodasheet.schedules.schedule import Schedule
from sodasheet.wording import listed

#: The two ways to push a workbook, each with its drawbacks.
HEADLESS = (
    "Without Excel: the workbook is read as last saved, so Excel isn't needed, but"
    " formulas aren't recalculated and connections aren't refreshed."
)
IN_EXCEL = (
    "In Excel: Excel opens the workbook and its macro pushes the current values, but"
    " you must be logged on to Windows, and an open Excel dialog can delay the run until its time"
    " limit."
)


#: Default time limit of a scheduled push, in minutes.
LIMIT = 360.0

#: Extensions of workbooks that may contain macros, so that Excel can push them.
MACROS = (".xlsm", ".xlsb", ".xls")


def runs(schedule: Schedule, now: datetime) -> str:
    """Return a sentence with the recurrence, the next run and the scheduler; `now` is local."""
    following = f"{schedule.when.after(now):%Y-%m-%d at %H:%M}"
    keeper = f" ({schedule.system})" if schedule.system else ""
    return f"{schedule.name} runs {schedule.when}, next on {following}{keeper}."


def unmake(schedules: Sequence[Schedule]) -> str:
    """Remove schedules from their schedulers and from the store; return a sentence for the user."""
    for one in schedules:
        system_of(one.system).remove(one)
        schedule_store.drop(one)
    if not schedules:
        return "This workbook is not scheduled."
    names = listed(one.name for one in schedules)
    return f"{names} {'is' if len(schedules) == 1 else 'are'} no longer scheduled."


def make(wanted: Schedule) -> Schedule:
    """Store the schedule, pass the record to the system's scheduler, and return the record.

    A schedule of the same name and file is replaced. Raises UsageProblem if the schedule of another
    file has the name, SodaSheetError if the scheduler refuses it.
    """
    earlier = require_free(wanted)
    system = system_here(wanted.job)
    schedule = replace(wanted, system=system.NAME)
    schedule_store.keep(schedule)
    try:
        system.create(schedule)
        if earlier is not None and earlier.system != schedule.system:
            system_of(earlier.system).remove(earlier)
    except BaseException:
        if earlier is None:
            schedule_store.drop(schedule)
        else:
            schedule_store.keep(earlier)
        raise
    return schedule


def require_free(wanted: Schedule) -> Schedule | None:
    """Return the schedule with this name; raises UsageProblem if another file has that name."""
    taken = next((one for one in schedule_store.schedules() if one.slug == wanted.slug), None)
    if taken is not None and taken.job != wanted.job:
        raise UsageProblem(
            f'A schedule named "{taken.name}" already exists, for {taken.job}.',
            "Use another name for this schedule, or remove the existing one.",
            (
                NextStep(Action.NAME_SCHEDULE),
                NextStep(Action.REMOVE_SCHEDULE, name=taken.name),
            ),
        )
    return taken


def doubts(system: str, jobs: Sequence[NamedJob]) -> list[Note]:
    """Return notes about known obstacles to the runs."""
    notes = [Note(note) for one in jobs for note in one.notes]
    notes += [
        Note(
            f"{one.name}: some matches are not confirmed, so its runs are refused until they are.",
            (NextStep(Action.CONFIRM_MATCHES),),
        )
        for one in jobs
        if unconfirmed(one.job)
    ]
    portals = {parse_portal(one.job.portal) for one in jobs}
    known = {account.host for account in list_accounts() if account.kind == "portal"}
    notes += [
        Note(
            f"This computer has no saved key for {display_host(portal)}, and a schedule cannot"
            " use the key in the environment of this session. Sign in to the portal.",
            (NextStep(Action.SIGN_IN, portal=portal),),
        )
        for portal in sorted(portals)
        if Entry.of(portal).host not in known
    ]
    if system == "systemd":
        notes.append(
            Note(
                "It runs while you are logged on; loginctl enable-linger lets it run at other "
                "times."
            )
        )
    return notes
