"""Summaries of columns: counts, extremes and the most frequent values (`cachedContents`)."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from socrata_practice.soql import row_reader
from socrata_practice.storage.asset import Asset, Column

# Beyond this many rows the column summaries are not updated, and are stale as on a real portal.
SUMMARIZED_ROWS = 5_000
_TOP = 20

Summary = dict[str, Any]


def summaries(connection: sqlite3.Connection, asset: Asset) -> dict[int, Summary]:
    """Return `cachedContents` by column id, refreshed if the rows changed and are few."""
    kept = {
        row["column_id"]: (row["data_version"], json.loads(row["contents"]))
        for row in connection.execute(
            "SELECT s.* FROM summaries s JOIN columns c ON c.id = s.column_id WHERE c.asset_id = ?",
            (asset.id,),
        )
    }
    fresh = all(kept.get(column.id, (-1,))[0] == asset.readable_version for column in asset.columns)
    if not fresh and row_reader.count(connection, asset) <= SUMMARIZED_ROWS:
        made = {column.id: _summary(connection, asset, column) for column in asset.columns}
        connection.executemany(
            "INSERT OR REPLACE INTO summaries VALUES (?, ?, ?)",
            [(key, asset.readable_version, json.dumps(value)) for key, value in made.items()],
        )
        return made
    return {key: contents for key, (_, contents) in kept.items()}


def _summary(connection: sqlite3.Connection, asset: Asset, column: Column) -> Summary:
    """Return the statistics of a column; all strings, as on newer assets."""
    cell, table = f"c{column.slot}", asset.readable_table
    total, filled, distinct = connection.execute(
        f"SELECT count(*), count({cell}), count(DISTINCT {cell}) FROM {table}"
    ).fetchone()
    found: Summary = {
        "non_null": str(filled),
        "null": str(total - filled),
        "not_null": str(filled),
        "count": str(total),
        "cardinality": str(distinct),
    }
    if filled and column.type.kind not in ("shape", "object"):
        found |= _extremes(connection, table, cell, column)
    return found


def _extremes(connection: sqlite3.Connection, table: str, cell: str, column: Column) -> Summary:
    number = column.type.kind == "number"
    wanted = (
        f"decimal_min({cell}), decimal_max({cell}), decimal_sum({cell}), decimal_avg({cell})"
        if number
        else f"min({cell}), max({cell})"
    )
    values = connection.execute(f"SELECT {wanted} FROM {table}").fetchone()
    names = ("smallest", "largest", "sum", "average")
    found: Summary = {
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
