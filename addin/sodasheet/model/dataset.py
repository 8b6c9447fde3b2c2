"""A dataset on a portal and its columns, as described by its metadata."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime

#: Types that contain files or nested tables and cannot be filled from a cell
#: (portal-api.md section D).
UNWRITABLE_TYPES = frozenset({"photo", "document", "blob", "nested_table", "dataset_link"})

#: Types whose values are text, whatever the text means.
TEXT_TYPES = frozenset({"text", "html", "email", "phone", "url", "drop_down_list"})

#: Types whose values are numbers.
NUMBER_TYPES = frozenset({"number", "money", "percent", "double", "stars"})

#: Types of numbers that may be written in several formats.
AMOUNT_TYPES = frozenset({"number", "money", "percent"})

#: Types whose values are dates: without a time zone, and as points in time.
DATE_TYPES = frozenset({"calendar_date", "date"})

#: Names of the date types in replies of the Publishing API and of SODA3.
TIMESTAMP_TYPES = frozenset({"floating_timestamp", "fixed_timestamp"})

#: Types whose values are places with coordinates: points, and locations with an address.
PLACE_TYPES = frozenset({"point", "location"})

#: Types whose values are shapes on a map.
GEOMETRY_TYPES = frozenset({"point", "line", "polygon", "multipoint", "multiline", "multipolygon"})


#: Data type of a portal -> its name for users; any other type is shown as the portal names it.
TYPE_WORDS = {
    "text": "Text", "number": "Number", "calendar_date": "Date", "date": "Date, UTC",
    "checkbox": "Yes/No", "url": "Web link", "email": "Email", "phone": "Phone", "money": "Money",
    "percent": "Percent", "point": "Point", "line": "Line", "polygon": "Polygon",
    "multipoint": "Points", "multiline": "Lines", "multipolygon": "Polygons",
    "location": "Location", "document": "Document", "photo": "Image",
}  # fmt: skip


def type_words(kind: str) -> str:
    """Return a data type in words for users: `Yes/No` for `checkbox`."""
    return TYPE_WORDS.get(kind, kind)


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column as described by the portal's metadata.

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
    def comparable(self) -> bool:
        """True if values have the same spelling on the portal (portal-api.md B.2 point 8)."""
        return self.type in ("text", "number")

    @property
    def label(self) -> str:
        """Label in lists: display name and field name."""
        return f"{self.name} · {self.field}"


@dataclasses.dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset and the caller's rights.

    `portal` is the base address without a trailing slash (`https://data.ct.gov`). `columns` are
    in the portal's order. `row_identifier` is a field name or None. `rights` are the caller's
    rights on this asset; `refusal` is why no push can ever write to it (a derived view, a map, a
    file), or None. `rows` and `updated` (UTC) are None if the portal did not report them.
    `frequency` is the update frequency that its metadata declares, empty if there is none.
    """

    portal: str
    id: str
    name: str
    columns: tuple[Column, ...]
    row_identifier: str | None = None
    rights: frozenset[str] = frozenset()
    refusal: str | None = None
    rows: int | None = None
    updated: datetime | None = None
    frequency: str = ""

    @property
    def url(self) -> str:
        """Short web address of the dataset."""
        return f"{self.portal}/d/{self.id}"

    @property
    def fillable(self) -> tuple[Column, ...]:
        """Columns that a push may write, in the portal's order."""
        return tuple(column for column in self.columns if column.fillable)

    @property
    def shape(self) -> tuple[tuple[int, str, str], ...]:
        """Id, field name and type of every column that a push may write."""
        return tuple((column.id, column.field, column.type) for column in self.fillable)

    @property
    def identifier(self) -> Column | None:
        """Column of the row identifier; None if the dataset has none."""
        return self.column(self.row_identifier) if self.row_identifier else None

    def column(self, field: str) -> Column | None:
        """Return the column with this field name, or None."""
        return next((column for column in self.columns if column.field == field), None)
