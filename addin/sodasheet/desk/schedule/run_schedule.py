"""Schedule a workbook that is open in another program, in the process of a task."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sodasheet.desk.schedule.schedule_form import (
    Scheduled,
    TypedSchedule,
    make_schedule,
    schedule_json,
)
from sodasheet.desk.tasks.ask_user import Asking, ask_for_schedule
from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.desk.tasks.question import ChooseTime, Tell
from sodasheet.desk.tasks.task import Task
from sodasheet.errors import SodaSheetError


def run_schedule(task: Task, path: Path, save: Callable[[], None], *, opened: bool = False) -> None:
    """Ask when to push a workbook, `save` the workbook, and schedule the push with the system.

    What fails is said on the page, with what was typed; `opened` is True if the page is there
    already. Raises SodaSheetError if no window opens.
    """
    progress = TaskProgress(task)
    asking = Asking(task, lambda: progress.stop, opened=opened)
    question = ChooseTime(str(path))
    with progress.pulse():
        while (answer := ask_for_schedule(asking, question)).yes:
            typed = TypedSchedule.from_form(answer.choice or {})
            try:
                scheduled = Scheduled.of(path)
                scheduled.wanted(typed)
                save()
                told, doubts = make_schedule(scheduled, typed)
            except SodaSheetError as error:
                question = ChooseTime(str(path), str(error), schedule_json(typed))
            else:
                asking.ask(Tell("\n\n".join([told, *doubts])))
                return
