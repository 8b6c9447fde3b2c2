"""How the records of a delimited file are written: separator, quote, escape."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sodasheet.errors import UsageProblem
from sodasheet.model.job import SourceSpec

#: Separators that are looked for, the likeliest first.
CANDIDATES = (",", "\t", ";", "|")

#: Separates the cells of a file that has one column: no text holds it (ASCII unit separator).
ALONE = "\x1f"

_NAMES = {"comma": ",", "tab": "\t", "\\t": "\t", "semicolon": ";", "pipe": "|", "space": " "}
_FORBIDDEN = {"\n", "\r", "\0"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """`quote` and `escape` are one character or empty for none."""

    separator: str = ","
    quote: str = '"'
    escape: str = ""

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The records of `lines`; csv.Error where the quotes of one are broken."""
        return csv.reader(
            lines,
            delimiter=self.separator,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            doublequote=True,
            strict=True,
        )


def told_dialect(spec: SourceSpec) -> tuple[Dialect, bool]:
    """The dialect as told, and whether the separator still has to be found.

    Raises UsageProblem for what cannot be a separator, a quote or an escape.
    """
    separator = _NAMES.get(spec.separator.strip().lower(), spec.separator)
    find = spec.separator.strip().lower() == "auto" or separator == ""
    # An escape that equals the quote says no more than that quotes are doubled.
    escape = "" if spec.escape == spec.quote else spec.escape
    dialect = Dialect("," if find else separator, spec.quote, escape)
    for word, sign in (("separator", dialect.separator), ("quote", spec.quote), ("escape", escape)):
        if len(sign) > 1 or sign in _FORBIDDEN:
            raise UsageProblem(
                f"{sign!r} cannot be the {word} of a delimited file.",
                f"Give one character as the {word}"
                + (", or auto, comma, tab, semicolon or pipe." if word == "separator" else "."),
            )
    _refuse_same(dialect, find)
    return dialect, find


def _refuse_same(dialect: Dialect, find: bool) -> None:
    signs = [dialect.quote, dialect.escape] + ([] if find else [dialect.separator])
    used = [sign for sign in signs if sign]
    if len(set(used)) < len(used):
        raise UsageProblem(
            "Separator, quote and escape cannot be the same character.",
            "Give each of them a character of its own.",
        )


def find_separator(dialect: Dialect, lines: Sequence[str], *, header: bool, suffix: str) -> Dialect:
    """The dialect with the separator that fits the sample lines best.

    With a header a separator must occur in it; the rows should then have as many cells as it has.
    A file where none does has one column. `suffix` is the file's extension in lower case.
    """
    scores = {sign: _score(replace(dialect, separator=sign), lines, header) for sign in CANDIDATES}
    own = {".csv": ",", ".tsv": "\t", ".tab": "\t"}.get(suffix, "")
    best = max(CANDIDATES, key=lambda sign: (scores[sign], sign == own))
    if own == "\t" and scores[own] > scores[best] / 4:
        best = own
    if scores[best] > 0.1:
        return replace(dialect, separator=best)
    # Rows that fit nothing do not make one column of a file whose headers are separated.
    return replace(dialect, separator=own if own and scores[own] >= 0 else ALONE)


def _score(dialect: Dialect, lines: Sequence[str], header: bool) -> float:
    """0 and more where the separator can be one; -1 where it cannot."""
    if dialect.separator in (dialect.quote, dialect.escape):
        return -1.0
    records = list(sample_records(dialect, lines))
    first = records[0] if header and records else _usual(records)
    rows = records[1:] if header else records
    if len(first) < 2:
        return -1.0
    share = sum(_fits(row, first) for row in rows) / len(rows) if rows else 1.0
    # Agreement counts most; of two that agree, the one that finds more columns.
    return share * share * math.log2(len(first))


def _usual(records: list[list[str]]) -> list[str]:
    """As many named columns as most records have cells."""
    widths = Counter(len(record) for record in records).most_common(1)
    return ["-"] * widths[0][0] if widths else []


def _fits(row: list[str], header: list[str]) -> bool:
    """Whether a careful reading would take the row under these headers."""
    width = len(header)
    while width > 1 and not header[width - 1].strip():
        width -= 1
    return len(row) >= width and not any(row[len(header) :])


def sample_records(dialect: Dialect, lines: Sequence[str]) -> Iterator[list[str]]:
    """The records of a sample, an empty one for each that is broken, without blank lines."""
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
