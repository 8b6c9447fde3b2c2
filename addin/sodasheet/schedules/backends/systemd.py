"""systemd of the user: a service and a timer in ~/.config/systemd/user (systemd.timer(5))."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.schedules.backends.scheduler_programs import call, demand
from sodasheet.schedules.schedule import Schedule, Start, start_of

NAME = "systemd"

#: Minutes after the time limit of a run, and after its watchdog, when systemd ends it.
_MARGIN = 30

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CONTROL = ("systemctl", "--user", "--no-ask-password")


def usable() -> bool:
    """True if a systemd instance of the user is running."""
    if shutil.which("systemctl") is None:
        return False
    with suppress(SodaSheetError):
        return call([*_CONTROL, "show-environment"]).returncode == 0
    return False


def units(schedule: Schedule, start: Start) -> dict[str, str]:
    """Return the service and the timer as file name -> text."""
    name = _unit(schedule)
    command = " ".join([_program(start.program), *map(_quoted, start.arguments)])
    limit = int(schedule.minutes) + _MARGIN
    service = f"""[Unit]
Description=SodaSheet schedule {schedule.slug}

[Service]
Type=oneshot
ExecStart={command}
WorkingDirectory={start.folder.replace("%", "%%")}
TimeoutStartSec={limit}min
TimeoutStopSec=2min
"""
    timer = f"""[Unit]
Description=SodaSheet schedule {schedule.slug}, {schedule.when}

[Timer]
OnCalendar={_calendar(schedule)}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{name}.service": service, f"{name}.timer": timer}


def shown(schedule: Schedule) -> str:
    """Return the units for systemd."""
    found = units(schedule, start_of(schedule.slug))
    return "\n".join(f"# {_folder() / name}\n{text}" for name, text in found.items())


def create(schedule: Schedule) -> None:
    """Write the units and start the timer. Raises SodaSheetError."""
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in units(schedule, start_of(schedule.slug)).items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SodaSheetError(
            f"The units in {folder} cannot be written: {error.strerror or error}.",
            "Check the owner and the permissions of that folder.",
        ) from error
    demand([*_CONTROL, "daemon-reload"])
    demand([*_CONTROL, "enable", f"{_unit(schedule)}.timer"])
    demand([*_CONTROL, "restart", f"{_unit(schedule)}.timer"])


def remove(schedule: Schedule) -> None:
    """Stop the timer and delete the units; a current run continues. Raises SodaSheetError."""
    call([*_CONTROL, "disable", "--now", f"{_unit(schedule)}.timer"])
    for end in ("service", "timer"):
        with suppress(FileNotFoundError):
            (_folder() / f"{_unit(schedule)}.{end}").unlink()
    demand([*_CONTROL, "daemon-reload"])


def present(schedule: Schedule) -> bool:
    """True if the timer is waiting."""
    return call([*_CONTROL, "is-active", f"{_unit(schedule)}.timer"]).returncode == 0


def run_now(schedule: Schedule) -> None:
    """Start the service through systemd without waiting for the result. Raises SodaSheetError."""
    demand([*_CONTROL, "start", "--no-block", f"{_unit(schedule)}.service"])


def _unit(schedule: Schedule) -> str:
    return f"sodasheet-{schedule.slug}"


def _folder() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "systemd" / "user"


def _calendar(schedule: Schedule) -> str:
    """Return `*-*-* 06:00:00` or `Mon,Thu *-*-* 06:00:00` (systemd.time(7))."""
    when = schedule.when
    if when.hourly:
        return f"*-*-* *:{when.minute:02}:00"
    days = "" if when.daily else ",".join(_DAYS[day] for day in when.days) + " "
    return f"{days}*-*-* {when.time}:00"


def _program(path: str) -> str:
    """Return the program; systemd refuses paths with quotes, backslashes or dollar signs."""
    if set(path) & set("\"'\\$"):
        return f"/usr/bin/env {_quoted(path)}"
    return _quoted(path)


def _quoted(text: str) -> str:
    """Return an argument quoted so that nothing is expanded (systemd.service(5))."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        text = text.replace(sign, written)
    return f'"{text}"'
