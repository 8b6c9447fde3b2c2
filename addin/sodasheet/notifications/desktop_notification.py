"""Desktop notifications, and entries in the Windows event log.

Text from a portal or a file is passed as an argument or as data, never inside a script.
"""

from __future__ import annotations

import html
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sodasheet.system.system_programs import for_others, system_program

TITLE = "SodaSheet"

#: Time limit of a notification, in seconds.
_PATIENCE = 5.0

#: Event ID in the Windows event log; there is only one kind of event.
_EVENT = 1

#: Script for macOS, which gets the strings as arguments.
_APPLESCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)


def show(text: str, *, bad: bool) -> bool:
    """Show the text or write an entry in the event log; return True on success.

    `bad` marks a failure. A computer without either shows nothing.
    """
    ways: dict[str, Callable[[str, bool], bool]] = {"win32": _windows, "darwin": _mac}
    with suppress(Exception):
        return ways.get(sys.platform, _linux)(text, bad)
    return False


def _windows(text: str, bad: bool) -> bool:
    """Write an event with pywin32, which needs no administrator rights, unlike eventcreate."""
    try:
        import win32evtlog  # type: ignore[import-untyped,import-not-found,unused-ignore]
        import win32evtlogutil  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        kind = "ERROR" if bad else "INFORMATION"
        place = ["/L", "APPLICATION", "/SO", TITLE, "/ID", str(_EVENT), "/T", kind]
        return _run(["eventcreate", *place, "/D", text])
    kinds = (win32evtlog.EVENTLOG_INFORMATION_TYPE, win32evtlog.EVENTLOG_ERROR_TYPE)
    win32evtlogutil.ReportEvent(TITLE, _EVENT, eventType=kinds[bad], strings=[text])
    return True


def _mac(text: str, bad: bool) -> bool:  # noqa: ARG001 - no urgency on macOS
    script = [part for line in _APPLESCRIPT for part in ("-e", line)]
    return _run(["osascript", *script, TITLE, text])


def _linux(text: str, bad: bool) -> bool:
    """Run notify-send if there is a session bus; else notify-send would only print an error."""
    bus = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / "bus"
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS") and not bus.exists():
        return False
    urgency = "critical" if bad else "normal"
    # Many desktops interpret tags in the text.
    told = html.escape(text, quote=False)
    return _run(["notify-send", f"--app-name={TITLE}", f"--urgency={urgency}", "--", TITLE, told])


def _run(command: list[str]) -> bool:
    """Run a system program without our secrets in its environment."""
    program = system_program(command[0])
    if program is None:
        return False
    done = subprocess.run(  # noqa: S603 - a program of the system, its strings are arguments
        [program, *command[1:]],
        env=for_others(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_PATIENCE,
        check=False,
    )
    return done.returncode == 0
