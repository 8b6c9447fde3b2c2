"""New files that a command writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path


def write_new_file(path: Path, content: bytes) -> None:
    """Write a new file; never overwrite an existing file. Raises UsageProblem."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise UsageProblem(f"{path} exists already.", "Name a new file.") from error
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written: {error.strerror or error}.",
            "Choose a folder where you may write.",
        ) from error
