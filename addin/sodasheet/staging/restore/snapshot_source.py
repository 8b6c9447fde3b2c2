"""Rows of a snapshot as a source, with every value exactly as downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sodasheet.staging.diff.dataset_rows import quoted, read_raw
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.verbatim_json import NOTHING


@dataclass(frozen=True, slots=True)
class RowsToRestore:
    """Rows of snapshot pages to restore, and their fields.

    `wanted` is SQL for `id` and `anew`; `always` are the fields that every row gets, `anew` the
    additional fields of rows that must be recreated.
    """

    pages: Sequence[Path]
    wanted: str
    always: tuple[str, ...]
    anew: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns of the source."""
        return (*self.always, *self.anew)


def write_restore_source(stage: Stage, putting: RowsToRestore, path: Path) -> None:
    """Write the rows to `path` as a CSV with a header; raises OSError if that fails.

    A cell holds JSON (staging/types/verbatim_json.py), and nothing where the row's own
    value is to stay.
    """
    run = stage.connection.execute
    run(f"CREATE OR REPLACE TABLE wanted AS {putting.wanted}")
    cells = ", ".join(
        f"{_cell(field, field in putting.always)} AS {quoted(field)}" for field in putting.fields
    )
    titles = ", ".join(f"'' AS {quoted(field)}" for field in putting.fields)
    shelved = stage.shelf / path.name
    try:
        with path.open("wb") as out:
            _write(stage, f"SELECT {titles} WHERE false", shelved, out, header=True)
            # In the order of the pages as returned by the portal: by `:id`, which does not sort as
            # text. Page by page, because sorting needs memory for all rows.
            for rows in read_raw(stage, putting.pages, dict.fromkeys(putting.fields, "JSON")):
                wanted = (
                    f'SELECT {cells} FROM (SELECT *, row_number() OVER () AS ":nth" FROM {rows}) r'
                    f' JOIN wanted w ON w.id = r.{quoted(":id")} ORDER BY r.":nth"'
                )
                _write(stage, wanted, shelved, out, header=False)
    finally:
        shelved.unlink(missing_ok=True)


def _write(stage: Stage, rows: str, shelved: Path, out: IO[bytes], *, header: bool) -> None:
    """Append the rows of a query to a file, as CSV."""
    stage.connection.execute(
        f"COPY ({rows}) TO {literal(str(shelved))}"
        f" (FORMAT csv, HEADER {str(header).lower()}, FORCE_QUOTE *)"
    )
    with shelved.open("rb") as part:
        shutil.copyfileobj(part, out)


def _cell(field: str, always: bool) -> str:
    value = f"coalesce(CAST(r.{quoted(field)} AS VARCHAR), {literal(NOTHING)})"
    return value if always else f"CASE WHEN w.anew THEN {value} ELSE '' END"
