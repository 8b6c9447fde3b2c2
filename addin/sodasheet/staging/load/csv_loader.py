"""Load a spool into the table `source(_row, c0, c1, …)`, all text, in source order."""

from __future__ import annotations

from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.sources.spool import Spool
from sodasheet.staging.sql_quoting import Rows, literal

if TYPE_CHECKING:
    import duckdb

#: Bytes of the longest record, and of what DuckDB reads at a time; both cost memory per thread.
LINE_SIZE = 4_000_000
BUFFER_SIZE = 8_000_000
#: The last try, for the rare record that is longer.
LONG_LINE_SIZE = 64_000_000

#: Query for the remains of an earlier load, the view before its table.
_LOADED = """
    SELECT 'VIEW', view_name FROM duckdb_views() WHERE view_name = 'source'
    UNION ALL
    SELECT 'TABLE', table_name FROM duckdb_tables() WHERE table_name IN ('source', 'cells')
"""


def load(
    connection: duckdb.DuckDBPyConnection,
    spool: Spool,
    line_size: int = LINE_SIZE,
    *,
    pieces: bool = False,
) -> int:
    """Load `spool`; return the number of records. Raises duckdb.Error if malformed.

    Columns are named by position: nothing out of the file is ever part of a statement. In `pieces`
    a file with much text in cells with doubled quotes needs less memory: DuckDB keeps such text
    until its reader has come to the end.
    """
    for kind, name in connection.execute(_LOADED).fetchall():
        connection.execute(f"DROP {kind} {name}")
    columns = [f"c{index}" for index in range(len(spool.headers))]
    if spool.numbered:
        connection.execute(f"CREATE TABLE source AS {_select(spool, columns, line_size, pieces)}")
    else:
        connection.execute(f"CREATE TABLE cells AS {_select(spool, columns, line_size, pieces)}")
        # The place of a row in a table that was filled in order is its number; a numbered copy
        # would cost a single thread and a column.
        listed = ", ".join(columns)
        view = f"SELECT {row_of(spool)} AS _row, {listed} FROM cells"
        connection.execute(f"CREATE VIEW source AS {view}")
    return _number(connection, "SELECT count(*) FROM source")


def loses_nothing(connection: duckdb.DuckDBPyConnection, spool: Spool) -> bool:
    """True if every byte below the header is in the table `cells`, or separates its cells.

    DuckDB drops a blank between a quote and a separator, though the blank is part of the cell, and
    an empty cell that a record has too many. Then cells, separators, quotes and line ends do not
    make up the file.
    """
    names = _names(spool)
    lengths = (f"sum(strlen({name}))" for name in names)
    quoted = () if spool.bare else names
    inside = (f"sum({_occurrences(name, literal(spool.quote))})" for name in quoted)
    sums = ", ".join(["count(*)", *lengths, *inside])
    rows, *found = (
        int(number or 0)
        for number in connection.execute(f"SELECT {sums} FROM cells").fetchone() or [0]
    )
    length, kept = sum(found[: len(names)]), sum(found[len(names) :])
    size, quotes, ends = _measure(spool, rows)
    return size == length + rows * (len(names) - 1) + quotes - kept + ends


def _measure(spool: Spool, rows: int) -> tuple[int, int, int]:
    """Return the bytes below the header, the quotes in them, and the bytes of `rows` line ends."""
    quote, last, size, quotes = spool.quote.encode(), b"", 0, 0
    with spool.path.open("rb") as file:
        end = b"\r\n" if file.readline().endswith(b"\r\n") else b"\n"
        file.seek(0)
        for _ in range(spool.skip):
            file.readline()
        if spool.bare:
            # Without quotes to count, only the end of the file has to be read.
            above = file.tell()
            size = file.seek(0, SEEK_END) - above
            file.seek(max(above, above + size - 2))
            last = file.read()
        while block := file.read(BUFFER_SIZE):
            size += len(block)
            quotes += block.count(quote)
            last = (last + block[-2:])[-2:]
    return size, quotes, rows * len(end) - (0 if last.endswith(end) else len(end))


def _names(spool: Spool) -> list[str]:
    return [f"c{index}" for index in range(len(spool.headers))]


