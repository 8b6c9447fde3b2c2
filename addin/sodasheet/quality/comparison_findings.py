"""The comparison as one step of a check: findings about differences from the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from sodasheet.model.dataset import PLACE_TYPES
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.quality.comparison_context import SourceComparison, finding
from sodasheet.quality.distinct_text_tables import DistinctTexts
from sodasheet.quality.outlying_points import find_outlying_points, find_points_unlike_others
from sodasheet.quality.private_data_findings import find_private_data
from sodasheet.quality.profile import Profile
from sodasheet.quality.rule_checks import check_rules
from sodasheet.quality.shifted_distributions import find_shifted_distributions
from sodasheet.quality.unmapped_columns import find_unmapped_columns
from sodasheet.quality.unusual_values import find_unusual_values
from sodasheet.quality.unwanted_rows import find_unwanted_rows
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.check_findings import in_order
from sodasheet.staging.diff.differing_rows import DifferingRows

#: How many columns of a row must look unusual for the row to count as shifted.
_SHIFTED = 3

#: Minimum rows for comparing distributions.
_FEWEST = 5


def compare(
    checked: CheckResult,
    known: Profile | None,
    settings: QualitySettings,
    differing: DifferingRows | None = None,
) -> CheckResult:
    """Return the check with the findings of a comparison with the dataset's profile `known`.

    Private data is searched for even if there is no profile. `settings` has the levels of findings,
    and the findings that were accepted. `differing` are the rows that the dataset does not have:
    private data, extremes and totals are looked for in them alone. Raises Cancelled if the user
    stops the comparison.
    """
    if checked.plan.method is Method.DELETE or not checked.stage.rows:
        return checked
    texts = DistinctTexts.planned(checked, known)
    private = list(find_private_data(checked, known, texts, differing))
    checked = checked.hide(_columns_to_hide(checked, private, settings))
    groups = chain(
        private,
        check_rules(checked, settings.rules) if settings.rules else (),
        _unlike_past(SourceComparison(checked, known, settings, texts, differing))
        if known is not None
        else (),
        find_points_unlike_others(checked, known) if _has_places(checked) else (),
    )
    findings = list(checked.findings)
    for group in groups:
        fields = _fields(checked, group)
        if (level := settings.level(group, fields)) is not None:
            findings.append(_with_step(replace(group, severity=level), fields))
    return replace(checked, findings=in_order(findings))


def _columns_to_hide(
    checked: CheckResult, private: Iterable[FindingGroup], settings: QualitySettings
) -> frozenset[str]:
    """Return the labels of columns with private data that was not accepted."""
    return frozenset(
        group.column
        for group in private
        if group.reason == "private-data" and group.column
        if settings.level(group, _fields(checked, group)) is not None
    )


def _has_places(checked: CheckResult) -> bool:
    return any(column.filled.column.type in PLACE_TYPES for column in checked.projected)


def _with_step(group: FindingGroup, fields: tuple[str, ...]) -> FindingGroup:
    """Return the finding, with a step that accepts the column if the push is stopped."""
    if group.reason != "private-data" or group.severity is not Severity.STOP or not fields:
        return group
    step = NextStep(Action.ACCEPT_FINDING, name=group.reason, value=fields[0])
    return replace(group, steps=(step,))


def _unlike_past(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield the findings about everything that is unlike the dataset's past."""
    if not comparison.columns:
        return
    groups: list[FindingGroup] = []
    for find in _comparisons(comparison):
        comparison.checked.stage.raise_if_cancelled()
        for group in find(comparison):
            groups.append(group)
            yield group
    yield from _shifted_rows(groups)


def _comparisons(
    comparison: SourceComparison,
) -> Iterator[Callable[[SourceComparison], Iterator[FindingGroup]]]:
    """Yield the comparisons that have something to compare."""
    yield find_unusual_values
    if any(pair.is_place for pair in comparison.pairs):
        yield find_outlying_points
    if comparison.rows >= _FEWEST:
        yield find_shifted_distributions
    yield find_unwanted_rows
    if comparison.unmapped:
        yield find_unmapped_columns


def _shifted_rows(groups: Iterable[FindingGroup]) -> Iterator[FindingGroup]:
    """Yield a finding for rows that look unusual in several columns."""
    unusual_columns: dict[int, set[str]] = {}
    first: dict[int, Finding] = {}
    for group in groups:
        for example in group.examples:
            if example.row is not None and example.column is not None:
                unusual_columns.setdefault(example.row, set()).add(example.column)
                first.setdefault(example.row, example)
    rows = [row for row, columns in unusual_columns.items() if len(columns) >= _SHIFTED]
    if rows:
        count = len(unusual_columns[rows[0]])
        sentence = (
            f"One row has unusual values in {count} columns, so its cells may be in the wrong "
            "columns."
        )
        if len(rows) > 1:
            sentence = (
                f"{len(rows):,} rows have unusual values in {_SHIFTED} or more columns, so their "
                "cells may be in the wrong columns."
            )
        examples = tuple(replace(first[row], column=None, value=None) for row in sorted(rows)[:5])
        yield finding("shifted-row", sentence, examples, len(rows))


def _fields(checked: CheckResult, group: FindingGroup) -> tuple[str, ...]:
    """Return the field names of the dataset columns that a finding is about."""
    return group.fields or tuple(
        column.filled.column.field
        for column in checked.projected
        if column.filled.label == group.column
    )


def asked(checked: CheckResult) -> tuple[FindingGroup, ...]:
    """Return the findings that need a user's consent before a push."""
    return tuple(group for group in checked.findings if group.severity is Severity.ASK)
