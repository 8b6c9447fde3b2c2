"""Load one source into the tables of a stage, in the fastest way that is exact."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sodasheet.errors import SourceError
from sodasheet.model.loading_fallback import Fallback, FastPath, Why
from sodasheet.model.progress import Progress
from sodasheet.sources.sheet_columns import Columns, NotPlain
from sodasheet.sources.source_file import Stamp, raise_if_cancelled
from sodasheet.sources.spool import Source, Spool
from sodasheet.staging.load.changed_lines import (
    FindRowHashes,
    forget_lines,
    hash_lines,
    load_others,
    load_row_hashes,
)
from sodasheet.staging.load.csv_loader import (
    LONG_LINE_SIZE,
    lines_add_up,
    load,
    loses_nothing,
    unloadable,
)
from sodasheet.staging.load.duckdb_database import widen
from sodasheet.staging.load.non_data_rows import drop_blank_rows, names_totals
from sodasheet.staging.load.sheet_columns_loader import load_columns

if TYPE_CHECKING:
    import duckdb

_log = logging.getLogger("sodasheet.staging")
# Without a handler, Python would print log messages on the user's terminal.
_log.addHandler(logging.NullHandler())

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded spool: the number of rows, and of rows unchanged since the last push."""

    spool: Spool
    rows: int
    as_sent: int = 0


