"""Addresses of the Welcome page."""

from __future__ import annotations

import os
import sys
from typing import Any

from flask import Blueprint, render_template

from sodasheet.desk.practice_portal import portal_control
from sodasheet.desk.server.access import local
from sodasheet.desk.welcome.tutorial_workbook import copy_workbook, tutorial_workbook
from sodasheet.errors import SodaSheetError
from sodasheet.update_check import known_updates


def welcome_pages() -> Blueprint:
    """Return the routes of the Welcome page, and what its buttons do."""
    pages = Blueprint("welcome", __name__, url_prefix="/welcome")

    @pages.get("")
    def show() -> str:
        return welcome()

    @pages.post("/practice")
    def begin() -> Any:
        return _then(portal_control.start)

    @pages.post("/stop")
    def end() -> Any:
        return _then(portal_control.stop)

    @pages.post("/workbook")
    def workbook() -> Any:
        return _then(copy_workbook)

    @pages.post("/open")
    def show_workbook() -> Any:
        return _then(_open_workbook)

    return pages


def welcome(error: SodaSheetError | None = None) -> str:
    """Return the page, which Home also shows if nothing has ever been done on this computer."""
    path = tutorial_workbook()
    return render_template(
        "welcome/welcome.html",
        place="Home",
        practice=portal_control.running(),
        workbook=str(path) if path.is_file() else "",
        opens=sys.platform == "win32",
        updates=known_updates(),
        error=error,
    )


def _then(action: Any) -> Any:
    try:
        action()
    except SodaSheetError as error:
        return welcome(error), 409
    return local("/welcome")


def _open_workbook() -> None:
    """Open our own copy in the program for workbooks; no path comes from the page."""
    path = copy_workbook()
    if sys.platform == "win32":
        try:
            os.startfile(path)  # noqa: S606 - our own copy, no path of the page
        except OSError as error:
            raise SodaSheetError(
                f"{path} could not be opened: {error.strerror or error}.", "Open it in Excel."
            ) from error
