"""Paths of the data that SodaSheet keeps between runs."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def home() -> Path:
    """The folder that holds everything SodaSheet keeps between runs; it may not exist yet.

    `SODASHEET_HOME` names another one (a portable install, a test); otherwise it is the user's
    own data folder as the operating system has it.
    """
    if named := os.environ.get("SODASHEET_HOME"):
        return Path(named)
    import platformdirs

    return platformdirs.user_data_path("SodaSheet", appauthor=False)


def make_private(folder: Path) -> None:
    """Make a folder of ours, and whatever is missing above it, for this user alone.

    One that is there already stays as it is: whoever opened it to others has meant it. Raises
    OSError.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir()


def write_whole(path: Path, text: str) -> None:
    """Write a file of ours, for this user alone, so that a reader sees the old one or the new.

    Raises OSError.
    """
    make_private(path.parent)
    number, draft = tempfile.mkstemp(prefix=f"{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
