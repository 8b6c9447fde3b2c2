"""The source file's own lines as the CSV for the Publishing API, if every cell travels as it is.

To write a million records anew takes longer than to read the file again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import SEEK_END

from sodasheet.sources.source_file import BLOCK, Stamp, file_errors
from sodasheet.sources.spool import Spool
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.load.csv_loader import loses_nothing
from sodasheet.staging.output.csv_cells import verbatim_suffixes
from sodasheet.staging.output.csv_output import CsvHeader, CsvPiece
from sodasheet.staging.staged_table import Stage


@dataclass(frozen=True, slots=True)
class VerbatimCsv:
    """A header of ours, and below it all lines of the file, without the numbers of their rows."""

    spool: Spool
    header: CsvHeader
    rows: int

    def pieces(self) -> Iterator[CsvPiece]:
        """Yield the CSV. The rows of a piece are estimated by its size; all add up to `rows`.

        Raises SourceError if the file can no longer be read, or has changed since it was checked.
        """
        path, told = self.spool.path, 0
        with file_errors(path), path.open("rb") as file:
            end = b"\r\n" if file.readline().endswith(b"\r\n") else b"\n"
            file.seek(0)
            above = sum(len(file.readline()) for _ in range(self.spool.skip))
            size = file.seek(0, SEEK_END) - above
            file.seek(above)
            names = ",".join(f'"{name}"' for name in self.header.fields)
            yield CsvPiece(0, names.encode() + end)
            read = 0
            while block := file.read(BLOCK):
                read += len(block)
                # A file that grows meanwhile is refused at its end.
                rows = min(self.rows, self.rows * read // size)
                yield CsvPiece(rows - told, block)
                told = rows
            if self.spool.stamp is not None:
                self.spool.stamp.confirm(path, above + read)


def verbatim_csv(checked: CheckResult, limit: int | None) -> VerbatimCsv | None:
    """Return the file's own lines, None if the rows to send have to be written as records.

    Every line must be a row that is sent, every cell of a line must be sent, and no cell may need
    another text. `limit` is the most rows to send.
    """
    spool, stage = checked.stage.spool, checked.stage
    rows = spool.rows or 0
    is_whole = checked.sendable == rows and not stage.as_sent and not checked.removals
    if not (rows and is_whole and spool.of_lines and spool.bare) or (limit or rows) < rows:
        return None
    columns = _columns_of_file(checked)
    if columns is None or not _is_unchanged(spool):
        return None
    suffixes: dict[str, str] = {}
    for one in columns:
        found = _suffix(checked, one)
        if found is None:
            return None
        suffixes[one.filled.column.field] = found
    if not _has_only_cells(stage):
        return None
    return VerbatimCsv(spool, CsvHeader("", tuple(suffixes), suffixes), rows)


def _columns_of_file(checked: CheckResult) -> list[Projected] | None:
    """Return the column that each column of the file fills, in order; None if not each does."""
    by_source = {one.filled.sources: one for one in checked.projected}
    places = [(at,) for at in range(len(checked.stage.headers))]
    if len(checked.projected) != len(places) or by_source.keys() != {*places}:
        return None
    return [by_source[place] for place in places]


def _suffix(checked: CheckResult, column: Projected) -> str | None:
    """Return what has to be put behind every cell of the column, None if more is needed."""
    table = column.distinct or checked.stage.table
    cells = values_from([column], table)
    for condition, suffix in verbatim_suffixes(column):
        others = f"SELECT 1 FROM {cells} WHERE NOT ({column.blank} OR {condition}) LIMIT 1"
        if condition == "true" or not checked.stage.connection.execute(others).fetchone():
            return suffix
    return None


def _has_only_cells(stage: Stage) -> bool:
    """True if every line has a cell for each column and no more, not even an empty one."""
    try:
        return loses_nothing(stage.connection, stage.spool)
    except OSError:
        return False


def _is_unchanged(spool: Spool) -> bool:
    """True if the file is the one that was checked; a copy of ours has no stamp."""
    try:
        return spool.stamp is None or Stamp.of(spool.path) == spool.stamp
    except OSError:
        return False
