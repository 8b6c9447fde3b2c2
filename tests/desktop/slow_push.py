"""A push that goes as slowly as a test wants, in the real window."""

from __future__ import annotations

import threading
import time
from typing import Any

from proposals import CUT, NOT_A_NUMBER

from sodasheet.desktop.progress_page import ProgressPage
from sodasheet.desktop.push_progress import PushProgress
from sodasheet.desktop.shell import Shell


class Clock:
    """Goes faster than the one on the wall."""

    def __init__(self, speed: float) -> None:
        self._began, self._speed = time.monotonic(), speed

    def __call__(self) -> float:
        return self._began + (time.monotonic() - self._began) * self._speed


def show(stage: str, total: int, done: int, speed: float = 1.0) -> Any:
    """The Progress window at a stage; `done` more every tenth of a second until it is stopped."""
    progress = PushProgress(clock=Clock(speed))
    findings = f"{CUT.count + NOT_A_NUMBER.count}; {NOT_A_NUMBER.count} rows are left out"
    with Shell("Push - SodaSheet") as shell:
        shell.show(
            ProgressPage(shell, progress, "Pushing permits.csv to Building Permits", findings)
        )

        def work() -> str:
            progress.begin(stage, total)
            while not progress.stop:
                progress.advance(done)
                time.sleep(0.1)
            time.sleep(1.0)  # the request under way
            return "stopped"

        ended: list[Any] = []

        def over(told: Any) -> None:
            ended.append(told)
            shell.close()

        shell.work(work, over, over)
        shell.run()
    return {"ended": ended, "threads": threading.active_count()}
