"""Files that a command writes to a path chosen by the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.system.path_facts import is_there

if TYPE_CHECKING:
    from pathlib import Path

_NEW = "Specify a new file."


def require_new(path: Path, advice: str = _NEW) -> None:
    """Raise UsageProblem if a file that must be new already exists."""
    if is_there(path):
        raise UsageProblem(f"{path} already exists.", advice)


def write_output(path: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write a file; by default, only a new file. Raises UsageProblem."""
    try:
        with path.open("wb" if overwrite else "xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise UsageProblem(f"{path} already exists.", _NEW) from error
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written: {error.strerror or error}.",
            "Choose a folder that you can write to.",
        ) from error
