"""Update a mapping sheet of an earlier version, without moving any cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.excel.sheets.template_sheets import designs
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot
from sodasheet.jobs.sheet.free_cells import lacking, rooms
from sodasheet.jobs.sheet.quality_words import RuleCells, quality_values
from sodasheet.jobs.sheet.settings_cells import settings_values
from sodasheet.jobs.sheet.table_text import Labels
from sodasheet.model.sheet_labels import MAPPING_LABELS, RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlwings

    from sodasheet.excel.sheets.mapping import MappingSheet
    from sodasheet.model.job import Job


#: Width of a new column Rules, in characters.
_RULES_WIDTH = 17


def bring_up_to_date(sheet: MappingSheet, job: Job | None) -> list[str]:
    """Rename earlier labels and headers in place, and add the settings that are missing.

    Missing settings and rules get the job's values; without a job they stay blank, which means the
    default.
    Returns sentences about new cells; if there is no free place for them, the sentence says how to
    add them by hand.
    """
    _rename(sheet)
    values = {**settings_values(job), **quality_values(job.quality)} if job else {}
    added: list[str] = []
    left: list[str] = []
    for labels in lacking(sheet.layout):
        free = rooms(sheet.layout, len(labels))
        at = next((one for one in free if _open(sheet, one, labels)), None)
        if at is None:
            left += labels
        else:
            _add(sheet, at, labels, values)
            added += labels
    return [*_added(added), *_left(left), *_add_rules(sheet, job)]


def _added(labels: list[str]) -> list[str]:
    if not labels:
        return []
    return [f"New settings are above the table, with their current values: {', '.join(labels)}."]


def _left(labels: list[str]) -> list[str]:
    if not labels:
        return []
    return [
        f"There is no free space above the table for newer settings: {', '.join(labels)}. They keep"
        " their defaults; to change one, write its label above the table and its value next to it."
    ]


def _add_rules(sheet: MappingSheet, job: Job | None) -> list[str]:
    """Add a missing column Rules to the right of the table, with the job's rules."""
    if RULES in sheet.heads:
        return []
    column, bottom = sheet.layout.right + 1, sheet.bottom
    area = sheet.sheet.range((sheet.top, column), (bottom, column))
    taken = any(sheet.seen.text(row, column) for row in range(sheet.top, bottom + 1))
    if taken or area.merge_cells is not False or area.columns.hidden is not False:
        return [
            f"There is no free column next to the table to hold {RULES}. To write rules, add a "
            "column"
            f" with the header {RULES} to the table."
        ]
    # Cells before the header: a blank column with that name would mean that there are no rules.
    with quiet(sheet.sheet.book.app), designs(sheet.sheet.book.app) as template:
        design = template.sheets["Mapping"]
        head = Snapshot(design.used_range.options(ndim=2).value).find(RULES)
        assert head is not None  # noqa: S101 - a test compares the sheet with our headers
        for number, words in _rule_words(sheet, job).items():
            _copy(design, Spot(head.row + 1, head.column), sheet, Spot(number, column))
            sheet.write(Spot(number, column), words)
        _copy(design, head, sheet, Spot(sheet.top, column))
        sheet.sheet.range((sheet.top, column)).column_width = _RULES_WIDTH
        sheet.widen()
    sheet.look()
    return [f"The table has a new column at its end: {RULES}."]


def _rule_words(sheet: MappingSheet, job: Job | None) -> dict[int, str]:
    """Return the words of the job's rules by row of the sheet, empty for rows without rules."""
    read, labels = sheet.read(), Labels([])
    cells = RuleCells.of(job.quality.rules if job else (), labels)
    rows = cells.beside([*read.rows, *read.unfilled_rows], labels)
    numbers = (*read.numbers, *read.unfilled)
    return {number: row.rules or "" for number, row in zip(numbers, rows, strict=True)}


def _rename(sheet: MappingSheet) -> None:
    spots = {label: sheet.layout.label(label) for label in MAPPING_LABELS}
    outdated = {
        words: spot
        for words, spot in {**spots, **sheet.heads}.items()
        if spot is not None and sheet.seen.text(spot.row, spot.column) != words
    }
    if not outdated:
        return
    with quiet(sheet.sheet.book.app):
        for words, spot in outdated.items():
            sheet.sheet.range((spot.row, spot.column)).value = as_text(words)
    sheet.look()


def _open(sheet: MappingSheet, at: Spot, labels: Sequence[str]) -> bool:
    """True if cells there are writable and visible, unlike parts of a merged cell."""
    area = sheet.sheet.range((at.row, at.column), (at.row + len(labels) - 1, at.column + 1))
    states = (area.merge_cells, area.rows.hidden, area.columns.hidden)
    return all(state is False for state in states)


def _add(sheet: MappingSheet, at: Spot, labels: Sequence[str], values: dict[str, str]) -> None:
    """Write values before labels: a label alone would already mean the default."""
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
    """Copy a designed cell with its format and its drop-down."""
    design.range((spot.row, spot.column)).copy(sheet.sheet.range((to.row, to.column)))
