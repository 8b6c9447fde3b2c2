"""A column of a dataset."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

#: Types that contain files or nested tables and cannot be filled from a cell
#: (portal-api.md section D).
UNWRITABLE_TYPES = frozenset({"photo", "document", "blob", "nested_table", "dataset_link"})

#: Types whose value is a location.
GEOMETRY_TYPES = frozenset({"point", "line", "polygon", "multipoint", "multiline", "multipolygon"})


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column as described by the portal's metadata.

    `type` is the portal's `dataTypeName`; `format` is its format hints with every value as text
    (the portal writes numbers and booleans there as strings anyway).
    """

    id: int
    name: str
    field: str
    type: str
    position: int
    format: Mapping[str, str] = dataclasses.field(default_factory=dict)
    computed: bool = False
    hidden: bool = False

    @property
    def system(self) -> bool:
        """True if the portal manages the column (`:id`, `:@computed_region_…`)."""
        return self.field.startswith(":")

    @property
    def fillable(self) -> bool:
        """True if a push may write to the column."""
        return not (self.system or self.computed or self.type in UNWRITABLE_TYPES)

    @property
    def label(self) -> str:
        """Label in lists: display name and field name."""
        return f"{self.name} · {self.field}"
