"""Windows of the desk, opened from other processes without waiting."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from urllib.parse import urlencode

from sodasheet.desk.server.page_opening_files import Opening, write_opening
from sodasheet.errors import SodaSheetError
from sodasheet.system.detached_process import start_detached
from sodasheet.system.interactive_session import attended


def no_desk(
    environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> SodaSheetError | None:
    """Return the reason why the desk can't open in this session, or None."""
    if not attended(environ):
        return SodaSheetError(
            "A window was about to open in an unattended run.",
            "Push unattended, which asks no questions.",
        )
    screen = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if platform not in ("win32", "darwin") and not screen:
        return SodaSheetError(
            "There is no screen to open a window on.", "Use the command line instead."
        )
    return None


def open_page(page: str, *, small: bool = False, **query: str) -> None:
    """Open a page and return at once; the desk's process outlives the caller.

    `small` is a window for one question at a time. Raises SodaSheetError if no window can be opened
    here.
    """
    if (hindrance := no_desk()) is not None:
        raise hindrance
    asked = urlencode({name: value for name, value in query.items() if value})
    opening = write_opening(Opening(f"{page}?{asked}" if asked else page, small=small))
    start_detached("sodasheet", "desk", "--opening", opening)
