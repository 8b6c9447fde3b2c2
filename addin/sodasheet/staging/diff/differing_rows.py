"""The source's rows that the dataset is not known to have, as a table of their own."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.diff.row_join import Rest
from sodasheet.staging.sql_quoting import Rows

#: Share of the rows above which a table of their own would spare nothing.
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class DifferingRows:
    """The rows that are not equal to a row of the dataset, and their number.

    Rows that are not sent are among them: their cells are shown in findings.
    """

    rows: Rows
    count: int


def differing_rows(checked: CheckResult, rest: Rest) -> DifferingRows | None:
    """Return the rows that are not in a pair of equal rows; None if these are most rows.

    They are copied into the table `differing`, with all cells that fill a column.
    """
    if rest.left + checked.rejected > _MOST * checked.stage.rows:
        return None
    table = checked.stage.table
    sources = dict.fromkeys(
        f"c{index}" for one in checked.projected for index in one.filled.positions
    )
    cells = "".join(f", {name}" for name in sources)
    wanted = f"(SELECT _row AS wanted FROM {rest.rows} UNION ALL {LEFT_OUT})"
    made = checked.stage.connection.execute(
        f"CREATE OR REPLACE TABLE differing AS SELECT {table.row} AS _row{cells}"
        f" FROM {table.name} SEMI JOIN {wanted} ON wanted = {table.row}"
    ).fetchone()
    return DifferingRows(Rows("differing", "_row"), int(made[0]) if made else 0)
