"""The error of a folder of the desk's own that can't be written."""

from __future__ import annotations

from pathlib import Path

from sodasheet.errors import SodaSheetError


def unwritable(folder: Path, error: OSError) -> SodaSheetError:
    """Return the error to raise for a folder that can't be written."""
    return SodaSheetError(
        f"The folder {folder} can’t be written: {error.strerror or error}.",
        "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
    )
