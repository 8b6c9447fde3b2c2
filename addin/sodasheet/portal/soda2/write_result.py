"""Result of a write, as reported by the portal."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sodasheet.portal.http.reply import json_of, readable

#: The portal's words for a row that it skipped, and ours (portal-api.md B.3).
_ROW_ERRORS = {
    "no_primary_key": "the row identifier is blank",
    "no_such_row_to_delete": "there is no row with this identifier to delete",
    "no_such_row_to_update": "there is no row with this identifier to update",
    "version_mismatch": "the row was changed by someone else in the meantime",
    "version_on_new_row": "a version was given for a row that does not exist",
    "insert_in_update_only": "there is no row with this identifier to update",
}


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that did not land: its 0-based place in the request, its identifier, the reason."""

    index: int | None
    identifier: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Result of a request; a count missing from the reply is None, never 0.

    `errors` counts rejected rows, of which `row_errors` contains those that the portal named.
    `saved` says that the portal confirmed the rows and only failed to note it (B.4). `version` is
    the number that the portal gave this write.
    """

    created: int | None = None
    updated: int | None = None
    deleted: int | None = None
    errors: int | None = None
    row_errors: tuple[RowError, ...] = ()
    saved: bool = False
    version: int | None = None

    @property
    def changed_rows(self) -> bool:
        """True if the portal reports a written or deleted row."""
        return self.saved or any((self.created, self.updated, self.deleted))

    def adds_up(self, rows: int, removals: int = 0, *, replacing: bool = False) -> bool:
        """True if the counts match the rows written and removed.

        A portal may leave out counts that are 0 and take a created row for an updated one (B.3),
        so only the sum is known. A replace also may count the rows that were there before.
        """
        counts = [self.created, self.updated, self.deleted, self.errors]
        if self.saved:
            return True
        if counts[:3] == [None, None, None] or min(count or 0 for count in counts) < 0:
            return False
        deleted = 0 if replacing else self.deleted or 0
        done = (self.created or 0) + (self.updated or 0) + deleted + (self.errors or 0)
        return done == rows + removals


def read_summary(content: bytes, parse: Callable[[bytes], Any] = json_of) -> Reply:
    """The reply to rows in any of its forms (portal-api.md B.3).

    Six keys, four keys, `$$version=2.0`, the inner list of outcomes, or nothing at all. An
    `Errors` that is left out of a summary means none. Raises ValueError if it is none of
    these.
    """
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        return Reply()
    value = parse(content)
    if isinstance(value, list):
        return _from_outcomes(value)
    if not isinstance(value, dict):
        raise ValueError("the reply is neither a summary nor a list")
    return from_counts(value)


def from_counts(value: Mapping[str, Any]) -> Reply:
    """A summary of counts, in the terms of any API version (portal-api.md B.3, C.3)."""
    # "Rows Created" and "rows_created" are the same word in two generations.
    said = {key.lower().replace(" ", "").replace("_", ""): item for key, item in value.items()}
    created, updated, deleted = (_count(said.get(f"rows{word}")) for word in _COUNTS)
    listed = said.get("errors")
    row_errors = tuple(_row_error(item) for item in listed) if isinstance(listed, list) else ()
    errors = len(row_errors) if isinstance(listed, list) else _count(listed)
    if errors is None and not (created is updated is deleted is None):
        errors = 0
    version = _count(said.get("truthdataversion"))
    return Reply(created, updated, deleted, errors, row_errors, version=version)


_COUNTS = ("created", "updated", "deleted")


def _from_outcomes(outcomes: Sequence[Any]) -> Reply:
    rows = [(place, row) for place, row in enumerate(outcomes) if isinstance(row, dict)]
    if len(rows) != len(outcomes) or any("typ" not in row for _, row in rows):
        raise ValueError("the list is not one of outcomes")
    kinds = Counter(row["typ"] for _, row in rows)
    row_errors = tuple(
        _row_error({"input_index": place, **row}) for place, row in rows if row["typ"] == "error"
    )
    return Reply(kinds["insert"], kinds["update"], kinds["delete"], len(row_errors), row_errors)


def _row_error(item: Any) -> RowError:
    if not isinstance(item, dict):
        return RowError(None, None, readable(str(item)))
    said = item.get("error") or item.get("err") or item.get("message") or "no reason given"
    identifier = item.get("primary_key", item.get("id"))
    return RowError(
        _count(item.get("input_index")),
        None if identifier is None else str(identifier),
        _ROW_ERRORS.get(str(said), readable(str(said))),
    )


def _count(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
