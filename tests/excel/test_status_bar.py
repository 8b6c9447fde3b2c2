"""Progress of a detached process is reported to its task and in the program's status bar."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sodasheet.excel.status_bar import DetachedProgress


class Notes:
    """A task's progress."""

    stop = False

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def begin(self, stage: str, total: int | None = None) -> None:
        self.told.append((stage, total))

    def advance(self, amount: int) -> None:
        self.told.append((amount,))


def test_both_sides_hear_of_every_stage_and_stop_is_the_task_s() -> None:
    notes, app = Notes(), SimpleNamespace(status_bar="")
    progress = DetachedProgress(notes, app)  # type: ignore[arg-type]

    progress.begin("checking the rows", 5_000)
    first = app.status_bar
    progress._said = -1000.0
    progress.advance(2_000)

    assert first == "SodaSheet: Checking the rows"
    assert app.status_bar == "SodaSheet: Checking the rows: 2,000 of 5,000"
    assert notes.told == [("checking the rows", 5_000), (2_000,)]
    assert progress.stop is False
    notes.stop = True
    assert progress.stop is True


def test_a_program_that_is_closed_or_busy_ends_no_work() -> None:
    class Busy:
        @property
        def status_bar(self) -> str:
            return ""

        @status_bar.setter
        def status_bar(self, text: str) -> None:
            raise OSError(text)

    for app in (None, Busy()):
        notes = Notes()
        DetachedProgress(notes, app).begin("checking")  # type: ignore[arg-type]
        assert notes.told == [("checking", None)]
