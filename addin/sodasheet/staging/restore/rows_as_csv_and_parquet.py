"""Downloaded rows as files that can be pushed again: one CSV, and one Parquet file."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sodasheet.model.dataset import GEOMETRY_TYPES, NUMBER_TYPES, UNWRITABLE_TYPES, Column
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import CONFIRMED, VERBATIM, ColumnRule, Mapping
from sodasheet.staging.diff.dataset_rows import quoted, read_raw
from sodasheet.staging.load.duckdb_database import translated
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.staged_table import Stage

#: Types whose value is an object: the cell contains its JSON, which alone loses nothing.
_JSON_TYPES = GEOMETRY_TYPES | UNWRITABLE_TYPES | {"url", "location", "json"}


#: The name of the table on the stage.
_TABLE = "table_files"

#: Rows of a CSV that are written at a time.
_PIECE = 50_000


def load_table(stage: Stage, pages: Sequence[Path], columns: Sequence[Column]) -> int:
    """Load downloaded pages into a table of strings, and return the number of rows.

    Raises SodaSheetError if the pages cannot be read, Cancelled if the user stops it.
    """
    run = stage.connection.execute
    kinds = {one.field: "JSON" if one.type in _JSON_TYPES else "VARCHAR" for one in columns}
    cells = ", ".join(
        f"nullif(CAST({quoted(one.field)} AS VARCHAR), 'null') AS {quoted(one.field)}"
        if one.type in _JSON_TYPES
        else quoted(one.field)
        for one in columns
    )
    shape = ", ".join(f"{quoted(one.field)} VARCHAR" for one in columns)
    run(f"CREATE OR REPLACE TABLE {_TABLE} ({shape})")
    for rows in read_raw(stage, pages, kinds):
        with translated():
            run(f"INSERT INTO {_TABLE} SELECT {cells} FROM {rows}")
    return _number(stage, f"SELECT count(*) FROM {_TABLE}")


def shorten_links(stage: Stage, columns: Sequence[Column]) -> None:
    """Replace the JSON of each link without a name with its address, which is equivalent."""
    for one in columns:
        if one.type == "url":
            name = quoted(one.field)
            address, told = (
                f"json_extract_string({name}, '$.{key}')" for key in ("url", "description")
            )
            stage.connection.execute(
                f"UPDATE {_TABLE} SET {name} = {address}"
                f" WHERE coalesce({told}, '') = '' AND {address} <> ''"
            )


def csv_source(path: str) -> SourceSpec:
    """Return the source for a file from `write_csv`."""
    return SourceSpec(path=path, encoding="utf-8", separator=",")


def write_csv(stage: Stage, path: Path) -> int:
    """Write the table to `path` as CSV with a header; return the rows read back from the file.

    Raises OSError if the file cannot be written.
    """
    shelved = stage.shelf / "rows.csv"
    rows = 0
    try:
        with path.open("wb") as file, translated():
            for first in range(0, max(1, _number(stage, f"SELECT count(*) FROM {_TABLE}")), _PIECE):
                # In one piece, DuckDB would hold more rows in order than fit in memory.
                piece = (
                    f"SELECT * FROM {_TABLE} WHERE rowid >= {first} AND rowid < {first + _PIECE}"
                )
                header = "true" if first == 0 else "false"
                # Quotes distinguish blank text from a row without cells, if there is only one
                # column.
                stage.connection.execute(
                    f"COPY ({piece}) TO {literal(str(shelved))}"
                    f" (FORMAT csv, HEADER {header}, FORCE_QUOTE *)"
                )
                rows += _number(
                    stage,
                    f"SELECT count(*) FROM read_csv({literal(str(shelved))}, header = {header},"
                    " all_varchar = true, delim = ',', quote = '\"', escape = '\"',"
                    " max_line_size = 100000000)",
                )
                with shelved.open("rb") as written:
                    shutil.copyfileobj(written, file)
    finally:
        shelved.unlink(missing_ok=True)
    return rows


def write_parquet(stage: Stage, columns: Sequence[Column], path: Path) -> int:
    """Write the table to `path` as Parquet; return the rows read back from the file.

    A column is stored typed if no value loses anything by that, and as text otherwise.
    Raises OSError if the file cannot be written.
    """
    shelved = stage.shelf / "rows.parquet"
    names = ", ".join(f"{_typed(stage, one)} AS {quoted(one.field)}" for one in columns)
    try:
        with translated():
            stage.connection.execute(
                f"COPY (SELECT {names} FROM {_TABLE}) TO {literal(str(shelved))}"
                " (FORMAT parquet, COMPRESSION zstd)"
            )
            rows = _number(stage, f"SELECT count(*) FROM read_parquet({literal(str(shelved))})")
        shutil.copyfile(shelved, path)
    finally:
        shelved.unlink(missing_ok=True)
    return rows


def restore_mapping(columns: Sequence[Column]) -> Mapping:
    """Return the mapping that pushes such a CSV back, with every value exactly as downloaded."""
    rules = []
    for one in columns:
        if not one.fillable:
            rules.append(ColumnRule(one.field, ignore=True, match=CONFIRMED))
            continue
        formats = (VERBATIM,) if one.type in _JSON_TYPES else ()
        rules.append(ColumnRule(one.field, one.field, formats=formats, match=CONFIRMED))
    return Mapping(tuple(rules), trim=False)


def _typed(stage: Stage, column: Column) -> str:
    """Return SQL for the column with its own type, or as text if a value would lose precision."""
    name = quoted(column.field)
    if column.type in NUMBER_TYPES:
        typed = f"try_cast({name} AS DOUBLE)"
        same = f"canonical_number(CAST({typed} AS VARCHAR)) = canonical_number({name})"
    elif column.type == "checkbox":
        typed = f"try_cast({name} AS BOOLEAN)"
        same = f"CAST({typed} AS VARCHAR) = lower({name})"
    elif column.type == "calendar_date":
        typed = f"try_cast({name} AS TIMESTAMP)"
        same = f"{typed} IS NOT NULL"
    elif column.type == "date":
        typed = f"try_cast({name} AS TIMESTAMPTZ)"
        same = f"{typed} IS NOT NULL"
    else:
        return name
    lossy = f"SELECT count(*) FROM {_TABLE} WHERE {name} <> '' AND ({same}) IS NOT TRUE"
    with translated():
        return name if _number(stage, lossy) else typed


def _number(stage: Stage, query: str) -> int:
    row = stage.connection.execute(query).fetchone()
    return int(row[0]) if row else 0
