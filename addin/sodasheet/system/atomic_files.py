"""Small files that one process replaces while others read them.

POSIX allows both at once. Windows refuses either side briefly while the other side has the file
open; such an error does not mean that the file is missing or cannot be replaced.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds for which a refused access is retried, and between two attempts.
_PATIENCE, _PAUSE = 2.0, 0.02


def read_shared(path: Path) -> bytes:
    """Return the content of a file that another process may be replacing. Raises OSError."""
    return _tried(path.read_bytes)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the JSON object in a file that another process may be replacing.

    None if there is no such file, or the file contains anything else.
    """
    try:
        body = json.loads(read_shared(path))
    except (OSError, ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def replace_shared(draft: Path, path: Path) -> None:
    """Replace `path`, which other processes may be reading, with `draft`. Raises OSError."""
    _tried(lambda: draft.replace(path))


def _tried(access: Callable[[], T]) -> T:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return access()
        except PermissionError:
            if os.name != "nt" or time.monotonic() > end:
                raise
            time.sleep(_PAUSE)
