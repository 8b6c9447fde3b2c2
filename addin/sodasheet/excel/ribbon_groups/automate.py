"""The ribbon's group Automate: scheduled pushes, and earlier pushes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.task import TaskKind
from sodasheet.errors import UsageProblem
from sodasheet.excel.button_press import activate
from sodasheet.excel.new_workbook import open_new_workbook
from sodasheet.excel.portal_session import open_session
from sodasheet.excel.sheets.history import history_sheet
from sodasheet.excel.sheets.history_rows import MOST_RUNS
from sodasheet.excel.sheets.open_mapping import target
from sodasheet.excel.tasks.background_press import handed_over
from sodasheet.excel.tasks.launched_tasks import begin, order_of, task_of
from sodasheet.excel.xlwings_access import quiet

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.jobs.named_job import NamedJob
    from sodasheet.schedules.recurrence import When
    from sodasheet.schedules.schedule import Schedule

_REMOVE = "never"


def run_history(press: Press) -> None:
    """Show the pushes of this computer on a sheet of the workbook, newest first."""
    from sodasheet.push.runs.history import freshness, past_runs

    press.status("Reading the run log")
    fresh, runs = freshness(), past_runs(MOST_RUNS)
    with quiet(press.app):
        history = history_sheet(press.sheets)
        history.write(fresh, runs)
    activate(history.sheet)


def quality(press: Press) -> bool:
    """Open a workbook that shows how complete, fresh and clean the dataset is.

    True if a separate process goes on with it.
    """
    if handed_over(press, "quality", "counting the dataset's values; a workbook will show them"):
        return True
    from sodasheet.dataset_quality.column_measures import read_measures
    from sodasheet.dataset_quality.completeness_freshness_findings import read_overview
    from sodasheet.dataset_quality.quality_sheet_content import workbook_of_overview

    place = target(press)
    press.status("Counting the dataset's values")
    with open_session(place.portal) as session:
        found = read_overview(session, place.dataset)
        content = workbook_of_overview(found, read_measures(session, place.dataset))
    open_new_workbook(press, f"Quality of {found.name}", content)
    return False


def schedule(press: Press) -> None:
    """Ask when and how to push the workbook, and schedule the pushes with the system.

    The Schedule window does that; where none opens, the program's own questions do.
    """
    from sodasheet.schedules.creation_and_removal import MACROS, unmake

    path = _saved_path(press)
    if press.dialogs.no_windows is None:
        begin(task_of(press, TaskKind.SCHEDULE, source=press.book.name), order_of(press))
        return
    there = _schedules_of(path)
    given = _as_asked(there[0].when) if there else "06:00"
    text = press.dialogs.ask_text(_question(there), given)
    if text is None or not text.strip():
        return
    if text.strip().casefold() == _REMOVE:
        press.dialogs.tell(unmake(there))
        return
    when = _when(text.strip())
    in_excel = path.suffix.lower() in MACROS and _asked_for_excel(press)
    if not press.dialogs.ask_yes_no(f"{path.name} has to be saved first.\n\nSave it now?"):
        return
    press.book.save()
    press.dialogs.tell("\n\n".join(_made(path, when, there, in_excel=in_excel)))


def _saved_path(press: Press) -> Path:
    """The workbook's path. Raises UsageProblem if the scheduler could not open the workbook."""
    if press.in_cloud_only:
        raise UsageProblem(
            f"{press.book.name} is on SharePoint or OneDrive, and its library is not synced to this"
            " computer.",
            "Press Sync in the library on SharePoint, open the workbook from the synced folder,"
            " then press Schedule again.",
        )
    path = Path(press.path)
    if not path.is_absolute() or not path.is_file():
        raise UsageProblem(
            f"{press.book.name} is not saved on this computer.",
            "Save it in a folder, then press Schedule again.",
        )
    return path


def _schedules_of(path: Path) -> list[Schedule]:
    from sodasheet.schedules import schedule_store

    return [one for one in schedule_store.schedules() if one.job == path]


def _question(there: Sequence[Schedule]) -> str:
    now = "".join(f"Current schedule: {one.when}. " for one in there)
    remove = f' Type "{_REMOVE}" to remove the schedule.' if there else ""
    return (
        f"{now}When should this workbook be pushed? 06:00 for every day, "
        f"MON,THU@06:00 for some, :15 for every hour.{remove}"
    )


def _as_asked(when: When) -> str:
    """Return a time as a user would type the time."""
    from sodasheet.schedules.recurrence import DAYS

    if when.hourly:
        return f":{when.minute:02}"
    if when.daily:
        return when.time
    return f"{','.join(DAYS[day] for day in when.days)}@{when.time}"


def _when(text: str) -> When:
    from sodasheet.schedules.recurrence import daily, hourly, weekly

    if text.startswith(":"):
        return hourly(text)
    return weekly(text) if "@" in text else daily(text)


def _asked_for_excel(press: Press) -> bool:
    from sodasheet.schedules.creation_and_removal import HEADLESS, IN_EXCEL

    return press.dialogs.ask_yes_no(
        f"How should the schedule push this workbook?\n\nYes: {IN_EXCEL}\n\nNo: {HEADLESS}\n\nPush "
        "in Excel?"
    )


def _made(path: Path, when: When, there: Sequence[Schedule], *, in_excel: bool) -> list[str]:
    """Create the schedule, replacing an earlier schedule; return the message for the user."""
    from sodasheet.excel.next_steps import with_steps
    from sodasheet.schedules.creation_and_removal import HEADLESS, LIMIT, doubts, make, runs
    from sodasheet.schedules.schedule import Schedule, checked_name

    jobs = _jobs(path)
    name = there[0].name if there else checked_name(path.stem)
    made = make(Schedule(name, path, when, LIMIT, in_excel=in_excel))
    said = [runs(made, datetime.now())]
    if not in_excel:
        said.append(HEADLESS)
    return said + [with_steps(note.text, note.steps) for note in doubts(made.system, jobs)]


def _jobs(path: Path) -> list[NamedJob]:
    """Return the jobs as a run would find them, so that problems are reported now."""
    from sodasheet.jobs.load_jobs import jobs_in

    return jobs_in(path)
