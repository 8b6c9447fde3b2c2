"""How far a push is: written by the thread that pushes, read by the window."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Event, RLock

from sodasheet.desktop.pace import Clock, Pace, duration
from sodasheet.model.progress import Progress, Silent

#: Stages that count bytes or cells of the source, not rows that are sent.
_READING = ("Reading", "Looking")

#: What stands if the push is stopped in a stage; in every other one nothing has been sent.
_STANDS = {
    "sending": "The portal takes these rows all together or not at all.",
    "uploading": "What has been uploaded is not in the dataset until it is applied.",
    "waiting for the portal to read the rows": (
        "What has been uploaded is not in the dataset until it is applied."
    ),
    "applying": (
        "The portal is applying the rows already, which cannot be called back: SodaSheet waits"
        " until it knows what became of them."
    ),
    "verifying": "The rows have landed; only their number was still being looked up.",
    "asking the portal what became of the rows": (
        "Rows were sent before; SodaSheet is finding out whether they have landed."
    ),
}
_NOTHING_SENT = "Nothing has been sent."


@dataclass(frozen=True, slots=True)
class Shown:
    """What the window shows at one moment; `share` is 0 to 1, None where nobody knows."""

    stage: str
    count: str
    speed: str
    share: float | None
    elapsed: str
    stopping: str


class PushProgress:
    """Progress for a window, safe to use from several threads.

    `also` hears everything too, and may ask to stop as well.
    """

    def __init__(self, also: Progress | None = None, clock: Clock = time.monotonic) -> None:
        self._also: Progress = also or Silent()
        self._clock = clock
        self._began = clock()
        self._lock = RLock()
        self._stage, self._pace = "starting", Pace(None, clock)
        self._stop = Event()

    def begin(self, stage: str, total: int | None = None) -> None:
        """A new stage begins."""
        with self._lock:
            self._stage, self._pace = stage, Pace(total, self._clock)
        self._also.begin(stage, total)

    def advance(self, amount: int) -> None:
        """So many more are done."""
        with self._lock:
            self._pace.advance(amount)
        self._also.advance(amount)

    @property
    def stop(self) -> bool:
        """Whether the user wants to end it, here or wherever else it is shown."""
        return self._stop.is_set() or self._also.stop

    def ask_to_stop(self) -> None:
        """The user pressed Cancel."""
        self._stop.set()

    def shown(self) -> Shown:
        """How far it is now."""
        with self._lock:
            stage, pace = self._stage, self._pace
            share = min(pace.done / pace.total, 1.0) if pace.total else None
            return Shown(
                stage[:1].upper() + stage[1:],
                _count(stage, pace),
                _speed(stage, pace),
                share,
                _clock_words(self._clock() - self._began),
                self._stopping(stage),
            )

    def _stopping(self, stage: str) -> str:
        if not self.stop:
            return ""
        return (
            "Stopping as soon as the request under way has been answered."
            f" {_STANDS.get(stage, _NOTHING_SENT)}"
        )


def _count(stage: str, pace: Pace) -> str:
    """How many rows; of a source that is being read only the share can be told."""
    if stage.startswith(_READING):
        return f"{100 * min(pace.done / pace.total, 1):.0f} %" if pace.total else ""
    if not pace.total:
        return f"{pace.done:,} rows" if pace.done else ""
    return f"{pace.done:,} of {pace.total:,} rows"


def _speed(stage: str, pace: Pace) -> str:
    rate, left = pace.rate, pace.left
    parts = []
    if rate and rate >= 1 and not stage.startswith(_READING):
        parts.append(f"{rate:,.0f} rows a second")
    if left is not None:
        parts.append(f"about {duration(left)} left")
    return ", ".join(parts)


def _clock_words(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
