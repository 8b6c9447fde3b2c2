"""A job: everything needed to repeat a push."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from sodasheet.model.delivery_settings import Delivery
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import QualitySettings

#: Kinds of rows that are not data, and the beginning of a user-defined kind.
ROW_KINDS = ("totals", "notes", "headers", "units")
STARTING_WITH = "rows starting with "

#: Maximum rows that can form the headers together.
MOST_HEADER_ROWS = 5


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Location and format of the source's rows.

    `kind` is `file`, `workbook`, `active` (the live sheet) or `spool` (rows that were already read
    from a live sheet, in the folder `path`). `path` is as the user wrote it; a relative one is
    relative to the job file. `encoding` and `separator` may be `auto`. `quote` and `escape` are one
    character or empty for none. `header_row` is 1-based; 0 means there is no header row and columns
    are named `Column 1`, `Column 2`, … `skip` is the number of records (not lines) of a delimited
    file before the header, or before the first row; `header_row` is then 1 or 0. `rows` selects the
    rows of a live sheet: `all`, `visible` (without hidden and filtered rows), or empty for the
    default, which is all. `leave_out` names rows that are not data: `totals`, `notes`, `headers`,
    `units`, or `rows starting with` and a string. `header_rows` is the number of rows from
    `header_row` on that make the headers together.
    """

    kind: str = "file"
    path: str = ""
    encoding: str = "auto"
    separator: str = "auto"
    quote: str = '"'
    escape: str = ""
    header_row: int = 1
    sheet: str = ""
    table: str = ""
    range: str = ""
    rows: str = ""
    skip: int = 0
    leave_out: tuple[str, ...] = ()
    header_rows: int = 1


@dataclass(frozen=True, slots=True)
class Guards:
    """Limits that stop a push. `max_shrink` is a share of the dataset's rows, 0 to 1."""

    max_shrink: float = 0.2
    max_rejected: int = 0


@dataclass(frozen=True, slots=True)
class Within:
    """The part of a dataset that a replace is limited to: the rows with some values in a column.

    If `values` is empty, the source's values are used. For date columns, values are years, months
    or days (`2026`, `2026-03`, `2026-03-15`); `each` is `year`, `month` or `day` if the values come
    from the source.
    """

    field: str
    values: tuple[str, ...] = ()
    each: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Shape of the source and the dataset when the mapping was confirmed.

    `columns` holds (column id, field name, type); `identifier` is the row identifier's field name,
    empty if there was none or it was not stored.
    """

    headers: tuple[str, ...] = ()
    columns: tuple[tuple[int, str, str], ...] = ()
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One repeatable push. `extra` holds keys of the file that this version does not know.

    `send` is `all` for all rows or `changes` for rows that differ from the dataset's. `snapshot` is
    `require`, `try` or `off`: saving the affected rows before the push. `within` limits a replace
    to a part of the dataset.
    """

    portal: str
    dataset: str
    method: Method
    source: SourceSpec
    mapping: Mapping
    guards: Guards = Guards()
    notify: Map[str, str] = field(default_factory=dict)
    fingerprint: Fingerprint = Fingerprint()
    snapshot: str = "require"
    send: str = "all"
    quality: QualitySettings = field(default_factory=QualitySettings)
    delivery: Delivery = field(default_factory=Delivery)
    within: Within | None = None
    extra: Map[str, Any] = field(default_factory=dict)
