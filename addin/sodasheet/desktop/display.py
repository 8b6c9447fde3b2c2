"""Whether a window may be opened here at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec

from sodasheet.errors import SodaSheetError
from sodasheet.system.interactive import UNATTENDED, attended

_INSTEAD = "Use the command line instead: sodasheet --help lists the commands."


def require_display(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> None:
    """Raise SodaSheetError where nobody is there to see a window, or nothing to show it on."""
    if not attended(environ):
        raise SodaSheetError(
            f"A window was about to open in an unattended run ({UNATTENDED} is set).",
            "Run sodasheet run, which asks nobody, or take that variable out of the environment.",
        )
    if platform not in ("win32", "darwin") and not environ.get("DISPLAY"):
        raise no_display()


def no_windows() -> SodaSheetError | None:
    """What keeps every window from opening in this session; None where they open."""
    try:
        require_display()
    except SodaSheetError as error:
        return error
    # Looked for by its inner part, which a Python that was built without Tk lacks.
    return None if find_spec("_tkinter") else no_toolkit()


def no_display() -> SodaSheetError:
    """For a session without a screen."""
    return SodaSheetError("There is no display to open a window on.", _INSTEAD)


def no_toolkit() -> SodaSheetError:
    """For a Python that came without tkinter."""
    return SodaSheetError(
        "This Python has no tkinter, which the windows are made with.",
        f"On Debian and Ubuntu install python3-tk; on macOS python-tk. {_INSTEAD}",
    )
