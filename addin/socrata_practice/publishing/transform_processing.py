"""Computing the transforms of an output schema, block by block."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from socrata_practice.publishing.schemas import compiled, input_names
from socrata_practice.publishing.shared_resources import Context
from socrata_practice.publishing.source_cell_store import ROWS, Blocks
from socrata_practice.publishing.stored_records import (
    InputColumn,
    InputSchema,
    OutputColumn,
    OutputSchema,
    Transform,
    get,
    several,
    update,
)
from socrata_practice.storage.database import now_text, transaction
from socrata_practice.transforms.cell_lists import Cells, Failure, Node
from socrata_practice.transforms.geocoding import answering

_TOGETHER = 20  # blocks kept in memory at once


@dataclass(frozen=True)
class _Work:
    """Transforms to compute over one input schema."""

    schema: InputSchema
    positions: dict[str, int]
    nodes: dict[int, Node]


def process(context: Context, output_schema_id: int, fails: bool) -> None:
    """Compute the missing transforms, then mark the output schema finished.

    `fails` has its transforms fail, as if something in the portal had broken.
    """
    with context.connection() as connection:
        output = get(connection, OutputSchema, id=output_schema_id)
        schema = get(connection, InputSchema, id=output.input_schema_id)
        with context.turn(schema.source_id), context.blocks(schema.source_id) as blocks:
            transforms = _transforms(connection, output)
            waiting = [one for one in transforms if not one.finished_at]
            if fails:
                _fail(connection, waiting or transforms)
                return
            work = _work(connection, schema, [one for one in waiting if not one.plain_input])
            with answering(context.settings.guess("geocode_miss")):
                _compute(context, blocks, work)
            counts = {one.id: blocks.count_errors(one.id) for one in waiting}
            errors = blocks.count_error_rows([one.id for one in transforms])
            _finish(connection, output, waiting, counts, errors)


def _transforms(connection: sqlite3.Connection, output: OutputSchema) -> list[Transform]:
    columns = several(connection, OutputColumn, output_schema_id=output.id)
    wanted = {column.transform_id for column in columns}
    return [get(connection, Transform, id=one) for one in sorted(wanted)]


def _fail(connection: sqlite3.Connection, transforms: list[Transform]) -> None:
    details = {"type": "internal_error", "message": "Internal error (injected)"}
    with transaction(connection):
        for transform in transforms:
            update(connection, transform, failed_at=now_text(), failure_details=details)


def _work(
    connection: sqlite3.Connection, schema: InputSchema, transforms: list[Transform]
) -> _Work:
    columns = several(connection, InputColumn, input_schema_id=schema.id)
    names = input_names(connection, schema.id)
    return _Work(
        schema=schema,
        positions={column.field_name: column.position for column in columns},
        nodes={one.id: compiled(one.transform_expr, names) for one in transforms},
    )


def block_rows(schema: InputSchema, block: int) -> int:
    """Return the number of rows in a block."""
    return min(ROWS, schema.total_rows - block * ROWS)


def block_count(schema: InputSchema) -> int:
    """Return the number of blocks of a schema's rows."""
    return -(-schema.total_rows // ROWS)


def _compute(context: Context, blocks: Blocks, work: _Work) -> None:
    count = block_count(work.schema) if work.nodes else 0
    for start in range(0, count, _TOGETHER):
        with blocks.writing():
            for block in range(start, min(start + _TOGETHER, count)):
                context.workers.go_on()
                _compute_block(blocks, work, block)


def _compute_block(blocks: Blocks, work: _Work, block: int) -> None:
    rows = block_rows(work.schema, block)
    wanted = frozenset().union(*(node.inputs for node in work.nodes.values()))
    inputs = {name: blocks.input_cells(work.positions[name], block) for name in wanted}
    for transform_id, node in work.nodes.items():
        cells = node.run(inputs, rows)
        unchanged = next((name for name in node.inputs if cells is inputs[name]), None)
        if unchanged is not None:
            blocks.put_unchanged(transform_id, block, work.positions[unchanged])
            continue
        if node.fails:
            cells = _without_failures(blocks, transform_id, block, cells)
        blocks.put_output(transform_id, block, cells)


def _without_failures(blocks: Blocks, transform_id: int, block: int, cells: Cells) -> Cells:
    """Store failures separately and return the cells without them."""
    if Failure not in set(map(type, cells)):
        return cells
    first = block * ROWS
    errors = [
        (first + place, cell.error) for place, cell in enumerate(cells) if type(cell) is Failure
    ]
    blocks.put_cell_errors(transform_id, errors)
    return [None if type(cell) is Failure else cell for cell in cells]


def _finish(
    connection: sqlite3.Connection,
    output: OutputSchema,
    waiting: list[Transform],
    counts: dict[int, int],
    errors: int,
) -> None:
    now = now_text()
    with transaction(connection):
        for transform in waiting:
            update(connection, transform, finished_at=now, error_count=counts[transform.id])
        update(connection, output, finished_at=now, error_count=errors)


def values(blocks: Blocks, transform: Transform, positions: dict[str, int], block: int) -> Cells:
    """Return the values of a finished transform in one block."""
    if transform.plain_input is not None:
        return blocks.input_cells(positions[transform.plain_input], block)
    return blocks.output_cells(transform.id, block)
