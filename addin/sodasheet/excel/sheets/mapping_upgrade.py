"""Cells that a mapping sheet of an earlier version lacks, added where nothing stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.excel.press import quiet
from sodasheet.excel.sheets.templates import designs
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot
from sodasheet.jobs.sheet.free_cells import lacking, rooms
from sodasheet.jobs.sheet.settings_cells import manner_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlwings

    from sodasheet.excel.sheets.mapping import MappingSheet
    from sodasheet.model.job import Job


def add_newer_cells(sheet: MappingSheet, job: Job | None) -> list[str]:
    """Add the settings that came since the sheet was made, as the job has them; says so.

    Without a job they stay blank, which means what is usual. Nothing on the sheet is moved or
    written over; where no place is free nothing is added, and the sentence says what to do.
    """
    labels = lacking(sheet.layout)
    if not labels:
        return []
    names = ", ".join(labels)
    at = next((one for one in rooms(sheet.layout, len(labels)) if _open(sheet, one, labels)), None)
    if at is None:
        return [
            f"There is no free place above the table for newer settings: {names}. They stay as"
            " they were; to change one, write its label above the table and its value beside it."
        ]
    _add(sheet, at, labels, manner_of(job) if job else {})
    return [f"New settings stand above the table, as they have been so far: {names}."]


def _open(sheet: MappingSheet, at: Spot, labels: Sequence[str]) -> bool:
    """Whether cells there can be written and seen; part of a merged cell cannot be."""
    area = sheet.sheet.range((at.row, at.column), (at.row + len(labels) - 1, at.column + 1))
    states = (area.merge_cells, area.rows.hidden, area.columns.hidden)
    return all(state is False for state in states)


def _add(sheet: MappingSheet, at: Spot, labels: Sequence[str], values: dict[str, str]) -> None:
    """Values before labels: a label alone would already mean what is usual."""
    with quiet(sheet.sheet.book.app), designs(sheet.sheet.book.app) as template:
        design = template.sheets["Mapping"]
        seen = Snapshot(design.used_range.options(ndim=2).value)
        for row, label in enumerate(labels, at.row):
            spot = seen.find(label)
            assert spot is not None  # noqa: S101 - a test compares the sheet with our labels
            _copy(design, Spot(spot.row, spot.column + 1), sheet, Spot(row, at.column + 1))
            sheet.write(Spot(row, at.column + 1), values.get(label, ""))
            _copy(design, spot, sheet, Spot(row, at.column))
    sheet.look()


def _copy(design: xlwings.Sheet, spot: Spot, sheet: MappingSheet, to: Spot) -> None:
    """A designed cell with its look and its drop-down."""
    design.range((spot.row, spot.column)).copy(sheet.sheet.range((to.row, to.column)))
