"""Header block of a mapping sheet: labels with values, a job together with the rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.job_from_json import job_from_json
from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.jobs.sheet.cell_words import method_of
from sodasheet.jobs.sheet.quality_words import quality_values
from sodasheet.jobs.sheet.settings_cells import settings_values, with_settings
from sodasheet.jobs.sheet.source_cell import Names, spec_of, words_of
from sodasheet.jobs.sheet.table_text import Labels
from sodasheet.model.job import MOST_HEADER_ROWS, Job, SourceSpec
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method
from sodasheet.model.sheet_labels import (
    DATASET,
    DATASET_ID,
    HEADER_ROW,
    IDENTIFIER,
    METHOD,
    METHODS,
    PORTAL,
    SOURCE,
)
from sodasheet.portal.dataset_address import Address

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset

#: Maximum characters of the stored job in a cell; Excel's limit is 32,767.
CHUNK = 30_000


@dataclass(frozen=True, slots=True)
class SheetTarget:
    """The dataset named on a mapping sheet, before the portal is asked."""

    portal: str
    dataset: str
    name: str = ""

    @property
    def link(self) -> str:
        """Short web address of the dataset."""
        return f"{self.portal}/d/{self.dataset}"


def target_of(values: Map[str, str]) -> SheetTarget:
    """Return the dataset of a header block. Raises UsageProblem for an invalid portal or id."""
    portal, dataset = values.get(PORTAL, ""), values.get(DATASET_ID, "")
    if not portal or not dataset:
        missing = PORTAL if not portal else DATASET_ID
        raise UsageProblem(
            f'The mapping sheet has nothing next to "{missing}".',
            "Press Choose dataset to fill it in again.",
        )
    address = Address.parse(dataset, portal)
    return SheetTarget(address.portal, address.dataset, values.get(DATASET, ""))


def job_of(values: Map[str, str], mapping: Mapping, names: Names, earlier: Job | None) -> Job:
    """Return the job of the block and the mapping; other settings come from the stored `earlier`.

    Raises UsageProblem for an invalid value of the block.
    """
    target = target_of(values)
    source = earlier.source if earlier else SourceSpec(kind="active")
    source = _with_header_row(source, values.get(HEADER_ROW, ""))
    spec = spec_of(values.get(SOURCE, ""), names, source)
    if earlier is None or (earlier.portal, earlier.dataset) != (target.portal, target.dataset):
        job = Job(target.portal, target.dataset, _method(values), spec, mapping)
    else:
        job = replace(earlier, method=_method(values), source=spec, mapping=mapping)
    return with_settings(job, values)


def block_of(job: Job, dataset: Dataset) -> dict[str, str]:
    """Return the values next to the labels; the last check and push stay unchanged."""
    key = dataset.column(dataset.row_identifier) if dataset.row_identifier else None
    return {
        PORTAL: job.portal,
        DATASET: dataset.name,
        DATASET_ID: job.dataset,
        IDENTIFIER: key.label if key else dataset.row_identifier or "None",
        METHOD: METHODS[job.method],
        SOURCE: words_of(job.source),
        HEADER_ROW: header_row_words(job.source),
        **settings_values(job),
        **quality_values(job.quality, Labels(dataset.fillable)),
    }


def remembered(job: Job) -> list[str]:
    """Return the job as strings for hidden cells, because the sheet shows only a part."""
    text = json.dumps(job_to_json(job), separators=(",", ":"))
    return [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]


def recalled(chunks: list[str]) -> Job | None:
    """Return the job stored in hidden cells; None if deleted or overwritten."""
    try:
        data: Any = json.loads("".join(chunks))
        return job_from_json(data)
    except (ValueError, RecursionError, UsageProblem):
        return None


def _method(values: Map[str, str]) -> Method:
    method = method_of(values.get(METHOD, ""))
    if method is None:
        raise UsageProblem(
            f'"{values.get(METHOD, "")}" next to "{METHOD}" is not a method.',
            "Choose Replace, Append, Upsert or Delete.",
        )
    return method


def header_row_words(source: SourceSpec) -> str:
    """Return the words of a cell for the header row: `3`, or `3 to 4` if two rows are joined."""
    first, rows = source.header_row, source.header_rows
    return str(first) if rows == 1 else f"{first} to {first + rows - 1}"


def _with_header_row(source: SourceSpec, words: str) -> SourceSpec:
    if not words:
        return source
    found = _HEADER_ROWS.fullmatch(words)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, -1)
    if not 0 <= last - first < MOST_HEADER_ROWS or (last and not first):
        raise UsageProblem(
            f'"{words}" next to "{HEADER_ROW}" is not a row number.',
            "Enter the number of the header row, such as 3, or 3 to 4 for two rows that are joined,"
            " or 0 if there is none.",
        )
    return replace(source, header_row=first, header_rows=last - first + 1)


#: A row, or the first and the last of several; a spreadsheet may read `3-4` as a date.
_HEADER_ROWS = re.compile(r"([0-9]{1,7})(?:\s*(?:to|-|\u2013)\s*([0-9]{1,7}))?", re.IGNORECASE)
