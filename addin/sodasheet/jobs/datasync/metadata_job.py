"""`.smj` files: DataSync's Metadata jobs, which change a dataset's title, tags and so on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.sij_file import content_of, json_object, text_of
from sodasheet.portal.dataset_address import is_dataset_id

#: Key of the file -> key of a description.
_TEXTS = {
    "title": "title",
    "description": "description",
    "category": "category",
    "data_provided_by": "attribution",
    "source_link": "link",
    "contact_info": "contact",
}


@dataclass(frozen=True, slots=True)
class MetadataJob:
    """A Metadata job: the dataset, and strings by the keys of a description.

    Fields that the file leaves blank are not there: DataSync would remove their values, which
    nobody wants of a form that was filled in by half.
    """

    dataset: str
    fields: Mapping[str, str]


def read_metadata_job(path: Path) -> MetadataJob:
    """Return the job in a `.smj`. Raises UsageProblem, naming the file, if there is no such job."""
    try:
        return _read(content_of(path))
    except UsageProblem as problem:
        raise problem.about(f"The DataSync job {path.name}") from None


def _read(content: bytes) -> MetadataJob:
    body = json_object(content, "a Metadata job")
    if not body.keys() & {"title", "keywords", "contact_info"}:
        raise UsageProblem("it is not a Metadata job.", "Choose a .smj file.")
    dataset = text_of(body, "datasetID")
    if not is_dataset_id(dataset):
        raise UsageProblem(
            f'datasetID "{dataset[:40]}" is not a dataset id.',
            "Correct it; an id looks like abcd-1234.",
        )
    found = {key: text_of(body, name) for name, key in _TEXTS.items()}
    found["tags"] = ", ".join(_keywords(body))
    found["license"] = _license(body)
    return MetadataJob(dataset, {key: text for key, text in found.items() if text})


def _keywords(body: Mapping[str, Any]) -> list[str]:
    words = body.get("keywords") or []
    words = [words] if isinstance(words, str) else words
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise UsageProblem(
            "keywords is not a list of text values.", "Save the job in DataSync again."
        )
    return [word.strip() for word in words if word.strip()]


def _license(body: Mapping[str, Any]) -> str:
    """Return the id of the license; versions of DataSync have three spellings."""
    found = text_of(body, "license_type_id")
    kind = body.get("licenseType")
    if found or kind is None:
        return found
    return (
        text_of(kind, "value") if isinstance(kind, dict) else text_of(body, "licenseType").upper()
    )
