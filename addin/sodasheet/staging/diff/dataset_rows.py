"""Rows of the dataset, next to the source's rows on the stage."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import Column
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.canonical_text import canonical_from_portal

#: Extension of a page of CSV.
_CSV = ".csv"

#: Bytes of pages that are loaded at a time, so that a stop is noticed. Every statement
#: compiles the patterns of canonical strings again, which takes as long as many rows.
_AT_A_TIME = 120_000_000

#: Approximate ratio of a page's uncompressed to its compressed size.
_UNPACKED = 8


class UnreadableRowsError(SodaSheetError):
    """Downloaded rows in an unexpected form."""


@dataclass(slots=True)
class DatasetRows:
    """Downloaded rows of the dataset, read from their pages as needed.

    Pages are JSON, or CSV if their names end in .csv. `columns` are those of v0, v1, … in what is
    read: canonical strings. `id` is `:id`, and `k` the row identifier, NULL where there is none.
    `rows` is their number, if it is known. A stage holds the tables of one dataset at a time.
    """

    stage: Stage
    pages: Sequence[Path]
    columns: tuple[Column, ...]
    identifier: Column | None
    rows: int | None = None
    is_loaded: bool = False

    @property
    def csv_fields(self) -> list[str]:
        """The fields of the pages in order; empty for pages that are not CSV.

        Raises UnreadableRowsError if the portal heads its columns otherwise.
        """
        if not (self.pages and self.pages[0].suffix == _CSV):
            return []
        with self.pages[0].open(encoding="utf-8-sig", newline="") as lines:
            found = next(csv.reader(lines), [])
        needed = {":id", *(one.field for one in self.columns)}
        if self.identifier is not None:
            needed.add(self.identifier.field)
        if missing := needed.difference(found):
            raise UnreadableRowsError(
                f"The rows that the portal returned for {self.stage.name} cannot be compared: the"
                f" column {min(missing)} is missing.",
                "Try again in a few minutes; a push does not need it.",
            )
        return found

    def each_line(self, query: str, condition: str) -> None:
        """Run `query`, which ends in FROM, over the lines `l` of CSV pages that meet `condition`.

        A cell with line breaks takes several lines; a line that cannot be read is left out. Raises
        as `load_dataset_rows`.
        """
        for part in _parts(self.pages):
            self.stage.raise_if_cancelled()
            with _within_reach(self.stage, part) as files, _in_words(self.stage):
                self.stage.connection.execute(
                    f"{query} read_csv({_listed(files)}, columns = {{'l': 'VARCHAR'}},"
                    " header = true, auto_detect = false, delim = '\x01', quote = '',"
                    f" escape = '', ignore_errors = true, strict_mode = false) WHERE {condition}"
                )

    def index(
        self, values: Mapping[str, str], places: Collection[int], chosen: str | None = ""
    ) -> None:
        """Create the table `held_index(id, k, …)` of all rows, with these values by name.

        Each value is SQL over the columns in `places`: its type and the value, such as a hash, so
        that a comparison stores no more of a row than it needs. `chosen` is SQL that chooses among
        the raw rows (`among`, `without`); None chooses none. Raises as `load_dataset_rows`.
        """
        named = "".join(f", {value} AS {name}" for name, value in values.items())
        create = f"CREATE OR REPLACE TABLE held_index AS SELECT id, k{named} FROM"
        insert = f"INSERT INTO held_index SELECT id, k{named} FROM"
        # Without pages there is a table nevertheless.
        self.stage.connection.execute(f"{create} {self._nothing(places)}")
        if chosen is not None:
            self._each(insert, places, chosen)
        self.is_loaded = False

    def index_few(self, values: Mapping[str, str], chosen: str) -> None:
        """Create the same table for few rows, loading all their cells at once (`load`)."""
        self.is_loaded = False
        self._load(chosen)
        named = "".join(f", {value} AS {name}" for name, value in values.items())
        self.stage.connection.execute(
            f"CREATE OR REPLACE TABLE held_index AS SELECT id, k{named} FROM held"
        )

    def load(self, wanted: str) -> None:
        """Create the table `held(id, k, v0, v1, …)` of the rows whose `:id` is in the SQL `wanted`.

        The column is named `rid`. They are read again, and no others are made strings of. Raises as
        `load_dataset_rows`.
        """
        if not self.is_loaded:
            self._load(among(wanted))

    def _load(self, chosen: str) -> None:
        everything = range(len(self.columns))
        run = self.stage.connection.execute
        run(f"CREATE OR REPLACE TABLE held AS SELECT * FROM {self._nothing(everything)}")
        self._each("INSERT INTO held SELECT * FROM", everything, chosen)
        self.is_loaded = True

    def count_filled(self, places: Collection[int], wanted: str) -> list[int]:
        """Count the values in each column of `places`, in the rows of `wanted` (see `load`).

        Empty `wanted` means all rows. Raises as `load_dataset_rows`.
        """
        counts = ", ".join(f"count(v{place})" for place in places)
        found = [row for (row,) in self._each(f"SELECT [{counts}] FROM", places, among(wanted))]
        return [sum(numbers) for numbers in zip(*found, strict=True)] or [0] * len(places)

    def _each(self, query: str, places: Collection[int], some: str = "") -> list[Any]:
        """Run `query`, which ends in FROM, over the rows of several pages at a time.

        `some` is SQL that goes behind the raw rows to choose among them.
        """
        found: list[Any] = []
        fields = self.csv_fields
        columns = [self.columns[place] for place in places]
        for part in _parts(self.pages):
            self.stage.raise_if_cancelled()
            with _within_reach(self.stage, part) as files, _in_words(self.stage):
                raw = f"{_read(files, columns, places, self.identifier, fields)}{some}"
                rows = self.stage.connection.execute(f"{query} ({self._texts(places, raw)})")
                found += rows.fetchall()
        return found

    def _texts(self, places: Collection[int], raw: str) -> str:
        """Return SQL for `id`, `k` and the canonical strings of raw rows."""
        texts = "".join(
            f", CAST({canonical_from_portal(self.columns[place], f'x{place}')} AS VARCHAR)"
            f" AS v{place}"
            for place in places
        )
        key = "NULL" if self.identifier is None else canonical_from_portal(self.identifier, "xk")
        return f"SELECT id, CAST({key} AS VARCHAR) AS k{texts} FROM ({raw})"

    def _nothing(self, places: Collection[int]) -> str:
        texts = "".join(f", '' AS v{place}" for place in places)
        return f"(SELECT '' AS id, '' AS k{texts} WHERE false)"


def load_dataset_rows(
    stage: Stage, pages: Sequence[Path], columns: Sequence[Column], identifier: Column | None
) -> None:
    """Load downloaded pages (JSON arrays of rows) into the table `held`, in bounded memory.

    Raises SodaSheetError if they cannot be read, Cancelled if the user stops it.
    """
    DatasetRows(stage, pages, tuple(columns), identifier).load("")


def read_raw(stage: Stage, pages: Sequence[Path], kinds: Mapping[str, str]) -> Iterator[str]:
    """Yield SQL for the raw rows of downloaded pages, some pages at a time.

    `kinds` says for each field how DuckDB reads it; `:id` is also there. Raises as
    `load_dataset_rows`.
    """
    for part in _parts(pages):
        stage.raise_if_cancelled()
        with _within_reach(stage, part) as files:
            yield _rows_in(files, {":id": "VARCHAR"} | dict(kinds))


def among(wanted: str) -> str:
    """Return SQL that chooses the raw rows whose `:id` is a `rid` of `wanted`; empty means all."""
    return f" SEMI JOIN ({wanted}) AS wanted ON rid = {quoted(':id')}" if wanted else ""


def without(unwanted: str) -> str:
    """Return SQL that leaves out the raw rows whose `:id` is a `rid` of `unwanted`."""
    return f" ANTI JOIN ({unwanted}) AS unwanted ON rid = {quoted(':id')}" if unwanted else ""


def _parts(pages: Sequence[Path]) -> Iterator[list[Path]]:
    part: list[Path] = []
    size = 0
    for page in pages:
        part.append(page)
        size += page.stat().st_size * (_UNPACKED if page.suffix == ".gz" else 1)
        if size >= _AT_A_TIME:
            yield part
            part, size = [], 0
    if part:
        yield part


@contextmanager
def _within_reach(stage: Stage, pages: Sequence[Path]) -> Iterator[list[Path]]:
    """Link the pages into the stage's shelf, the only folder that DuckDB may read."""
    shelved = [stage.shelf / page.name for page in pages]
    try:
        for page, place in zip(pages, shelved, strict=True):
            try:
                os.link(page, place)
            except OSError:  # another disk, or a disk without links
                shutil.copyfile(page, place)
        yield shelved
    except OSError as error:
        raise SodaSheetError(
            f"The dataset's rows cannot be read from {pages[0].parent}: {error.strerror or error}.",
            "Free some space on the disk with the temporary folder (TMPDIR or TEMP), and try "
            "again.",
        ) from error
    finally:
        for place in shelved:
            with suppress(OSError):
                place.unlink()


