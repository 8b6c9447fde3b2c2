"""The window Schedule, worked with keys, and the crontab that comes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sodasheet.desktop.notice import Tone
from sodasheet.desktop.schedule_model import Scheduled, Typed
from sodasheet.schedules.recurrence import When, hourly
from sodasheet.schedules.schedule import Schedule

from .conftest import Bench
from .test_push_window import order as ordered

#: A crontab(1) of the test's own; with it alone on the path nobody's real scheduler is touched.
_CRONTAB = """#!/bin/sh
case "$1" in
  -l) /bin/cat "{file}" 2>/dev/null || {{ echo no crontab >&2; exit 1; }} ;;
  -r) /bin/rm -f "{file}" ;;
  *) /bin/cat > "{file}" ;;
esac
"""


def scheduler(folder: Path) -> tuple[dict[str, str], Path]:
    """The environment with a stand-in for crontab, and where its lines lie."""
    programs, table = folder / "bin", folder / "table"
    programs.mkdir()
    (programs / "crontab").write_text(_CRONTAB.format(file=table))
    (programs / "crontab").chmod(0o700)
    return {"PATH": str(programs)}, table


def test_a_schedule_is_made_changed_and_let_go(bench: Bench, tmp_path: Path) -> None:
    environment, table = scheduler(tmp_path)
    path = tmp_path / "fees 100 %.json"
    path.write_text(json.dumps(ordered(bench, tmp_path, "upsert", [])["job"]), encoding="utf-8")

    window = bench.open("schedule", path=str(path), environment=environment)
    told = window.wait_for("fees 100 % runs daily at 06:00, next on ")
    assert "not scheduled" in told
    assert "Without Excel: the workbook is read as it was saved last" in told
    window.wait_for(" (cron).")
    window.type("25:00")
    window.wait_for('"25:00" is no time of day. Write it as 06:00 or 18:30.')
    window.enabled("Schedule", False)
    window.press("alt+t", "BackSpace", "BackSpace", "BackSpace", "BackSpace", "BackSpace")
    window.type("18:30")
    window.press("alt+o", "Tab", "space")
    window.wait_for("runs weekly on TUE, WED, THU, FRI at 18:30")
    window.press("Return")
    told = window.wait_for("Nobody is signed in to 127.0.0.1")
    assert "fees 100 % runs weekly on TUE, WED, THU, FRI at 18:30, next on " in told
    assert "30 18 * * 2,3,4,5 " in table.read_text()
    window.press("Return")
    assert window.end() == ["saved"]

    window = bench.open("schedule", path=str(path), environment=environment)
    window.wait_for("fees 100 % runs weekly on TUE")
    assert window.seen()["fields"][1]["text"] == "18:30"
    window.press("alt+h")
    window.wait_for("fees 100 % runs hourly at :30, next on ")
    window.press("alt+r")
    window.wait_for("fees 100 % is no longer scheduled.")
    window.press("Escape")
    assert window.end() == []
    assert "SodaSheet" not in (table.read_text() if table.exists() else "")


PATH = Path("/data/City budget.xlsm")
MADE = Schedule("budget", PATH, When(18, 5, (0, 3)), 360.0, in_excel=True, system="cron")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (Typed("fees", "6:05"), "fees runs daily at 06:05, next on 2024-03-02 at 06:05 (cron)."),
        (Typed("fees", "06:00", (0,)),
         "fees runs weekly on MON at 06:00, next on 2024-03-04 at 06:00 (cron)."),
        (Typed("fees", "06:15", hourly=True),
         "fees runs hourly at :15, next on 2024-03-01 at 12:15 (cron)."),
        (Typed("fees", ":99", hourly=True),
         '"99" is no minute of the hour. Write 0 to 59, such as 15.'),
        (Typed("fees", "soon"), "\"soon\" is no time of day. Write it as 06:00 or 18:30."),
        (Typed("fees", "06:00", ()),
         "No day is chosen. Choose the days on which it is to run."),
        (Typed(" ", "06:00"), "The name of a schedule is empty, too long or has signs that cannot"
                              " be shown. Give it another one, at most 100 characters."),
    ],
)  # fmt: skip
def test_what_will_be_made_is_said_beforehand(typed: Typed, told: str) -> None:
    said = Scheduled(PATH).foretold(typed, "cron", datetime(2024, 3, 1, 12, 0))

    assert said.text == told
    assert (said.tone is Tone.CARE) == ("runs" not in told.partition(",")[0])


def test_what_is_scheduled_already_stands_in_the_fields() -> None:
    there = Scheduled(PATH, (MADE,))

    assert there.given == Typed("budget", "18:05", (0, 3), in_excel=True)
    assert there.facts[2] == ("Until now", "budget runs weekly on MON, THU at 18:05")
    assert there.wanted(there.given, "cron") == MADE
    assert Scheduled(PATH).given.name == "City budget"
    every = Scheduled(PATH, (replace(MADE, when=hourly("7")),))
    assert (every.given.time, every.given.hourly) == (":07", True)
    assert every.wanted(every.given, "cron") == every.there[0]
    assert Scheduled(Path("/data/a.xlsx")).wanted(there.given).in_excel is False
