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
from sodasheet.portal.soda2.soql_queries import field_name
from sodasheet.quality.comparison_context import finding
from sodasheet.quality.comparison_questions import EMPTIED
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.check_findings import in_order
from sodasheet.staging.check.mapping_findings import EMPTIES, emptied_note, unfilled_columns

#: Columns that one request counts, and columns that a finding names.
_TOGETHER = 40
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
    filled = [
        column
        for start in range(0, len(empty), _TOGETHER)
        for column in _with_values(empty[start : start + _TOGETHER], rows)
    ]
    if not filled:
        return checked
    others = [column for column in empty if column not in filled]
    kept = [group for group in checked.findings if group.reason != EMPTIES]
    notes = [emptied_note(others)] if others else []
    return replace(checked, findings=in_order([*kept, *_questions(filled, settings), *notes]))


def _with_values(columns: Sequence[Column], rows: RowsClient) -> Iterator[Column]:
    """Yield the columns that have a value in some row of the dataset."""
    counted = ",".join(f"count({field_name(one.field)}) as n{n}" for n, one in enumerate(columns))
    try:
        found = rows.grouped(counted)
    except PortalError as error:
        if error.status != 400:
            raise
        # A portal that cannot count them cannot rule out that they have values.
        yield from columns
        return
    counts = found[0] if found else {}
    for n, column in enumerate(columns):
        if str(counts.get(f"n{n}", "0")) != "0":
            yield column


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
    names = [column.name for column in columns]
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    shown += f" and {more:,} more" if more > 0 else ""
    many = "1 column" if len(names) == 1 else f"{len(names):,} columns"
    group = finding(
        EMPTIED,
        f"This replace would empty {many} that the mapping does not fill and that"
        f" {'has' if len(names) == 1 else 'have'} values in the dataset: {shown}.",
        count=len(names),
    )
    return replace(group, fields=tuple(column.field for column in columns))
