"""Columns of a sheet become the table `source`, with the texts of sources/grid/cell_text.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.model.loading_fallback import Why
from sodasheet.sources.grid.cell_text import ERROR
from sodasheet.sources.sheet_columns import Columns, Kind
from sodasheet.sources.spool import NativeCounts, Spool
from sodasheet.sources.spool_writer import MAX_BYTES
from sodasheet.staging.sql_quoting import literal

if TYPE_CHECKING:
    import duckdb

#: Whole numbers up to this one are written without an exponent; larger ones are never plain.
_WHOLE = "1e18"

#: A moment as DuckDB 2.0 and later calculate with it: 2.0.1 has no `epoch_ms(TIMESTAMP_MS)`.
_MOMENT = "TRY_CAST({0} AS TIMESTAMP)"

#: SQL for the text of a value; DuckDB writes the fewest digits that tell a number, as Python does.
_TEXTS: dict[Kind, str] = {
    "string": "coalesce({0}, '')",
    "boolean": "CASE WHEN {0} THEN 'true' WHEN NOT {0} THEN 'false' ELSE '' END",
    "float": (
        f"CASE WHEN {{0}} IS NULL THEN '' WHEN trunc({{0}}) = {{0}} AND abs({{0}}) < {_WHOLE}"
        " THEN CAST(CAST({0} AS BIGINT) AS VARCHAR) ELSE CAST({0} AS VARCHAR) END"
    ),
    "datetime": (
        "CASE WHEN {0} IS NULL THEN ''"
        f" WHEN epoch_ms({_MOMENT}) % 86400000 = 0 THEN CAST(CAST({{0}} AS DATE) AS VARCHAR)"
        f" WHEN epoch_ms({_MOMENT}) % 1000 = 0 THEN strftime({{0}}, '%Y-%m-%dT%H:%M:%S')"
        " ELSE strftime({0}, '%Y-%m-%dT%H:%M:%S.%g') END"
    ),
    "duration": (
        "CASE WHEN {0} IS NULL THEN '' ELSE CASE WHEN epoch_ms({0}) < 0 THEN '-' ELSE '' END"
        " || printf('%02d:%02d:%02d', abs(epoch_ms({0})) // 3600000,"
        " abs(epoch_ms({0})) // 60000 % 60, abs(epoch_ms({0})) // 1000 % 60)"
        " || CASE WHEN epoch_ms({0}) % 1000 = 0 THEN ''"
        " ELSE printf('.%03d', abs(epoch_ms({0})) % 1000) END END"
    ),
}

#: SQL for texts that are left to the careful reading: what reads like an error or a duration,
#: cannot be stored, or may spell a character out (`_x000D_`, which fastexcel 0.21 leaves so in the
#: result of a formula); numbers with an exponent or of more than 15 digits; dates that a sheet
#: counts otherwise, be it that it begins in 1904, or that it takes 1900 for a leap year.
_ODD: dict[Kind, str] = {
    "string": (
        "CASE WHEN starts_with({0}, '#') OR starts_with({0}, 'Err:')"
        f" THEN regexp_full_match({{0}}, {literal(ERROR.pattern)})"
        " ELSE starts_with({0}, 'PT') OR starts_with({0}, '-PT') END"
        " OR contains({0}, chr(0)) OR contains({0}, '_x')"
    ),
    "boolean": "false",
    "float": "contains({0}, 'e') OR (length({0}) > 15 AND NOT contains({0}, '.'))",
    "datetime": "{0} <> '' AND ({0} < '1904-01-02' OR length({0}) NOT IN (10, 19, 23))",
    "duration": "false",
}

_COUNTED: dict[Kind, str] = {
    "string": "text",
    "boolean": "boolean",
    "float": "number",
    "datetime": "date",
    "duration": "date",
}


@dataclass(frozen=True, slots=True)
class _Column:
    """Facts about a loaded column: `first` is the place of its first value."""

    kind: Kind
    filled: int
    odd: int
    first: int | None
    longest: int


def load_columns(
    connection: duckdb.DuckDBPyConnection, spool: Spool, columns: Columns
) -> Spool | Why:
    """Load the columns of a spool; return the spool with all that is known then.

    Return the reason instead if a cell is not plain, so that the source must be read with care.
    """
    connection.register("sheet", columns.arrow)
    try:
        rows, found = _loaded(connection, columns.kinds)
        why = _not_plain(found)
        if why is not None:
            return why
        if not _complete(connection, columns, found, rows):
            return Why.MISSING_CELLS
    finally:
        connection.unregister("sheet")
    return _without_blank_rows(connection, spool, found, rows)


def _loaded(
    connection: duckdb.DuckDBPyConnection, kinds: Sequence[Kind]
) -> tuple[int, list[_Column]]:
    names = _names(len(kinds))
    texts = ", ".join(
        f"{_put(_TEXTS[kind], name)} AS {name}" for kind, name in zip(kinds, names, strict=True)
    )
    # Columns are named by position: nothing out of the file is ever part of a statement.
    connection.execute(f"CREATE TABLE cells AS SELECT {texts} FROM sheet AS _({', '.join(names)})")
    found = []
    for kind, name in zip(kinds, names, strict=True):
        filled, odd, first, longest = _row(
            connection,
            f"SELECT count(*) FILTER ({name} <> ''), count(*) FILTER ({_put(_ODD[kind], name)}),"
            f" min(rowid) FILTER ({name} <> ''), max(strlen({name})) FROM cells",
        )
        found.append(_Column(kind, filled, odd, first, longest or 0))
    (rows,) = _row(connection, "SELECT count(*) FROM cells")
    return rows, found


def _not_plain(found: Sequence[_Column]) -> Why | None:
    """Return why the careful reading might read other cells, or None if there is no reason.

    A sheet without values, and one with a row too long for a record, are left to it as well.
    """
    quoted = 2 * sum(column.longest for column in found)
    if not 0 < quoted < MAX_BYTES:
        return Why.LONG_RECORDS if quoted else Why.MISSING_CELLS
    odd = {column.kind for column in found if column.odd}
    if not odd:
        return None
    return Why.LARGE_NUMBERS if odd == {"float"} else Why.ODD_CELLS


def _complete(
    connection: duckdb.DuckDBPyConnection, columns: Columns, found: Sequence[_Column], rows: int
) -> bool:
    """True if every cell that looks blank is blank."""
    if all(column.filled == rows for column in found):
        return True
    values = columns.values()
    if values == sum(column.filled for column in found):
        return True
    # Texts of no characters are values too, and in the columns that were handed over they are none
    # of those that are missing.
    names = _names(len(found))
    counts = " + ".join(f"count({name})" for name in names)
    (counted,) = _row(connection, f"SELECT {counts} FROM sheet AS _({', '.join(names)})")
    return bool(values == counted) and columns.all_end_plainly()


def _without_blank_rows(
    connection: duckdb.DuckDBPyConnection, spool: Spool, found: Sequence[_Column], rows: int
) -> Spool:
    names = _names(len(found))
    listed, first = ", ".join(names), spool.first_row
    filled = " OR ".join(f"{name} <> ''" for name in names)
    numbered = f"SELECT CAST(rowid + {first} AS BIGINT) AS _row, {listed} FROM cells"
    kept = rows
    if not any(column.filled == rows for column in found):
        (kept,) = _row(connection, f"SELECT count(*) FILTER ({filled}) FROM cells")
    if kept == rows:
        connection.execute(f"CREATE VIEW source AS {numbered}")
    else:
        connection.execute(f"CREATE TABLE source AS {numbered} WHERE {filled}")
        connection.execute("DROP TABLE cells")
    natives = tuple(_counts(column, kept, first) for column in found)
    return replace(spool, columns=None, natives=natives, rows=kept, numbered=kept < rows)


def _counts(column: _Column, rows: int, first_row: int) -> NativeCounts:
    counts = NativeCounts(blank=rows - column.filled)
    row = None if column.first is None or column.kind != "float" else column.first + first_row
    return replace(counts, **{_COUNTED[column.kind]: column.filled}, first_number_row=row)


def _put(template: str, name: str) -> str:
    return template.replace("{0}", name)


def _names(count: int) -> list[str]:
    return [f"c{index}" for index in range(count)]


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> list[int]:
    ((*row,),) = connection.execute(query).fetchall()
    return row
