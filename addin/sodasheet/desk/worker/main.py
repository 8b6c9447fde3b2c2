"""The process of a task that began at the desk: `python -m sodasheet.desk.worker.main FOLDER`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from sodasheet.desk.tasks.task import Task, TaskKind


def main(arguments: list[str]) -> int:
    """Run a task; its result is stored in its folder."""
    task = Task(Path(arguments[0]))
    if task.record.kind in (TaskKind.PUSH, TaskKind.UNDO):
        from sodasheet.desk.push.run_push import PushSetup, run_push

        run_push(task, PushSetup(opened=True))
    elif task.record.kind is TaskKind.CREATE:
        from sodasheet.desk.create.file_source import deliver_draft, file_source
        from sodasheet.desk.create.run_create import run_create

        run_create(task, partial(file_source, task), partial(deliver_draft, task), opened=True)
    else:
        from sodasheet.desk.worker.draft_work import run_draft_task

        run_draft_task(task)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
