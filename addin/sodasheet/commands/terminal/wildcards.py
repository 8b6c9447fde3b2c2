"""File arguments with wildcards, which Windows shells leave to the program."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

from sodasheet.system.path_facts import is_there


def matching_files(paths: Iterable[Path], *, by_shell: bool = os.name != "nt") -> list[Path]:
    """Return the files that match the paths; a path without matches stays as typed.

    `by_shell` says that the shell has replaced the wildcards already, so that what is left of
    them belongs to names.
    """
    if by_shell:
        return list(paths)
    found: list[Path] = []
    for path in paths:
        there = is_there(path) or not glob.has_magic(str(path))
        found += [path] if there else sorted(map(Path, glob.glob(str(path)))) or [path]  # noqa: PTH207
    return found
