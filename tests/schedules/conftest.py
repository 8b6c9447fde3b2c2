"""Schedules with names and paths that are difficult in the syntax of schedulers."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.schedules.recurrence import When
from sodasheet.schedules.schedule import Schedule, Start

#: Names that would break out of a unit, a crontab, a plist, a task or a shell that took them in.
HOSTILE = (
    "Permits",
    "Bauanträge 2024",
    'a "quoted" name',
    "it's 100 % `done` $HOME $(reboot)",
    "x\\..\\..\\evil",
    "../../etc/cron.d/evil",
    "a & b | c > d; rm -rf ~",
    "</Description><Exec>",
    "%PATH% !x! ^y",
    "* * * * * reboot",
    "許可",
    "-rf",
    "con",
)


def schedule(name: str = "Permits", when: When = When(6, 0), **more: object) -> Schedule:  # noqa: B008
    return Schedule(name, Path(f"/data/{name}.json"), when, 360.0, **more)  # type: ignore[arg-type]


#: A command whose paths hold everything that needs care.
START = Start(
    '/opt/My Python/100 %$HOME/it\'s "here"/python3',
    ("-P", "-m", "sodasheet", "run", "--schedule", "permits", "--home", "/home/Zoë/So da\\%x"),
    "/home/Zoë/So da\\%x",
    "/home/Zoë/So da\\%x/schedules/permits.log",
)


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "So da 100 %"
    monkeypatch.setenv("SODASHEET_HOME", str(place))
    return place
