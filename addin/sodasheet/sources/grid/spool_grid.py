"""Spool the rows of an area of a sheet, with the row numbers that the sheet shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Protocol

from sodasheet.errors import SourceError
from sodasheet.model.finding import FindingGroup
from sodasheet.model.progress import Progress
from sodasheet.sources.grid.cell_kind_counts import ValueCounts
from sodasheet.sources.grid.cell_range import Pick
from sodasheet.sources.grid.cell_text import cell_text, is_error, may_hold_errors
from sodasheet.sources.grid.linked_cells import LinkedCells
from sodasheet.sources.grid.row_block import RowBlock
from sodasheet.sources.headers import joined_headers, name_headers, numbered_headers
from sodasheet.sources.source_file import raise_if_cancelled
from sodasheet.sources.spool import Spool
from sodasheet.sources.spool_writer import SpoolWriter

#: Reason and value of each cell that cannot be used, by row number and position (0-based).
Faults = dict[int, dict[int, tuple[str, str]]]


class Cells(Protocol):
    """An area of a sheet in a file or in a spreadsheet program.

    `place` names the area in a sentence; `notes` are findings about the sheet as a whole.
    """

    name: str
    place: str
    picked: Pick

    @property
    def width(self) -> int:
        """Number of cells in each row."""

    @property
    def notes(self) -> tuple[FindingGroup, ...]:
        """Findings about the sheet, complete after all rows were read."""

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Yield row numbers and cells from the top of the area, for examining the first rows."""

    def blocks(self, after: int) -> Iterator[RowBlock]:
        """Yield the rows below a row in blocks, including blank rows."""

    def filled(self, places: Collection[int], after: int) -> set[int]:
        """Return the columns that have a value or a fault below a row."""

    def faults(self, rows: Sequence[int]) -> Faults:
        """Return the unusable cells of rows, given in order; once for each block."""

    def links(self, places: Collection[int]) -> dict[int, dict[int, str]]:
        """Return the addresses behind the cells of columns, by row and position (0-based)."""

    def empty(self) -> SourceError:
        """Return the error for an area without any values."""


def spool_grid(
    grid: Cells, writer: SpoolWriter, progress: Progress, linked: Collection[str] = ()
) -> Spool:
    """Spool the rows of the grid; blank rows are skipped, error cells become faults.

    Cells of the columns `linked` are read with the hyperlinks behind them.
    A column without a header and without a single value is left out. Hash, rows and faults
    are known after the writer is closed.
    """
    header_at, cells = _header(grid)
    kept = _kept(grid, header_at, cells)
    if not kept:
        raise grid.empty()
    if cells is None:
        names, notes = numbered_headers(len(kept)), tuple[FindingGroup, ...]()
    else:
        names, notes = name_headers([cells[place] for place in kept], header_at or None)
    tallies = ValueCounts(len(kept))
    places = {place: name for place, name in zip(kept, names, strict=True) if name in linked}
    links = LinkedCells(places, grid.links(places) if places else {})
    writing = _Writing(grid, kept, tallies, writer, links)
    for block in grid.blocks(header_at):
        raise_if_cancelled(progress, grid.name)
        writing.take(block)
        progress.advance(len(block.numbers))
    return Spool(
        path=writer.path,
        headers=names,
        sha256="",
        natives=tallies.counts(),
        findings=notes + grid.notes + links.notes,
    )


class _Writing:
    def __init__(
        self,
        grid: Cells,
        kept: list[int],
        tallies: ValueCounts,
        writer: SpoolWriter,
        links: LinkedCells,
    ) -> None:
        self._grid = grid
        self._kept = kept
        self._tallies = tallies
        self._writer = writer
        self._links = links

    def take(self, block: RowBlock) -> None:
        """Write a block of rows, except blank rows."""
        faulty = self._blank_faults(block)
        self._links.fill(block)
        block = block.without(block.blank_rows() - faulty)
        if not block.numbers:
            return
        texts = self._tallies.take(block.numbers, [block.columns[place] for place in self._kept])
        self._writer.add_all(list(zip(block.numbers, *texts, strict=True)))

    def _blank_faults(self, block: RowBlock) -> set[int]:
        """Record the faults of a block and blank their cells; return the positions of the rows."""
        faults = self._faults(block)
        if not faults:
            return set()
        columns = {place: column for column, place in enumerate(self._kept)}
        faulty = set()
        for at, number in enumerate(block.numbers):
            for cell, (reason, text) in faults.get(number, {}).items():
                block.put(at, cell, "")
                self._writer.fault(number, reason, text, columns[cell])
                faulty.add(at)
        return faulty

    def _faults(self, block: RowBlock) -> Faults:
        """Return the faults of the sheet, and strings that look like an error value.

        Such a string is what pasting leaves of an error cell.
        """
        found = self._grid.faults(block.numbers)
        for column, cells in enumerate(block.columns):
            if not may_hold_errors(cells):
                continue
            for number, value in zip(block.numbers, cells, strict=True):
                if isinstance(value, str) and is_error(value):
                    found.setdefault(number, {}).setdefault(column, ("error-cell", value))
        return found


def _header(grid: Cells) -> tuple[int, list[str] | None]:
    """Return the row number of the headers and their cells; 0 and None without a header row."""
    picked = grid.picked
    if picked.headers is not None:
        return 0, list(picked.headers)
    if picked.header_row == 0:
        if not any(value != "" for _, row in grid.rows() for value in row):
            raise grid.empty()
        return 0, None
    wanted = picked.area.top + picked.header_row - 1
    last = 0
    rows = grid.rows()
    for number, row in rows:
        last = number
        if number >= wanted and any(value != "" for value in row):
            more = list(islice(rows, picked.header_rows - 1))
            texts = [
                [cell_text(value) for value in cells] for cells in (row, *(r for _, r in more))
            ]
            last = more[-1][0] if more else number
            return last, joined_headers(texts)
    if last >= wanted or last == 0:
        raise grid.empty()
    raise SourceError(
        f"{grid.place[0].upper()}{grid.place[1:]} ends at row {last}, so its headers cannot "
        f"be in row {wanted}.",
        "Set the header row to the row that contains the headers.",
    )


def _kept(grid: Cells, header_at: int, cells: list[str] | None) -> list[int]:
    """Return the positions of the columns that have a header or at least one value."""
    bare = {place for place in range(grid.width) if cells is not None and not cells[place].strip()}
    if bare:
        bare -= grid.filled(bare, header_at)
    return [place for place in range(grid.width) if place not in bare]
