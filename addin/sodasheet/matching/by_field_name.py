"""Match headers to field names when the source is read, as DataSync does for a file without a
mapping (docs/how-to/move-from-datasync.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Job
from sodasheet.model.mapping import NOT_USED, SAME_FIELD, ColumnRule, Mapping
from sodasheet.model.method import Method


def by_field_name(job: Job, headers: Sequence[str], dataset: Dataset) -> Mapping:
    """Return the job's mapping with a rule for every header, if the mapping is `by_field_name`.

    A header without a rule fills the column of that field name, in either case; a header that is
    not a field name stays as-is, for the check to report. Without a header row, columns
    are used in the dataset's order, and a delete uses its first column as the row identifier.
    A rule that ignores a missing column has no effect.
    """
    mapping = job.mapping
    if not mapping.by_field_name:
        return mapping
    fields = _fields(job, headers, dataset)
    kept = {rule.source: rule for rule in mapping.columns if rule.source is not None}
    rules = []
    for header, field in zip(headers, fields, strict=True):
        explicit = kept.get(header) or kept.get(header.lower())
        fresh = ColumnRule(header, field, blank=mapping.blank, match=SAME_FIELD)
        if field is None:
            fresh = ColumnRule(header, ignore=True, match=NOT_USED)
        rules.append(replace(explicit, source=header) if explicit else fresh)
    constants = (rule for rule in mapping.columns if rule.source is None)
    return replace(mapping, columns=(*rules, *constants))


def _fields(job: Job, headers: Sequence[str], dataset: Dataset) -> list[str | None]:
    """Return the field that each header fills; None if the header fills nothing."""
    if job.method is Method.DELETE:
        others: list[str | None] = [None] * (len(headers) - 1)
        return [dataset.row_identifier, *others]
    if job.source.header_row == 0:
        known: list[str | None] = [column.field for column in dataset.columns if not column.system]
        return (known + [None] * len(headers))[: len(headers)]
    return [header if dataset.column(header) else header.lower() for header in headers]
