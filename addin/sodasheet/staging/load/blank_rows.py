"""Leave blank rows out of the stage: a line of commas only is not a row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.sources.spool import Spool
from sodasheet.staging.load.csv_loader import row_of
from sodasheet.staging.sql_quoting import BLANKS, literal, visible

if TYPE_CHECKING:
    import duckdb

#: Columns from the left that are looked at first.
_LEADING = 3


def drop_blank_rows(connection: duckdb.DuckDBPyConnection, spool: Spool) -> tuple[Spool, int]:
    """Delete rows without a value from the table `source`; return the spool and their number."""
    names = [f"c{index}" for index in range(len(spool.headers))]
    blank = " AND ".join(map(_blank, names))
    table = "source" if spool.numbered else "cells"
    # Hardly a row begins with blank cells, and a condition on every column takes long to plan.
    likely = " AND ".join(map(_blank, names[:_LEADING]))
    if not _count(connection, table, likely):
        return spool, 0
    count = _count(connection, table, blank)
    if not count:
        return spool, 0
    if spool.numbered:
        connection.execute(f"DELETE FROM source WHERE {blank}")
        return spool, count
    return number_rows(connection, spool, f"NOT ({blank})"), count


def number_rows(connection: duckdb.DuckDBPyConnection, spool: Spool, kept: str = "true") -> Spool:
    """Replace the table `cells` by a numbered table `source` of the rows that are `kept`.

    The row number of a record is its position in `cells`, so no record may be deleted there.
    """
    listed = ", ".join(f"c{index}" for index in range(len(spool.headers)))
    connection.execute("DROP VIEW source")
    numbered = f"SELECT {row_of(spool)} AS _row, {listed} FROM cells WHERE {kept}"
    connection.execute(f"CREATE TABLE source AS {numbered}")
    connection.execute("DROP TABLE cells")
    return replace(spool, numbered=True)


def _count(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()
    return int(row[0]) if row else 0


def _blank(name: str) -> str:
    """SQL that is true for a cell of blanks; most cells begin with a visible character."""
    return (
        f"CASE WHEN {name} = '' THEN true WHEN {visible(name)} THEN false "
        f"ELSE trim({name}, {literal(BLANKS)}) = '' END"
    )
