"""Fingerprints of what decides how a source's row becomes a row of the dataset."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sodasheet import __version__
from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Job
from sodasheet.staging.check.check_plan import Filled
from sodasheet.staging.diff.row_hashes import hash_version

#: Kinds of sources whose bytes alone decide about their rows.
_FILES = frozenset({"file", "workbook"})

#: What a mapping says about itself and not about values.
_ABOUT = frozenset({"match", "confidence", "declined"})


def mapping_fingerprint(job: Job, dataset: Dataset) -> str:
    """A hash of method, mapping, columns, row identifier, and of who makes rows and hashes."""
    columns = [asdict(column) for column in dataset.columns]
    mapping = _without(asdict(job.mapping), _ABOUT)
    parts = (
        __version__,
        hash_version(),
        job.method.value,
        mapping,
        columns,
        dataset.row_identifier,
    )
    return _hashed(parts)


def column_fingerprint(headers: Sequence[str], filled: Iterable[Filled]) -> list[list[str]]:
    """The headers behind each field that is filled, in the order in which rows are hashed."""
    return [
        [one.column.field, *(headers[index] for index in one.sources)]
        for one in filled
        if one.sources
    ]


def source_fingerprint(job: Job) -> str:
    """A hash of where in its file the source lies (sheet, header row, encoding); not of its path.

    Empty where the source is no file.
    """
    spec = asdict(job.source)
    del spec["path"]
    return _hashed(spec) if job.source.kind in _FILES else ""


def _without(value: Any, keys: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, keys) for key, inner in value.items() if key not in keys}
    if isinstance(value, list | tuple):
        return [_without(inner, keys) for inner in value]
    return value


def _hashed(parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
