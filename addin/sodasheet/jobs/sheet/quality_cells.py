"""Read rules, accepted findings and levels from the cells of a mapping sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.jobs.finding_choice_words import FindingWords
from sodasheet.jobs.rule_cell import parse_cell
from sodasheet.jobs.sheet.cleanup_cell import list_of
from sodasheet.jobs.sheet.quality_words import is_idle
from sodasheet.jobs.sheet.table_text import Labels, Problem
from sodasheet.model.sheet_labels import ACCEPTED, FINDING_LEVELS, RULES

if TYPE_CHECKING:
    from sodasheet.jobs.sheet.sheet_layout import MappingContent
    from sodasheet.model.job import Job
    from sodasheet.model.quality_settings import QualityRule


def with_quality(
    job: Job, content: MappingContent, labels: Labels
) -> tuple[Job, tuple[Problem, ...]]:
    """Return the job with the rules and settings of the sheet, and the problems of its rows.

    A sheet of an earlier version has no such cells: the job's own settings stay then. Rules of
    columns that the table does not show stay as well. Raises UsageProblem for a label's value.
    """
    quality, words = job.quality, FindingWords(labels.by_name)
    for label, change in ((ACCEPTED, words.with_accepted), (FINDING_LEVELS, words.with_levels)):
        if label in content.values:
            try:
                quality = change(quality, list_of(content.values[label]))
            except UsageProblem as problem:
                raise problem.about(f'Beside "{label}"') from problem
    rules, problems = _rules(content, labels, quality.rules)
    return replace(job, quality=replace(quality, rules=rules)), problems


def _rules(
    content: MappingContent, labels: Labels, earlier: Sequence[QualityRule]
) -> tuple[tuple[QualityRule, ...], tuple[Problem, ...]]:
    """Return the rules of all cells in their earlier order, and the problems of the cells."""
    found: dict[QualityRule, None] = {}
    shown: set[str] = set()
    problems: list[Problem] = []
    names = labels.by_name
    rows = [*enumerate(content.rows), *((-1, row) for row in content.unfilled_rows)]
    for at, row in rows:
        field = labels.field(row.dataset_column)
        if row.rules is None or not (row.rules or not is_idle(row)):
            continue
        if is_idle(row):
            problems.append(Problem(at, _IDLE))
            continue
        shown.add(field)
        try:
            found |= dict.fromkeys(parse_cell(row.rules, field, names))
        except UsageProblem as problem:
            if at < 0:
                raise problem.about(f"{RULES} of {row.dataset_column}") from problem
            problems.append(Problem(at, str(problem)))
    found |= {rule: None for rule in earlier if rule.field not in shown and rule not in found}
    kept = [rule for rule in earlier if rule in found]
    return (*kept, *(rule for rule in found if rule not in kept)), tuple(problems)


#: The problem of rules without a dataset column.
_IDLE = (
    f"These rules do not belong to a dataset column. Choose one, or clear the cell under {RULES}."
)
