"""Fallbacks: slower ways in which a source had to be read, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FastPath(StrEnum):
    """A fast way to load a source: the unchanged file, whole columns, or changed lines only."""

    FILE = "file"
    COLUMNS = "columns"
    LINES = "lines"


class Why(StrEnum):
    """Reasons for not taking a fast path; the value is a stable word for programs.

    `ENGINE` means that the database refused our statement, the only reason that is always a
    defect of ours.
    """

    MIXED_CELLS = "mixed-cells"
    ODD_CELLS = "odd-cells"
    SPECIAL_CELLS = "special-cells"
    LARGE_NUMBERS = "large-numbers"
    MISSING_CELLS = "missing-cells"
    NOT_PLAIN = "not-plain"
    ENCODING = "encoding"
    LINE_ENDINGS = "line-endings"
    BLANK_LINES = "blank-lines"
    QUOTES = "quotes"
    ESCAPES = "escapes"
    LONG_RECORDS = "long-records"
    DOUBLED_QUOTES = "doubled-quotes"
    HEADERS = "headers"
    MALFORMED = "malformed"
    LINE_BREAKS = "line-breaks"
    MANY_CHANGES = "many-changes"
    REPEATED_LINES = "repeated-lines"
    ROW_HASHES = "row-hashes"
    TOTALS = "totals"
    ENGINE = "engine"

    @property
    def says(self) -> str:
        """Return the reason as the rest of a sentence that names the source."""
        return _SAYS[self]


_SAYS = {
    Why.MIXED_CELLS: "has columns with more than one kind of cell",
    Why.ODD_CELLS: "has cells that look like errors, durations or escaped characters",
    Why.SPECIAL_CELLS: "has errors, hidden or merged cells, formulas without results, percentages "
    "or hyperlinks",
    Why.LARGE_NUMBERS: "has numbers with an exponent or of more than 15 digits",
    Why.MISSING_CELLS: "has cells that the fast reader reads as blank",
    Why.NOT_PLAIN: "has a layout that the fast reader does not know",
    Why.ENCODING: "is not in UTF-8",
    Why.LINE_ENDINGS: "mixes line endings",
    Why.BLANK_LINES: "has blank lines between its rows",
    Why.QUOTES: "has spaces next to quotes",
    Why.ESCAPES: "has escape characters",
    Why.LONG_RECORDS: "has very long rows",
    Why.DOUBLED_QUOTES: "has a lot of text in cells with doubled quotes",
    Why.HEADERS: "has headers that are not on one plain line",
    Why.MALFORMED: "has rows that do not fit the headers",
    Why.LINE_BREAKS: "has line breaks inside cells",
    Why.MANY_CHANGES: "differs from the last push in most of its rows",
    Why.REPEATED_LINES: "has lines that repeat",
    Why.ROW_HASHES: "cannot be compared with the row hashes of the last push",
    Why.TOTALS: "has changed rows that may be totals of others",
    Why.ENGINE: "was refused by the database engine",
}


@dataclass(frozen=True, slots=True)
class Fallback:
    """A fast path that was not taken. `detail` is the engine's own message, if any."""

    path: FastPath
    why: Why
    detail: str = ""

    @property
    def unexpected(self) -> bool:
        """True if no input may cause the fallback, which is then a defect of the program."""
        return self.why is Why.ENGINE

    def to_json(self) -> dict[str, str]:
        """Return the fallback as JSON for reports."""
        return {"path": self.path.value, "reason": self.why.value, "detail": self.detail}
