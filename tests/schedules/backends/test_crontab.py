"""The generated crontab line, parsed as by cron and then by the shell."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.schedules.backends.crontab import _without, lines
from sodasheet.schedules.recurrence import When, daily, hourly, weekly

from ..conftest import HOSTILE, START, schedule


def as_cron_reads(line: bytes) -> tuple[list[str], str]:
    """The five fields and the command, which ends at a % without a backslash (crontab(5))."""
    *fields, command = line.decode().split(" ", 5)
    assert not re.search(r"(?<!\\)%", command), "cron would cut the command here"
    return fields, command.replace("\\%", "%")


@pytest.mark.not_on_windows("a shell")
@pytest.mark.parametrize("name", HOSTILE)
def test_the_shell_is_left_with_the_arguments_as_they_are(tmp_path: Path, name: str) -> None:
    show = "import sys; print(*sys.argv[1:], sep='\\0', end='')"
    log = str(tmp_path / "it's 100 % log")
    start = replace(
        START, program=sys.executable, arguments=("-c", show, *START.arguments), log=log
    )

    mark, line = lines(schedule(name), start)
    fields, command = as_cron_reads(line)
    subprocess.run(["/bin/sh", "-c", command], check=True, env={})

    assert Path(log).read_text(encoding="utf-8").split("\0") == list(START.arguments)
    assert fields == ["0", "6", "*", "*", "*"]
    assert re.fullmatch(b"# SodaSheet schedule: [a-z0-9-]+", mark)
    assert b"\n" not in line


@pytest.mark.parametrize(
    ("when", "fields"),
    [
        (daily("06:05"), "5 6 * * *"),
        (weekly("MON,SUN@18:30"), "30 18 * * 1,0"),
        (hourly("5"), "5 * * * *"),
    ],
    ids=["daily", "weekly", "hourly"],
)
def test_days_are_numbered_from_sunday(when: When, fields: str) -> None:
    assert lines(schedule(when=when), START)[1].startswith(fields.encode() + b" ")


def test_every_other_line_stays_as_it_is() -> None:
    ours = lines(schedule(), START)
    others = [b"# mine", b"MAILTO=\xff", b"0 1 * * * backup 100\\%", b""]

    assert _without([*others[:2], *ours, *others[2:]], schedule()) == others
    assert _without(others, schedule()) == others
    assert _without([*ours, *lines(schedule("Parks"), START)], schedule("parks")) == ours
