"""A word on the desktop, or in the event log of Windows, where this computer has one.

Text that came from a portal or a file travels as an argument or as data, never inside a script.
"""

from __future__ import annotations

import html
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sodasheet.system.programs import for_others, system_program

TITLE = "SodaSheet"

#: Seconds that a notification may take.
_PATIENCE = 5.0

#: The number of our events in the log of Windows; there is only one kind of them.
_EVENT = 1

#: What macOS runs: the texts reach it as arguments.
_APPLESCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)


def show(text: str, *, bad: bool) -> bool:
    """Show the text, or write it into the event log; whether that was possible.

    `bad` says that it is about a failure. A computer without either stays silent.
    """
    ways: dict[str, Callable[[str, bool], bool]] = {"win32": _windows, "darwin": _mac}
    with suppress(Exception):
        return ways.get(sys.platform, _linux)(text, bad)
    return False


def _windows(text: str, bad: bool) -> bool:
    """pywin32, which comes with xlwings there, may write as any user; eventcreate may not."""
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


def _mac(text: str, bad: bool) -> bool:  # noqa: ARG001 - it knows no urgency
    script = [part for line in _APPLESCRIPT for part in ("-e", line)]
    return _run(["osascript", *script, TITLE, text])


def _linux(text: str, bad: bool) -> bool:
    """Without a session bus there is nobody to show it to, and the program would only complain."""
    bus = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / "bus"
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS") and not bus.exists():
        return False
    urgency = "critical" if bad else "normal"
    # Many desktops read tags in the text.
    told = html.escape(text, quote=False)
    return _run(["notify-send", f"--app-name={TITLE}", f"--urgency={urgency}", "--", TITLE, told])


def _run(command: list[str]) -> bool:
    """Run a program of the system; nothing of ours that is secret goes along."""
    program = system_program(command[0])
    if program is None:
        return False
    done = subprocess.run(  # noqa: S603 - a program of the system, its texts are arguments
        [program, *command[1:]],
        env=for_others(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_PATIENCE,
        check=False,
    )
    return done.returncode == 0
