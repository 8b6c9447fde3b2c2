"""The stage: one source's rows as text in a DuckDB table, with their row numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sodasheet.errors import Cancelled, SourceError
from sodasheet.model.finding import FindingGroup
from sodasheet.model.progress import Progress
from sodasheet.sources.spool import Source, Spool
from sodasheet.staging.load.arrow_loader import load_columns
from sodasheet.staging.load.changed_lines import (
    FindImprint,
    dialect,
    forget_lines,
    hash_lines,
    load_others,
)
from sodasheet.staging.load.csv_loader import (
    LONG_LINE_SIZE,
    load,
    load_faults,
    row_of,
    stamp,
    unloadable,
)
from sodasheet.staging.load.database import database, lock, translated, widen
from sodasheet.staging.sql import Rows
from sodasheet.staging.types.registry import MACROS

if TYPE_CHECKING:
    import duckdb

#: Rows from the top in which samples are looked for, and characters of a sample.
SAMPLE_ROWS = 1000
SAMPLE_LENGTH = 80

_Read = TypeVar("_Read")

#: Size and time of a file (loading.stamp).
Stamp = tuple[int, int]

#: Rows taken from DuckDB at a time.
FETCHED = 2048


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows of text, ready to be checked.

    `connection` holds the table `source(_row, c0, c1, …)`, blanks being empty texts, and the table
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
        source: Source, folder: Path, progress: Progress, imprint: FindImprint | None = None
    ) -> Iterator[Stage]:
        """Load `source`; every file of the stage lies in `folder` and is gone when it closes.

        Where `imprint` finds one, rows whose lines are in it may be left out. Raises SourceError
        where the source cannot be read or changes meanwhile, Cancelled where the user stops it.
        """
        with database(folder) as (connection, room), translated():
            spool, rows, as_sent = _Loading(connection, source, room, progress).load(imprint)
            faults, lost = load_faults(connection, spool.faults)
            shelf = _shelved(connection, room, len(spool.headers))
            rows += lost
            yield Stage(source.name, spool, rows, faults, connection, progress, shelf, as_sent)

    @staticmethod
    @contextmanager
    def bare(name: str, columns: int, folder: Path, progress: Progress) -> Iterator[Stage]:
        """A stage without a source, for so many columns of the dataset; otherwise as `open`."""
        with database(folder) as (connection, room), translated():
            shelf = _shelved(connection, room, columns)
            yield Stage(name, Spool(room, (), ""), 0, 0, connection, progress, shelf)

    @property
    def headers(self) -> tuple[str, ...]:
        """The source's headers, in order."""
        return self.spool.headers

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was read."""
        return self.spool.sha256

    @property
    def dialect(self) -> list[str]:
        """How the lines are taken apart that are its rows; empty where rows are no lines."""
        return dialect(self.spool) if self.as_sent or self.spool.of_lines else []

    @property
    def findings(self) -> tuple[FindingGroup, ...]:
        """Findings about the source as a whole."""
        return self.spool.findings

    @property
    def table(self) -> Rows:
        """The rows for those who name their columns: not the view, which takes its time if wide."""
        return Rows("source", "_row") if self.spool.numbered else Rows("cells", row_of(self.spool))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A second way into the same tables, so that one reader does not end another."""
        return self.connection.cursor()

    def fetched(self, query: str, size: int = FETCHED) -> Iterator[list[Any]]:
        """The rows of a query, so many at a time, while other queries go on."""
        with closing(self.cursor()) as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(size):
                yield rows

    def each(self, query: str) -> Iterator[Any]:
        """The rows of a query one by one, while other queries go on."""
        return chain.from_iterable(self.fetched(query))

    def samples(self, count: int) -> dict[str, list[str]]:
        """The first `count` different values of each column, by header, cut where they are long.

        Only the first thousand rows are looked at.
        """
        found: dict[str, list[str]] = {header: [] for header in self.headers}
        cursor = self.cursor()
        cursor.execute(f"SELECT * EXCLUDE (_row) FROM source ORDER BY _row LIMIT {SAMPLE_ROWS}")
        for row in cursor.fetchall():
            for header, value in zip(self.headers, row, strict=True):
                shown = value.strip()[:SAMPLE_LENGTH]
                if shown and len(found[header]) < count and shown not in found[header]:
                    found[header].append(shown)
        cursor.close()
        return found


