"""The spool: a source as one UTF-8 CSV on disk, and its facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sodasheet.model.finding import FindingGroup
from sodasheet.model.loading_fallback import Fallback
from sodasheet.model.progress import Progress
from sodasheet.sources.sheet_columns import Columns
from sodasheet.sources.source_file import Stamp


@dataclass(frozen=True, slots=True)
class NativeCounts:
    """Counts of the cells of a workbook column by kind of value.

    Text sources have no counts: every cell is text. `percent` of the numbers are formatted as
    percentages, if the source reports formats. `long_numbers` are numbers of more
    than 15 digits, which a spreadsheet has already rounded; `first_number_row` and
    `first_long_number_row` are the source rows of the first of each.
    """

    text: int = 0
    number: int = 0
    boolean: int = 0
    date: int = 0
    blank: int = 0
    percent: int = 0
    long_numbers: int = 0
    first_number_row: int | None = None
    first_long_number_row: int | None = None


@dataclass(frozen=True, slots=True)
class Spool:
    """A source as a delimited UTF-8 file, without a significant byte order mark.

    `headers` are unique and not blank. In a `numbered` spool the first field of every record is
    the source's row number and there is no header record; its records end in LF, and a cell may
    contain a lone CR (set `new_line='\\n'` in DuckDB, which would read a CR as a line end).
    Otherwise record number `skip` (0-based) is the first data record, from source row `first_row`,
    and each record is one row further down; `rows` is the number of lines from there on until the
    records are counted, so a reader that finds fewer records knows that cells contain line breaks.
    `controls` is False if the file certainly contains no control characters.

    `faults` is a UTF-8 CSV without a header, `row,column,reason,value`, unordered: one line for
    each cell (0-based `column`) or whole row (`column` empty) that cannot be used; `reason` is
    a key of `sources.fault_log.FAULTS`. None if there are no faults. `findings` concern
    the source as a whole, such as duplicate headers. `rows` is None until the rows are counted.

    A spool with `columns` is a sheet that was read by columns and not written to disk, so it
    has no `delimiter`. Its rows start at `first_row` and include blank rows; counts are known
    after loading, and the loader may find that the sheet needs a careful reading.

    `leave_out` names rows that are not data (model/job.py); the stage leaves them out.

    `spaced` is True if blanks are next to quotes; a reader may drop such a blank. `bare` is True if
    certainly no cell contains a quote, a comma or a line break, `line_breaks` if some cell is
    known to contain one.

    `from_1904` is True for a workbook whose numbers of days count from 1904.

    `stamp` is what the file was like when it was looked through, if the spool is the file itself.

    `fallbacks` are the faster readers that could not be used, with reasons.
    """

    path: Path
    headers: tuple[str, ...]
    sha256: str
    numbered: bool = True
    first_row: int = 2
    skip: int = 0
    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    rows: int | None = None
    controls: bool = True
    spaced: bool = False
    bare: bool = False
    line_breaks: bool = False
    faults: Path | None = None
    natives: tuple[NativeCounts, ...] | None = None
    findings: tuple[FindingGroup, ...] = ()
    columns: Columns | None = field(default=None, repr=False)
    leave_out: tuple[str, ...] = ()
    from_1904: bool = False
    stamp: Stamp | None = None
    fallbacks: tuple[Fallback, ...] = ()

    @property
    def of_lines(self) -> bool:
        """True if the spool is the source file itself, with one row on each line."""
        return not self.numbered and bool(self.delimiter) and not self.line_breaks


class Source(Protocol):
    """A file, sheet or folder that can be spooled."""

    @property
    def name(self) -> str:
        """Display name: a file's name without its folders."""

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        """Spool the source to `folder`.

        The fast path may return the file itself if it looks well formed; `careful` reads
        every record, numbers it, and records the faults of malformed records.
        Raises SourceError if the source cannot be read at all.
        """