@dataclass(slots=True)
class Loading:
    """A source being loaded into the tables of a stage.

    `fallbacks` are the fast paths that this source could not take. `hashes_lines` says that the
    lines of a file are hashed even if those of no push are found to compare them with.
    """

    connection: duckdb.DuckDBPyConnection
    source: Source
    room: Path
    progress: Progress
    hashes_lines: bool = True
    fallbacks: list[Fallback] = field(default_factory=list)

    def load(self, row_hashes: FindRowHashes | None) -> Loaded:
        """Load the source: fast first, carefully if the results might differ.

        Raises SourceError if the source cannot be read, or changes while it is read.
        """
        loaded = self._without_blank_rows(self._fast(row_hashes) or self._careful())
        raise_if_cancelled(self.progress, self.source.name)
        fallbacks = (*loaded.spool.fallbacks, *self.fallbacks)
        for fallback in fallbacks:
            if fallback.unexpected:
                _log.error("%s: %s", fallback.path, fallback.detail)
        return replace(loaded, spool=replace(loaded.spool, fallbacks=fallbacks))

    def _without_blank_rows(self, loaded: Loaded) -> Loaded:
        spool, count = drop_blank_rows(self.connection, loaded.spool)
        return replace(loaded, spool=spool, rows=loaded.rows - count) if count else loaded

    def _careful(self) -> Loaded:
        import duckdb

        forget_lines(self.connection)
        raise_if_cancelled(self.progress, self.source.name)
        spool = self.source.spool(self.room, self.progress, careful=True)
        try:
            return Loaded(spool, self._unchanged(spool, Stamp.of(spool.path), self._load(spool)))
        except duckdb.Error as error:
            self._fall_back(FastPath.FILE, _of_the_rows(error, Why.LONG_RECORDS), error)
        try:
            return Loaded(spool, load(self.connection, spool, LONG_LINE_SIZE))
        except duckdb.Error as error:
            raise unloadable(self.source.name, error) from error

    def _fast(self, row_hashes: FindRowHashes | None) -> Loaded | None:
        """Load the columns that the source provides at once; None if careful reading is needed."""
        spool = self.source.spool(self.room, self.progress)
        before = spool.stamp or Stamp.of(spool.path)
        if row_hashes is not None and spool.of_lines:
            loaded = self._changed_lines(spool, before, row_hashes)
            if loaded is not None:
                return loaded
        if spool.columns is not None:
            return self._columns(spool, spool.columns)
        return self._file(spool, before)

    def _columns(self, spool: Spool, columns: Columns) -> Loaded | None:
        import duckdb

        widen(self.connection, len(spool.headers), self.room)
        try:
            known = load_columns(self.connection, spool, columns)
        except NotPlain as error:
            return self._fall_back(FastPath.COLUMNS, error.why, error)
        except duckdb.Error as error:
            return self._fall_back(FastPath.COLUMNS, Why.ENGINE, error)
        return Loaded(known, known.rows or 0)

    def _file(self, spool: Spool, before: Stamp) -> Loaded | None:
        import duckdb

        try:
            rows = self._unchanged(spool, before, self._load(spool))
        except duckdb.Error as error:
            return self._fall_back(FastPath.FILE, _of_the_rows(error, Why.MALFORMED), error)
        if spool.numbered:
            return Loaded(spool, rows)
        if spool.spaced and not loses_nothing(self.connection, spool):
            return self._fall_back(FastPath.FILE, Why.QUOTES)
        if rows == spool.rows:
            return Loaded(spool, rows)
        if not lines_add_up(self.connection, spool):
            return self._fall_back(FastPath.FILE, Why.LINE_BREAKS)
        return Loaded(replace(spool, rows=rows, line_breaks=True), rows)

    def _changed_lines(
        self, spool: Spool, before: Stamp, row_hashes: FindRowHashes
    ) -> Loaded | None:
        """Load the lines that the last push did not send; None if everything has to be loaded.

        To find the row hashes takes a while, in which nobody may write to the file either: its
        lines and its cells would be of two versions.
        """
        import duckdb

        path = row_hashes(spool)
        raise_if_cancelled(self.progress, self.source.name)
        if path is None and not self.hashes_lines:
            return None
        try:
            self._unchanged(spool, before, lambda: hash_lines(self.connection, spool))
        except duckdb.Error as error:
            return self._fall_back(FastPath.LINES, _of_the_rows(error, Why.MALFORMED), error)
        if path is None:
            return None
        try:
            load_row_hashes(self.connection, path)
        except duckdb.Error as error:
            # The result of whatever another program did to the file.
            return self._fall_back(FastPath.LINES, Why.ROW_HASHES, error)
        read = partial(load_others, self.connection, spool, self.room)
        try:
            others = self._unchanged(spool, before, read)
        except (duckdb.Error, OSError) as error:
            return self._fall_back(FastPath.LINES, _of_the_rows(error, Why.MALFORMED), error)
        if isinstance(others, Why):
            return self._fall_back(FastPath.LINES, others)
        if names_totals(self.connection, others.spool):
            return self._fall_back(FastPath.LINES, Why.TOTALS)
        return Loaded(others.spool, spool.rows or 0, others.as_sent)

    def _fall_back(self, path: FastPath, why: Why, error: Exception | None = None) -> Loaded | None:
        """Record a fast path that cannot be used; always None, for the caller to return."""
        detail = str(error).partition("\n")[0] if error else ""
        self.fallbacks.append(Fallback(path, why, detail))
        return None

    def _load(self, spool: Spool) -> Callable[[], int]:
        return lambda: self._loaded(spool)

    def _loaded(self, spool: Spool) -> int:
        """Load all records and return their number, in pieces if necessary.

        Pieces that were cut inside a cell would not add up: they are counted, or measured.
        """
        import duckdb

        try:
            return load(self.connection, spool)
        except duckdb.OutOfMemoryException as error:
            self._fall_back(FastPath.FILE, Why.DOUBLED_QUOTES, error)
            rows = load(self.connection, spool, pieces=True)
            whole = rows == spool.rows if spool.numbered else loses_nothing(self.connection, spool)
            if not whole:
                raise
            return rows

    def _unchanged(self, spool: Spool, before: Stamp, read: Callable[[], _Result]) -> _Result:
        """Return the result of `read`; raises SourceError if the spool was written to."""
        widen(self.connection, len(spool.headers), self.room)
        found = read()
        if Stamp.of(spool.path) != before:
            raise SourceError(
                f"{self.source.name} changed while being read.",
                "Wait until the program that writes it is done, then try again.",
            )
        return found


def _of_the_rows(error: Exception, why: Why) -> Why:
    """Return `why` if the input may cause this error, else the reason for an engine error."""
    import duckdb

    theirs = (
        duckdb.InvalidInputException,
        duckdb.IOException,
        duckdb.OutOfMemoryException,
    )
    return why if isinstance(error, (OSError, *theirs)) else Why.ENGINE
