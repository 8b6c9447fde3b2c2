"""Wording of rules, accepted findings and levels in the cells of a mapping sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.jobs.finding_choice_words import FindingWords
from sodasheet.jobs.rule_cell import cell_words
from sodasheet.jobs.sheet.cleanup_cell import list_words
from sodasheet.jobs.sheet.table_text import Labels, MappingRow
from sodasheet.model.sheet_labels import ACCEPTED, FINDING_LEVELS, IGNORE

if TYPE_CHECKING:
    from sodasheet.model.quality_settings import QualityRule, QualitySettings


@dataclass(frozen=True, slots=True)
class RuleCells:
    """The words of rules by field."""

    words: Mapping[str, str]

    @staticmethod
    def of(rules: Iterable[QualityRule], labels: Labels) -> RuleCells:
        """Return the cells of rules."""
        names = labels.by_name
        by_field: dict[str, list[QualityRule]] = {}
        for rule in rules:
            by_field.setdefault(rule.field, []).append(rule)
        return RuleCells({field: cell_words(own, names) for field, own in by_field.items()})

    def beside(self, rows: Sequence[MappingRow], labels: Labels) -> list[MappingRow]:
        """Return the rows with the rules of their columns; the first row gets the rules."""
        left = dict(self.words)
        return [
            replace(
                row, rules="" if is_idle(row) else left.pop(labels.field(row.dataset_column), "")
            )
            for row in rows
        ]


def quality_values(quality: QualitySettings, labels: Labels | None = None) -> dict[str, str]:
    """Return the values next to the labels, as `with_quality` reads them."""
    words = FindingWords(labels.by_name if labels else {})
    return {
        ACCEPTED: list_words(words.accepted(quality)),
        FINDING_LEVELS: list_words(words.levels(quality)),
    }


def is_idle(row: MappingRow) -> bool:
    """True if the row does not fill a dataset column; an unfilled row may still have rules."""
    return row.dataset_column.casefold() in ("", IGNORE)
