"""A remark for the user, with the steps that settle it."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.next_step import NextStep


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence that is true in every front end, and next steps that a front end can offer."""

    text: str
    steps: tuple[NextStep, ...] = ()