def _occurrences(name: str, sign: str) -> str:
    """Return SQL for the count of a character in text; most text has none."""
    without = f"strlen(replace({name}, {sign}, ''))"
    return f"CASE WHEN contains({name}, {sign}) THEN strlen({name}) - {without} ELSE 0 END"


def lines_add_up(connection: duckdb.DuckDBPyConnection, spool: Spool) -> bool:
    """True if the records in the table `cells`, including their line breaks, fill every line."""
    names = _names(spool)
    some = ", ".join(f"coalesce(bool_or(contains({name}, chr(10))), false)" for name in names)
    broken = connection.execute(f"SELECT {some} FROM cells").fetchone() or ()
    breaks = (
        _occurrences(name, "chr(10)") for name, has in zip(names, broken, strict=False) if has
    )
    lines = " + ".join(["1", *breaks])
    query = f"SELECT coalesce(sum({lines}), 0)::BIGINT FROM cells"
    return _number(connection, query) == spool.rows


def row_of(spool: Spool) -> str:
    """Return SQL for the source row of a record in the table `cells`."""
    return f"CAST(rowid + {int(spool.first_row)} AS BIGINT)"


def table_of(spool: Spool) -> Rows:
    """Return the rows for readers that name their columns: not the view, which is slow if wide."""
    return Rows("source", "_row") if spool.numbered else Rows("cells", row_of(spool))


def load_faults(connection: duckdb.DuckDBPyConnection, faults: Path | None) -> tuple[int, int]:
    """Fill the table `faults(_row, column_index, reason, value)`.

    Gives the number of faults, and of rows that have some and are not in `source` at all.
    """
    connection.execute(
        "CREATE TABLE faults (_row BIGINT, column_index INTEGER, reason VARCHAR, value VARCHAR)"
    )
    if faults is not None:
        columns = "{'_row': 'BIGINT', 'i': 'INTEGER', 'reason': 'VARCHAR', 'value': 'VARCHAR'}"
        connection.execute(
            f"INSERT INTO faults SELECT * FROM read_csv({literal(str(faults))}, "
            f"auto_detect=false, header=false, delim=',', quote='\"', escape='\"', "
            f"columns={columns}, force_not_null=['reason', 'value'])"
        )
        lost = "SELECT _row FROM faults WHERE _row NOT IN (SELECT _row FROM source)"
        missing = _number(connection, f"SELECT count(DISTINCT _row) FROM ({lost})")
        return _number(connection, "SELECT count(*) FROM faults"), missing
    return 0, 0


def unloadable(name: str, error: Exception) -> SourceError:
    """Return the error for a spool that is unreadable even after careful reading."""
    return SourceError(
        f"The rows of {name} cannot be loaded: {str(error).partition(chr(10))[0]}",
        "Save the source again as UTF-8 CSV with quotes around the cells, and try again.",
    )


def _select(spool: Spool, columns: list[str], line_size: int, pieces: bool) -> str:
    types = [f"'{name}': 'VARCHAR'" for name in columns]
    types = ["'_row': 'BIGINT'", *types] if spool.numbered else types
    # A numbered spool ends its records with LF; by default, DuckDB uses the first line break, which
    # may be inside a cell.
    options = {
        "auto_detect": "false",
        "header": "false",
        "skip": str(0 if spool.numbered else int(spool.skip)),
        "delim": literal(spool.delimiter),
        "quote": literal(spool.quote),
        "escape": literal(spool.escape if spool.quote else ""),
        "columns": "{" + ", ".join(types) + "}",
        # A blank cell is '' and never NULL, whatever it was quoted with.
        "force_not_null": "[" + ", ".join(f"'{name}'" for name in columns) + "]",
        **({"new_line": "'\\n'"} if spool.numbered else {}),
        "strict_mode": "true",
        "null_padding": "false",
        "ignore_errors": "false",
        # With this little memory, one thread orders the rows anyway; splitting the file for several
        # threads costs a quarter more.
        "parallel": str(pieces).lower(),
        "max_line_size": str(line_size),
        "buffer_size": str(max(BUFFER_SIZE, line_size)),
    }
    listed = ", ".join(f"{name}={value}" for name, value in options.items())
    return f"SELECT * FROM read_csv({literal(glob_free(spool.path))}, {listed})"


def glob_free(path: Path) -> str:
    """Return the path with DuckDB's pattern characters in brackets."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
