"""Find the first record of a delimited file, and the headers of its columns."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TextIO

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.sources.cell_faults import excerpt
from sodasheet.sources.delimited.dialect import (
    ALONE,
    CANDIDATES,
    Dialect,
    Lines,
    RecordTooLong,
    explicit_dialect,
    find_separator,
    sample_records,
)
from sodasheet.sources.headers import joined_headers, name_headers, numbered_headers

#: Size of the sample that determines separator and width.
_SAMPLE_LINES = 1000
_SAMPLE_CHARACTERS = 300_000

#: A first line that names the separator, for Excel.
_NAMED_SEPARATOR = re.compile(r"sep=(.)[\r\n]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """Dialect and columns of a file; `first_line` is the line after the header record (1-based).

    `trimmed` is True if empty headers at the end were left out, so that rows may be longer;
    `plain` is True if a reader can find the first row by counting lines.
    """

    dialect: Dialect
    headers: tuple[str, ...]
    first_line: int
    trimmed: bool = False
    plain: bool = True
    findings: tuple[FindingGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sample:
    """Lines from the first line that is not blank, number `start`, on.

    `quoted` is True if a line above contains the quote character.
    """

    name: str
    start: int
    lines: list[str]
    quoted: bool


def find_layout(text: TextIO, spec: SourceSpec, name: str) -> Layout:
    """Return the layout of a text from its beginning; `name` is the file's.

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
        return replace(_without_header(dialect, sample), first_line=above + 1, plain=not quoted)
    quoted = quoted or sample.quoted
    plain = sample.start == above + (1 if spec.skip else spec.header_row) and not quoted
    layout = _with_header(dialect, sample, spec.header_rows)
    last = sample.start + spec.header_rows
    return replace(layout, plain=plain and layout.first_line == last)


def find_dialect(text: TextIO, spec: SourceSpec, name: str) -> Dialect:
    """Return the dialect that fits most records, wherever the headers are."""
    dialect, find = explicit_dialect(spec)
    sample = _sample(Lines(text), replace(spec, header_row=0), name)
    if not find:
        return dialect
    suffix = "." + name.lower().rpartition(".")[2]
    lines, named = _without_named_separator(sample.lines)
    return named_or_found(named, dialect, lines, header=False, suffix=suffix)


def named_or_found(
    named: str, dialect: Dialect, lines: list[str], *, header: bool, suffix: str
) -> Dialect:
    """Return the dialect with the separator that the file names, or else the best separator."""
    if named:
        return replace(dialect, separator=named)
    return find_separator(dialect, lines, header=header, suffix=suffix)


def _without_named_separator(lines: list[str]) -> tuple[list[str], str]:
    """Return the lines without a first line such as `sep=;`, which Excel reads, and its sign."""
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
    try:
        for line in lines:
            lines.begin()
            if lines.number < spec.header_row:
                quoted = quoted or bool(spec.quote and spec.quote in line)
            elif taken or line.strip("\r\n"):
                start = start or lines.number
                taken.append(line)
                size += len(line)
            if len(taken) >= _SAMPLE_LINES or size >= _SAMPLE_CHARACTERS:
                break
    except RecordTooLong:
        # The careful reading reports this line; a header must be shorter.
        pass
    if not taken:
        raise _nothing(name, spec, lines.number)
    return _Sample(name, start, taken, quoted)


def _nothing(name: str, spec: SourceSpec, lines: int) -> SourceError:
    if spec.skip and lines:
        return SourceError(
            f"{name} has no records after the first {spec.skip:,}, which are skipped.",
            "Export it again, or skip fewer records.",
        )
    if 0 < lines < spec.header_row:
        return SourceError(
            f"{name} has {lines} lines, so its headers cannot be on line {spec.header_row}.",
            "Set the header row to the line that contains the headers.",
        )
    return SourceError(f"{name} is empty.", "Export it again, or choose another file.")


def _without_header(dialect: Dialect, sample: _Sample) -> Layout:
    widths = Counter(len(record) for record in sample_records(dialect, sample.lines) if record)
    return Layout(dialect, numbered_headers(widths.most_common(1)[0][0] if widths else 1), 1)


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
