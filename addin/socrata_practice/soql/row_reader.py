"""Reading rows one by one, never all at once; counting rows; summarizing columns."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from socrata_practice.soql.query_planner import Output, Plan
from socrata_practice.storage.asset import Asset, Column

# Beyond this many rows the summaries of columns are left as they were, as stale as a real portal's.
SUMMARISED_ROWS = 5_000
_TOP = 20

Record = dict[str, Any]


def _shaper(outputs: tuple[Output, ...]) -> Callable[[sqlite3.Row], Record]:
    names = [found.name for found in outputs]
    numbers = [at for at, found in enumerate(outputs) if found.type.kind == "number"]
    converted = [
        (at, found.type.to_json)
        for at, found in enumerate(outputs)
        if found.type.to_json is not None
    ]

    def shape(row: sqlite3.Row) -> Record:
        values = list(row)
        for place, convert in converted:
            if values[place] is not None:
                values[place] = convert(values[place])
        for place in numbers:
            if type(values[place]) is int:  # SQLite's counts; numbers are texts
                values[place] = str(values[place])
        record = dict(zip(names, values, strict=True))
        if None in values:
            return {name: value for name, value in record.items() if value is not None}
        return record

    return shape


def records(connection: sqlite3.Connection, plan: Plan) -> Iterator[Record]:
    """Yield each row as the JSON object a reader gets: nulls left out, numbers as texts."""
    rows = connection.execute(plan.sql, plan.parameters)
    return map(_shaper(plan.outputs), rows)


def csv_cells(connection: sqlite3.Connection, plan: Plan) -> Iterator[list[str | None]]:
    """Yield each row as the cells of a CSV, None for a null."""
    writers = [output.type.to_csv for output in plan.outputs]
    for row in connection.execute(plan.sql, plan.parameters):
        yield [
            None if value is None else write(value)
            for write, value in zip(writers, row, strict=True)
        ]


def count(connection: sqlite3.Connection, asset: Asset) -> int:
    """Return the number of rows in the asset's table."""
    row = connection.execute(f"SELECT count(*) FROM {asset.readable_table}").fetchone()
    return int(row[0])


def summaries(connection: sqlite3.Connection, asset: Asset) -> dict[int, Record]:
    """Return `cachedContents` by column id, refreshed if the rows changed and are few."""
    kept = {
        row["column_id"]: (row["data_version"], json.loads(row["contents"]))
        for row in connection.execute(
            "SELECT s.* FROM summaries s JOIN columns c ON c.id = s.column_id WHERE c.asset_id = ?",
            (asset.id,),
        )
    }
    fresh = all(kept.get(column.id, (-1,))[0] == asset.readable_version for column in asset.columns)
    if not fresh and count(connection, asset) <= SUMMARISED_ROWS:
        made = {column.id: _summary(connection, asset, column) for column in asset.columns}
        connection.executemany(
            "INSERT OR REPLACE INTO summaries VALUES (?, ?, ?)",
            [(key, asset.readable_version, json.dumps(value)) for key, value in made.items()],
        )
        return made
    return {key: contents for key, (_, contents) in kept.items()}


def _summary(connection: sqlite3.Connection, asset: Asset, column: Column) -> Record:
    """Return the statistics of a column; all texts, as on newer assets."""
    cell, table = f"c{column.slot}", asset.readable_table
    total, filled, distinct = connection.execute(
        f"SELECT count(*), count({cell}), count(DISTINCT {cell}) FROM {table}"
    ).fetchone()
    found: Record = {
        "non_null": str(filled),
        "null": str(total - filled),
        "not_null": str(filled),
        "count": str(total),
        "cardinality": str(distinct),
    }
    if filled and column.type.kind not in ("shape", "object"):
        found |= _extremes(connection, table, cell, column)
    return found


def _extremes(connection: sqlite3.Connection, table: str, cell: str, column: Column) -> Record:
    number = column.type.kind == "number"
    wanted = (
        f"decimal_min({cell}), decimal_max({cell}), decimal_sum({cell}), decimal_avg({cell})"
        if number
        else f"min({cell}), max({cell})"
    )
    values = connection.execute(f"SELECT {wanted} FROM {table}").fetchone()
    names = ("smallest", "largest", "sum", "average")
    found: Record = {
        name: _shown(column, value) for name, value in zip(names, values, strict=False)
    }
    top = connection.execute(
        f"SELECT {cell}, count(*) FROM {table} WHERE {cell} IS NOT NULL"
        f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_TOP}"
    )
    found["top"] = [{"item": _shown(column, item), "count": str(times)} for item, times in top]
    return found


def _shown(column: Column, value: Any) -> Any:
    return value if column.type.to_json is None else column.type.to_json(value)
