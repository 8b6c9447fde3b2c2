"""Making a schedule: written down, given to the system's scheduler, and what it may be wanting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sodasheet.credentials.accounts import list_accounts
from sodasheet.credentials.entry import Entry
from sodasheet.errors import UsageProblem
from sodasheet.jobs import unconfirmed
from sodasheet.jobs.loader import NamedJob
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.note import Note
from sodasheet.portal.address import display_host, parse_portal
from sodasheet.schedules import store
from sodasheet.schedules.backends.select import system_here, system_of
from sodasheet.schedules.schedule import Schedule

#: The two ways of a workbook, each with what it costs.
HEADLESS = (
    "Without Excel: the workbook is read as it was saved last, so Excel need not be there, but no"
    " formula is computed and no connection refreshed."
)
IN_EXCEL = (
    "In Excel: Excel opens the workbook and its macro pushes what it then shows, but"
    " you must be logged on to Windows, and a dialog of Excel's can hold the run up until its time"
    " limit."
)


#: Minutes that a scheduled push may take unless somebody says otherwise.
LIMIT = 360.0

#: Workbooks that may hold macros, so that Excel can push them.
MACROS = (".xlsm", ".xlsb", ".xls")


def runs(schedule: Schedule, now: datetime) -> str:
    """When it runs, when next, and who sees to it, in one sentence; `now` is local."""
    following = f"{schedule.when.after(now):%Y-%m-%d at %H:%M}"
    keeper = f" ({schedule.system})" if schedule.system else ""
    return f"{schedule.name} runs {schedule.when}, next on {following}{keeper}."


def unmake(schedules: Sequence[Schedule]) -> str:
    """Take schedules from their schedulers and forget them; a sentence that says so."""
    for one in schedules:
        system_of(one.system).remove(one)
        store.drop(one)
    names = ", ".join(one.name for one in schedules)
    return f"{names} is no longer scheduled." if names else "This workbook is not scheduled."


def make(wanted: Schedule) -> Schedule:
    """Write the schedule down and give it to the scheduler of this system; it as it is now.

    A schedule of the same name and file is replaced. Raises UsageProblem where another file's
    schedule has the name, SodaSheetError where the system does not take it.
    """
    earlier = require_free(wanted)
    system = system_here(wanted.job)
    schedule = replace(wanted, system=system.NAME)
    store.keep(schedule)
    try:
        system.create(schedule)
        if earlier is not None and earlier.system != schedule.system:
            system_of(earlier.system).remove(earlier)
    except BaseException:
        if earlier is None:
            store.drop(schedule)
        else:
            store.keep(earlier)
        raise
    return schedule


def require_free(wanted: Schedule) -> Schedule | None:
    """The schedule of this name that is there; raises UsageProblem where it is another file's."""
    taken = next((one for one in store.schedules() if one.slug == wanted.slug), None)
    if taken is not None and taken.job != wanted.job:
        raise UsageProblem(
            f'A schedule named "{taken.name}" already exists, for {taken.job}.',
            "Give this schedule another name, or remove that one.",
            (
                NextStep(Action.NAME_SCHEDULE),
                NextStep(Action.REMOVE_SCHEDULE, name=taken.name),
            ),
        )
    return taken


def doubts(system: str, jobs: Sequence[NamedJob]) -> list[Note]:
    """Return what would keep a run from pushing, as far as can be seen now."""
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
            Note("It runs while you are logged on; loginctl enable-linger lets it run otherwise.")
        )
    return notes
