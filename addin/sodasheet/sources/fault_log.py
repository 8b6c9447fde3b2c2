"""Faults of cells and rows that cannot be used: their messages, and the file that lists them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sodasheet.model.finding import Severity

#: Maximum stored characters of a fault's value: enough to find the cell again.
EXCERPT = 200

#: Control characters would break a line or a terminal; each is shown as its picture (U+2400 block).
_PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem with a row or a cell, and its remedy, as messages for a steward."""

    message: str
    remedy: str
    severity: Severity = Severity.REJECT


FAULTS: dict[str, Fault] = {
    "too-few-cells": Fault(
        "The row has fewer cells than there are headers.",
        "Add the missing cells; a cell with a line break needs quotes around it.",
    ),
    "too-many-cells": Fault(
        "The row has more cells than there are headers.",
        "Put quotes around a cell that contains the separator, or add a header for the extra "
        "column.",
    ),
    "split-row": Fault(
        "A carriage return outside quotes splits the row.",
        "Put quotes around the cell with the line break, or remove the line break.",
    ),
    "undecodable": Fault(
        "The row contains bytes that are invalid in the file's encoding.",
        "Save the file as UTF-8, or set the encoding that it was written in.",
    ),
    "nul": Fault(
        "The row contains a NUL character, which no portal stores.",
        "Export the file again; NULs come from a damaged export or from UTF-16 read in "
        "another encoding.",
    ),
    "text-after-quote": Fault(
        "A cell has text after its closing quote.",
        "Double the quotes inside the cell, or set the quote character to none.",
    ),
    "unclosed-quote": Fault(
        "A cell opens with a quote that is never closed.",
        "Close the quote, double it if it belongs to the text, or set the quote character to none.",
    ),
    "after-broken-quote": Fault(
        "The line belongs to an earlier row with broken quotes.",
        "Fix the quotes in the row reported before this line.",
    ),
    "too-long": Fault(
        "The row is too long.",
        "Look for a missing line break or closing quote; otherwise shorten the row.",
    ),
    "unreadable": Fault(
        "The row cannot be split into cells.",
        "Check the quotes and separators in this row.",
    ),
    "error-cell": Fault(
        "The cell contains a spreadsheet error instead of a value.",
        "Fix the formula, or clear the cell.",
    ),
    "formula-unsaved": Fault(
        "The cell has a formula whose result is not stored in the file.",
        "Open the workbook in a spreadsheet program, save it, and use the saved file.",
        Severity.STOP,
    ),
    "percent-mixed": Fault(
        "The column mixes percentages and plain numbers, so 0.5 may mean 0.5 or 50 %.",
        "Use one number format for the whole column, and check the value.",
    ),
    "merged-cell": Fault(
        "The cell is merged with another cell that contains the value of both.",
        "Unmerge the cells and give each row its own value.",
    ),
}


def excerpt(text: str) -> str:
    """Return the beginning of `text` on one line; control characters become visible."""
    start = text[: EXCERPT + 1].translate(_PICTURES)
    readable = start.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return readable if len(readable) <= EXCERPT else readable[: EXCERPT - 1] + "…"


class FaultLog:
    """The CSV `row,column,reason,value` of `Spool.faults`, created with the first fault."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def add(self, row: int, reason: str, value: str, column: int | None = None) -> None:
        """Record one fault; `column` is 0-based, None for the whole row."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file, lineterminator="\n")
        place = "" if column is None else column
        self._writer.writerow((row, place, reason, excerpt(value)))
        self.count += 1

    def close(self) -> None:
        """Close the file, if any."""
        if self._file is not None:
            self._file.close()
