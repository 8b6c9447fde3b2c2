"""The dialect of a delimited file (separator, quote, escape), and its records one by one."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from sodasheet.errors import UsageProblem
from sodasheet.model.job import SourceSpec

#: Separators to try, likeliest first.
CANDIDATES = (",", "\t", ";", "|")

#: Separator of a file that has one column: no text contains it (ASCII unit separator).
ALONE = "\x1f"

_NAMES = {"comma": ",", "tab": "\t", "\\t": "\t", "semicolon": ";", "pipe": "|", "space": " "}
_FORBIDDEN = {"\n", "\r", "\0"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """Separator, quote and escape; `quote` and `escape` may be empty for none."""

    separator: str = ","
    quote: str = '"'
    escape: str = ""

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yield the records of `lines`; raises csv.Error for a record with broken quotes."""
        return csv.reader(
            lines,
            delimiter=self.separator,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            doublequote=True,
            strict=True,
        )


def explicit_dialect(spec: SourceSpec) -> tuple[Dialect, bool]:
    """Return the dialect of the spec, and True if the separator is still to be detected.

    Raises UsageProblem for an impossible separator, quote or escape.
    """
    separator = _NAMES.get(spec.separator.strip().lower(), spec.separator)
    find = spec.separator.strip().lower() == "auto" or separator == ""
    # An escape that equals the quote only means that quotes are doubled.
    escape = "" if spec.escape == spec.quote else spec.escape
    dialect = Dialect("," if find else separator, spec.quote, escape)
    for word, sign in (("separator", dialect.separator), ("quote", spec.quote), ("escape", escape)):
        if len(sign) > 1 or sign in _FORBIDDEN:
            raise UsageProblem(
                f"{sign!r} cannot be the {word} of a delimited file.",
                f"Set the {word} to one character"
                + (", or to auto, comma, tab, semicolon or pipe." if word == "separator" else "."),
            )
    _refuse_same(dialect, find)
    return dialect, find


def _refuse_same(dialect: Dialect, find: bool) -> None:
    signs = [dialect.quote, dialect.escape] + ([] if find else [dialect.separator])
    used = [sign for sign in signs if sign]
    if len(set(used)) < len(used):
        raise UsageProblem(
            "Separator, quote and escape cannot be the same character.",
            "Set each to a different character.",
        )


def find_separator(dialect: Dialect, lines: Sequence[str], *, header: bool, suffix: str) -> Dialect:
    """Return the dialect with the separator that fits the sample lines best.

    With a header, a separator must occur in the header, and the rows should have as many cells as
    the header. A file without such a separator has one column. `suffix` is the file's extension in
    lower case.
    """
    scores = {sign: _score(replace(dialect, separator=sign), lines, header) for sign in CANDIDATES}
    own = {".csv": ",", ".tsv": "\t", ".tab": "\t"}.get(suffix, "")
    best = max(CANDIDATES, key=lambda sign: (scores[sign], sign == own))
    if own == "\t" and scores[own] > scores[best] / 4:
        best = own
    if scores[best] > 0.1:
        return replace(dialect, separator=best)
    # A file with separated headers has more than one column even if no row fits them.
    return replace(dialect, separator=own if own and scores[own] >= 0 else ALONE)


def _score(dialect: Dialect, lines: Sequence[str], header: bool) -> float:
    """Return 0 or more for a possible separator, -1 for an impossible separator."""
    if dialect.separator in (dialect.quote, dialect.escape):
        return -1.0
    records = list(sample_records(dialect, lines))
    first = records[0] if header and records else _usual(records)
    rows = records[1:] if header else records
    if len(first) < 2:
        return -1.0
    share = sum(_fits(row, first) for row in rows) / len(rows) if rows else 1.0
    # Agreement counts most; of two separators that agree, prefer more columns.
    return share * share * math.log2(len(first))


def _usual(records: list[list[str]]) -> list[str]:
    """Return as many made-up headers as most records have cells."""
    widths = Counter(len(record) for record in records).most_common(1)
    return ["-"] * widths[0][0] if widths else []


def _fits(row: list[str], header: list[str]) -> bool:
    """True if a careful reading would accept the row under these headers."""
    width = len(header)
    while width > 1 and not header[width - 1].strip():
        width -= 1
    return len(row) >= width and not any(row[len(header) :])


def sample_records(dialect: Dialect, lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the records of a sample without blank lines; a broken record yields an empty list."""
    reader = dialect.reader(lines)
    while True:
        try:
            for record in reader:
                if record:
                    yield record
        except csv.Error:
            yield []
        else:
            return


#: Maximum characters of one record: the stage can still load that many as one line.
MAX_CHARACTERS = 1_900_000

# A process-wide setting of the csv module: its own limit would refuse a large polygon.
csv.field_size_limit(MAX_CHARACTERS + 1)


class RecordTooLong(Exception):
    """The lines of a record exceed the limit; the rest of the last line is skipped."""


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
