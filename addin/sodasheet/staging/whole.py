"""A replace told as an upsert: rows that leave nothing of the old ones behind."""

from __future__ import annotations

from dataclasses import replace

from sodasheet.model.mapping import Blank, ColumnRule
from sodasheet.model.method import Method
from sodasheet.staging.checks import Checked
from sodasheet.staging.plan import Filled
from sodasheet.staging.projection import Projected, project


def as_upsert(checked: Checked) -> Checked:
    """The rows of a replace as an upsert after which they read the same.

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
    """The column so that a blank cell empties it: a row of a replace has nothing to keep."""
    if one.filled.blank is not Blank.KEEP:
        return one
    rule = replace(one.filled.rule, blank=Blank.CLEAR)
    return replace(one, filled=replace(one.filled, rule=rule), empty_text=False)
