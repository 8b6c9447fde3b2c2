"""Changes that a push would make."""

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
    """One cell that would change, or one row that would appear or vanish.

    `row` is the source's own row number, None for a row that only the dataset has; `identifier`
    the value of the row identifier, None where there is none. `column` is a field name, None for
    a whole row, whose values then stand in `new` or `old` as one text. A blank cell is None.
    """

    kind: ChangeKind
    row: int | None = None
    identifier: str | None = None
    column: str | None = None
    old: str | None = None
    new: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The change as one JSON object."""
        return {"kind": self.kind.value} | {
            name: getattr(self, name) for name in ("row", "identifier", "column", "old", "new")
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """Effects of a push on the rows of its dataset.

    `new`, `changed` and `deleted` count rows; `unchanged` counts rows of the source that the
    dataset holds just so. `before` and `after` are the dataset's rows. `changes` are the first
    ones, and there are `more` of them. `emptied` are fields that hold values in the rows that are
    touched and would hold none. `stale` says, in a sentence, why this may not be how things are,
    or is None. `identifier` is the row identifier's field, None where the dataset has none.
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
        """True if the push would leave everything as it is."""
        return not (self.new or self.changed or self.deleted)

    def to_json(self) -> dict[str, Any]:
        """The preview as one JSON object."""
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
