"""Suggestions about a source and its columns: data with evidence, to accept or to decline."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.finding import Finding
from sodasheet.model.mapping import ColumnRule, PlaceRule, PointRule


@dataclass(frozen=True, slots=True)
class SuggestedChange:
    """Settings that a suggestion would add to the rule of a column, or to the source.

    `rules`, `points` and `places` are added to the mapping. Without any setting the suggestion is a
    question that only the user can answer.
    """

    formats: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    recode: tuple[tuple[str, str], ...] = ()
    pad: int = 0
    unwrap: bool = False
    leave_out: tuple[str, ...] = ()
    header_row: int | None = None
    header_rows: int = 1
    rules: tuple[ColumnRule, ...] = ()
    places: tuple[PlaceRule, ...] = ()
    points: tuple[PointRule, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetValues:
    """Values that a column of the dataset already has.

    `words` are all of them if the column repeats a list of words; `digits` is their number if the
    values are codes of one width. Both are empty if unknown.
    """

    words: tuple[str, ...] = ()
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion. `key` is stable: a job remembers the key of a declined suggestion.

    `fits` of `count` values are read with the change; `examples` are up to three of them,
    `outliers` up to three of the others. `choices` are the possible answers to a question.
    """

    key: str
    message: str
    change: SuggestedChange = SuggestedChange()
    column: str | None = None
    field: str | None = None
    fits: int = 0
    count: int = 0
    examples: tuple[Finding, ...] = ()
    outliers: tuple[Finding, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """True if only the user can decide what to change."""
        return self.change == SuggestedChange()
