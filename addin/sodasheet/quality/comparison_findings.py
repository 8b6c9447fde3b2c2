"""The comparison as one step of a check: findings about everything unlike the dataset's past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.quality.comparison_context import SourceComparison, finding
from sodasheet.quality.distinct_text_tables import DistinctTexts
from sodasheet.quality.outlying_points import compare_places, own_places
from sodasheet.quality.private_data_findings import find_private_data
from sodasheet.quality.profile import Profile
from sodasheet.quality.rule_checks import check_rules
from sodasheet.quality.shifted_distributions import compare_distributions
from sodasheet.quality.unmapped_columns import compare_columns
from sodasheet.quality.unusual_values import compare_cells
from sodasheet.quality.unwanted_rows import compare_rows
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.check_findings import in_order

#: Columns of one row that must look unusual for the row to count as shifted.
_SHIFTED = 3

#: Fewer rows are too few to have a distribution.
_FEWEST = 5


def compare(checked: CheckResult, known: Profile | None, settings: QualitySettings) -> CheckResult:
    """Return the check with the findings of a comparison with the dataset's profile.

    Private data is looked for even if there is no profile. `settings` moves levels and releases
    findings. Raises Cancelled if the user stops the comparison.
    """
    if checked.plan.method is Method.DELETE or not checked.stage.rows:
        return checked
    texts = DistinctTexts.planned(checked, known)
    private = list(find_private_data(checked, known, texts))
    hidden = frozenset(
        group.column
        for group in private
        if group.reason == "private-data" and group.column
        if settings.level(group, _fields(checked, group)) is not None
    )
    checked = checked.hide(hidden)
    others = chain(
        check_rules(checked, settings.rules) if settings.rules else (),
        _findings(checked, known, settings, texts),
        own_places(checked, known) if _has_places(checked) else (),
    )
    found = [
        _with_step(replace(group, severity=level), _fields(checked, group))
        for group in chain(private, others)
        if (level := settings.level(group, _fields(checked, group))) is not None
    ]
    return replace(checked, findings=in_order([*checked.findings, *found]))


def _has_places(checked: CheckResult) -> bool:
    return any(one.filled.column.type in ("point", "location") for one in checked.projected)


def _with_step(group: FindingGroup, fields: tuple[str, ...]) -> FindingGroup:
    """Return a finding that stops the push with the step that accepts its column for good."""
    if group.reason != "private-data" or group.severity is not Severity.STOP or not fields:
        return group
    step = NextStep(Action.ACCEPT_FINDING, name=group.reason, value=fields[0])
    return replace(group, steps=(step,))


def _findings(
    checked: CheckResult, known: Profile | None, settings: QualitySettings, texts: DistinctTexts
) -> Iterator[FindingGroup]:
    if known is None:
        return
    work = SourceComparison(checked, known, settings, texts)
    if not work.columns:
        return
    cells: list[FindingGroup] = []
    places = (compare_places,) if any(pair.is_place for pair in work.pairs) else ()
    whole = (compare_distributions,) if work.rows >= _FEWEST else ()
    spare = (compare_columns,) if work.undecided else ()
    parts = (compare_cells, *places, *whole, compare_rows, *spare)
    for part in parts:
        checked.stage.raise_if_cancelled()
        for group in part(work):
            cells.append(group)
            yield group
    yield from _shifted(cells)


def _shifted(groups: Iterable[FindingGroup]) -> Iterator[FindingGroup]:
    """Rows that several columns find strange."""
    strange: dict[int, set[str]] = {}
    first: dict[int, Finding] = {}
    for group in groups:
        for example in group.examples:
            if example.row is not None and example.column is not None:
                strange.setdefault(example.row, set()).add(example.column)
                first.setdefault(example.row, example)
    rows = [row for row, columns in strange.items() if len(columns) >= _SHIFTED]
    if rows:
        count = len(strange[rows[0]])
        says = f"Cells of {count} columns in one row are unlike the dataset's."
        examples = tuple(replace(first[row], column=None, value=None) for row in sorted(rows)[:5])
        yield finding("shifted-row", says, examples, len(rows))


def _fields(checked: CheckResult, group: FindingGroup) -> tuple[str, ...]:
    """Return the field names of the dataset columns that a finding is about."""
    return group.fields or tuple(
        one.filled.column.field for one in checked.projected if one.filled.label == group.column
    )


def asked(checked: CheckResult) -> tuple[FindingGroup, ...]:
    """The findings that need a user's consent before a push."""
    return tuple(group for group in checked.findings if group.severity is Severity.ASK)
