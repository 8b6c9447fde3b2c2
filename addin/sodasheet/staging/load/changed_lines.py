"""Lines of a file that the last push sent, so that only the other lines are parsed.

To take 20 cells out of each of a million lines costs ten times as much as to look at the lines
whole. Lines are compared by two hashes of 64 bits; each line must be one record, which is so where
a file has as many records as lines.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sodasheet.model.loading_fallback import Why
from sodasheet.sources.spool import Spool
from sodasheet.staging.load.csv_loader import LINE_SIZE, glob_free, load
from sodasheet.staging.load.duckdb_database import cursor
from sodasheet.staging.sql_quoting import literal

if TYPE_CHECKING:
    import duckdb

#: Returns the path of the row hashes of the push with these rows, or None.
FindRowHashes = Callable[[Spool], Path | None]

#: If more lines than this differ, the file is read like any other file.
MOST = 0.5

#: The tables of this module. `lines` has hashes and size of every line in the file's order,
#: `imprinted` what the last push sent (staging/diff/row_hashes.py), in the end without the rows
#: whose lines are still there, which `as_sent` has.
_TABLES = ("lines", "imprinted", "as_sent", "others")

#: A byte that text tables never contain (ASCII's unit separator); a line with this byte has two
#: columns here and is refused.
_NO_SEPARATOR = "\x1f"

_FETCHED = 5000

#: Bytes read around a line: single lines are far apart, changed lines often adjacent.
_AROUND = 16 * 1024


@dataclass(frozen=True, slots=True)
class Others:
    """The other lines, written as a numbered spool, and the number of rows `as_sent`."""

    spool: Spool
    as_sent: int


def dialect(spool: Spool) -> list[str]:
    """Return everything that decides how a line is parsed into cells."""
    return [spool.delimiter, spool.quote, spool.escape, *spool.headers]


def hash_lines(connection: duckdb.DuckDBPyConnection, spool: Spool) -> None:
    """Create the table `lines(high, low, size)` in file order.

    Raises duckdb.Error for a line that is none.
    """
    # The second hash sees every byte at another place, so that no collision affects both.
    connection.execute(
        "CREATE OR REPLACE TABLE lines AS"
        f" SELECT hash(line) AS high, hash(concat('~', line)) AS low,"
        f" strlen(line) AS size FROM {_read(spool)}"
    )


def knows_lines(connection: duckdb.DuckDBPyConnection, rows: int) -> bool:
    """True if the table `lines` has a line for each of a number of rows."""
    made = _count(connection, "duckdb_tables() WHERE table_name = 'lines'")
    return bool(made) and _count(connection, "lines") == rows


def numbered_lines(spool: Spool) -> str:
    """Return SQL for the table `lines` with the row number of each line."""
    first = int(spool.first_row)
    return f"(SELECT CAST(rowid + {first} AS BIGINT) AS _row, high, low FROM lines)"


def forget_lines(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the tables of this module."""
    for name in _TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {name}")


def load_others(connection: duckdb.DuckDBPyConnection, spool: Spool, room: Path) -> Others | Why:
    """Load only the lines that are not in the table `imprinted`, as the table `source`.

    Leaves `as_sent(_row, k, h, high, low)` behind, one row for every other line, and `imprinted`
    without the rows of these. Returns the reason instead if the lines do not tell enough. Raises
    duckdb.Error or OSError if something cannot be read.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE as_sent AS SELECT l._row, i.*"
        f" FROM {numbered_lines(spool)} l JOIN imprinted i USING (high, low)"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE others AS"
        " SELECT * FROM imprinted ANTI JOIN lines USING (high, low)"
    )
    lines, sent, known, gone = (
        _count(connection, name) for name in ("lines", "imprinted", "as_sent", "others")
    )
    if lines != spool.rows:
        return Why.LINE_BREAKS
    if known != sent - gone:
        return Why.REPEATED_LINES
    if max(lines - known, gone) > MOST * lines:
        return Why.MANY_CHANGES
    connection.execute("DROP TABLE imprinted")
    connection.execute("ALTER TABLE others RENAME TO imprinted")
    path = room / "others.csv"
    count = _write_others(connection, spool, path)
    others = replace(spool, path=path, numbered=True, skip=0, rows=lines)
    if count != lines - known or load(connection, others) != count:
        return Why.LINE_BREAKS
    return Others(others, known)


def load_row_hashes(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Create the table `imprinted(k, h, high, low)`; raises duckdb.Error if unreadable."""
    connection.execute(
        "CREATE OR REPLACE TABLE imprinted AS SELECT k::VARCHAR AS k, h::UBIGINT AS h,"
        " high::UBIGINT AS high, low::UBIGINT AS low"
        f" FROM read_parquet({literal(glob_free(path))})"
    )


