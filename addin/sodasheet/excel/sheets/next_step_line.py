"""The line "Next step" of a mapping sheet: the one thing to do now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.jobs.sheet.times_in_words import date_words, local
from sodasheet.model.mapping import guessed
from sodasheet.model.sheet_labels import IGNORE
from sodasheet.wording import counted, listed

if TYPE_CHECKING:
    from sodasheet.jobs.sheet.cells_of_job import Unfilled
    from sodasheet.jobs.sheet.table_text import MappingRow


@dataclass(frozen=True, slots=True)
class MappingProgress:
    """Progress of a mapping: rows that a check stopped or asks about, None before a check.

    `pushed` is the ISO 8601 moment of a push that has just landed.
    """

    stops: int | None = None
    asks: int = 0
    pushed: str = ""


def next_step(
    rows: Sequence[MappingRow],
    unfilled: Sequence[Unfilled],
    progress: MappingProgress = MappingProgress(),
) -> str:
    """Return the first remaining step."""
    required = [one.name for one in unfilled if one.required]
    if required:
        return f"Choose what fills {listed(required)}."
    open_rows = sum(1 for row in rows if row.sheet_column and not row.dataset_column)
    if open_rows:
        return f"Choose a dataset column for {counted(open_rows, 'column')}, or {IGNORE}."
    if progress.pushed:
        day = local(progress.pushed)
        return f"Pushed on {date_words(day)}. Nothing to do." if day else "Pushed. Nothing to do."
    if progress.stops is None:
        return "Press Check data."
    if progress.stops:
        return "Fix what is marked Stop, then press Check data."
    if progress.asks:
        if progress.asks == 1:
            return "Fix the row marked Ask, or let the push skip it."
        return f"Fix the {progress.asks:,} rows marked Ask, or let the push skip them."
    reviews = sum(1 for row in rows if row.dataset_column != IGNORE and guessed(row.match))
    if reviews:
        matches = counted(reviews, "match", "matches")
        return f"Confirm {matches} marked Review before you schedule."
    return "Ready: press Preview changes or Push."
