"""Columns that a source has and a dataset lacks, with types proposed from their values."""

from __future__ import annotations

from sodasheet.columns.requested_changes import AddedColumn
from sodasheet.create.proposal import Wishes, proposed
from sodasheet.errors import UsageProblem
from sodasheet.matching import suggest
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.suggest.column_type_suggestions import suggest_types


def missing_columns(stage: Stage, dataset: Dataset) -> tuple[AddedColumn, ...]:
    """Return a column to add for each source column without a counterpart in the dataset.

    Raises UsageProblem if there is none.
    """
    mapping = suggest(stage.headers, dataset, Method.UPSERT, None)
    used = {rule.source for rule in mapping.columns if rule.fills}
    used |= {part for point in mapping.points for part in (point.latitude, point.longitude)}
    unmatched = [header for header in stage.headers if header not in used]
    if not unmatched:
        raise UsageProblem(
            f"Every column of the source has a counterpart in {dataset.name}.",
            "There is nothing to add.",
        )
    types = suggest_types(stage, unmatched)
    taken = frozenset(column.field for column in dataset.columns)
    found = proposed(types, dataset.name, Wishes(identifier="", taken=taken))
    return tuple(AddedColumn(one.name, one.field, one.type, one.evidence) for one in found.columns)
