"""What a window may say of a push while another thread makes it."""

from __future__ import annotations

import threading

import pytest

from sodasheet.desktop.push_progress import PushProgress
from sodasheet.model.progress import Silent


def test_counts_of_several_threads_add_up() -> None:
    progress = PushProgress()
    progress.begin("sending", 40_000)

    def send() -> None:
        for _ in range(10_000):
            progress.advance(1)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert progress.shown().count == "40,000 of 40,000 rows"
    assert progress.shown().share == 1.0


@pytest.mark.parametrize(
    ("stage", "total", "done", "count", "share"),
    [
        ("Reading fees.csv", 2_000, 500, "25 %", 0.25),
        ("Reading fees.xlsx", 0, 0, "", None),
        ("checking", None, 0, "", None),
        ("sending", 10, 0, "0 of 10 rows", 0.0),
        ("comparing identifiers", None, 1200, "1,200 rows", None),
        ("sending", 10, 12, "12 of 10 rows", 1.0),
    ],
)
def test_a_stage_is_counted_in_what_it_is_made_of(
    stage: str, total: int | None, done: int, count: str, share: float | None
) -> None:
    progress = PushProgress()
    progress.begin(stage, total)
    progress.advance(done)

    shown = progress.shown()

    assert shown.stage == stage[0].upper() + stage[1:]
    assert (shown.count, shown.share) == (count, share)


@pytest.mark.parametrize(
    ("stage", "stands"),
    [
        ("Reading fees.csv", "Nothing has been sent."),
        ("checking", "Nothing has been sent."),
        ("sending", "all together or not at all"),
        ("uploading", "is not in the dataset until it is applied"),
        ("applying", "cannot be called back"),
        ("verifying", "The rows have landed"),
        ("asking the portal what became of the rows", "finding out whether they have landed"),
    ],
)
def test_stopping_says_what_stands(stage: str, stands: str) -> None:
    progress = PushProgress()
    progress.begin(stage)
    assert progress.shown().stopping == ""

    progress.ask_to_stop()

    assert progress.stop
    assert progress.shown().stopping.startswith("Stopping as soon as the request under way")
    assert stands in progress.shown().stopping


def test_what_else_listens_hears_everything_and_may_stop_it_too() -> None:
    heard: list[object] = []

    class Listener(Silent):
        def begin(self, stage: str, total: int | None = None) -> None:
            heard.append((stage, total))

        def advance(self, amount: int) -> None:
            heard.append(amount)

    listener = Listener()
    progress = PushProgress(listener)
    progress.begin("sending", 5)
    progress.advance(3)
    assert heard == [("sending", 5), 3]
    assert not progress.stop

    listener.stop = True
    assert progress.stop
    assert progress.shown().stopping
