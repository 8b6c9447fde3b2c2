"""A task: one piece of work in a separate process, controlled by files in one private folder.

`task.json` says what is to be done, `job.json` with which job; `status.json` says how far the work
is, `question.json` what it wants to know, `answer.json` what the user said; the time of a file
`seen` is when a page last showed the task, a file `stop` asks it to end; `report.json` or
`failure.json` are there once it has ended. No secret is ever in the folder: the process asks the
credential store itself.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sodasheet.desk.tasks.question import Asked
from sodasheet.desk.unwritable_folder import unwritable
from sodasheet.errors import SodaSheetError
from sodasheet.push.runs.background_push_folder import BackgroundTask
from sodasheet.system.atomic_files import read_json
from sodasheet.system.dataclass_from_json import read_if_whole
from sodasheet.system.folders import home, make_private

TASK, QUESTION, ANSWER, FAILURE, STAY, SEEN = (
    "task.json",
    "question.json",
    "answer.json",
    "failure.json",
    "stay.json",
    "seen",
)

#: Seconds for which the folder of a finished task is kept.
KEPT = 30 * 86400.0

_ID = re.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")


class TaskKind(StrEnum):
    """Kinds of tasks."""

    PUSH = "push"
    UNDO = "undo"
    CHECK = "check"
    PREVIEW = "preview"
    MAP = "map"
    CHOOSE = "choose"
    SCHEDULE = "schedule"
    CREATE = "create"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """Limits of a push; the same fields as in push/request.py."""

    limit: int | None = None
    allow_rejected: int = 0
    overrides: tuple[str, ...] = ()
    rest_of: str | None = None
    undoes: str | None = None
    forced: bool = False
    leave: bool = False
    settles: str | None = None
    draft: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """The data of a task, as stored in its folder.

    `origin` names the front end whose process does the work (tasks/start_process.py). `source` is
    what people call the rows, `dataset` the dataset's name. `base` is the folder that relative
    source paths start from. `seen` is what the preview showed that the user agreed to, as JSON;
    `draft` is the mapping that it belongs to, empty if there is none.
    """

    kind: TaskKind
    origin: str = "desk"
    source: str = ""
    dataset: str = ""
    portal: str = ""
    base: str = ""
    draft: str = ""
    options: TaskOptions = TaskOptions()
    seen: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """The folder of a task."""

    folder: Path

    @property
    def id(self) -> str:
        """The name of the folder, which addresses of pages hold."""
        return self.folder.name

    @property
    def errand(self) -> BackgroundTask:
        """The files that every detached push has."""
        return BackgroundTask(self.folder)

    @property
    def started(self) -> datetime:
        """The time (UTC) when the task was created."""
        return datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)

    @property
    def record(self) -> TaskRecord:
        """The task's subject. Raises SodaSheetError if the folder was removed or is damaged."""
        record = read_if_whole(TaskRecord, self.read(TASK))
        if record is None:
            raise SodaSheetError("This task no longer exists.", "Start it again.")
        return record

    @property
    def asked(self) -> Asked | None:
        """The question that the work is waiting for; None if there is none."""
        return Asked.from_json(self.read(QUESTION))

    @property
    def failure(self) -> dict[str, Any] | None:
        """The error that prevented the work from starting, written by its worker, or None."""
        return self.read(FAILURE)

    @property
    def ended(self) -> bool:
        """True once there is a report, a failure or another result."""
        return any((self.folder / name).exists() for name in ("report.json", "shown.json", FAILURE))

    @property
    def alive(self) -> bool:
        """True if the process of the task has sent a recent heartbeat."""
        return not self.ended and self.errand.alive

    @property
    def last_seen(self) -> int:
        """The time (nanoseconds) when a page last showed the task, initially its creation."""
        try:
            return (self.folder / SEEN).stat().st_mtime_ns
        except OSError:
            return 0

    def note_seen(self) -> None:
        """Note that a page shows the task now."""
        # Its process may be removing the folder, which a new file would keep: none is made here.
        with suppress(OSError):
            os.utime(self.folder / SEEN)

    def change(self, **changes: Any) -> TaskRecord:
        """Write a changed record and return the record. Raises SodaSheetError."""
        record = replace(self.record, **changes)
        self.write(TASK, asdict(record))
        return record

    def clear(self) -> None:
        """Forget an earlier attempt, so that its result is not mistaken for the next attempt's."""
        for name in ("report.json", "shown.json", "stop", FAILURE, QUESTION, ANSWER, STAY):
            (self.folder / name).unlink(missing_ok=True)
        self.write("status.json", {"stage": "starting", "time": time.time()})

    def write(self, name: str, body: Mapping[str, Any]) -> None:
        """Write a file of the folder atomically: readers see either the old or the new file.

        Raises SodaSheetError.
        """
        draft = self.folder / f".{name}.{os.getpid()}.{secrets.token_hex(2)}.tmp"
        try:
            draft.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
            draft.replace(self.folder / name)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a file of the folder; None if there is none."""
        return read_json(self.folder / name)

    def remove(self) -> None:
        """Remove the folder with its content."""
        shutil.rmtree(self.folder, ignore_errors=True)


def tasks_folder() -> Path:
    """Path of the folder that holds the folders of all tasks."""
    return home() / "tasks"


def new_task(record: TaskRecord) -> Task:
    """Create the folder of a task, for this user only. Raises SodaSheetError."""
    _forget_old()
    # The fraction of the second comes before the random digits, so that names sort by time.
    now = datetime.now(UTC)
    name = f"{now:%Y%m%d-%H%M%S}-{now.microsecond:05x}{secrets.token_hex(2)[1:]}"
    task = Task(tasks_folder() / name)
    try:
        make_private(tasks_folder())
        task.folder.mkdir(mode=0o700)
        (task.folder / SEEN).touch()
    except OSError as error:
        raise unwritable(task.folder, error) from error
    task.write(TASK, asdict(record))
    task.write("status.json", {"stage": "starting", "time": time.time()})
    return task


def find_task(name: str) -> Task | None:
    """Return the task with this id, or None."""
    task = Task(tasks_folder() / name)
    return task if _ID.fullmatch(name) and task.folder.is_dir() else None


def all_tasks() -> Iterator[Task]:
    """Yield the tasks of this computer, newest first."""
    for folder in sorted(tasks_folder().glob("*-*-*"), reverse=True):
        if _ID.fullmatch(folder.name) and (folder / TASK).exists():
            yield Task(folder)


def tasks_running() -> bool:
    """True if the process of any task is running or waiting for an answer."""
    return any(task.alive for task in all_tasks())


def _forget_old() -> None:
    for task in all_tasks():
        with suppress(OSError):
            old = time.time() - (task.folder / "status.json").stat().st_mtime > KEPT
            if old and not task.alive:
                task.remove()
