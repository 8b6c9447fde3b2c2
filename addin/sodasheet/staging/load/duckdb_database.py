"""The single DuckDB edge: a database per stage, locked down, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.staging.sql_quoting import literal

if TYPE_CHECKING:
    import duckdb

#: MB that DuckDB may use, in addition to about 100 MB for itself and Python. Rows are kept in
#: order on
#: several threads only where each may hold a few MB for each column; with so little they are
#: loaded on one, which takes hardly longer because nothing is compressed.
MEMORY = 170
THREADS = 2

#: More columns make a table wide. Each costs memory whatever the number of rows, and again on each
#: thread: at least a block, and the strings that are made of its cells. With this many MB for
#: each, tables of 500, 1,000 and 3,000 columns are checked and written as JSON.
WIDE = 100
MEMORY_PER_COLUMN = 0.45

#: DuckDB keeps the group of rows at which it writes in memory: 122,880 rows unless told otherwise,
#: which is more than the limit if they are wide. The number must be a multiple of a vector's rows.
_GROUP_CELLS = 20 * 122_880
_VECTOR = 2048

#: The database of a wide table, next to the database of the functions.
_WIDE_DATABASE = "wide"
_SEARCH_PATH = f"{_WIDE_DATABASE},stage"


#: The file of an empty database that has these functions, by their definitions.
_files: dict[tuple[str, ...], bytes] = {}


@contextmanager
def database(
    folder: Path, functions: tuple[str, ...]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Open a new database in a separate folder inside `folder`, deleted at the end.

    `functions` are the definitions of its SQL functions.
    """
    import duckdb

    with TemporaryDirectory(prefix="stage-", dir=folder, ignore_cleanup_errors=True) as name:
        room = Path(name)
        with translated():
            connection = _opened(room, functions)
        try:
            yield connection, room
        finally:
            with suppress(duckdb.Error):
                connection.close()


def _opened(room: Path, functions: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
    """Return a connection to a new database with the functions.

    Defining them takes longer than checking a small source, so that the later databases of a
    process begin as copies of the first one's file.
    """
    import duckdb

    place = room / "stage.duckdb"
    file = _files.get(functions)
    if file is not None:
        place.write_bytes(file)
    connection = duckdb.connect(str(place), config=_config(room))
    # The file is deleted as soon as it is closed, and need not be complete.
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    if file is not None:
        return connection
    # In one transaction: each of them would be written to the disk on its own.
    connection.execute("BEGIN")
    for function in functions:
        connection.execute(f"CREATE MACRO {function}")
    connection.execute("COMMIT")
    connection.execute("CHECKPOINT")
    with suppress(OSError):  # on Windows, nothing else can read an open database
        _files[functions] = place.read_bytes()
    return connection


def _config(room: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{MEMORY}MB",
        "threads": min(THREADS, os.cpu_count() or 1),
        "temp_directory": str(room / "spill"),
        "preserve_insertion_order": True,
        # A stage lives for minutes: compressing it costs more than its disk space is worth.
        "force_compression": "uncompressed",
        # A locked-down desktop: nothing is fetched from anywhere, ever.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "allow_persistent_secrets": False,
    }


def widen(connection: duckdb.DuckDBPyConnection, columns: int, room: Path) -> None:
    """Make room for a table of this many columns, which is created afterwards.

    A wide table goes into a separate database in `room`, whose groups have fewer rows.
    """
    memory = max(MEMORY, int(columns * MEMORY_PER_COLUMN))
    connection.execute(f"SET memory_limit = '{memory}MB'")
    if columns <= WIDE or _is_wide(connection):
        return
    connection.execute("SET threads = 1")
    rows = max(_GROUP_CELLS // columns // _VECTOR, 1) * _VECTOR
    place = literal(str(room / "wide.duckdb"))
    connection.execute(f"ATTACH {place} AS {_WIDE_DATABASE} (ROW_GROUP_SIZE {rows})")
    connection.execute(f"SET search_path = '{_SEARCH_PATH}'")


def _is_wide(connection: duckdb.DuckDBPyConnection) -> bool:
    query = f"SELECT count(*) FROM duckdb_databases() WHERE database_name = '{_WIDE_DATABASE}'"
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Open a second cursor on the same tables, so that readers do not interrupt each other."""
    other = connection.cursor()
    # A new cursor does not inherit the search path.
    if _is_wide(other):
        other.execute(f"SET search_path = '{_SEARCH_PATH}'")
    return other


def lock(connection: duckdb.DuckDBPyConnection, columns: int, shelf: Path) -> None:
    """Permanently forbid all files except the database and files in `shelf`."""
    widen(connection, columns, shelf.parent)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{literal(str(shelf / '_')[:-1])}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def translated() -> Iterator[None]:
    """Convert DuckDB's errors about disk and memory to sentences for users."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise SodaSheetError(
            "There is not enough memory or disk space to process the rows.",
            "Free some space on the disk with the temporary folder (TMPDIR or TEMP), and try "
            "again.",
        ) from error
    except duckdb.IOException as error:
        raise SodaSheetError(
            f"The temporary database cannot be used: {_first_line(error)}",
            "Free some space on the disk with the temporary folder (TMPDIR or TEMP), and try "
            "again.",
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
