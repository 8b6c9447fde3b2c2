"""A push in a separate process, controlled by files in one private folder.

`job.json` and `order.json` say what to do; `status.json` says how far it is; a file `stop` asks it
to end; `report.json` is there once it has ended. No secret is ever in the folder or on the
command line: the process asks the credential store itself.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodasheet.system.atomic_files import read_json, replace_shared
from sodasheet.system.dataclass_from_json import read_if_whole

REPORT, STATUS, STOP, JOB, ORDER = "report.json", "status.json", "stop", "job.json", "order.json"

#: The name of a report that was shown, in a folder that is still needed.
SHOWN = "shown.json"

#: Seconds without a heartbeat after which the process counts as dead.
DEAD = 30.0


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """Progress of a task, the `time` of its last heartbeat, and its process."""

    stage: str = ""
    done: int = 0
    total: int | None = None
    time: float = 0.0
    pid: int = 0


@dataclass(frozen=True, slots=True)
class BackgroundTask:
    """The folder of one detached push."""

    folder: Path

    @property
    def order(self) -> dict[str, Any]:
        """Return the task's request; empty if the folder is incomplete."""
        return read_json(self.folder / ORDER) or {}

    @property
    def report(self) -> dict[str, Any] | None:
        """Return the task's report; None while the task runs."""
        return read_json(self.folder / REPORT)

    @property
    def shown(self) -> dict[str, Any] | None:
        """A report that has already been shown."""
        return read_json(self.folder / SHOWN)

    @property
    def status(self) -> TaskStatus:
        """Progress of the task, and its last heartbeat."""
        return read_if_whole(TaskStatus, read_json(self.folder / STATUS)) or TaskStatus()

    @property
    def alive(self) -> bool:
        """True if the process has sent a recent heartbeat."""
        return abs(time.time() - self.status.time) < DEAD

    def rest(self) -> None:
        """Record that the process is about to exit."""
        self.write(STATUS, {"stage": "ended", "time": 0})

    def stop(self) -> None:
        """Ask the task to stop after the current request."""
        (self.folder / STOP).touch()

    @property
    def stopping(self) -> bool:
        """True if the task was asked to stop."""
        return (self.folder / STOP).exists()

    def write(self, name: str, body: Mapping[str, Any]) -> None:
        """Write a file of the folder atomically: readers see either the old or the new file."""
        draft = self.folder / f".{name}.tmp"
        draft.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        replace_shared(draft, self.folder / name)


@contextmanager
def repeated(work: Callable[[], None], seconds: float) -> Iterator[None]:
    """Call a function in a thread every few seconds during a block."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(seconds):
            work()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
