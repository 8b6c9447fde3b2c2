"""Content of a mapping sheet that is created without a spreadsheet program."""

from __future__ import annotations

from collections.abc import Sequence

from sodasheet.jobs.sheet.cells_of_job import (
    MOST_UNFILLED,
    choices_of,
    headers_list,
    line_of,
    unfilled_of,
    unfilled_words,
)
from sodasheet.jobs.sheet.labeled_settings_block import block_of, remembered
from sodasheet.jobs.sheet.mapping_rows import rows_of
from sodasheet.jobs.sheet.quality_words import RuleCells
from sodasheet.jobs.sheet.sheet_name import sheet_name
from sodasheet.jobs.sheet.table_text import Labels
from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Job
from sodasheet.model.sheet_labels import NEXT_STEP, NOT_FILLED
from sodasheet.office.sheets.mapping_layout import Content


def mapping_content(job: Job, dataset: Dataset, taken: Sequence[str] = ()) -> Content:
    """Return the mapping sheet of a job; `taken` are the names of the workbook's other sheets."""
    labels = Labels(dataset.fillable)
    unfilled = unfilled_of(job, dataset)
    rows = RuleCells.of(job.quality.rules, labels).beside(rows_of(job.mapping, labels), labels)
    lines = [line_of(row, labels, {}) for row in rows]
    return Content(
        name=sheet_name("Map", dataset.name, list(taken)),
        values={
            **block_of(job, dataset),
            NEXT_STEP: "Press Check data.",
            NOT_FILLED: unfilled_words(unfilled),
        },
        lines=[*lines, *(one.line() for one in unfilled[:MOST_UNFILLED])],
        choices=choices_of(dataset),
        headers=headers_list([rule.source for rule in job.mapping.columns if rule.source]),
        memory=remembered(job),
    )
