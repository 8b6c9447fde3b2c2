"""Preview: changes that a push would make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ChangeKind(StrEnum):
    """Kinds of changes to a row: added, changed in a cell, or deleted."""

    NEW = "new"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that would change, or a row that would be added or deleted.

    `row` is the source's own row number, None for a row that only the dataset has; `identifier`
    the value of the row identifier, None if there is none. `column` is a field name, None for
    a whole row, whose values are then one string in `new` or `old`. A blank cell is None.
    """

    kind: ChangeKind
    row: int | None = None
    identifier: str | None = None
    column: str | None = None
    old: str | None = None
    new: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the change as one JSON object."""
        return {"kind": self.kind.value} | {
            name: getattr(self, name) for name in ("row", "identifier", "column", "old", "new")
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """Effects of a push on the rows of its dataset.

    `new`, `changed` and `deleted` count rows; `unchanged` counts rows of the source that are
    identical in the dataset. `before` and `after` are the dataset's rows. `changes` are the first
    ones, and there are `more` of them. `emptied` are fields that have values in the affected
    rows and would have none. `stale` is a sentence with the reason why the preview may be out of
    date, or None. `identifier` is the row identifier's field, None if the dataset has none.
    """

    new: int
    changed: int
    deleted: int
    unchanged: int
    before: int
    after: int
    changes: tuple[Change, ...] = ()
    more: int = 0
    emptied: tuple[str, ...] = ()
    stale: str | None = None
    identifier: str | None = None

    @property
    def nothing(self) -> bool:
        """True if the push would change nothing."""
        return not (self.new or self.changed or self.deleted)

    def to_json(self) -> dict[str, Any]:
        """Return the preview as one JSON object."""
        return {
            "preview": {
                name: getattr(self, name) for name in ("new", "changed", "deleted", "unchanged")
            },
            "before": self.before,
            "after": self.after,
            "identifier": self.identifier,
            "changes": [change.to_json() for change in self.changes],
            "more": self.more,
            "emptied": list(self.emptied),
            "stale": self.stale,
        }
