"""Applying a revision: metadata, columns, row identifier, rows and permission, all or nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from socrata_practice.publishing.apply_columns import dataset_of, failed, fits, set_columns
from socrata_practice.publishing.attachments import apply_attachments
from socrata_practice.publishing.dataset_column_writer import BulkRules, BulkWriter, Counts
from socrata_practice.publishing.shared_resources import Context
from socrata_practice.publishing.source_cell_store import ROWS, Blocks, Cells
from socrata_practice.publishing.stored_records import (
    InputColumn,
    InputSchema,
    OutputColumn,
    OutputSchema,
    Revision,
    Source,
    TaskSet,
    Transform,
    get,
    several,
    update,
)
from socrata_practice.publishing.transform_processing import block_count, values
from socrata_practice.storage import (
    archived_row_versions,
    asset_from_json,
    asset_store,
    replication_lag,
)
from socrata_practice.storage.asset import Asset, Column
from socrata_practice.storage.database import now_seconds

_SCOPES = {"public": "public", "private": "private", "site": "site"}


@dataclass(frozen=True)
class Applied:
    """The result of applying; `counts` are the counts of upsert_complete, None without data."""

    columns_created: int
    counts: dict[str, int] | None


def apply_revision(
    context: Context,
    connection: sqlite3.Connection,
    task_set: TaskSet,
    left_out: frozenset[int],
) -> Applied:
    """Apply a revision in the caller's transaction; a Refusal leaves everything unchanged.

    Rows at the places `left_out` are not applied and count as errors.
    """
    revision = get(connection, Revision, id=task_set.revision_id)
    if revision.applied_by is not None or revision.closed_at is not None:
        raise failed(f"Revision {revision.revision_seq} is already closed")
    asset = dataset_of(connection, revision)
    asset_from_json.change(connection, asset, revision.metadata)
    apply_attachments(connection, dataset_of(connection, revision), revision.attachments)
    applied = Applied(0, None)
    if task_set.output_schema_id is not None:
        applied = _apply_data(context, connection, task_set, left_out)
    elif revision.blob_id is not None:
        _apply_blob(connection, asset, get(connection, Source, id=revision.blob_id))
    _publish(connection, revision)
    update(connection, revision, applied_by=task_set.id)
    return applied


def _publish(connection: sqlite3.Connection, revision: Revision) -> None:
    asset = dataset_of(connection, revision)
    values: dict[str, Any] = {}
    if asset.stage != "published":
        values = {"stage": "published", "published_at": now_seconds()}
    if revision.permission is not None:
        values["scope"] = _SCOPES[revision.permission]
    asset_store.update(connection, asset.id, **values)


def _apply_blob(connection: sqlite3.Connection, asset: Asset, source: Source) -> None:
    details = asset.details | {
        "blobId": f"practice-{source.id}",
        "blobFilename": source.source_type.get("filename"),
        "blobFileSize": source.filesize,
        "blobMimeType": source.content_type,
    }
    asset_store.update(connection, asset.id, asset_type="file", details=details)


# --- data ----------------------------------------------------------------------------------------


def _apply_data(
    context: Context,
    connection: sqlite3.Connection,
    task_set: TaskSet,
    left_out: frozenset[int],
) -> Applied:
    revision = get(connection, Revision, id=task_set.revision_id)
    output = get(connection, OutputSchema, id=task_set.output_schema_id)
    columns = several(connection, OutputColumn, "position", output_schema_id=output.id)
    transforms = [get(connection, Transform, id=column.transform_id) for column in columns]
    if any(transform.finished_at is None for transform in transforms):
        raise failed(f"Output schema {output.id} is not finished")
    if context.settings.archives:
        before = dataset_of(connection, revision)
        archived_row_versions.keep(connection, before)
        update(connection, revision, version_before=before.data_version)
    replication_lag.keep(connection, dataset_of(connection, revision), context.settings.lag_seconds)
    created = 0
    if revision.action != "delete":
        retypes = (
            revision.action == "replace" and context.settings.guess("column_type") == "changed"
        )
        created = set_columns(connection, revision, columns, transforms, retypes=retypes)
    asset = dataset_of(connection, revision)
    writer = _writer(context, connection, asset, revision, columns)
    _check_types(asset, writer.columns, columns, transforms)
    schema = get(connection, InputSchema, id=output.input_schema_id)
    rows = _Rows(schema, transforms, left_out)
    counts = _write(context, connection, rows, writer)
    asset_store.touch_rows(connection, asset, task_set.created_by)
    return Applied(created, counts.reported())


def _writer(
    context: Context,
    connection: sqlite3.Connection,
    asset: Asset,
    revision: Revision,
    columns: list[OutputColumn],
) -> BulkWriter:
    by_name = {column.field_name: column for column in asset.columns}
    if revision.action != "delete":
        chosen: list[Column | None] = [by_name[column.field_name] for column in columns]
    else:
        chosen = [by_name.get(column.field_name) for column in columns]
    rules = BulkRules(
        clears_omitted=context.settings.guess("omitted_columns") == "cleared",
        refuses_duplicates=context.settings.guess("duplicate_identifiers") == "refused",
    )
    return BulkWriter(connection, asset, chosen, revision.action, rules)


def _check_types(
    asset: Asset,
    chosen: list[Column | None],
    columns: list[OutputColumn],
    transforms: list[Transform],
) -> None:
    for column, output, transform in zip(chosen, columns, transforms, strict=True):
        if column is not None and not fits(column.data_type, transform):
            raise failed(
                f"Column {output.field_name} of {asset.id} is {column.data_type}"
                f" and its transform gives {transform.output_soql_type}"
            )


@dataclass(frozen=True)
class _Rows:
    """The rows to write: all except rows that contain an error (C.4) and rows left out."""

    schema: InputSchema
    transforms: list[Transform]
    left_out: frozenset[int]

    def cells(
        self, blocks: Blocks, positions: dict[str, int], block: int
    ) -> tuple[list[Cells], int]:
        """Return one block of columns, and the number of its rows that were left out."""
        found = [values(blocks, transform, positions, block) for transform in self.transforms]
        first = block * ROWS
        last = min(first + ROWS, self.schema.total_rows)
        left = {row - first for row in self.left_out if first <= row < last}
        bad = blocks.bad_rows([transform.id for transform in self.transforms], block) | left
        if bad:
            found = [[one for at, one in enumerate(column) if at not in bad] for column in found]
        return found, len(left)


def _write(
    context: Context, connection: sqlite3.Connection, rows: _Rows, writer: BulkWriter
) -> Counts:
    inputs = several(connection, InputColumn, input_schema_id=rows.schema.id)
    positions = {column.field_name: column.position for column in inputs}
    left_out = 0
    with context.blocks(rows.schema.source_id) as blocks:
        writer.begin()
        for block in range(block_count(rows.schema)):
            context.workers.go_on()
            cells, left = rows.cells(blocks, positions, block)
            writer.write(cells)
            left_out += left
    counts = writer.finish()
    counts.errors += left_out
    return counts
