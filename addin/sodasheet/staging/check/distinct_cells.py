"""Tables of the distinct cells of columns that repeat theirs, so that each is examined once."""

from __future__ import annotations

from collections.abc import Iterable

from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.sql_quoting import Rows
from sodasheet.staging.staged_table import Stage

#: Rows from the top that show if a column has few distinct cells.
_TRIED = 10_240

#: Rows of a table whose columns are examined cell by cell: a statement takes longer to plan.
MOST_ROWS_CELL_BY_CELL = 51_200


def repeating_columns(stage: Stage, columns: Iterable[Projected]) -> frozenset[int]:
    """Return the positions of source columns whose cells mostly repeat.

    Only columns whose strings depend on no other column of the source are among these.
    """
    positions = sorted({one.filled.sources[0] for one in columns if _is_of_one_cell(one)})
    if not positions:
        return frozenset()
    # An estimate of the count is enough, and takes a third of the time.
    counts = ", ".join(f"approx_count_distinct(c{at})" for at in positions)
    listed = ", ".join(f"c{at}" for at in positions)
    top = f"(SELECT {listed} FROM {stage.table.name} LIMIT {_TRIED})"
    rows, *distinct = stage.connection.execute(f"SELECT count(*), {counts} FROM {top}").fetchall()[
        0
    ]
    return frozenset(
        at for at, number in zip(positions, distinct, strict=True) if number * 2 < rows
    )


def distinct_cells(stage: Stage, position: int) -> Rows:
    """Return the distinct cells of a source column as a table, made anew.

    In the place of a row's number stands the number of rows that have the cell.
    """
    name = f"distinct_c{position}"
    stage.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS"
        f" SELECT c{position}, count(*) AS n FROM {stage.table.name} GROUP BY c{position}"
    )
    return Rows(name, "n")


def _is_of_one_cell(column: Projected) -> bool:
    """True if equal cells of a single source column have equal strings."""
    filled = column.filled
    return len(filled.positions) == 1 and filled.rule.template is None
