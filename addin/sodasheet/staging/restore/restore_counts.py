"""Numbers from comparing rows before a run, as sent, and now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestoreCounts:
    """Numbers of rows to restore, rows to delete, and rows changed by others since.

    `first` names the first of the latter. `whole` says that the rows put back are to be all.
    """

    back: int
    going: int
    changed: int
    first: str | None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ConflictingRow:
    """A row that others changed since: its values before the run and now, as text.

    `key` is its identifier, if it has one; `had` and `has` say whether it was there, and is.
    """

    key: str | None
    had: bool
    has: bool
    before: tuple[str | None, ...]
    now: tuple[str | None, ...]
