"""Paths of the data that SodaSheet stores between runs."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def home() -> Path:
    """Return the folder of all data stored between runs; perhaps not yet created.

    `SODASHEET_HOME` overrides it (a portable install, a test); the default is in the operating
    system's data folder of the user.
    """
    if named := os.environ.get("SODASHEET_HOME"):
        return Path(named)
    import platformdirs

    return platformdirs.user_data_path("SodaSheet", appauthor=False)


def make_private(folder: Path) -> None:
    """Create a folder of ours, with missing parents, for this user only.

    An existing folder keeps its permissions, which may have been widened on purpose. Raises
    OSError.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir()


def write_whole(path: Path, text: str) -> None:
    """Write a file of ours atomically, for this user only.

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
