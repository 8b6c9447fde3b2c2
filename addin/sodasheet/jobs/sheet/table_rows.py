"""The cells of a mapping sheet for a job and its dataset."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sodasheet.jobs.sheet.layout import READ
from sodasheet.jobs.sheet.table import IGNORE, Labels, MappingRow
from sodasheet.model.method import Method

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job

#: Characters of one value, and of all of them, in the column Sample.
_VALUE, _ALL = 40, 76

#: What stands in the list of columns that nothing fills where there is none.
_NONE = ("(all are filled)", "", "")


def choices_of(dataset: Dataset) -> list[str]:
    """Return the entries of the drop-down of dataset columns."""
    return [IGNORE, *(column.label for column in dataset.fillable)]


def line_of(row: MappingRow, labels: Labels, samples: Map[str, Sequence[str]]) -> dict[str, str]:
    """A row by the table's headers; what was found by a check before holds no longer."""
    written = {header: getattr(row, field) for header, field in READ.items()}
    fills = row.dataset_column not in ("", IGNORE)
    kind = labels.type(labels.field(row.dataset_column)) if fills else ""
    sample = _sample(samples.get(row.sheet_column.removeprefix("\\"), []))
    return {**written, "Sample": sample, "Type": kind, "Check": ""}


def _sample(values: Sequence[str]) -> str:
    """A few values on two lines at most."""
    cut = [value if len(value) <= _VALUE else f"{value[: _VALUE - 1]}…" for value in values]
    few = [value for at, value in enumerate(cut) if at == 0 or len(", ".join(cut[: at + 1])) < _ALL]
    return ", ".join(few)


def unfilled_of(job: Job, dataset: Dataset) -> list[tuple[str, str, str]]:
    """Label, type and reason of every dataset column that nothing fills, required ones first."""
    needed = job.method is not Method.REPLACE or dataset.row_identifier is not None
    lines = []
    for column in dataset.fillable:
        if column.field in job.mapping.filled:
            continue
        if job.method is Method.DELETE and column.field != dataset.row_identifier:
            continue
        why = (
            "required: row identifier" if column.field == dataset.row_identifier else "stays empty"
        )
        if why == "stays empty" and job.method is Method.UPSERT:
            why = "stays as it is"
        lines.append((column.label, column.type, why))
    lines.sort(key=lambda line: not (needed and line[2].startswith("required")))
    return lines or [_NONE]
