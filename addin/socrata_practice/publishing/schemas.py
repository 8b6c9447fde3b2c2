"""Input and output schemas: the first of a source, and the schemas that clients request (C.3)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from socrata_practice import refusals
from socrata_practice.publishing.stored_records import (
    Config,
    InputColumn,
    Json,
    OutputColumn,
    OutputSchema,
    Revision,
    Source,
    Transform,
    find,
    get,
    insert,
    several,
)
from socrata_practice.publishing.type_guessing import first_transform
from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset, Column
from socrata_practice.storage.database import now_text
from socrata_practice.transforms.cell_lists import Node, TransformError
from socrata_practice.transforms.compiler import compile_transform
from socrata_practice.transforms.conversions import conversion_to

_FIELD = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)


@dataclass(frozen=True)
class ColumnDraft:
    """A column of an output schema that does not exist yet."""

    field_name: str
    display_name: str
    transform_expr: str
    description: str | None = None
    format: Json = field(default_factory=dict)
    flags: list[Any] = field(default_factory=list)
    is_primary_key: bool = False
    initial_output_column_id: int | None = None
    dataset_column_id: int | None = None


def input_names(connection: sqlite3.Connection, input_schema_id: int) -> dict[str, str]:
    """Return the field names that an expression may use."""
    columns = several(connection, InputColumn, "position", input_schema_id=input_schema_id)
    return {column.field_name: column.field_name for column in columns}


def compiled(text: str, names: Mapping[str, str]) -> Node:
    """Compile an expression; raises Refusal if the expression is not valid."""
    try:
        return compile_transform(text, names)
    except TransformError as error:
        raise refusals.publishing(
            400, "invalid_transform", f"{error} (in {text})", transform_expr=text
        ) from error


def create(
    connection: sqlite3.Connection,
    user_id: str,
    input_schema_id: int,
    drafts: list[ColumnDraft],
    sort_bys: list[Json],
) -> int:
    """Store an output schema; existing transforms are reused."""
    names = input_names(connection, input_schema_id)
    transforms = [_transform(connection, input_schema_id, one, names) for one in drafts]
    schema_id = insert(
        connection,
        OutputSchema,
        input_schema_id=input_schema_id,
        sort_bys=sort_bys,
        created_at=now_text(),
        created_by=user_id,
    )
    for position, (draft, transform) in enumerate(zip(drafts, transforms, strict=True), 1):
        values = {k: v for k, v in vars(draft).items() if k != "transform_expr"}
        insert(connection, OutputColumn, output_schema_id=schema_id, position=position,
               transform_id=transform, **values)  # fmt: skip
    return schema_id


def _transform(
    connection: sqlite3.Connection, input_schema_id: int, draft: ColumnDraft, names: dict[str, str]
) -> int:
    expression = draft.transform_expr
    known = find(connection, Transform, input_schema_id=input_schema_id, transform_expr=expression)
    if known is not None:
        return known.id
    node = compiled(expression, names)
    return insert(
        connection,
        Transform,
        input_schema_id=input_schema_id,
        transform_expr=expression,
        output_soql_type="text" if node.type == "null" else node.type,
        plain_input=node.plain_input,
    )


# --- the first output schema of a source ---------------------------------------------------------


def create_first(
    connection: sqlite3.Connection, source: Source, input_schema_id: int, typed: bool
) -> int:
    """Create the first output schema of a source: by config, by dataset, or by guessed types."""
    columns = several(connection, InputColumn, "position", input_schema_id=input_schema_id)
    revision = get(connection, Revision, id=source.revision_id) if source.revision_id else None
    drafts = _first_drafts(connection, revision, columns, typed)
    schema_id = create(connection, source.created_by, input_schema_id, drafts, [])
    if revision is not None:
        choose(connection, revision.id, schema_id)
    return schema_id


def choose(connection: sqlite3.Connection, revision_id: int, schema_id: int | None) -> None:
    """Make a schema the revision's default for applying."""
    connection.execute(
        "UPDATE revisions SET output_schema_id = ? WHERE id = ?", (schema_id, revision_id)
    )


def _first_drafts(
    connection: sqlite3.Connection,
    revision: Revision | None,
    columns: list[InputColumn],
    typed: bool,
) -> list[ColumnDraft]:
    if revision is not None and revision.config is not None:
        config = find(connection, Config, name=revision.config)
        if config is not None and config.body.get("columns"):
            asset = asset_store.find(connection, revision.fourfour)
            return read_drafts(connection, config.body["columns"], asset)
    asset = None if revision is None else asset_store.find(connection, revision.fourfour)
    if revision is None or asset is None or not asset.columns:
        return [_guessed_draft(column, typed) for column in columns]
    names = {column.field_name for column in columns}
    drafts = [_dataset_draft(asset, column, names) for column in asset.columns]
    return [draft for draft, column in zip(drafts, asset.columns, strict=True)
            if _is_wanted(column, names, revision.action)]  # fmt: skip


