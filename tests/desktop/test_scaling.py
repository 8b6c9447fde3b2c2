"""Every window at 100 and 200 %: nothing is cut off, everything grows alike, and it has a picture.

SODASHEET_PICTURES names a folder to keep the pictures of docs/how-to/windows.md in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from socrata_practice import PracticePortal

from .conftest import Bench
from .screen import Screen, Window
from .test_push_window import order
from .test_schedule import scheduler
from .test_sign_in import fill

#: A picture in the documentation may not be larger, in bytes.
LARGEST = 60_000


def sign_in(bench: Bench, folder: Path) -> Window:
    account = bench.portal.account("publisher")
    window = bench.open("sign_in", portal="")
    fill(window, bench.portal.url, account.key_id, account.key_secret)
    window.press("alt+t")
    window.wait_for("The portal knows you as")
    return window


def choose(bench: Bench, folder: Path) -> Window:
    window = bench.open("choose", portal=bench.portal.url, environment=bench.signed_in())
    window.wait(lambda seen: len(seen["lines"]) > 3, "everything is listed")
    window.press("Down", "Down")
    window.wait_for("Permit Number · permit_no")
    return window


def refused(bench: Bench, folder: Path) -> Window:
    window = bench.open("choose", portal=bench.portal.url, environment=bench.signed_in())
    window.type("view-2j7f")
    window.wait_for("has no rows of its own to change.")
    return window


def confirm(bench: Bench, folder: Path) -> Window:
    window = bench.open("confirm", method="replace", rejected=9, findings=True, foreseen=True)
    window.type("Building Permits")
    window.enabled("Replace rows")
    assert "20 new, 63 changed, 12,029 deleted; 208 unchanged" in window.text
    return window


def trial(bench: Bench, folder: Path) -> Window:
    window = bench.open("trial", trial="20240302-081500-4c1d")
    window.focus("Cancel")
    return window


def undo(bench: Bench, folder: Path) -> Window:
    window = bench.open("undo")
    window.focus("field !entry")
    return window


def others(bench: Bench, folder: Path) -> Window:
    window = bench.open("others")
    window.focus("Close")
    return window


def progress(bench: Bench, folder: Path) -> Window:
    window = bench.open("progress", stage="sending", total=250_000, done=7_000, speed=5)
    window.wait_for("rows a second, about")
    return window


def stopping(bench: Bench, folder: Path) -> Window:
    window = progress(bench, folder)
    window.press("Escape")
    window.wait_for("Stopping as soon as")
    return window


def summary(bench: Bench, folder: Path) -> Window:
    rows = [[str(number), "Noise"] for number in range(1, 8)]
    given = order(bench, folder, "upsert", [*rows, ["n/a", "Trees"]])
    given["allow_rejected"] = 1
    window = bench.open("push", order=given, environment=bench.signed_in())
    window.wait_for("Update and add rows?")
    window.press("alt+u")
    window.wait_for("Done, but rows were left out")
    return window


def guard(bench: Bench, folder: Path) -> Window:
    given = order(bench, folder, "replace", [["7", "Trees"]])
    window = bench.open("push", order=given, environment=bench.signed_in())
    window.wait_for("would shrink from")
    return window


def schedule(bench: Bench, folder: Path) -> Window:
    path = Path("/home/steward/City budget.xlsm")
    window = bench.open("schedule", path=str(path), environment=scheduler(folder)[0])
    window.press("alt+o")
    window.wait_for("runs weekly on MON, TUE, WED, THU, FRI at 06:00")
    window.wait_for(" (cron).")
    return window


def question(bench: Bench, folder: Path) -> Window:
    return bench.open("question", kind="ask_yes_no", text="Take all keys for data.example.gov?")


@dataclass(frozen=True)
class Case:
    name: str
    show: Callable[[Bench, Path], Window]


CASES = [
    Case(show.__name__.replace("_", "-"), show)
    for show in (
        sign_in,
        choose,
        refused,
        confirm,
        trial,
        undo,
        others,
        progress,
        stopping,
        summary,
        guard,
        schedule,
        question,
    )
]


@pytest.fixture(scope="module")
def portal() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_window_can_be_read_at_100_and_200_percent(
    case: Case, screen: Screen, large_screen: Screen, portal: PracticePortal, tmp_path: Path
) -> None:
    sizes = []
    for place in (screen, large_screen):
        folder = tmp_path / str(place.dots)
        folder.mkdir()
        bench = Bench(place, folder, portal, [])
        window = case.show(bench, folder)
        try:
            assert window.seen()["cut"] == [], "some text has less room than it needs"
            sizes.append(window.size())
            width, height = sizes[-1]
            assert width <= 960 * place.scale
            assert height <= 640 * place.scale
            check_picture(window, case.name, place, tmp_path)
        finally:
            window.close()
    (width, height), (wider, higher) = sizes
    assert 1.8 < wider / width < 2.2
    assert 1.6 < higher / height < 2.4  # a line may break elsewhere


def check_picture(window: Window, name: str, screen: Screen, folder: Path) -> None:
    kept = os.environ.get("SODASHEET_PICTURES")
    suffix = "" if screen.scale == 1 else f"-{screen.scale:.0f}x"
    picture = window.picture(Path(kept or folder) / f"window-{name}{suffix}.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert 1_000 < picture.stat().st_size < LARGEST
