"""Revisions, sources, schemas and task sets as the JSON of the Publishing API (C.3)."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from socrata_practice.publishing.stored_records import (
    Config,
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
)
from socrata_practice.web import access
from socrata_practice.web.publishing import resource_links

Json = dict[str, Any]
_WORD = re.compile(r"\w+")


def _person(user_id: str) -> Json:
    account = access.site().account(user_id)
    name = account.name if account else user_id
    return {
        "user_id": user_id,
        "email": account.email if account else None,
        "display_name": name,
    }


def _resource(resource: Json, own_links: Json) -> Json:
    return {"resource": resource, "links": own_links}


def revision(connection: sqlite3.Connection, found: Revision) -> Json:
    """Return a revision and its task sets."""
    tasks = several(connection, TaskSet, "id", revision_id=found.id)
    body = {
        "id": found.id,
        "fourfour": found.fourfour,
        "revision_seq": found.revision_seq,
        "metadata": found.metadata,
        "action": {"type": found.action, "permission": found.permission},
        "permissions": {"scope": found.permission} if found.permission else None,
        "task_sets": [_task_set(one) for one in tasks],
        "created_at": found.created_at,
        "created_by": _person(found.created_by),
        "closed_at": found.closed_at,
        "output_schema_id": found.output_schema_id,
        "blob_id": found.blob_id,
        "href": [],
        "attachments": found.attachments,
        "domain_id": 1,
        "creation_source": "dsmapi",
        "is_parent": False,
        "notes": found.notes,
        "config": found.config,
        "approval": found.approval,
    }
    return _resource(body, resource_links.revision_links(found.fourfour, found.revision_seq))


def _task_set(found: TaskSet) -> Json:
    return {
        "id": found.id,
        "status": found.status,
        "log": _log(found),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "finished_at": found.finished_at,
        "created_by": _person(found.created_by),
        "job_uuid": found.job_uuid,
        "request_id": found.request_id,
        "output_schema_id": found.output_schema_id,
    }


def _log(found: TaskSet) -> list[Json]:
    """Return the log of a task set in the form of the contract's guesses."""
    guess = access.site().settings.guess
    if found.status == "initializing" and guess("first_apply_log") == "empty":
        return []
    log: list[Json] = []
    for entry in found.log:
        if entry["stage"] == "started" and guess("started_details") == "null":
            log.append(entry | {"details": None})
        elif entry["stage"] == "columns_created" and guess("columns_created") != "one":
            log += [entry | {"details": {"created": 1}}] * entry["details"]["created"]
        else:
            log.append(entry)
    return log[::-1] if guess("task_log_order") == "newest first" else log


def position(number: int) -> int:
    """Return a position, stored from 1 on, as the contract's guess counts."""
    return number - 1 if access.site().settings.guess("positions") == "0" else number


def task_set(found: TaskSet, of: Revision) -> Json:
    """Return a task set of a revision."""
    return _resource(
        _task_set(found), resource_links.task_set_links(of.fourfour, of.revision_seq, found.id)
    )


def source(connection: sqlite3.Connection, found: Source) -> Json:
    """Return a source with all its schemas."""
    schemas = several(connection, InputSchema, "id", source_id=found.id)
    is_blob = not found.parse_options["parse_source"]
    body = {
        "id": found.id,
        "source_type": found.source_type,
        "parse_options": found.parse_options,
        "content_type": found.content_type,
        "schemas": [_input_schema(connection, one) for one in schemas],
        "created_at": found.created_at,
        "created_by": _person(found.created_by),
        "finished_at": found.finished_at,
        "failed_at": found.failed_at,
        "failure_details": found.failure_details,
        "filesize": found.filesize,
        "export_filename": found.source_type.get("filename"),
        "blob": f"practice-{found.id}" if is_blob and found.filesize is not None else None,
        "locale": "en",
    }
    return _resource(body, resource_links.source_links(found.id))


