"""Pages of rows of an output schema, and of its rows with errors (C.4)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from socrata_practice.publishing.source_cell_store import ROWS, Blocks, Cells
from socrata_practice.publishing.stored_records import (
    InputColumn,
    InputSchema,
    OutputColumn,
    OutputSchema,
    Transform,
    get,
    several,
)
from socrata_practice.publishing.transform_processing import block_count, values
from socrata_practice.types.registry import KEY_KINDS, TYPES

Json = dict[str, Any]


def columns(connection: sqlite3.Connection, output: OutputSchema) -> list[OutputColumn]:
    """Return the columns of an output schema in order."""
    return several(connection, OutputColumn, "position", output_schema_id=output.id)


@dataclass(frozen=True)
class Page:
    """A reader of an output schema's rows; cells are in the order of the columns' positions."""

    schema: InputSchema
    names: list[str]
    transforms: list[Transform]
    positions: dict[str, int]

    @classmethod
    def of(cls, connection: sqlite3.Connection, schema: InputSchema, output: OutputSchema) -> Page:
        """Return the pages of an output schema."""
        wanted = columns(connection, output)
        inputs = several(connection, InputColumn, input_schema_id=schema.id)
        return cls(
            schema=schema,
            names=[column.field_name for column in wanted],
            transforms=[get(connection, Transform, id=column.transform_id) for column in wanted],
            positions={column.field_name: column.position for column in inputs},
        )

    @property
    def transform_ids(self) -> list[int]:
        """Numbers of the transforms, in order."""
        return [transform.id for transform in self.transforms]

    def rows(self, blocks: Blocks, limit: int, offset: int) -> list[Json]:
        """Return the rows from an offset on."""
        end = min(offset + limit, self.schema.total_rows)
        return self._shown(blocks, list(range(offset, end)))

    def errors(self, blocks: Blocks, limit: int, offset: int) -> list[Json]:
        """Return the rows that contain an error."""
        return self._shown(blocks, blocks.error_rows(self.transform_ids, limit, offset))

    def _shown(self, blocks: Blocks, rows: list[int]) -> list[Json]:
        errors = blocks.cell_errors(self.transform_ids, rows)
        places = blocks.places(rows)
        shown = []
        block, cells = -1, []
        for row, place in zip(rows, places, strict=True):
            if row // ROWS != block:
                block = row // ROWS
                cells = self._block(blocks, block)
            shown.append({"offset": place, "row": self._row(cells, row, errors)})
        return shown

    def _block(self, blocks: Blocks, block: int) -> list[Cells]:
        return [values(blocks, one, self.positions, block) for one in self.transforms]

    def _row(self, cells: list[Cells], row: int, errors: dict[tuple[int, int], Json]) -> list[Json]:
        shown: list[Json] = []
        for transform, column in zip(self.transforms, cells, strict=True):
            error = errors.get((transform.id, row))
            if error is not None:
                shown.append({"error": error})
                continue
            value = column[row % ROWS] if column else None
            to_json = TYPES[transform.output_soql_type].to_json
            is_plain = value is None or to_json is None
            shown.append({"ok": value if is_plain else to_json(value)})  # type: ignore[misc]
        return shown

    def identifies(self, blocks: Blocks, transform: Transform) -> bool:
        """Return True if no value of a transform is missing and no two are equal."""
        kind = TYPES[transform.output_soql_type]
        if transform.error_count or kind.kind not in KEY_KINDS:
            return False
        seen = sqlite3.connect("")  # a separate file that is deleted automatically
        try:
            seen.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")
            for block in range(block_count(self.schema)):
                cells = values(blocks, transform, self.positions, block)
                if None in cells or "" in cells:
                    return False
                keys = [(kind.key(cell),) for cell in cells]
                seen.executemany("INSERT INTO seen VALUES (?)", keys)
        except sqlite3.IntegrityError:
            return False
        finally:
            seen.close()
        return True
