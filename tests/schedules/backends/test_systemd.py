"""The generated systemd units, verified by systemd itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.schedules.backends.systemd import units
from sodasheet.schedules.recurrence import When, daily, hourly, weekly

from ..conftest import HOSTILE, START, schedule

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here"
)


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_somebody_made_up_is_in_a_unit(name: str) -> None:
    [service, timer] = units(schedule(name), START).values()

    names = {line.partition("=")[0] for line in (service + timer).splitlines() if "=" in line}
    assert names == {
        "Description", "Type", "ExecStart", "WorkingDirectory", "TimeoutStartSec",
        "TimeoutStopSec", "OnCalendar", "Persistent", "WantedBy",
    }  # fmt: skip
    assert name == "con" or name not in service.replace("SodaSheet schedule permits", "")


@pytest.mark.parametrize(
    ("when", "calendar", "normal"),
    [
        (daily("06:00"), "*-*-* 06:00:00", "*-*-* 06:00:00"),
        (weekly("SUN,MON@18:30"), "Mon,Sun *-*-* 18:30:00", "Mon,Sun *-*-* 18:30:00"),
        (hourly("5"), "*-*-* *:05:00", "*-*-* *:05:00"),
    ],
    ids=["daily", "weekly", "hourly"],
)
@needs_systemd
def test_systemd_reads_the_calendar_as_it_is_meant(when: When, calendar: str, normal: str) -> None:
    timer = units(schedule(when=when), START)["sodasheet-permits.timer"]
    said = subprocess.run(
        ["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=True
    )

    assert f"OnCalendar={calendar}\n" in timer
    assert f"Normalized form: {normal}" in said.stdout
    assert "Persistent=true" in timer


@pytest.mark.parametrize("folder", ["plain", "My Python 100 %", "My Python $HOME 'here'"])
@needs_systemd
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path, folder: str) -> None:
    program = tmp_path / folder / "python3"
    program.parent.mkdir(parents=True)
    program.symlink_to("/bin/true")
    start = replace(START, program=str(program), folder=str(tmp_path))
    for name, text in units(schedule(), start).items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.glob("sodasheet-*"))],
        capture_output=True, text=True, check=False, env=os.environ | {"HOME": str(tmp_path)},
    )  # fmt: skip

    told = [line for line in said.stderr.splitlines() if "sodasheet" in line]
    assert (said.returncode, told) == (0, [])
