"""Rows of the dataset, beside the source's rows on the stage."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError, raise_if_cancelled
from sodasheet.model.dataset import Column
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.canonical_text import canonical_from_portal

#: Bytes of pages that are loaded at a time, so that a stop is heeded now and then.
_AT_A_TIME = 4_000_000


@dataclass(slots=True)
class DatasetRows:
    """Downloaded rows of the dataset, read from their pages as far as they are needed.

    `columns` are those of v0, v1, … in what is read: canonical texts. `id` is `:id`, and `k` the
    row identifier, NULL where there is none. A stage holds the tables of one dataset at a time.
    """

    stage: Stage
    pages: Sequence[Path]
    columns: tuple[Column, ...]
    identifier: Column | None
    is_loaded: bool = False

    def index(self, values: Mapping[str, str], places: Collection[int]) -> None:
        """Make the table `held_index(id, k, …)` of all rows, with these values by name.

        Each value is SQL over the columns in `places`: its type and the value, such as a hash, so
        that a comparison stores no more of a row than it needs. Raises as `load_dataset_rows`.
        """
        named = "".join(f", {value} AS {name}" for name, value in values.items())
        create = f"CREATE OR REPLACE TABLE held_index AS SELECT id, k{named} FROM"
        insert = f"INSERT INTO held_index SELECT id, k{named} FROM"
        # Without pages there is a table nevertheless.
        self.stage.connection.execute(f"{create} {self._nothing(places)}")
        self._each(insert, places)
        self.is_loaded = False

    def load(self, wanted: str) -> None:
        """Make the table `held(id, k, v0, v1, …)` of the rows whose `:id` the SQL `wanted` has.

        The column is named `rid`. They are read again, and no others are made texts of. Raises as
        `load_dataset_rows`.
        """
        if self.is_loaded:
            return
        everything = range(len(self.columns))
        run = self.stage.connection.execute
        run(f"CREATE OR REPLACE TABLE held AS SELECT * FROM {self._nothing(everything)}")
        self._each("INSERT INTO held SELECT * FROM", everything, wanted)
        self.is_loaded = True

    def count_filled(self, places: Collection[int], wanted: str) -> list[int]:
        """Count the values in each column of `places`, in the rows that `wanted` has (see `load`).

        Empty `wanted` means all rows. Raises as `load_dataset_rows`.
        """
        counts = ", ".join(f"count(v{place})" for place in places)
        found = [row for (row,) in self._each(f"SELECT [{counts}] FROM", places, wanted)]
        return [sum(numbers) for numbers in zip(*found, strict=True)] or [0] * len(places)

    def _each(self, query: str, places: Collection[int], wanted: str = "") -> list[Any]:
        """Run `query`, which ends in FROM, over the rows of some pages at a time."""
        found: list[Any] = []
        some = f" SEMI JOIN ({wanted}) AS wanted ON rid = {quoted(':id')}" if wanted else ""
        columns = [self.columns[place] for place in places]
        for part in _parts(self.pages):
            raise_if_cancelled(self.stage.progress)
            with _within_reach(self.stage, part) as files, _in_words(self.stage):
                raw = f"{_read(files, columns, places, self.identifier)}{some}"
                rows = self.stage.connection.execute(f"{query} ({self._texts(places, raw)})")
                found += rows.fetchall()
        return found

    def _texts(self, places: Collection[int], raw: str) -> str:
        """Return SQL for `id`, `k` and the canonical texts of raw rows."""
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

    Raises SodaSheetError where they cannot be read, Cancelled where the user stops it.
    """
    DatasetRows(stage, pages, tuple(columns), identifier).load("")


def read_raw(stage: Stage, pages: Sequence[Path], kinds: Mapping[str, str]) -> Iterator[str]:
    """Yield SQL for the raw rows of downloaded pages, some pages at a time.

    `kinds` says for each field how DuckDB reads it; `:id` is there besides. Raises as
    `load_dataset_rows`.
    """
    for part in _parts(pages):
        raise_if_cancelled(stage.progress)
        with _within_reach(stage, part) as files:
            yield _rows_in(files, {":id": "VARCHAR"} | dict(kinds))


def _parts(pages: Sequence[Path]) -> Iterator[list[Path]]:
    part: list[Path] = []
    size = 0
    for page in pages:
        part.append(page)
        size += page.stat().st_size
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
            except OSError:  # another disk, or one that knows no links
                shutil.copyfile(page, place)
        yield shelved
    except OSError as error:
        raise SodaSheetError(
            f"The dataset's rows cannot be read from {pages[0].parent}: {error.strerror or error}.",
            "Make room on the disk of the temporary folder (TMPDIR or TEMP) and try again.",
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
        raise SodaSheetError(
            f"The rows that the portal gave for {stage.name} cannot be compared: {reason}",
            "Try again in a few minutes; a push does not need this comparison.",
        ) from error


def _read(
    files: Sequence[Path],
    columns: Sequence[Column],
    places: Collection[int],
    identifier: Column | None,
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
    return f"SELECT {', '.join(names)} FROM {_rows_in(files, kinds)}"


def _rows_in(files: Sequence[Path], kinds: Mapping[str, str]) -> str:
    shape = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in kinds.items())
    listed = ", ".join(literal(str(file)) for file in files)
    return f"read_json([{listed}], format = 'array', columns = {{{shape}}})"


def quoted(name: str) -> str:
    """Return a name as SQL writes a name."""
    return '"' + name.replace('"', '""') + '"'
