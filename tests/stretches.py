"""The tests that each worker of pytest-xdist begins with.

With `--dist worksteal` each worker is given a stretch of as many tests as the others, and takes
over the end of another's stretch once its own is done. Rooms that take long stand at the beginning
of a stretch, each in that of another worker: then most of what such a room starts (Calc, Chromium,
a portal) is started once, and what is left at the end are many short tests, not one that lasts a
minute.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

#: Rooms that take long, the longest first.
LONG_ROOMS = ("desk", "push", "calc", "commands")

#: The walk through every page lasts longest of all tests.
LONGEST = "desk/test_accessible.py"


def order(files: Sequence[str], workers: int) -> list[int]:
    """Return the places of tests, given the file of each below `tests`, in the order to run."""
    rooms = [file.partition("/")[0] for file in files]
    at = range(len(files))
    short = [place for place in at if rooms[place] not in LONG_ROOMS]
    long = [
        sorted((place for place in at if rooms[place] == room), key=lambda p: files[p] != LONGEST)
        for room in LONG_ROOMS
        if room in rooms
    ]
    # Where there are fewer workers than such rooms, the last worker begins with several.
    heads = [*long[: workers - 1], [place for room in long[workers - 1 :] for place in room]]
    size = -(-len(files) // workers)
    found: list[int] = []
    for number, head in enumerate(heads, 1):
        found += head
        missing = max(number * size - len(found), 0)
        found += short[:missing]
        del short[:missing]
    return found + short


class Stretches:
    """A plugin of pytest that orders the tests that are to run."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the tests in order where several workers share them."""
        workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
        if workers > 1:
            here = Path(__file__).parent
            files = [item.path.relative_to(here).as_posix() for item in items]
            items[:] = [items[place] for place in order(files, workers)]
