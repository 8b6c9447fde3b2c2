"""The part of a dataset that a replace is limited to, next to the source's rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.types.compiled_type import Cell
from sodasheet.staging.types.registry import compile_cell


def column_of(checked: CheckResult, field: str) -> Projected | None:
    """Return the column with this field; None if not filled by the mapping."""
    return next((one for one in checked.projected if one.filled.column.field == field), None)


def partition_values(
    checked: CheckResult, column: Projected, length: int | None, most: int
) -> list[str | None]:
    """Return the distinct values of a column in the rows to send, up to a limit.

    `length` is how many characters of a date count, None for the whole value. A blank is None.
    """
    return [
        value
        for (value,) in checked.stage.each(
            f"SELECT DISTINCT v FROM ({_values(checked, column, length)}) ORDER BY v LIMIT {most:d}"
        )
    ]


def first_outside(
    checked: CheckResult, column: Projected, length: int | None, values: Sequence[str]
) -> tuple[int, str | None, int] | None:
    """Return the first row to send whose value is not in `values`: its number, its value, and how
    many such rows there are; None if there is none.
    """
    listed = ", ".join(map(literal, values)) or "NULL"
    outside = f"({_values(checked, column, length)}) WHERE v IS NULL OR v NOT IN ({listed})"
    each = checked.stage.each
    first = next(each(f"SELECT _row, v FROM {outside} ORDER BY _row LIMIT 1"), None)
    if first is None:
        return None
    ((count,),) = each(f"SELECT count(*) FROM {outside}")
    return int(first[0]), first[1], int(count)


def missing_from_source(checked: CheckResult, identifiers: Iterable[Sequence[str]]) -> list[str]:
    """Return the dataset's identifiers that no row of the source has, not even a rejected row.

    `identifiers` come in lists, as the dataset spells them.
    """
    column = checked.identifier
    assert column is not None  # noqa: S101 - the caller has made sure of it
    run = checked.stage.connection.execute
    key = compile_cell(Cell(column.filled.column, "value", "parsed")).key or "value"
    run("CREATE OR REPLACE TABLE partition_rows (key VARCHAR, value VARCHAR)")
    for chunk in identifiers:
        run(
            f"INSERT INTO partition_rows SELECT {key}, value FROM"
            " (SELECT value AS parsed, value FROM (SELECT unnest(?::VARCHAR[]) AS value))",
            [list(chunk)],
        )
    table = values_from([column], checked.stage.table)
    found = run(
        f"SELECT value FROM partition_rows ANTI JOIN (SELECT {column.typed.key} AS k FROM {table})"
        " ON partition_rows.key = k ORDER BY value"
    ).fetchall()
    run("DROP TABLE partition_rows")
    return [value for (value,) in found]


def _values(checked: CheckResult, column: Projected, length: int | None) -> str:
    table = values_from([column], checked.stage.table)
    cut = column.canonical if length is None else f"left({column.canonical}, {length:d})"
    return f"SELECT _row, {cut} AS v FROM {table} WHERE _row NOT IN ({LEFT_OUT})"
