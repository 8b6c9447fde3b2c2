"""Reading rows one by one, never all at once, and counting them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from socrata_practice.soql.query_planner import Output, Plan
from socrata_practice.storage.asset import Asset

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
            if type(values[place]) is int:  # SQLite's counts; numbers are strings
                values[place] = str(values[place])
        record = dict(zip(names, values, strict=True))
        if None in values:
            return {name: value for name, value in record.items() if value is not None}
        return record

    return shape


def records(connection: sqlite3.Connection, plan: Plan) -> Iterator[Record]:
    """Yield each row as the JSON object a reader gets: nulls left out, numbers as strings."""
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
