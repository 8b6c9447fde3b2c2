"""Layout of a delimited file: separator, quote and escape, and the record with the headers."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TextIO

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.sources.fault_log import excerpt
from sodasheet.sources.headers import joined_headers, name_headers, numbered_headers
from sodasheet.wording import counted

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
    """Return as many generated headers as most records have cells."""
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
    """Physical lines of a string, counted; `current` has the lines of the current record.

    `feeds` is True if the last line that was skipped, which is the header, ends in a line feed.
    """

    def __init__(self, text: TextIO) -> None:
        self._readline = text.readline
        self._size = 0
        self.number = 0
        self.feeds = False
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
            self.feeds = line.endswith("\n")
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


#: Size of the sample that determines separator and width.
_SAMPLE_LINES = 1000
_SAMPLE_CHARACTERS = 300_000

#: A first line that names the separator, for Excel.
_NAMED_SEPARATOR = re.compile(r"sep=(.)[\r\n]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """Dialect and columns of a file; `first_line` is the line after the header record (1-based).

    `first_row` is the number that a spreadsheet program gives the first row, to which a header
    record of several lines is one row. `trimmed` is True if empty headers at the end were left
    out, so that rows may be longer; `plain` if a reader can find the first row by counting lines.
    """

    dialect: Dialect
    headers: tuple[str, ...]
    first_line: int
    first_row: int
    trimmed: bool = False
    plain: bool = True
    findings: tuple[FindingGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sample:
    """Lines starting at the first nonblank line, which has the number `start`.

    `quoted` is True if a line above contains the quote character.
    """

    name: str
    start: int
    lines: list[str]
    quoted: bool


def find_layout(text: TextIO, spec: SourceSpec, name: str) -> Layout:
    """Return the layout of a string from its beginning; `name` is the name of the file.

    Raises SourceError if there is no header or its quotes are broken, UsageProblem for an
    impossible dialect or header row.
    """
    if spec.header_row < 0:
        raise UsageProblem(
            f"The header row cannot be {spec.header_row}.",
            "Set it to the line that contains the headers, or to 0 if there is none.",
        )
    dialect, find = explicit_dialect(spec)
    lines = Lines(text)
    quoted = _pass_over(lines, spec, dialect)
    above = lines.number
    sample = _sample(lines, spec, name)
    rest, named = _without_named_separator(sample.lines)
    if find and named and rest and sample.start == 1:
        sample = _Sample(name, 2, rest, sample.quoted)
        above += 1
    if find:
        suffix = "." + name.lower().rpartition(".")[2]
        header = spec.header_row > 0
        dialect = named_or_found(named, dialect, sample.lines, header=header, suffix=suffix)
    if spec.header_row == 0:
        first = above + 1
        found = _without_header(dialect, sample)
        return replace(found, first_line=first, first_row=first, plain=not quoted)
    quoted = quoted or sample.quoted
    plain = sample.start == above + (1 if spec.skip else spec.header_row) and not quoted
    layout = _with_header(dialect, sample, spec.header_rows)
    return replace(layout, plain=plain and layout.first_line == layout.first_row)


def find_dialect(text: TextIO, spec: SourceSpec, name: str) -> Dialect:
    """Return the dialect that fits most records, wherever the headers are."""
    dialect, find = explicit_dialect(spec)
    sample = _sample(Lines(text), replace(spec, header_row=0), name)
    if not find:
        return dialect
    suffix = "." + name.lower().rpartition(".")[2]
    lines, named = _without_named_separator(sample.lines)
    return named_or_found(named, dialect, lines, header=False, suffix=suffix)


def names_separator(line: str) -> bool:
    """True for a line such as `sep=;`, which Excel reads and does not show."""
    return _NAMED_SEPARATOR.fullmatch(line) is not None


def named_or_found(
    named: str, dialect: Dialect, lines: list[str], *, header: bool, suffix: str
) -> Dialect:
    """Return the dialect with the separator that the file names, or else the best separator."""
    if named:
        return replace(dialect, separator=named)
    return find_separator(dialect, lines, header=header, suffix=suffix)


def _without_named_separator(lines: list[str]) -> tuple[list[str], str]:
    """Return the lines without a first line such as Excel's `sep=;`, and its separator."""
    match = _NAMED_SEPARATOR.fullmatch(lines[0]) if lines else None
    return (lines[1:], match[1]) if match else (lines, "")


def _pass_over(lines: Lines, spec: SourceSpec, dialect: Dialect) -> bool:
    """Read the records to skip; return True if one of them contains the quote character."""
    reader = dialect.reader(lines)
    quoted = False
    for _ in range(spec.skip):
        lines.begin()
        # A broken record here is not one of our rows; a missing record is reported later.
        with contextlib.suppress(csv.Error, RecordTooLong, StopIteration):
            next(reader)
        quoted = quoted or bool(spec.quote and spec.quote in "".join(lines.current))
    return quoted


