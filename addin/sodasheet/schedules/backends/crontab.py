"""Crontab of the user: two lines for each schedule; other lines stay unchanged (crontab(5))."""

from __future__ import annotations

import shlex
import shutil
import subprocess

from sodasheet.errors import SodaSheetError
from sodasheet.schedules.backends.scheduler_programs import call, demand
from sodasheet.schedules.schedule import Schedule, Start, start_of

NAME = "cron"

_MARK = b"# SodaSheet schedule: "


def usable() -> bool:
    """True if this system has a crontab."""
    return shutil.which("crontab") is not None


def lines(schedule: Schedule, start: Start) -> list[bytes]:
    """Return a comment that identifies the schedule, and its line; Sunday is day 0 in crontab."""
    when = schedule.when
    days = "*" if when.daily or when.hourly else ",".join(str((day + 1) % 7) for day in when.days)
    command = shlex.join([start.program, *start.arguments])
    hour = "*" if when.hourly else when.hour
    line = f"{when.minute} {hour} * * {days} {command} >{shlex.quote(start.log)} 2>&1"
    # cron would end the command at a percent sign, even quoted.
    escaped = line.replace("%", "\\%")
    return [_mark(schedule), escaped.encode("utf-8", "surrogateescape")]


def shown(schedule: Schedule) -> str:
    """Return the lines that are written into the crontab."""
    return b"\n".join(lines(schedule, start_of(schedule.slug))).decode(errors="replace") + "\n"


def create(schedule: Schedule) -> None:
    """Put the lines into the crontab. Raises SodaSheetError."""
    others = _without(_read(), schedule)
    _write([*others, *lines(schedule, start_of(schedule.slug))])


def remove(schedule: Schedule) -> None:
    """Remove the lines, and an empty crontab too. Raises SodaSheetError."""
    before = _read()
    others = _without(before, schedule)
    if others != before:
        _write(others)


def present(schedule: Schedule) -> bool:
    """True if the crontab has the schedule."""
    return _mark(schedule) in _read()


def run_now(schedule: Schedule) -> None:
    """Start the command of cron without waiting for the result. Raises SodaSheetError."""
    start = start_of(schedule.slug)
    try:
        subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [start.program, *start.arguments], cwd=start.folder, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise SodaSheetError(
            f"{start.program} cannot be started: {error.strerror or error}.", "Install it again."
        ) from error


def _mark(schedule: Schedule) -> bytes:
    return _MARK + schedule.slug.encode()


def _without(known: list[bytes], schedule: Schedule) -> list[bytes]:
    mark = _mark(schedule)
    if mark not in known:
        return known
    at = known.index(mark)
    return known[:at] + known[at + 2 :]


def _read() -> list[bytes]:
    """Return the lines of the crontab, empty if the user has none. Raises SodaSheetError."""
    done = call(["crontab", "-l"])
    if done.returncode == 0:
        return done.stdout.splitlines()
    if b"no crontab" in done.stderr:
        return []
    # Other failures do not mean an empty crontab: writing would delete the real lines.
    demand(["crontab", "-l"])
    return []


def _write(known: list[bytes]) -> None:
    if known:
        demand(["crontab", "-"], b"".join(line + b"\n" for line in known))
    else:
        demand(["crontab", "-r"])
