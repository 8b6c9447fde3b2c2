"""What every source becomes: one UTF-8 CSV on disk, and what is known about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sodasheet.model.fallback import Fallback
from sodasheet.model.finding import FindingGroup
from sodasheet.model.progress import Progress
from sodasheet.sources.columns import Columns


@dataclass(frozen=True, slots=True)
class NativeCounts:
    """How many cells of one column held which kind of value in a workbook.

    Text sources have none: every cell of theirs is text. `percent` of the numbers are shown as
    percentages, as far as the source tells (a live sheet does). `long_numbers` are numbers of more
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
    """A source laid down as a delimited UTF-8 file without a byte order mark to be trusted.

    `headers` are unique and not blank. A `numbered` spool holds the source's row number as the
    first field of every record and has no header record; its records end in LF, and a cell may
    hold a lone CR (tell DuckDB `new_line='\\n'`, or it takes that for a line end). Otherwise
    record number `skip` (0-based) is the first data record and stands in source row `first_row`,
    the next one in the row after, and so on; `rows` is then the number of lines from there on,
    so that a reader that finds fewer records knows that cells hold line breaks. `controls` says
    that there may be control characters in it.

    `faults` is a UTF-8 CSV without a header, `row,column,reason,value`, in no order: one line for
    each cell (0-based `column`) or whole row (`column` empty) that cannot be used, `reason` being
    a key of `sources.faults.FAULTS`; None where there are no faults. `findings` are those about
    the source as a whole (duplicate headers and the like). `rows` is None where nobody counted
    yet.

    A spool with `columns` is a sheet that was read by columns and not laid down at all, so that it
    has no `delimiter`. Its rows stand from `first_row` on, blank ones among them; what is counted
    is known once they are loaded, and whoever loads them may find that they must be read with care.

    `fallbacks` are the faster ways in which the source could not be read.
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
    faults: Path | None = None
    natives: tuple[NativeCounts, ...] | None = None
    findings: tuple[FindingGroup, ...] = ()
    columns: Columns | None = field(default=None, repr=False)
    fallbacks: tuple[Fallback, ...] = ()

    @property
    def of_lines(self) -> bool:
        """Whether it is a file that is handed over as it is, its rows being lines of it."""
        return not self.numbered and bool(self.delimiter)


class Source(Protocol):
    """Something that can be laid down as a spool."""

    @property
    def name(self) -> str:
        """What people call it: a file's name without its folders."""

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        """Lay the source down in `folder`.

        The quick way may hand over the file itself where it looks well formed; `careful` reads
        every record, numbers it, and writes down the faults of those that are not as they should
        be. Raises SourceError where the source cannot be read at all.
        """
