"""The SQL of a type is planned again for every query, and therefore short."""

from __future__ import annotations

import duckdb
import pytest

from sodasheet.model.dataset import Column
from sodasheet.staging.types.compiled_type import Cell
from sodasheet.staging.types.registry import MACROS, TYPES, compile_cell

#: References to the cell in the plan of one value. SQL functions repeat their arguments, so that
#: they multiply where one is given to another: places once took half a second to plan.
MOST = 700


@pytest.mark.parametrize("kind", TYPES)
def test_a_value_is_planned_without_repeating_its_cell_over_and_over(kind: str) -> None:
    cell = Cell(Column(1, "A", "a", kind, 1), "cell")
    typed = compile_cell(cell)
    with duckdb.connect() as connection:
        for macro in MACROS:
            connection.execute(f"CREATE MACRO {macro}")
        connection.execute(
            f"CREATE TABLE texts AS SELECT 'x' AS cell, {typed.parsed or 1} AS parsed"
        )
        for value in filter(None, (typed.value, typed.wkt, typed.parsed)):
            (((_, plan),)) = connection.execute(
                f"EXPLAIN (FORMAT json) SELECT {value} FROM texts"
            ).fetchall()
            assert plan.count("cell") <= MOST