def _write_others(connection: duckdb.DuckDBPyConnection, spool: Spool, path: Path) -> int:
    """Write the other lines to `path`, each after its row number; return their count.

    It ends early, and so with too few, at a line in which a quote is left open, and at once if the
    lines do not make up the file.
    """
    count, quote = 0, spool.quote.encode()
    with spool.path.open("rb", buffering=_AROUND) as source, path.open("wb") as file:
        ending, first = _ending(source), _size_above(source, spool)
        size = source.seek(0, os.SEEK_END)
        if _size_of_lines(connection, len(ending)) + first not in (size, size + len(ending)):
            return 0
        for row, start, length in _others(connection, spool, len(ending)):
            source.seek(first + start)
            line = source.read(length + len(ending))
            data = line[:length]
            if line[length:] not in (ending, b"") or (quote and data.count(quote) % 2):
                break
            file.write(b"%d%b%b\n" % (row, spool.delimiter.encode(), data))
            count += 1
    return count


def _ending(source: BinaryIO) -> bytes:
    """Return the line ending of a file with uniform line endings."""
    return b"\r\n" if source.readline().endswith(b"\r\n") else b"\n"


def _size_above(source: BinaryIO, spool: Spool) -> int:
    """Return the number of bytes above the first row."""
    source.seek(0)
    return sum(len(source.readline()) for _ in range(spool.skip))


def _size_of_lines(connection: duckdb.DuckDBPyConnection, ending: int) -> int:
    """Return the number of bytes of all lines including line endings."""
    query = f"SELECT coalesce(sum(size + {ending}), 0)::BIGINT FROM lines"
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _others(
    connection: duckdb.DuckDBPyConnection, spool: Spool, ending: int
) -> Iterator[tuple[int, int, int]]:
    """Yield row number, place and size of every line that is not `as_sent`, in order.

    A place is counted from the first line. Without an order DuckDB sums as it streams, in the order
    of the table.
    """
    places = (
        f"SELECT CAST(rowid + {int(spool.first_row)} AS BIGINT) AS n, size, sum(size + {ending})"
        f" OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - size - {ending} AS start"
        " FROM lines"
    )
    query = (
        f"SELECT n, start::BIGINT, size FROM ({places})"
        " WHERE n NOT IN (SELECT _row FROM as_sent) ORDER BY n"
    )
    with closing(cursor(connection)) as reader:
        reader.execute(query)
        while rows := reader.fetchmany(_FETCHED):
            yield from rows


def _read(spool: Spool) -> str:
    """Return SQL for the whole lines below the header."""
    options = (
        f"auto_detect=false, header=false, skip={int(spool.skip)}, quote='', escape='',"
        f" delim={literal(_NO_SEPARATOR)}, columns={{'line': 'VARCHAR'}}, force_not_null=['line'],"
        f" strict_mode=true, max_line_size={LINE_SIZE}, buffer_size={2 * LINE_SIZE}"
    )
    return f"read_csv({literal(glob_free(spool.path))}, {options})"


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
