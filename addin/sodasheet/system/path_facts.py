"""Facts about users' paths, which may be on an unreachable share.

Before Python 3.13 `Path.exists` and the like raise what Windows says about such a share. Here it is
not there; whoever reads or writes it then gets the sentence of the system.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_there(path: Path) -> bool:
    """True if the path exists."""
    return os.path.exists(path)  # noqa: PTH110 - raises nothing


def is_file(path: Path) -> bool:
    """True if the path is a file."""
    return os.path.isfile(path)  # noqa: PTH113 - raises nothing


def is_folder(path: Path) -> bool:
    """True if the path is a folder."""
    return os.path.isdir(path)  # noqa: PTH112 - raises nothing
