"""Close matches of a mistyped file name in its folder."""

from __future__ import annotations

import contextlib
import difflib
from pathlib import Path

#: Minimum similarity (0 to 1) of two names for a probable typo.
_ALIKE = 0.8


def nearby(path: Path) -> str:
    """Return why a file does not exist, as the end of a sentence; empty if unknown."""
    folder = path.parent
    with contextlib.suppress(OSError):
        if not folder.is_dir():
            return f": there is no folder {folder}"
        names = {one.name.casefold(): one.name for one in folder.iterdir()}
        near = difflib.get_close_matches(path.name.casefold(), names, 1, _ALIKE)
        if near:
            return f"; the folder has {names[near[0]]}"
    return ""
