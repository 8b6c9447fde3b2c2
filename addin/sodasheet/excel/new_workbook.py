"""A new workbook beside the one in front, saved and opened."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press

#: Signs that a file's name may not hold on one system or another.
_FORBIDDEN = dict.fromkeys(map(ord, '<>:"/\\|?*'), "_")

#: Characters of a name.
_LONGEST = 80


def open_new_workbook(press: Press, name: str, content: bytes) -> Path:
    """Save `content` as a new file in the workbook's folder and open the file.

    An existing file is never overwritten. Raises UsageProblem if the folder cannot be written to.
    """
    path = _free_path(press.base, name)
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written: {error.strerror or error}.",
            "Save this workbook in a folder where you may write, then press the button again.",
        ) from error
    press.app.books.open(str(path))
    return path


def _free_path(folder: Path, name: str) -> Path:
    clean = "".join(sign for sign in name.translate(_FORBIDDEN) if sign.isprintable())
    short = clean[:_LONGEST].strip(" .") or "Workbook"
    names = (short if number == 1 else f"{short} ({number})" for number in count(1))
    return next(path for one in names if not (path := folder / f"{one}.xlsx").exists())
