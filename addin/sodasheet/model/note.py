"""A note for the user, with its next steps."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.next_step import NextStep


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence that is true in every front end, and next steps that a front end can offer."""

    text: str
    steps: tuple[NextStep, ...] = ()
