"""A new workbook next to the active workbook, saved and opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.system.file_names import file_name, free_name

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press

#: Characters of a name.
_LONGEST = 80


def open_new_workbook(press: Press, name: str, content: bytes) -> Path:
    """Save `content` as a new file in the workbook's folder and open the file.

    An existing file is never overwritten. Raises UsageProblem if the folder cannot be written to.
    """
    short = file_name(name[:_LONGEST], "Workbook")
    free = free_name(short, lambda one: (press.base / f"{one}.xlsx").exists())
    path = press.base / f"{free}.xlsx"
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written: {error.strerror or error}.",
            "Save this workbook in a folder that you can write to, then press the button again.",
        ) from error
    press.app.books.open(str(path))
    return path
