"""Only the rows that differ, and a replace turned into an equivalent upsert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sodasheet.model.mapping import Blank, ColumnRule
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.check_plan import Filled
from sodasheet.staging.check.mapping_sql import Projected, project
from sodasheet.staging.check.row_selection import LEFT_OUT


def only_changes(checked: CheckResult, unchanged: str, vanished: Iterable[str]) -> CheckResult:
    """Return the result with the rows held back whose `_row` the SQL `unchanged` selects.

    A replace becomes an upsert that leaves the dataset as the replace would: every column is
    written, and the rows with the `vanished` identifiers are removed.
    """
    if checked.plan.method is not Method.REPLACE:
        return checked.hold_back(unchanged)
    field = checked.plan.dataset.row_identifier
    assert field is not None  # noqa: S101 - without one nothing could be compared
    return as_upsert(checked).hold_back(unchanged).remove(field, vanished)


def sending_rows(checked: CheckResult) -> tuple[list[int], list[str]]:
    """Return the numbers of the rows to send, and the identifiers of the rows to delete."""
    run = checked.stage.connection.execute
    rows = run(f"SELECT _row FROM source WHERE _row NOT IN ({LEFT_OUT}) ORDER BY _row").fetchall()
    removals = run("SELECT value FROM removals").fetchall()
    return [row for (row,) in rows], [value for (value,) in removals]


def rebuilt(
    checked: CheckResult, rows: Sequence[int], field: str, removals: Iterable[str]
) -> CheckResult:
    """Return the check of the same source with only these rows to send."""
    run = checked.stage.connection.execute
    run("CREATE OR REPLACE TABLE going AS SELECT unnest(?::BIGINT[]) AS number", [list(rows)])
    others = "SELECT _row FROM source WHERE _row NOT IN (SELECT number FROM going)"
    upsert = as_upsert(checked) if checked.plan.method is Method.REPLACE else checked
    narrow = upsert.hold_back(others)
    return narrow.remove(field, removals) if field else narrow


def as_upsert(checked: CheckResult) -> CheckResult:
    """Return the rows of a replace as an upsert with the same result.

    A replace empties every cell that it does not fill; an upsert keeps it unless told otherwise.
    """
    plan = replace(checked.plan, method=Method.UPSERT)
    written = tuple(_clearing(one) for one in checked.projected)
    filled = {one.filled.column.field for one in written}
    blank = [
        Filled(column, (), ColumnRule(field=column.field, constant=""), column.field)
        for column in plan.dataset.fillable
        if column.field not in filled
    ]
    emptied = project(plan, blank, lambda _: True, first=len(written))
    nothing = (replace(one, empty_text=False) for one in emptied)
    return replace(checked, plan=plan, projected=(*written, *nothing))


def _clearing(one: Projected) -> Projected:
    """Return the column so that a blank cell empties the dataset's cell, as a replace does."""
    if one.filled.blank is not Blank.KEEP:
        return one
    rule = replace(one.filled.rule, blank=Blank.CLEAR)
    return replace(one, filled=replace(one.filled, rule=rule), empty_text=False)