def heed(progress: Progress) -> None:
    """Raise Cancelled where the user asked to stop."""
    if progress.stop:
        raise Cancelled("Stopped while the rows were checked.", "Nothing was sent.")


def _shelved(connection: duckdb.DuckDBPyConnection, room: Path, columns: int) -> Path:
    """Lock the database of a stage; the one folder that it may still use is given back."""
    for macro in MACROS:
        connection.execute(f"CREATE MACRO {macro}")
    shelf = room / "shelf"
    shelf.mkdir()
    lock(connection, columns, shelf)
    return shelf


@dataclass(frozen=True, slots=True)
class _Loading:
    """One source on its way into the tables of a stage."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    room: Path
    progress: Progress

    def load(self, imprint: FindImprint | None) -> tuple[Spool, int, int]:
        """The quick way first; the careful one where DuckDB and the source do not count alike.

        Gives the spool, how many rows it has, and how many of them are as the last push sent them.
        """
        import duckdb

        quick = self._quickly(imprint)
        if quick is not None:
            return quick
        forget_lines(self.connection)
        heed(self.progress)
        spool = self.source.spool(self.room, self.progress, careful=True)
        try:
            before = stamp(spool.path)
            return spool, self._unchanged(spool, before, lambda: load(self.connection, spool)), 0
        except duckdb.Error:
            try:
                return spool, load(self.connection, spool, LONG_LINE_SIZE), 0
            except duckdb.Error as error:
                raise unloadable(self.source.name, error) from error

    def _quickly(self, imprint: FindImprint | None) -> tuple[Spool, int, int] | None:
        """Load what the source hands over quickly; None where it must be read with care."""
        import duckdb

        spool = self.source.spool(self.room, self.progress)
        before = stamp(spool.path)
        if imprint is not None and spool.of_lines:
            found = self._by_lines(spool, before, imprint)
            if found is not None:
                return found
        try:
            if spool.columns is not None:
                widen(self.connection, len(spool.headers))
                known = load_columns(self.connection, spool)
                return None if known is None else (known, known.rows or 0, 0)
            rows = self._unchanged(spool, before, lambda: load(self.connection, spool))
        except duckdb.Error:
            return None
        return (spool, rows, 0) if spool.numbered or rows == spool.rows else None

    def _by_lines(
        self, spool: Spool, before: Stamp, imprint: FindImprint
    ) -> tuple[Spool, int, int] | None:
        """Load what the last push has not sent; None where all of it has to be loaded.

        To find the imprint takes a while, in which nobody may write to the file either: its lines
        and its cells would be of two versions.
        """
        import duckdb

        try:
            self._unchanged(spool, before, lambda: hash_lines(self.connection, spool))
            path = imprint(spool)
            heed(self.progress)
            if path is None:
                return None
            load = partial(load_others, self.connection, spool, self.room, path)
            others = self._unchanged(spool, before, load)
        except (duckdb.Error, OSError):
            return None
        return None if others is None else (others.spool, spool.rows or 0, others.as_sent)

    def _unchanged(self, spool: Spool, before: Stamp, read: Callable[[], _Read]) -> _Read:
        """What `read` gives; raises SourceError where somebody has written to the spool."""
        widen(self.connection, len(spool.headers))
        found = read()
        if stamp(spool.path) != before:
            raise SourceError(
                f"{self.source.name} changed while it was read.",
                "Wait until the program that writes it is done, then try again.",
            )
        return found
