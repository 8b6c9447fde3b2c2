"""Columns with values in the dataset that a replace would empty in every row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sodasheet.errors import PortalError
from sodasheet.model.dataset import Column
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.quality.comparison_context import finding
from sodasheet.quality.comparison_questions import EMPTIED
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.check_findings import in_order
from sodasheet.staging.check.mapping_findings import EMPTIES, emptied_note, unfilled_columns
from sodasheet.wording import counted, first_listed

#: How many columns a finding names.
_NAMED = 15


def ask_about_emptied(
    checked: CheckResult, rows: RowsClient, settings: QualitySettings
) -> CheckResult:
    """Return the check with a question about the columns that a replace would empty.

    The portal is asked only if the mapping leaves a column out. Raises PortalError.
    """
    if checked.plan.method is not Method.REPLACE or checked.stopped:
        return checked
    empty = unfilled_columns(checked.plan)
    filled = _with_values(empty, rows)
    if not filled:
        return checked
    others = [column for column in empty if column not in filled]
    kept = [group for group in checked.findings if group.reason != EMPTIES]
    notes = [emptied_note(others)] if others else []
    return replace(checked, findings=in_order([*kept, *_questions(filled, settings), *notes]))


def _with_values(columns: Sequence[Column], rows: RowsClient) -> Sequence[Column]:
    """Return the columns that have a value in some row of the dataset."""
    try:
        return rows.filled(columns)
    except PortalError as error:
        if error.status != 400:
            raise
        # A portal that cannot count values cannot rule out that there are some.
        return columns


def _questions(columns: Sequence[Column], settings: QualitySettings) -> Iterator[FindingGroup]:
    """Yield one finding for the columns of each level; none for columns that are released."""
    levels: dict[Severity, list[Column]] = defaultdict(list)
    for column in columns:
        level = settings.level(_question([column]), (column.field,))
        if level is not None:
            levels[level].append(column)
    for level, some in levels.items():
        yield replace(_question(some), severity=level)


def _question(columns: Sequence[Column]) -> FindingGroup:
    count = len(columns)
    shown = first_listed((column.name for column in columns), _NAMED)
    group = finding(
        EMPTIED,
        f"This replace would empty {counted(count, 'column')} that the mapping does not fill and"
        f" that {'has' if count == 1 else 'have'} values in the dataset: {shown}.",
        count=count,
    )
    return replace(group, fields=tuple(column.field for column in columns))
