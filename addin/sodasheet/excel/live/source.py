"""The live sheet as a source: spooled like every file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.excel.accept_network_hosts import require_accepted
from sodasheet.excel.live.cell_reader import LiveGrid
from sodasheet.excel.live.source_location import SheetLocation, location_of
from sodasheet.sources.grid.spool_grid import spool_grid
from sodasheet.sources.spool_writer import SpoolWriter

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.model.job import SourceSpec
    from sodasheet.model.progress import Progress
    from sodasheet.sources.grid.row_ranges import RowStretches
    from sodasheet.sources.spool import Source, Spool

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class LiveSource:
    """Rows of a sheet that is open. `only` and `limit` as in LiveGrid.

    Cells in the columns `linked` are read with the hyperlinks behind them.
    """

    place: SheetLocation
    spec: SourceSpec
    only: RowStretches | None = None
    limit: int | None = None
    linked: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The sheet and its workbook."""
        return f"{self.place.sheet.name} in {self.place.sheet.book.name}"

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:  # noqa: ARG002
        """Read the sheet block by block. Raises SourceError, Cancelled."""
        grid = LiveGrid(self.place, self.name, self.only, self.limit)
        if self.spec.rows == "visible":
            grid = grid.visible_only()
        progress.begin(f"Reading {self.name}", grid.height)
        with SpoolWriter(folder, Path(self.place.sheet.book.name)) as writer:
            spool = spool_grid(grid, writer, progress, self.linked)
        return replace(
            spool,
            sha256=_hash(spool.path),
            rows=writer.rows,
            faults=writer.fault_file,
            leave_out=self.spec.leave_out,
            from_1904=grid.from_1904,
        )


def source_of(press: Press, spec: SourceSpec, limit: int | None = None) -> Source:
    """Return the source named on a mapping sheet: a live sheet, or a file near the workbook."""
    if spec.kind != "active":
        require_accepted(press, spec)
        from sodasheet.sources import open_source

        return open_source(spec, press.base)
    return LiveSource(location_of(press, spec), spec, limit=limit)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
