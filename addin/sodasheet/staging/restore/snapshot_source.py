"""Rows of a snapshot as a source, with every value exactly as downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sodasheet.staging.diff.dataset_rows import quoted, read_raw
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.stage import Stage
from sodasheet.staging.types.verbatim_value import NOTHING


@dataclass(frozen=True, slots=True)
class RowsToRestore:
    """Rows of snapshot pages to restore, and their fields.

    `wanted` is SQL for `id` and `anew`; `always` are the fields that every row gets, `anew` those
    besides that only rows get that have to be made again.
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

    A cell holds JSON (staging/types/verbatim_value.py), and nothing where the row's own
    value is to stay.
    """
    names = [f"j{place}" for place in range(len(putting.fields))]
    run = stage.connection.execute
    columns = ", ".join(f"{name} VARCHAR" for name in names)
    run(f"CREATE OR REPLACE TABLE wanted AS {putting.wanted}")
    run(f"CREATE OR REPLACE TABLE putting (id VARCHAR, {columns})")
    cells = ", ".join(_cell(field, field in putting.always) for field in putting.fields)
    for rows in read_raw(stage, putting.pages, dict.fromkeys(putting.fields, "JSON")):
        run(
            f"INSERT INTO putting SELECT r.{quoted(':id')}, {cells} FROM {rows} r"
            f" JOIN wanted w ON w.id = r.{quoted(':id')}"
        )
    shelved = stage.shelf / path.name
    listed = ", ".join(
        f"{name} AS {quoted(field)}" for name, field in zip(names, putting.fields, strict=True)
    )
    try:
        run(
            f"COPY (SELECT {listed} FROM putting ORDER BY id) TO {literal(str(shelved))}"
            " (FORMAT csv, HEADER, FORCE_QUOTE *)"
        )
        shutil.copyfile(shelved, path)
    finally:
        shelved.unlink(missing_ok=True)


def _cell(field: str, always: bool) -> str:
    value = f"coalesce(CAST(r.{quoted(field)} AS VARCHAR), {literal(NOTHING)})"
    return value if always else f"CASE WHEN w.anew THEN {value} ELSE '' END"