def _input_schema(connection: sqlite3.Connection, found: InputSchema) -> Json:
    known = Known.of(connection, found)
    outputs = several(connection, OutputSchema, "id", input_schema_id=found.id)
    return {
        "id": found.id,
        "name": None,
        "total_rows": found.total_rows,
        "num_row_errors": found.num_row_errors,
        "created_at": found.created_at,
        "created_by": _person(found.created_by),
        "input_columns": [_input_column(column) for column in known.inputs],
        "output_schemas": [_output_schema(connection, one, found, known) for one in outputs],
    }


def _input_column(column: InputColumn) -> Json:
    return {
        "id": column.id,
        "field_name": column.field_name,
        "display_name": column.display_name,
        "position": position(column.position),
        "soql_type": "text",
        "semantic_type": column.guessed_type,
        "guessed_soql_type": column.guessed_type,
        "guessed_subtypes": [],
        "input_schema_id": column.input_schema_id,
    }


def input_schema(connection: sqlite3.Connection, found: InputSchema) -> Json:
    """Return an input schema with its output schemas."""
    own = resource_links.input_links(found.source_id, found.id)
    return _resource(_input_schema(connection, found), own)


@dataclass(frozen=True)
class Known:
    """The input columns and transforms that output columns refer to, read once."""

    inputs: list[InputColumn]
    transforms: dict[int, Transform]

    @classmethod
    def of(cls, connection: sqlite3.Connection, schema: InputSchema) -> Known:
        """Read the columns and transforms of an input schema."""
        transforms = several(connection, Transform, input_schema_id=schema.id)
        return cls(
            several(connection, InputColumn, "position", input_schema_id=schema.id),
            {transform.id: transform for transform in transforms},
        )


def _output_schema(
    connection: sqlite3.Connection, found: OutputSchema, of: InputSchema, known: Known
) -> Json:
    return {
        "id": found.id,
        "input_schema_id": of.id,
        "total_rows": of.total_rows,
        "error_count": found.error_count,
        "created_at": found.created_at,
        "created_by": _person(found.created_by),
        "finished_at": found.finished_at,
        "completed_at": found.finished_at,
        "sort_bys": found.sort_bys,
        "output_columns": output_columns(connection, found, known),
    }


def output_columns(connection: sqlite3.Connection, found: OutputSchema, known: Known) -> list[Json]:
    """Return the columns of an output schema, each with its transform."""
    columns = several(connection, OutputColumn, "position", output_schema_id=found.id)
    return [_output_column(column, known) for column in columns]


def _output_column(column: OutputColumn, known: Known) -> Json:
    return {
        "id": column.id,
        "field_name": column.field_name,
        "display_name": column.display_name,
        "position": position(column.position),
        "description": column.description,
        "format": column.format,
        "is_primary_key": bool(column.is_primary_key),
        "flags": column.flags,
        "initial_output_column_id": column.initial_output_column_id,
        "transform": _transform(known.transforms[column.transform_id], known.inputs),
    }


def _transform(transform: Transform, inputs: list[InputColumn]) -> Json:
    words = set(_WORD.findall(transform.transform_expr.lower()))
    return {
        "id": transform.id,
        "transform_expr": transform.transform_expr,
        "output_soql_type": transform.output_soql_type,
        "finished_at": transform.finished_at,
        "completed_at": transform.finished_at,
        "failed_at": transform.failed_at,
        "attempts": 1,
        "error_count": transform.error_count,
        "failure_details": transform.failure_details,
        "transform_input_columns": [
            {"input_column_id": one.id} for one in inputs if one.field_name in words
        ],
        "parsed_expr": None,
    }


def output_schema(connection: sqlite3.Connection, found: OutputSchema) -> Json:
    """Return an output schema."""
    schema = get(connection, InputSchema, id=found.input_schema_id)
    own = resource_links.output_links(schema.source_id, schema.id, found.id)
    known = Known.of(connection, schema)
    return _resource(_output_schema(connection, found, schema, known), own)


def config(found: Config) -> Json:
    """Return a config."""
    body = {
        "name": found.name,
        **found.body,
        "created_at": found.created_at,
        "created_by": _person(found.created_by),
    }
    return _resource(body, resource_links.config_links(found.name))
