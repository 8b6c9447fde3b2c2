"""Progress of a task, written to its folder for the page that shows the task."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

from sodasheet.desk.tasks.remaining_time import Clock, Pace
from sodasheet.desk.tasks.task import Task
from sodasheet.errors import SodaSheetError
from sodasheet.push.runs.background_push_folder import repeated
from sodasheet.system.dataclass_from_json import read_if_whole

#: Seconds between two notes, and between heartbeats when nothing has changed.
BEAT, PULSE = 0.3, 2.0


@dataclass(frozen=True, slots=True)
class EndedStage:
    """A finished stage of the work: the amount of work done, and its duration."""

    name: str
    done: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ProgressNote:
    """Progress of a task; `left` is in seconds, None if no forecast can be trusted."""

    stage: str = "starting"
    done: int = 0
    total: int | None = None
    time: float = 0.0
    pid: int = 0
    seconds: float = 0.0
    left: float | None = None
    past: tuple[EndedStage, ...] = ()

    @classmethod
    def from_json(cls, body: Mapping[str, Any] | None) -> ProgressNote:
        """Read a note back; missing fields and damaged notes get defaults."""
        return read_if_whole(cls, body) or cls()


class TaskProgress:
    """Progress that is safe to use from several threads; `stop` looks for the file `stop`."""

    def __init__(self, task: Task, clock: Clock = time.monotonic) -> None:
        self._task, self._clock = task, clock
        self._lock = threading.Lock()
        self._stage, self._pace = "starting", Pace(None, clock)
        self._past: list[EndedStage] = []
        self._stop = False
        self._looked = 0.0

    @property
    def stop(self) -> bool:
        """True if the user wants the work to stop; checked at most five times a second."""
        now = self._clock()
        if not self._stop and now - self._looked > 0.2:
            self._looked, self._stop = now, self._task.errand.stopping
        return self._stop

    def restart(self) -> None:
        """Begin another attempt; earlier stop requests do not apply."""
        with self._lock:
            self._stage, self._pace = "starting", Pace(None, self._clock)
            self._past.clear()
        (self._task.folder / "stop").unlink(missing_ok=True)
        self._stop = False

    def begin(self, stage: str, total: int | None = None) -> None:
        """Begin a new stage."""
        with self._lock:
            if self._stage != "starting":
                self._past.append(EndedStage(self._stage, self._pace.done, self._pace.seconds))
            self._stage, self._pace = stage, Pace(total, self._clock)
        self.tell()

    def advance(self, amount: int) -> None:
        """Count more units as done."""
        self._pace.advance(amount)

    def tell(self) -> None:
        """Store the progress of the work, and a sign that its process is alive."""
        with self._lock:
            pace = self._pace
            note = ProgressNote(
                self._stage,
                pace.done,
                pace.total,
                time.time(),
                os.getpid(),
                pace.seconds,
                pace.left,
                tuple(self._past),
            )
        # A full disk must not stop the push.
        with suppress(SodaSheetError):
            self._task.write("status.json", asdict(note))

    @contextmanager
    def pulse(self) -> Iterator[None]:
        """Keep reporting during a block, however long a single step takes."""
        told, done = self._clock(), -1

        def tell_if_due() -> None:
            nonlocal told, done
            if self._pace.done != done or self._clock() - told > PULSE:
                told, done = self._clock(), self._pace.done
                self.tell()

        self.tell()
        with repeated(tell_if_due, BEAT):
            yield
