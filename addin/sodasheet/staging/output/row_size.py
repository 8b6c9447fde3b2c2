"""Size of rows as they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sodasheet.staging.check.check_result import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.load.csv_loader import LINE_SIZE

#: A character takes at most so many times its bytes in JSON (a control character: six).
_SWELL = 6


def oversized(checked: CheckResult, limit: int) -> tuple[int, int] | None:
    """Return the first sendable row whose JSON exceeds `limit` bytes, and its size, or None.

    Only where the source's cells are large enough for it are the rows worked out.
    """
    names = sum(len(one.filled.column.field) + _SWELL for one in checked.projected)
    # No line that was loaded is longer, and no cell of it is sent twice.
    single = checked.stage.spool.of_lines and _each_cell_once(checked.projected)
    if single and _SWELL * (LINE_SIZE + names) <= limit:
        return None
    raw = " + ".join(f"strlen({one.raw})" for one in checked.projected)
    if checked.stopped or not raw:
        return None
    table = checked.stage.table
    most = f"{_SWELL} * ({raw}) + {_SWELL * names}"
    large = checked.stage.connection.execute(
        f"SELECT {table.row} AS _row FROM {table.name} WHERE {most} > {limit:d}"
    ).fetchall()
    sizes = {int(row): 1 for (row,) in large}
    # One column at a time: all of such a row at once may be more than there is memory for.
    for one in checked.projected if sizes else ():
        for row, size in _sizes(checked, one, sizes):
            sizes[row] += size
    gone = checked.stage.connection.execute(LEFT_OUT).fetchall() if sizes else []
    left_out = {row for (row,) in gone}
    over = ((row, size) for row, size in sorted(sizes.items()) if size > limit)
    return next((found for found in over if found[0] not in left_out), None)


def _sizes(checked: CheckResult, one: Projected, rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return the bytes of a column's part of these rows."""
    table = values_from([one], checked.stage.table)
    return checked.stage.connection.execute(
        f"SELECT _row, coalesce(strlen({one.piece}), 0) FROM {table}"
        " WHERE _row IN (SELECT unnest(?::BIGINT[]))",
        [list(rows)],
    ).fetchall()


def _each_cell_once(projected: Sequence[Projected]) -> bool:
    """True if every column is filled by a source column of its own."""
    sources = [one.filled.sources for one in projected]
    return all(len(some) == 1 for some in sources) and len(set(sources)) == len(sources)