def _guessed_draft(column: InputColumn, typed: bool) -> ColumnDraft:
    name = column.field_name
    expression = first_transform(name, column.guessed_type) if typed else f"to_text(`{name}`)"
    return ColumnDraft(column.field_name, column.display_name, expression)


def _is_wanted(column: Column, names: set[str], action: str) -> bool:
    """Return True if a column belongs in the schema: a replace fills every column."""
    if column.is_computed or conversion_to(column.data_type) is None:
        return False
    return action == "replace" or column.field_name in names


def _dataset_draft(asset: Asset, column: Column, names: set[str]) -> ColumnDraft:
    value = f"`{column.field_name}`" if column.field_name in names else "null"
    return ColumnDraft(
        field_name=column.field_name,
        display_name=column.name,
        transform_expr=f"{conversion_to(column.data_type)}({value})",
        description=column.details.get("description"),
        format=column.details.get("format", {}),
        flags=column.details.get("flags", []),
        is_primary_key=column.id == asset.row_identifier,
        dataset_column_id=column.id,
    )


# --- an output schema a client asks for ----------------------------------------------------------


def read_drafts(
    connection: sqlite3.Connection, given: Any, asset: Asset | None
) -> list[ColumnDraft]:
    """Parse the columns of a request, in order of position; an invalid column raises Refusal."""
    if not isinstance(given, list) or not given or not all(isinstance(c, dict) for c in given):
        raise refusals.publishing(
            400, "invalid_output_schema", "output_columns must be a list of columns"
        )
    placed = sorted(enumerate(given), key=lambda pair: (_position(pair), pair[0]))
    drafts = [_read_draft(connection, column, asset) for _, column in placed]
    names = [draft.field_name for draft in drafts]
    if len(set(names)) != len(names):
        raise refusals.publishing(
            400, "duplicate_field_name", "Two output columns have the same field_name"
        )
    if sum(draft.is_primary_key for draft in drafts) > 1:
        raise refusals.publishing(
            400, "multiple_primary_keys", "Only one output column may be the primary key"
        )
    return drafts


def _position(pair: tuple[int, Json]) -> int:
    position = pair[1].get("position")
    return position if isinstance(position, int) else pair[0] + 1


def _read_draft(connection: sqlite3.Connection, given: Json, asset: Asset | None) -> ColumnDraft:
    name = given.get("field_name")
    if not isinstance(name, str) or not _FIELD.fullmatch(name):
        raise refusals.publishing(400, "invalid_field_name", f"Invalid field_name: {name}")
    transform = given.get("transform")
    expression = transform.get("transform_expr") if isinstance(transform, dict) else None
    expression = expression or given.get("transform_expr")
    if not isinstance(expression, str) or not expression.strip():
        raise refusals.publishing(
            400, "missing_transform", f"Column {name} has no transform_expr", field_name=name
        )
    earlier = _earlier(connection, given)
    column = _dataset_column(asset, name, earlier)
    is_key = given.get("is_primary_key")
    was_key = asset is not None and column is not None and column.id == asset.row_identifier
    return ColumnDraft(
        field_name=name,
        display_name=str(given.get("display_name") or name),
        transform_expr=expression,
        description=given.get("description"),
        format=given.get("format") or {},
        flags=given.get("flags") or [],
        is_primary_key=was_key if is_key is None else bool(is_key),
        initial_output_column_id=None if earlier is None else earlier.id,
        dataset_column_id=None if column is None else column.id,
    )


def _earlier(connection: sqlite3.Connection, given: Json) -> OutputColumn | None:
    """Return the output column that a column derives from, which identifies a renamed column."""
    number = given.get("initial_output_column_id") or given.get("id")
    return find(connection, OutputColumn, id=number) if isinstance(number, int) else None


def _dataset_column(asset: Asset | None, name: str, earlier: OutputColumn | None) -> Column | None:
    if asset is None:
        return None
    if earlier is not None and earlier.dataset_column_id is not None:
        by_id = (one for one in asset.columns if one.id == earlier.dataset_column_id)
        found = next(by_id, None)
        if found is not None:
            return found
    return next((one for one in asset.columns if one.field_name == name), None)
