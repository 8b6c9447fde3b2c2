"""Absolute paths without links, whatever a disk or a share says."""

from __future__ import annotations

import os
from pathlib import Path


def real_path(path: Path) -> Path:
    """Return the absolute path without links; if they cannot be followed, the absolute path.

    `Path.resolve` passes over some refusals of Windows and raises others, such as that of a share
    that was lost a moment ago, or of a path longer than its buffer.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        return Path(os.path.abspath(path))  # noqa: PTH100 - `absolute` leaves `..` where it is
