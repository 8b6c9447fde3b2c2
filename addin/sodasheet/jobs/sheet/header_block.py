"""The header block of a mapping sheet: labels with values, which with the rows make a job."""

from __future__ import annotations

import json
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.reader import job_from_json
from sodasheet.jobs.file.writer import job_to_json
from sodasheet.jobs.sheet.settings_cells import KEEP, REJECTED, SEND, SHRINK, in_manner, manner_of
from sodasheet.jobs.sheet.source_cell import Names, spec_of, words_of
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method
from sodasheet.portal.address import Address

TITLE = "SodaSheet mapping"
PORTAL, DATASET, DATASET_ID, LINK = "Portal", "Dataset", "Dataset id", "Link"
IDENTIFIER, METHOD, SOURCE = "Row identifier", "Method", "Source"
HEADER_ROW, CHECKED, PUSHED = "Header row", "Last checked", "Last pushed"

#: Labels in the order of the sheet.
LABELS = (
    PORTAL, DATASET, DATASET_ID, LINK, IDENTIFIER, METHOD, SOURCE, HEADER_ROW, CHECKED, PUSHED,
    SEND, KEEP, SHRINK, REJECTED,
)  # fmt: skip

#: What a cell may hold of the remembered job; Excel ends at 32,767 characters.
CHUNK = 30_000


@dataclass(frozen=True, slots=True)
class Target:
    """The dataset that a mapping sheet names, before the portal was asked about it."""

    portal: str
    dataset: str
    name: str = ""

    @property
    def link(self) -> str:
        """The dataset's short web address."""
        return f"{self.portal}/d/{self.dataset}"


def target_of(values: Map[str, str]) -> Target:
    """The dataset of a header block. Raises UsageProblem for a portal or an id that is none."""
    portal, dataset = values.get(PORTAL, ""), values.get(DATASET_ID, "")
    if not portal or not dataset:
        missing = PORTAL if not portal else DATASET_ID
        raise UsageProblem(
            f'The mapping sheet has nothing beside "{missing}".',
            "Press Choose dataset to fill it in again.",
        )
    address = Address.parse(dataset, portal)
    return Target(address.portal, address.dataset, values.get(DATASET, ""))


def job_of(values: Map[str, str], mapping: Mapping, names: Names, earlier: Job | None) -> Job:
    """The job that the block and the mapping say; the rest is as in `earlier`, what was written.

    Raises UsageProblem for a value of the block that cannot be.
    """
    target = target_of(values)
    source = earlier.source if earlier else SourceSpec(kind="active")
    source = replace(source, header_row=_header_row(values.get(HEADER_ROW, ""), source.header_row))
    spec = spec_of(values.get(SOURCE, ""), names, source)
    if earlier is None or (earlier.portal, earlier.dataset) != (target.portal, target.dataset):
        job = Job(target.portal, target.dataset, _method(values), spec, mapping)
    else:
        job = replace(earlier, method=_method(values), source=spec, mapping=mapping)
    return in_manner(job, values)


def block_of(job: Job, dataset_name: str, identifier: str | None) -> dict[str, str]:
    """The values beside the labels; those of the last check and push are left as they are."""
    return {
        PORTAL: job.portal,
        DATASET: dataset_name,
        DATASET_ID: job.dataset,
        LINK: f"{job.portal}/d/{job.dataset}",
        IDENTIFIER: identifier or "none",
        METHOD: job.method.value,
        SOURCE: words_of(job.source),
        HEADER_ROW: str(job.source.header_row),
        **manner_of(job),
    }


def remembered(job: Job) -> list[str]:
    """The job as text for cells that nobody looks at: what the sheet itself has no place for."""
    text = json.dumps(job_to_json(job), separators=(",", ":"))
    return [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]


def recalled(chunks: list[str]) -> Job | None:
    """The job that was written there; None where it is gone or somebody wrote over it."""
    try:
        data: Any = json.loads("".join(chunks))
        return job_from_json(data)
    except (ValueError, RecursionError, UsageProblem):
        return None


def _method(values: Map[str, str]) -> Method:
    word = values.get(METHOD, "").strip().casefold()
    if word not in list(Method):
        raise UsageProblem(
            f'"{values.get(METHOD, "")}" beside "{METHOD}" is no method.',
            "Choose replace, append, upsert or delete.",
        )
    return Method(word)


def _header_row(words: str, earlier: int) -> int:
    if not words:
        return earlier
    if not words.isdecimal():
        raise UsageProblem(
            f'"{words}" beside "{HEADER_ROW}" is no row number.',
            "Give the number of the row that holds the headers, or 0 where there is none.",
        )
    return int(words)