def _sample(lines: Lines, spec: SourceSpec, name: str) -> _Sample:
    taken: list[str] = []
    quoted = False
    start = size = 0
    nothing = _nothing_but(spec)
    try:
        for line in lines:
            lines.begin()
            if lines.number < spec.header_row:
                quoted = quoted or bool(spec.quote and spec.quote in line)
            elif taken or line.strip(nothing):
                start = start or lines.number
                taken.append(line)
                size += len(line)
            if len(taken) >= _SAMPLE_LINES or size >= _SAMPLE_CHARACTERS:
                break
    except RecordTooLong:
        # The careful reader reports this line; a header must be shorter.
        pass
    if not taken:
        raise _nothing(name, spec, lines.number)
    return _Sample(name, start, taken, quoted)


def _nothing_but(spec: SourceSpec) -> str:
    """Return the characters of a line without a value: its separators, blanks and line end."""
    dialect, find = explicit_dialect(spec)
    return "\r\n " + ("".join(CANDIDATES) if find else dialect.separator)


def _nothing(name: str, spec: SourceSpec, lines: int) -> SourceError:
    if spec.skip and lines:
        return SourceError(
            f"{name} has no records after the first {spec.skip:,}, which are skipped.",
            "Export it again, or skip fewer records.",
        )
    if 0 < lines < spec.header_row:
        return SourceError(
            f"{name} has {counted(lines, 'line')}, so its headers cannot be on line"
            f" {spec.header_row}.",
            "Set the header row to the line that contains the headers.",
        )
    return SourceError(f"{name} is empty.", "Export it again, or choose another file.")


def _without_header(dialect: Dialect, sample: _Sample) -> Layout:
    widths = Counter(len(record) for record in sample_records(dialect, sample.lines) if record)
    return Layout(dialect, numbered_headers(widths.most_common(1)[0][0] if widths else 1), 1, 1)


def _with_header(dialect: Dialect, sample: _Sample, rows: int) -> Layout:
    lines = Lines(io.StringIO("".join(sample.lines), newline=""))
    try:
        header = list(islice(dialect.reader(lines), rows))
        cells = joined_headers(header)
    except csv.Error as error:
        raise SourceError(
            f"The headers on line {sample.start} of {sample.name} have broken quotes.",
            "Fix the quotes there, or set the right header row and quote character.",
        ) from error
    _refuse_garbled(cells, sample)
    records = list(sample_records(dialect, sample.lines[lines.number :]))
    width = _used_width(cells, records)
    names, notes = name_headers(cells[:width], sample.start)
    return Layout(
        dialect,
        names,
        sample.start + lines.number,
        sample.start + len(header),
        trimmed=width < len(cells),
        findings=notes + _elsewhere(dialect, sample, cells),
    )


def _refuse_garbled(cells: list[str], sample: _Sample) -> None:
    line = ",".join(cells)
    if "\0" in line or any("\ud800" <= char <= "\udfff" for char in line):
        raise SourceError(
            f"The headers on line {sample.start} of {sample.name} are not text in the file's "
            f"encoding: {excerpt(line[:60])}",
            "Set the encoding that the file was written in, such as utf-16-le or windows-1252.",
        )


def _used_width(cells: Sequence[str], records: Sequence[Sequence[str]]) -> int:
    """Return the number of columns up to the last with a header or, in the sample, a value."""
    width = len(cells)
    while width > 1 and not cells[width - 1].strip():
        if any(len(record) >= width and record[width - 1].strip() for record in records):
            break
        width -= 1
    return width


def _elsewhere(dialect: Dialect, sample: _Sample, cells: Sequence[str]) -> tuple[FindingGroup, ...]:
    """Return a note if one header is above rows of many cells: often a title line."""
    if dialect.separator != ALONE:
        return ()
    for sign in CANDIDATES:
        records = list(sample_records(replace(dialect, separator=sign), sample.lines[1:]))
        width, count = Counter(map(len, records)).most_common(1)[0] if records else (0, 0)
        if width > 2 and count > 2 and count >= 0.9 * len(records):
            return (_title_note(sample, width, cells[0]),)
    return ()


def _title_note(sample: _Sample, width: int, title: str) -> FindingGroup:
    return FindingGroup(
        reason="header-elsewhere",
        severity=Severity.NOTE,
        message=f"Line {sample.start} has 1 cell, but the lines below look like {width} cells.",
        remedy="If that line is a title, set the header row to the line that contains the headers.",
        examples=(Finding(sample.start, None, excerpt(title)),),
    )
