"""Rows of the Publishing API's tables as frozen dataclasses, and writing them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar

Json = dict[str, Any]


class Record:
    """A row of a table; `json_fields` are stored as JSON text."""

    table: ClassVar[str]
    json_fields: ClassVar[frozenset[str]] = frozenset()


R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Revision(Record):
    """A change to a dataset; `action` is replace, update or delete; `applied_by` a task set."""

    table = "revisions"
    json_fields = frozenset({"metadata", "attachments"})
    id: int
    fourfour: str
    revision_seq: int
    action: str
    permission: str | None
    metadata: Json
    notes: str | None
    config: str | None
    output_schema_id: int | None
    blob_id: int | None
    attachments: list[Json]
    created_at: str
    created_by: str
    closed_at: str | None
    approval: str | None
    applied_by: int | None
    version_before: int | None


@dataclass(frozen=True)
class Source(Record):
    """A source of rows; `bytes_of` is the source whose uploaded file is read."""

    table = "sources"
    json_fields = frozenset({"source_type", "parse_options", "failure_details"})
    id: int
    revision_id: int | None
    source_type: Json
    parse_options: Json
    content_type: str | None
    bytes_of: int | None
    filesize: int | None
    created_at: str
    created_by: str
    finished_at: str | None
    failed_at: str | None
    failure_details: Json | None


@dataclass(frozen=True)
class InputSchema(Record):
    """The unchanged columns of a source file, all text."""

    table = "input_schemas"
    id: int
    source_id: int
    total_rows: int
    num_row_errors: int
    created_at: str
    created_by: str


@dataclass(frozen=True)
class InputColumn(Record):
    """A column of the file; positions start at 1."""

    table = "input_columns"
    id: int
    input_schema_id: int
    position: int
    field_name: str
    display_name: str
    guessed_type: str


@dataclass(frozen=True)
class Transform(Record):
    """An expression over an input schema; `plain_input` is the column passed on unchanged."""

    table = "transforms"
    json_fields = frozenset({"failure_details"})
    id: int
    input_schema_id: int
    transform_expr: str
    output_soql_type: str
    plain_input: str | None
    error_count: int
    finished_at: str | None
    failed_at: str | None
    failure_details: Json | None


@dataclass(frozen=True)
class OutputSchema(Record):
    """The columns that a dataset will get; `error_count` counts rows with an error."""

    table = "output_schemas"
    json_fields = frozenset({"sort_bys"})
    id: int
    input_schema_id: int
    sort_bys: list[Json]
    error_count: int
    created_at: str
    created_by: str
    finished_at: str | None


@dataclass(frozen=True)
class OutputColumn(Record):
    """A column of an output schema; `dataset_column_id` is the matching dataset column."""

    table = "output_columns"
    json_fields = frozenset({"format", "flags"})
    id: int
    output_schema_id: int
    position: int
    field_name: str
    display_name: str
    description: str | None
    format: Json
    flags: list[Any]
    is_primary_key: int
    initial_output_column_id: int | None
    dataset_column_id: int | None
    transform_id: int


@dataclass(frozen=True)
class TaskSet(Record):
    """One application of a revision."""

    table = "task_sets"
    json_fields = frozenset({"log"})
    id: int
    revision_id: int
    status: str
    output_schema_id: int | None
    log: list[Json]
    job_uuid: str
    request_id: str
    created_at: str
    updated_at: str
    finished_at: str | None
    created_by: str


@dataclass(frozen=True)
class Config(Record):
    """Named settings for loading a file."""

    table = "configs"
    json_fields = frozenset({"body"})
    name: str
    body: Json
    created_at: str
    created_by: str


def _made(kind: type[R], row: sqlite3.Row) -> R:
    values = {}
    for known in fields(kind):  # type: ignore[arg-type]
        value = row[known.name]
        decoded = known.name in kind.json_fields and value is not None
        values[known.name] = json.loads(value) if decoded else value
    return kind(**values)


def _condition(values: Json) -> str:
    return " AND ".join(f"{name} IS ?" for name in values) or "1"


def several(
    connection: sqlite3.Connection, kind: type[R], order: str = "rowid", **values: Any
) -> list[R]:
    """Return the records with these field values; names come from code, never from a request."""
    rows = connection.execute(
        f"SELECT * FROM {kind.table} WHERE {_condition(values)} ORDER BY {order}",
        tuple(values.values()),
    )
    return [_made(kind, row) for row in rows]


def find(connection: sqlite3.Connection, kind: type[R], **values: Any) -> R | None:
    """Return the latest record with these field values, or None."""
    row = connection.execute(
        f"SELECT * FROM {kind.table} WHERE {_condition(values)} ORDER BY rowid DESC LIMIT 1",
        tuple(values.values()),
    ).fetchone()
    return None if row is None else _made(kind, row)


def get(connection: sqlite3.Connection, kind: type[R], **values: Any) -> R:
    """Return the record with these field values; the record must exist."""
    found = find(connection, kind, **values)
    assert found is not None, (kind, values)  # noqa: S101
    return found


def _kept(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(json.dumps(value) if isinstance(value, dict | list) else value for value in values)


def insert(connection: sqlite3.Connection, kind: type[Record], **values: Any) -> int:
    """Store a new record and return its number."""
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(
        f"INSERT INTO {kind.table} ({', '.join(values)}) VALUES ({marks})", _kept(values.values())
    )
    return int(cursor.lastrowid or 0)


def update(connection: sqlite3.Connection, record: Record, **values: Any) -> None:
    """Change fields of a record."""
    names = ", ".join(f"{name} = ?" for name in values)
    key = "name" if isinstance(record, Config) else "id"
    connection.execute(
        f"UPDATE {record.table} SET {names} WHERE {key} = ?",
        (*_kept(values.values()), getattr(record, key)),
    )
