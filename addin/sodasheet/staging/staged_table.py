"""The stage: one source's rows as text in a DuckDB table, with their row numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import Cancelled
from sodasheet.model.finding import FindingGroup
from sodasheet.model.loading_fallback import Fallback
from sodasheet.model.progress import Progress
from sodasheet.sources.spool import Source, Spool
from sodasheet.staging.load.changed_lines import FindRowHashes, dialect
from sodasheet.staging.load.csv_loader import load_faults, table_of
from sodasheet.staging.load.duckdb_database import cursor, database, lock, translated
from sodasheet.staging.load.load_source import Loading
from sodasheet.staging.load.non_data_rows import leave_out
from sodasheet.staging.sql_quoting import Rows
from sodasheet.staging.types.registry import MACROS

if TYPE_CHECKING:
    import duckdb

#: Rows from the top that are searched for samples, and characters of a sample.
SAMPLE_ROWS = 1000
SAMPLE_LENGTH = 80

#: Rows of twenty columns that are read from DuckDB at a time; fewer for a wide table.
FETCHED = 2048


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows of text, ready to be checked.

    `connection` holds the table `source(_row, c0, c1, …)`, blanks being empty strings, and the
    table
    `faults(_row, column_index, reason, value)`. `rows` counts the source's rows, those too
    broken to be in the table among them. `shelf` is the one folder that the connection may read
    and write files in.
    """

    name: str
    spool: Spool
    rows: int
    faults: int
    connection: duckdb.DuckDBPyConnection
    progress: Progress
    shelf: Path
    as_sent: int = 0

    @staticmethod
    @contextmanager
    def open(
        source: Source,
        folder: Path,
        progress: Progress,
        row_hashes: FindRowHashes | None = None,
        *,
        hashes_lines: bool = True,
    ) -> Iterator[Stage]:
        """Load `source`; every file of the stage is in `folder` and is deleted on closing.

        If `row_hashes` finds those of the last push, rows whose lines are in them may be left out.
        If it finds none, lines are hashed for a later push unless `hashes_lines` is false.
        Raises SourceError if the source cannot be read or changes meanwhile, Cancelled if the user
        stops it.
        """
        with database(folder, MACROS) as (connection, room), translated():
            loading = Loading(connection, source, room, progress, hashes_lines=hashes_lines)
            loaded = loading.load(row_hashes)
            spool, rows = loaded.spool, loaded.rows
            faults, lost = load_faults(connection, spool.faults)
            left_out = leave_out(connection, spool)
            spool, rows = left_out.spool, rows - left_out.rows
            faults, lost = faults - left_out.faults, lost - left_out.faults
            shelf = _shelved(connection, room, len(spool.headers))
            yield Stage(
                source.name,
                spool,
                rows + lost,
                faults,
                connection,
                progress,
                shelf,
                loaded.as_sent,
            )

    @staticmethod
    @contextmanager
    def bare(name: str, columns: int, folder: Path, progress: Progress) -> Iterator[Stage]:
        """Open a stage without a source, for this many columns; otherwise like `open`."""
        with database(folder, MACROS) as (connection, room), translated():
            shelf = _shelved(connection, room, columns)
            yield Stage(name, Spool(room, (), ""), 0, 0, connection, progress, shelf)

    def raise_if_cancelled(self, says: str = "The check was stopped.") -> None:
        """Raise Cancelled if the user asked to stop, before anything was sent."""
        if self.progress.stop:
            raise Cancelled(says, "Nothing was sent.")

    @property
    def headers(self) -> tuple[str, ...]:
        """The source's headers, in order."""
        return self.spool.headers

    @property
    def sha256(self) -> str:
        """The SHA-256 of the data that was read."""
        return self.spool.sha256

    @property
    def dialect(self) -> list[str]:
        """Everything that decides how lines become rows; empty if rows are not lines."""
        return dialect(self.spool) if self.as_sent or self.spool.of_lines else []

    @property
    def fallbacks(self) -> tuple[Fallback, ...]:
        """The fast paths that could not be used for the source, with reasons."""
        return self.spool.fallbacks

    @property
    def findings(self) -> tuple[FindingGroup, ...]:
        """Findings about the source as a whole."""
        return self.spool.findings

    @property
    def table(self) -> Rows:
        """The rows for readers that name their columns: not the view, which is slow if wide."""
        return table_of(self.spool)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Open a second cursor on the same tables, so that readers do not interrupt each other."""
        return cursor(self.connection)

    def fetched(self, query: str, size: int | None = None) -> Iterator[list[Any]]:
        """Yield the rows of a query in chunks (`size` rows if given), while other queries continue.

        A row is taken to be as long as one of the source.
        """
        size = size or max(20 * FETCHED // max(20, len(self.headers)), 1)
        with closing(self.cursor()) as reader:
            reader.execute(query)
            while rows := reader.fetchmany(size):
                yield rows

    def each(self, query: str) -> Iterator[Any]:
        """Yield the rows of a query, while other queries continue."""
        return chain.from_iterable(self.fetched(query))

    def samples(self, count: int) -> dict[str, list[str]]:
        """Return the first `count` distinct values of each column, by header, cut if long.

        Only the first thousand rows are looked at.
        """
        found: dict[str, list[str]] = {header: [] for header in self.headers}
        if not self.headers:
            return found
        listed = ", ".join(f"c{index}" for index in range(len(self.headers)))
        with closing(self.cursor()) as reader:
            reader.execute(f"SELECT {listed} FROM source ORDER BY _row LIMIT {SAMPLE_ROWS}")
            columns = zip(*reader.fetchall(), strict=True)
        for header, values in zip(self.headers, columns, strict=False):
            # Distinct values first: most columns repeat values, or have enough immediately.
            for value in dict.fromkeys(values):
                shown = value.strip()[:SAMPLE_LENGTH]
                if shown and shown not in found[header]:
                    found[header].append(shown)
                    if len(found[header]) == count:
                        break
        return found


def _shelved(connection: duckdb.DuckDBPyConnection, room: Path, columns: int) -> Path:
    """Lock the database of a stage; return the only folder that may still be used."""
    shelf = room / "shelf"
    shelf.mkdir()
    lock(connection, columns, shelf)
    return shelf
