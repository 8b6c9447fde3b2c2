"""The tutorial's workbook, copied to the user's documents."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import platformdirs

from sodasheet.errors import SodaSheetError

NAME = "permits.xlsx"


def tutorial_workbook() -> Path:
    """Return the path of the user's copy, which may not exist yet."""
    return platformdirs.user_documents_path() / "SodaSheet tutorial" / NAME


def copy_workbook() -> Path:
    """Copy the workbook unless the user already has a copy, which may have been edited.

    Raises SodaSheetError if it cannot be written.
    """
    path = tutorial_workbook()
    content = files("sodasheet.templates").joinpath(NAME).read_bytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        if path.is_file():
            return path
        raise _not_written(path, "something else with that name is there") from None
    except OSError as error:
        raise _not_written(path, error.strerror or str(error)) from error
    return path


def _not_written(path: Path, why: str) -> SodaSheetError:
    return SodaSheetError(
        f"The workbook could not be copied to {path}: {why}.",
        "Free some space on the drive, or ask for permission to write there, and try again.",
    )
