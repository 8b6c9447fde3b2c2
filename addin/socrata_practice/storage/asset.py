"""Assets (datasets, views, maps, links, files) and their columns, as plain values."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from socrata_practice.types.registry import TYPES, DataType


@dataclass(frozen=True)
class Column:
    """A column; `slot` is the number of the table column that stores its values.

    `details` holds the rest of its JSON: format, description, width, flags, computationStrategy.
    """

    id: int
    field_name: str
    name: str
    data_type: str
    position: int
    slot: int
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> DataType:
        """The data type itself."""
        return TYPES[self.data_type]

    @property
    def is_computed(self) -> bool:
        """True if the portal computes the column, which then cannot be written."""
        return self.field_name.startswith(":") or "computationStrategy" in self.details


@dataclass(frozen=True)
class Asset:
    """One asset with its columns in order of position.

    `scope` is public, site or private; `stage` is published or unpublished; `row_identifier` is a
    column id; `filter` is the SoQL condition of a filtered view over the rows of `base_id`.
    """

    id: str
    name: str
    asset_type: str
    scope: str
    stage: str
    owner_id: str
    resource_name: str | None
    row_identifier: int | None
    table_id: int
    base_id: str | None
    filter: str | None
    details: dict[str, Any]
    created_at: int
    published_at: int | None
    modified_at: int
    columns: tuple[Column, ...]
    data_version: int
    rows_updated_at: int | None
    rows_updated_by: str | None
    seen_version: int | None
    seen_until: float | None

    @property
    def is_behind(self) -> bool:
        """True if readers still see older rows (storage/replication_lag.py)."""
        return self.seen_until is not None and time.time() < self.seen_until

    @property
    def readable_version(self) -> int:
        """The version of the data that readers see."""
        behind = self.is_behind and self.seen_version is not None
        return int(self.seen_version or 0) if behind else self.data_version

    @property
    def readable_table(self) -> str:
        """The table readers read from."""
        return f"{'seen' if self.is_behind else 'rows'}_{self.table_id}"

    @property
    def is_dataset(self) -> bool:
        """True if the asset stores rows that can be written."""
        return self.asset_type == "dataset"

    @property
    def key_column(self) -> Column | None:
        """The row identifier's column."""
        return next((found for found in self.columns if found.id == self.row_identifier), None)


@dataclass(frozen=True)
class Draft:
    """The values of an asset that does not exist yet."""

    name: str
    owner_id: str
    asset_type: str = "dataset"
    scope: str = "private"
    stage: str = "unpublished"
    id: str | None = None
    resource_name: str | None = None
    base_id: str | None = None
    filter: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
