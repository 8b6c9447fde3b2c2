"""The changes in a preview as the page shows them, one page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodasheet.desk.formatting.numbers import rows
from sodasheet.desk.formatting.values import cell_words
from sodasheet.desk.typed_number import typed_number
from sodasheet.staging.diff.change_rows import ChangedRow, Wanted, read_change_rows
from sodasheet.staging.diff.row_join import Kind
from sodasheet.staging.types.canonical_text import shown
from sodasheet.wording import listed

#: Rows on one page.
PAGE = 50

_KINDS = {"new": Kind.NEW, "changed": Kind.CHANGED, "deleted": Kind.DELETED}

#: Name of the method in a title.
_A = {"replace": "A replace", "append": "An append", "upsert": "An update", "delete": "A delete"}

LONGEST = 200


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Filter of the page: one kind, changes in one column, an identifier; and the page's number."""

    kind: str = ""
    column: str = ""
    key: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> RowFilter:
        """Read the filter of an address; invalid parts are ignored."""
        kind = query.get("kind", "")
        return cls(
            kind if kind in _KINDS else "",
            query.get("column", ""),
            query.get("key", "").strip(),
            min(typed_number(query.get("page", "")) or 1, 10**9),
        )


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """A cell: its text now, and the old text if a push would change the cell."""

    now: str
    old: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the page."""

    kind: str
    row: int | None
    cells: tuple[PreviewCell, ...]


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A page of rows, and the total number of rows."""

    rows: tuple[PreviewRow, ...]
    first: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last row on the page."""
        return self.first + len(self.rows) - 1


def title(found: Mapping[str, Any]) -> str:
    """Return what a push would change, as a sentence."""
    counts = found["preview"]
    parts = [
        f"{verb} {counts[name]:,}"
        for name, verb in (("new", "add"), ("changed", "change"), ("deleted", "delete"))
        if counts[name]
    ]
    method = _A.get(found["method"], "A push")
    if not parts:
        return f"{method} would change nothing"
    first, *others = parts
    number = int(first.rpartition(" ")[2].replace(",", ""))
    first = f"{first.rpartition(' ')[0]} {rows(number)}"
    return f"{method} would {listed([first, *others])}"


def page_of(path: Path, found: Mapping[str, Any], wanted: RowFilter) -> PreviewPage:
    """Read one page of the changes. Raises SodaSheetError."""
    columns = found["columns"]
    place = next((at for at, one in enumerate(columns) if one["field"] == wanted.column), None)
    first = (wanted.page - 1) * PAGE
    read, total = read_change_rows(
        path,
        len(columns),
        Wanted(_KINDS.get(wanted.kind), place, wanted.key),
        first,
        PAGE,
    )
    shown_rows = tuple(_row(one, columns) for one in read)
    return PreviewPage(shown_rows, first + 1 if shown_rows else 0, total)


def identifier_name(found: Mapping[str, Any]) -> str:
    """Return the name of the row identifier's column; empty if there is none."""
    return next(
        (str(one["name"]) for one in found["columns"] if one["field"] == found["identifier"]), ""
    )


def _row(one: ChangedRow, columns: list[Mapping[str, Any]]) -> PreviewRow:
    kind = {Kind.NEW: "new", Kind.CHANGED: "changed", Kind.DELETED: "deleted"}[one.kind]
    cells = []
    for (old, new), column in zip(one.cells, columns, strict=True):
        before, after = _text(column, old), _text(column, new)
        if one.kind is Kind.CHANGED and old != new:
            cells.append(PreviewCell(after, before, changed=True))
        else:
            cells.append(PreviewCell(before if one.kind is Kind.DELETED else after))
    return PreviewRow(kind, one.row, tuple(cells))


def _text(column: Mapping[str, Any], text: str | None) -> str:
    found = cell_words(str(column["type"]), shown(str(column["type"]), text) or "")
    return found if len(found) <= LONGEST else f"{found[: LONGEST - 1]}…"