@contextmanager
def _in_words(stage: Stage) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.InvalidInputException as error:
        reason = str(error).partition("\n")[0]
        raise UnreadableRowsError(
            f"The rows that the portal returned for {stage.name} cannot be compared: {reason}",
            "Try again in a few minutes; a push does not need this comparison.",
        ) from error


def _read(
    files: Sequence[Path],
    columns: Sequence[Column],
    places: Collection[int],
    identifier: Column | None,
    csv_fields: Sequence[str],
) -> str:
    """Return SQL for the raw rows: every value as text, JSON as-is. Nulls have no key (B.9)."""
    kinds = {":id": "VARCHAR"} | {
        one.field: "JSON" if one.type == "json" else "VARCHAR"
        for one in (*columns, *([identifier] if identifier else []))
    }
    names = [f"{quoted(':id')} AS id"]
    names += [] if identifier is None else [f"{quoted(identifier.field)} AS xk"]
    names += [
        f"{quoted(one.field)} AS x{place}" for place, one in zip(places, columns, strict=True)
    ]
    rows = _csv_rows_in(files, csv_fields) if csv_fields else _rows_in(files, kinds)
    return f"SELECT {', '.join(names)} FROM {rows}"


def _csv_rows_in(files: Sequence[Path], fields: Sequence[str]) -> str:
    shape = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in fields)
    return (
        f"read_csv({_listed(files)}, columns = {{{shape}}}, header = true, auto_detect = false,"
        " delim = ',', quote = '\"', escape = '\"', new_line = '\\n')"
    )


def _rows_in(files: Sequence[Path], kinds: Mapping[str, str]) -> str:
    shape = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in kinds.items())
    return f"read_json({_listed(files)}, format = 'array', columns = {{{shape}}})"


def _listed(files: Sequence[Path]) -> str:
    return f"[{', '.join(literal(str(file)) for file in files)}]"


def quoted(name: str) -> str:
    """Return a name quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'
