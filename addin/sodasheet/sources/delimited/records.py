"""Read a delimited file record by record, each with the line of its start."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

#: Maximum characters of one record: the stage can still load that many as one line.
MAX_CHARACTERS = 1_900_000

# A process-wide setting of the csv module: its own limit would refuse a large polygon.
csv.field_size_limit(MAX_CHARACTERS + 1)


class RecordTooLong(Exception):
    """The lines of one record exceed the limit; the rest of the last line is skipped."""


class Lines:
    """Counted physical lines of a text; `current` has the lines of the current record."""

    def __init__(self, text: TextIO) -> None:
        self._readline = text.readline
        self._size = 0
        self.number = 0
        self.current: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._readline(MAX_CHARACTERS)
        if not line:
            raise StopIteration
        self.number += 1
        if self.number == 1:
            line = line.removeprefix("\ufeff")
        self.current.append(line)
        self._size += len(line)
        if self._size >= MAX_CHARACTERS:
            self._pass_over(line)
            raise RecordTooLong
        return line

    def _pass_over(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._readline(MAX_CHARACTERS)

    def begin(self) -> int:
        """Begin a record: forget the previous lines, and return the number of the first line."""
        self.current.clear()
        self._size = 0
        return self.number + 1

    def skip(self, count: int) -> None:
        """Skip lines, however long, until `count` lines are read."""
        while self.number < count:
            line = self._readline(MAX_CHARACTERS)
            if not line:
                return
            self._pass_over(line)
            self.number += 1


def broken_because(error: csv.Error) -> str:
    """Return the key in FAULTS for an error of the csv module."""
    words = str(error)
    if "expected after" in words:
        return "text-after-quote"
    if "end of data" in words or "field limit" in words:
        return "unclosed-quote"
    return "unreadable"
