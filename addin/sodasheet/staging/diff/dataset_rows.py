"""Rows of the dataset, beside the source's rows on the stage."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.model.column import Column
from sodasheet.staging.cancel import raise_if_cancelled
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.stage import Stage
from sodasheet.staging.types.canonical_text import canonical_from_portal

#: Bytes of compressed pages that are loaded at a time, so that a stop is heeded now and then.
_AT_A_TIME = 4_000_000


@dataclass(frozen=True, slots=True)
class DatasetRows:
    """The table `held(id, k, v0, v1, …)`: `:id`, the row identifier, and canonical texts.

    `columns` are those of v0, v1, …; `k` is NULL where there is no row identifier. A stage holds
    one such table at a time.
    """

    stage: Stage
    columns: tuple[Column, ...]

    def name(self, field: str) -> str | None:
        """Return the name of the column with this field, None if not loaded."""
        places = [place for place, one in enumerate(self.columns) if one.field == field]
        return f"v{places[0]}" if places else None


def load_dataset_rows(
    stage: Stage, pages: Sequence[Path], columns: Sequence[Column], identifier: Column | None
) -> DatasetRows:
    """Load downloaded pages (JSON arrays of rows, compressed) in bounded memory.

    Raises SodaSheetError where they cannot be read, Cancelled where the user stops it.
    """
    values = [
        f", {canonical_from_portal(column, f'x{place}')} AS v{place}"
        for place, column in enumerate(columns)
    ]
    key = "NULL" if identifier is None else canonical_from_portal(identifier, "xk")
    run = stage.connection.execute
    names = "".join(f", v{place} VARCHAR" for place in range(len(columns)))
    run(f"CREATE OR REPLACE TABLE held (id VARCHAR, k VARCHAR{names})")
    for part in _parts(pages):
        raise_if_cancelled(stage.progress)
        with _within_reach(stage, part) as files, _in_words(stage):
            run(
                f"INSERT INTO held SELECT id, {key}{''.join(values)} FROM"
                f" ({_read(files, columns, identifier)})"
            )
    return DatasetRows(stage, tuple(columns))


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
            "Try again in a few minutes; a push does not need it.",
        ) from error


def _read(files: Sequence[Path], columns: Sequence[Column], identifier: Column | None) -> str:
    """Return SQL for the raw rows: every value as text, JSON as-is. Nulls have no key (B.9)."""
    kinds = {":id": "VARCHAR"} | {
        one.field: "JSON" if one.type == "json" else "VARCHAR"
        for one in (*columns, *([identifier] if identifier else []))
    }
    names = [f"{quoted(':id')} AS id"]
    names += [] if identifier is None else [f"{quoted(identifier.field)} AS xk"]
    names += [f"{quoted(one.field)} AS x{place}" for place, one in enumerate(columns)]
    return f"SELECT {', '.join(names)} FROM {_rows_in(files, kinds)}"


def _rows_in(files: Sequence[Path], kinds: Mapping[str, str]) -> str:
    shape = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in kinds.items())
    listed = ", ".join(literal(str(file)) for file in files)
    return f"read_json([{listed}], format = 'array', columns = {{{shape}}})"


def quoted(name: str) -> str:
    """Return a name as SQL writes a name."""
    return '"' + name.replace('"', '""') + '"'
