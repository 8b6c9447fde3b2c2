"""Findings about rows that may not be data, until a person has decided about them."""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.model.finding import Severity
from sodasheet.model.job import ROW_KINDS
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.conditions import Condition
from sodasheet.staging.load.non_data_rows import unusual_rows
from sodasheet.staging.stage import Stage

#: Kind of row: the reason, the sentence about one row, and about several.
UNUSUAL_ROWS = {
    "totals": ("total-row", "The row reads like a total.", "Rows read like totals."),
    "notes": ("note-row", "The row reads like a note.", "Rows read like notes."),
    "headers": ("header-row", "The row repeats the headers.", "Rows repeat the headers."),
    "units": ("units-row", "The row contains units.", "Rows contain units."),
}
REMEDY = "Leave such rows out, or keep them if they are data; the job remembers either."


def unusual_conditions(stage: Stage, plan: CheckPlan, code: int) -> Iterator[Condition]:
    """Yield a condition for each kind of row found, its rows put into the table `found`.

    Kinds that are left out are no longer there; kinds that a person keeps are not reported.
    """
    undecided = tuple(kind for kind in ROW_KINDS if f"rows:{kind}" not in plan.mapping.declined)
    found = unusual_rows(stage.connection, stage.spool, undecided)
    for kind in undecided:
        rows = [one for one in found if one.kind == kind]
        if rows:
            reason, one, many = UNUSUAL_ROWS[kind]
            stage.connection.execute(
                f"INSERT INTO found (_row, code, value) SELECT unnest(?::BIGINT[]), {code}, "
                "unnest(?::VARCHAR[])",
                [[row.row for row in rows], [row.text for row in rows]],
            )
            yield Condition(code, reason, Severity.REJECT, None, "NULL", one, many, REMEDY)
            code += 1
