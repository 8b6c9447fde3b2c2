"""Values that are already in a dataset, as evidence for suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.model.dataset import Dataset
from sodasheet.model.suggestion import DatasetValues
from sodasheet.quality.dataset_profile import DatasetProfiles
from sodasheet.quality.profile import ColumnProfile, Profile
from sodasheet.staging.staged_table import Stage

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Share of a column's values that must be digits of one width for the width to count.
_USUAL = 0.98


def read_dataset_values(
    session: PortalSession, dataset: Dataset, stage: Stage
) -> dict[str, DatasetValues]:
    """Return words and widths by field, from the dataset's profile; empty for a small dataset.

    Raises PortalError if the dataset's rows cannot be read.
    """
    return dataset_values(DatasetProfiles.here().of(session, dataset, stage))


def dataset_values(profile: Profile | None) -> dict[str, DatasetValues]:
    """Return words and widths of a profile's text columns by field."""
    columns = {} if profile is None else profile.columns
    found = {
        field: DatasetValues(_words(column), _digits(column))
        for field, column in columns.items()
        if column.kind == "text"
    }
    return {field: values for field, values in found.items() if values != DatasetValues()}


def _words(column: ColumnProfile) -> tuple[str, ...]:
    """Return all values of a column that repeats a list of words."""
    return tuple(column.values) if column.category else ()


def _digits(column: ColumnProfile) -> int:
    """Return the usual number of digits in a column of codes, or 0."""
    if not column.few_shapes or not column.filled:
        return 0
    shape = max(column.shapes, key=lambda one: column.shapes[one])
    usual = column.shapes[shape] >= _USUAL * column.filled
    return len(shape) if usual and set(shape) == {"9"} and len(shape) > 1 else 0
