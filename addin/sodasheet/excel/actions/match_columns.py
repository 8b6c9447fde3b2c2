"""Match a source with a dataset, and lay out the result on a mapping sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.excel.live.source import source_of
from sodasheet.excel.sheets.cell_blocks import write_cells
from sodasheet.excel.sheets.mapping import MappingSheet
from sodasheet.excel.sheets.next_step_line import next_step
from sodasheet.excel.status_bar import shown
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.cells_of_job import (
    choices_of,
    headers_list,
    line_of,
    unfilled_of,
    unfilled_words,
)
from sodasheet.jobs.sheet.labeled_settings_block import block_of, remembered
from sodasheet.jobs.sheet.mapping_rows import rows_of
from sodasheet.jobs.sheet.quality_words import RuleCells
from sodasheet.jobs.sheet.table_text import Labels, MappingRow
from sodasheet.matching import fingerprint, suggest
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.sheet_labels import DATASET, GONE, IGNORE, NEXT_STEP, NOT_FILLED
from sodasheet.staging.check.check_plan import with_fractions

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.staging.staged_table import Stage

#: How many rows of a live sheet provide samples and formats; the check reads all rows.
SAMPLE_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Matched:
    """A mapping for the current source, and some values of each of its columns."""

    headers: tuple[str, ...]
    mapping: Mapping
    samples: dict[str, list[str]]


def match(
    press: Press, spec: SourceSpec, dataset: Dataset, method: Method, keep: Mapping | None
) -> Matched:
    """Suggest a mapping; the user's choices in `keep` stay. Raises SourceError."""
    from sodasheet.staging.staged_table import Stage
    from sodasheet.system.folders import scratch_folder

    with (
        shown(press) as progress,
        scratch_folder() as folder,
        Stage.open(source_of(press, spec, SAMPLE_ROWS), folder, progress) as stage,
    ):
        mapping = suggest(stage.headers, dataset, method, keep)
        mapping = with_fractions(mapping, stage.headers, stage.spool.natives, dataset)
        live = spec.kind == "active"
        rules = [_with_format(rule, stage, dataset, live=live) for rule in mapping.columns]
        mapping = replace(mapping, columns=tuple(rules))
        return Matched(stage.headers, mapping, stage.samples(3))


def lay_out(sheet: MappingSheet, job: Job, dataset: Dataset, found: Matched) -> None:
    """Write the job and the dataset to the mapping sheet; existing rows keep their places.

    A row of a column that the source no longer has is kept, and marked to be ignored.
    """
    labels = Labels(dataset.fillable)
    unfilled = unfilled_of(job, dataset)
    with quiet(sheet.sheet.book.app):
        sheet.put_link(dataset.name, dataset.url)
        rules = RuleCells.of(job.quality.rules, labels)
        rows = rules.beside(rows_of(job.mapping, labels), labels)
        places, below = _placed(sheet, rows)
        lines = {number: line_of(row, labels, found.samples) for number, row in places.items()}
        new = [line_of(row, labels, found.samples) for row in below]
        values = {
            **block_of(job, dataset),
            NOT_FILLED: unfilled_words(unfilled),
            NEXT_STEP: next_step(rows, unfilled),
        }
        del values[DATASET]  # its cell has a link
        # The stored job equals the sheet's current content, so that changes by hand can be
        # detected.
        cells = {
            **sheet.label_cells(values),
            **sheet.choice_cells(choices_of(dataset), headers_list(found.headers)),
            **sheet.table_cells(lines, new, unfilled),
            **sheet.memory_cells(remembered(job)),
        }
        write_cells(sheet.sheet, cells)


def with_prints(job: Job, headers: Sequence[str], dataset: Dataset) -> Job:
    """Return the job with the shape of source and dataset that its mapping was made for."""
    return replace(job, fingerprint=fingerprint(headers, dataset))


def _with_format(rule: ColumnRule, stage: Stage, dataset: Dataset, *, live: bool) -> ColumnRule:
    from sodasheet.staging.check.fitting_formats import suggest_formats
    from sodasheet.staging.types.number import FRACTION

    column = dataset.column(rule.field or "") if rule.fills else None
    if rule.source is None or column is None or rule.formats:
        return rule
    formats = suggest_formats(stage, rule.source, column)
    # A live sheet shows which numbers are percentages, so there is nothing to guess.
    return rule if live and formats == (FRACTION,) else replace(rule, formats=formats)


def _placed(
    sheet: MappingSheet, rows: list[MappingRow]
) -> tuple[dict[int, MappingRow], list[MappingRow]]:
    """Rows by the sheet row that already contains their source column, and all other rows."""
    read = sheet.read()
    left = list(rows)
    places: dict[int, MappingRow] = {}
    for number, there in zip(read.numbers, read.rows, strict=True):
        same = [row for row in left if row.sheet_column == there.sheet_column]
        best = next((row for row in same if row.dataset_column == there.dataset_column), None)
        chosen = best or (same[0] if same else None)
        if chosen is not None:
            left.remove(chosen)
            places[number] = chosen
        else:
            places[number] = MappingRow(there.sheet_column, IGNORE, GONE)
    return places, left
