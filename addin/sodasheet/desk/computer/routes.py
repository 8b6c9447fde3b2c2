"""Address of the This computer page: each requirement of SodaSheet, checked, with a remedy."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

from flask import Blueprint, render_template

from sodasheet import __version__
from sodasheet.credentials.keychain import ATTENDED, from_environment, store_in_use
from sodasheet.desk.formatting.times import moment
from sodasheet.desk.server.browser_window import app_browser
from sodasheet.system.folders import home
from sodasheet.update_check import known_updates

#: Shown on systems without Excel.
_NO_EXCEL = (
    "Not needed: Excel doesn’t run on this system. Here you push files, and workbooks that are"
    " closed, from the desk."
)


def computer_pages() -> Blueprint:
    """Return the routes of the This computer page."""
    pages = Blueprint("computer", __name__)

    @pages.get("/computer")
    def show() -> str:
        checks = _checks()
        return render_template(
            "computer.html",
            place="This computer",
            checks=checks,
            wrong=sum(1 for check in checks if not check.ok),
            about=_facts(),
        )

    return pages


def _checks() -> list[Any]:
    from sodasheet.installer.doctor.check_result import Check
    from sodasheet.installer.doctor.examine import examine
    from sodasheet.installer.install_locations import MAC, WINDOWS, Machine
    from sodasheet.system.windows_registry import WindowsRegistry

    machine = Machine.current()
    found = examine(machine, WindowsRegistry(), _store)
    if machine.system in (WINDOWS, MAC):
        return found
    # The desk pushes without Excel, so there is nothing to fix on systems without Excel.
    return [Check("Excel", ok=True, text=_NO_EXCEL), *(one for one in found if one.name != "Excel")]


def _store() -> str:
    if from_environment() is not None:
        return "taken from SODASHEET_KEY_ID and SODASHEET_KEY_SECRET"
    return f"stored by {store_in_use(deadline=ATTENDED).name}"


def _facts() -> list[tuple[str, str]]:
    browser = app_browser()
    return [
        ("SodaSheet", __version__),
        ("Newer version", _updates_shown()),
        ("Python", f"{platform.python_version()}, {sys.executable}"),
        ("System", _system()),
        ("Window", str(browser) if browser else "the default browser"),
        ("Records", str(home())),
    ]


def _updates_shown() -> str:
    known = known_updates()
    if not known.address:
        return "Not asked for: no address is set"
    if known.version:
        return f"{known.version}. {known.page}".rstrip()
    if known.problem:
        return known.problem
    if not known.asked:
        return f"Not known yet; {known.address} is asked once a day"
    return f"None; {known.address} was asked {moment(known.asked)}"


def _system() -> str:
    """The system's name and version; Python's `platform` would start a program on Windows."""
    if sys.platform == "win32":
        found = sys.getwindowsversion()
        return f"Windows {found.major}.{found.minor}.{found.build}"
    found = os.uname()
    return f"{found.sysname} {found.release}"
