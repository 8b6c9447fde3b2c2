"""Source for delimited files: used as-is if well formed, otherwise read carefully."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.model.loading_fallback import Fallback, FastPath, Why
from sodasheet.model.progress import Progress, Silent
from sodasheet.sources.delimited.byte_scan import SEPARATORS, QuoteSigns, Scan, scan_file
from sodasheet.sources.delimited.encoding import UTF_8, Encoding, choose_encoding, guessed_note
from sodasheet.sources.delimited.layout import (
    Layout,
    Lines,
    RecordTooLong,
    broken_because,
    find_layout,
)
from sodasheet.sources.delimited.transcode import to_utf8
from sodasheet.sources.row_notes import ROW_NOTES
from sodasheet.sources.source_file import Stamp, file_errors, open_text
from sodasheet.sources.spool import Spool
from sodasheet.sources.spool_writer import SpoolWriter

#: Separators that every fast reader supports.
_QUICK_SEPARATORS = frozenset(SEPARATORS.decode())


#: Ctrl-Z, with which DOS programs end a text file.
_END_MARK = "\x1a"


@dataclass(frozen=True, slots=True)
class DelimitedSource:
    """A delimited file. `notes` are findings from opening the file."""

    path: Path
    spec: SourceSpec
    notes: tuple[FindingGroup, ...] = ()

    @property
    def name(self) -> str:
        """Name of the file without its folders."""
        return self.path.name

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        """Return the file as its own spool if well formed, otherwise write a clean spool.

        Raises SourceError if the file cannot be read, UsageProblem for an impossible encoding or
        dialect, Cancelled.
        """
        with file_errors(self.path):
            stamp = Stamp.of(self.path)
            progress.begin(f"Scanning {self.name}", stamp.size)
            scan = scan_file(self.path, _quote_signs(self.spec), progress)
            stamp.confirm(self.path, scan.size)
            encoding = choose_encoding(self.spec.encoding, scan)
            layout = self._layout(encoding)
            why = _not_well_formed(scan, encoding, layout)
            if why is Why.ENCODING and not careful:
                spool, why = self._transcoded(folder, progress, encoding, layout)
            elif careful or why:
                spool = self._read(folder, progress, encoding, layout)
            else:
                spool = replace(_itself(self.path, scan, layout), stamp=stamp)
            stamp.confirm(self.path)
        notes = [guessed_note(encoding)] if encoding.guessed else []
        notes += [_end_mark_note()] if scan.end_mark else []
        return replace(
            spool,
            leave_out=self.spec.leave_out,
            sha256=scan.sha256,
            findings=(*self.notes, *notes, *layout.findings),
            fallbacks=(Fallback(FastPath.FILE, why),) if why else (),
        )

    def _transcoded(
        self, folder: Path, progress: Progress, encoding: Encoding, layout: Layout
    ) -> tuple[Spool, Why | None]:
        """Pass on a UTF-8 copy, or read the file carefully and record the reason."""
        progress.begin(f"Reading {self.name}", self.path.stat().st_size)
        copy, why = to_utf8(self.path, encoding.codec, folder, progress), Why.ENCODING
        if copy is not None:
            scan = scan_file(copy, _quote_signs(self.spec), Silent())
            found = _not_well_formed(scan, UTF_8, layout)
            if found is None:
                return _itself(copy, scan, layout), None
            why = found
            copy.unlink()
        return self._read(folder, progress, encoding, layout), why

    def _layout(self, encoding: Encoding) -> Layout:
        with open_text(self.path, encoding.codec) as text:
            return find_layout(text, self.spec, self.name)

    def _read(self, folder: Path, progress: Progress, encoding: Encoding, layout: Layout) -> Spool:
        progress.begin(f"Reading {self.name}", self.path.stat().st_size)
        with (
            open_text(self.path, encoding.codec, progress) as text,
            SpoolWriter(folder, self.path) as writer,
        ):
            _Reading(Lines(text), layout, writer).run()
        return Spool(
            path=writer.path,
            headers=layout.headers,
            sha256="",
            rows=writer.rows,
            faults=writer.fault_file,
        )


def _quote_signs(spec: SourceSpec) -> QuoteSigns:
    explicit = spec.separator if len(spec.separator) == 1 else ""
    return QuoteSigns(
        quote=spec.quote.encode(),
        escape=spec.escape.encode() if spec.escape != spec.quote else b"",
        separators=SEPARATORS + explicit.encode(),
    )


def _not_well_formed(scan: Scan, encoding: Encoding, layout: Layout) -> Why | None:
    """Return why a fast reader might get different cells or row numbers, or None."""
    quote = layout.dialect.quote
    plain_headers = layout.plain and not layout.trimmed
    known_signs = (
        layout.dialect.separator in _QUICK_SEPARATORS and quote.isascii() and not quote.isalnum()
    )
    reasons = (
        (Why.NOT_PLAIN, scan.end_mark),
        (Why.ENCODING, not _plain_text(scan, encoding, headed=layout.first_line > 1)),
        (Why.HEADERS, not plain_headers),
        (Why.LINE_ENDINGS, not scan.even),
        (Why.BLANK_LINES, scan.blank),
        (Why.QUOTES, scan.rejoined),
        (Why.ESCAPES, scan.escaped),
        (Why.LONG_RECORDS, scan.endless),
        (Why.NOT_PLAIN, not known_signs),
    )
    return next((why for why, found in reasons if found), None)


def _plain_text(scan: Scan, encoding: Encoding, *, headed: bool) -> bool:
    if not scan.utf8 or scan.nul:
        return False
    # A byte order mark is harmless only in a skipped line.
    marked = scan.head.startswith(b"\xef\xbb\xbf")
    if encoding.codec == "utf-8-sig":
        return headed or not marked
    return scan.ascii and encoding.ascii_alike


def _itself(path: Path, scan: Scan, layout: Layout) -> Spool:
    above = layout.first_line - 1
    quote = layout.dialect.quote
    return Spool(
        path=path,
        headers=layout.headers,
        sha256="",
        numbered=False,
        first_row=layout.first_row,
        skip=above,
        delimiter=layout.dialect.separator,
        quote=quote,
        escape=quote,
        rows=max(0, scan.lines - above),
        controls=scan.controls,
        spaced=scan.spaced,
        # Only quotes can put a separator or a line end into a cell.
        bare=quote == '"' and layout.dialect.separator == "," and not scan.quoted,
    )


def _shows(cell: str) -> bool:
    """True if a cell is more than blanks, padding NULs, or the DOS end mark."""
    return bool(cell.replace("\0", " ").replace(_END_MARK, " ").strip())


def _end_mark_note() -> FindingGroup:
    message, remedy = ROW_NOTES["end-mark"]
    return FindingGroup("end-mark", Severity.NOTE, message, remedy)


class _Reading:
    """One careful pass over the records of a file, numbered as a spreadsheet program shows them.

    A blank row is skipped. A row may be longer than the headers if its extra cells are
    empty: nothing is lost. Every other row that does not fit becomes a fault, and so does a
    row that only a carriage return separates from it: both may be halves of a single row.
    """

    def __init__(self, lines: Lines, layout: Layout, writer: SpoolWriter) -> None:
        self._lines = lines
        self._layout = layout
        self._width = len(layout.headers)
        self._writer = writer
        self._held: tuple[int, list[str], str] | None = None
        self._cut = False

    def run(self) -> None:
        """Read to the end."""
        self._lines.skip(self._layout.first_line - 1)
        reader = self._layout.dialect.reader(self._lines)
        begin, add, width = self._lines.begin, self._writer.add, self._width
        lines = self._lines.current
        row = self._layout.first_row - 1
        while True:
            begin()
            row += 1
            try:
                record = next(reader)
            except StopIteration:
                self._release()
                return
            except csv.Error as error:
                row = self._broken(row, broken_because(error))
            except RecordTooLong:
                alone = len(self._lines.current) == 1
                row = self._broken(row, "too-long" if alone else "unclosed-quote")
            else:
                if self._cut or self._held or lines[-1].endswith("\r"):
                    self._beside_return(row, record)
                elif len(record) == width and record[0][:1] != _END_MARK:
                    add([row, *record])
                elif record:
                    self._ragged(row, record)

    def _beside_return(self, row: int, record: list[str]) -> None:
        """Process a record that is preceded or followed by a lone carriage return."""
        line = self._lines.current[-1]
        split = self._lines.feeds or line.endswith("\n")
        ends, cut = line.endswith("\r"), self._cut
        fits = len(record) == self._width
        if not fits and not any(map(_shows, record)):
            if not ends:
                self._release()
                self._cut = False
            return
        self._cut = ends and not fits
        if not fits:
            if self._held and split:
                held, _, raw = self._held
                self._writer.fault(held, "split-row", raw)
                self._held = None
            self._release()
            self._ragged(row, record)
        elif cut and split:
            self._writer.fault(row, "split-row", self._raw())
        else:
            self._release()
            self._held = (row, record, self._raw())
            if not ends:
                self._release()

    def _release(self) -> None:
        """Write the row that was held back until the next row was known."""
        if self._held:
            row, record, _ = self._held
            self._writer.add([row, *record])
            self._held = None

    def _ragged(self, row: int, record: list[str]) -> None:
        width = self._width
        if not any(map(_shows, record)):
            return
        if len(record) < width:
            self._writer.fault(row, "too-few-cells", self._raw())
        elif any(map(_shows, record[width:])):
            self._writer.fault(row, "too-many-cells", self._raw())
        else:
            self._writer.add([row, *record[:width]])

    def _broken(self, row: int, reason: str) -> int:
        """Record a fault for every line inside the broken record, none of which will be sent.

        Each line counts as a row; returns the number of the last one.
        """
        self._release()
        self._cut = False
        for place, line in enumerate(self._lines.current):
            why = "after-broken-quote" if place else reason
            self._writer.fault(row + place, why, line.rstrip("\r\n"))
        return row + max(0, len(self._lines.current) - 1)

    def _raw(self) -> str:
        return "".join(self._lines.current).rstrip("\r\n")
