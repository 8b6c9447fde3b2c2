"""Why a cell or a row cannot be used: the words for people, and the file that lists them all."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

#: Characters of a fault's value that are kept: enough to find the place again.
EXCERPT = 200

#: Characters that would break a line or a terminal become their picture (Unicode block 2400).
_PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row or a cell, and what to do about it, in words for a steward."""

    message: str
    remedy: str


FAULTS: dict[str, Fault] = {
    "too-few-cells": Fault(
        "The row has fewer cells than there are headers.",
        "Add what is missing; a line break inside a cell needs quotes around the whole cell.",
    ),
    "too-many-cells": Fault(
        "The row has more cells than there are headers.",
        "Put quotes around a cell that holds the separator, or give the extra column a header.",
    ),
    "undecodable": Fault(
        "The row holds bytes that are no character in the file's encoding.",
        "Save the file as UTF-8, or name the encoding it was really written in.",
    ),
    "nul": Fault(
        "The row holds a NUL character, which no portal stores.",
        "Export the file again; NULs come from a damaged export or from UTF-16 read as "
        "something else.",
    ),
    "text-after-quote": Fault(
        "A cell goes on after its closing quote.",
        "Double the quotes inside the cell, or say that the file has no quote character.",
    ),
    "unclosed-quote": Fault(
        "A cell opens with a quote that is never closed.",
        "Close the quote, double it if it belongs to the text, or say that the file has no quote "
        "character.",
    ),
    "after-broken-quote": Fault(
        "The line belongs to a row further up whose quotes are broken.",
        "Mend the quotes in the row named before it.",
    ),
    "too-long": Fault(
        "The row is longer than a row can be.",
        "Look for a line break or a closing quote that is missing; otherwise shorten the row.",
    ),
    "unreadable": Fault(
        "The row cannot be taken apart into cells.",
        "Check the quotes and separators in this row.",
    ),
    "error-cell": Fault(
        "The cell holds a spreadsheet error instead of a value.",
        "Mend the formula, or empty the cell.",
    ),
    "percent-mixed": Fault(
        "The cell is not shown the way the column is, a percentage or a plain number, so 0.5 may "
        "mean 0.5 or 50 %.",
        "Give the whole column the same number format, and look at the value again.",
    ),
    "merged-cell": Fault(
        "The cell is merged with another one, which holds the value of both.",
        "Unmerge the cells and give each row its own value.",
    ),
}


def excerpt(text: str) -> str:
    """The beginning of `text` on one line, with a visible sign for what cannot be printed."""
    start = text[: EXCERPT + 1].translate(_PICTURES)
    readable = start.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return readable if len(readable) <= EXCERPT else readable[: EXCERPT - 1] + "…"


class FaultLog:
    """The CSV `row,column,reason,value` of `Spool.faults`; no file is made before the first one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def add(self, row: int, reason: str, value: str, column: int | None = None) -> None:
        """Write one fault down; `column` is 0-based, None where the whole row is meant."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file, lineterminator="\n")
        place = "" if column is None else column
        self._writer.writerow((row, place, reason, excerpt(value)))
        self.count += 1

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._file is not None:
            self._file.close()
