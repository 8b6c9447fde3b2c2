"""Configs: named settings for loading files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from socrata_practice import refusals
from socrata_practice.publishing.parse_options import ParseOptions
from socrata_practice.publishing.schema_row_pages import columns
from socrata_practice.publishing.stored_records import (
    Config,
    InputSchema,
    OutputSchema,
    Source,
    Transform,
    find,
    get,
    insert,
    several,
    update,
)
from socrata_practice.storage.database import now_text, transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.publishing import record_lookup, resource_json
from socrata_practice.web.publishing.resource_links import BASE
from socrata_practice.web.publishing.revisions import open_by_config
from socrata_practice.web.replies import pretty

configs = Blueprint("configs", __name__, url_prefix=f"{BASE}/config")
Json = dict[str, Any]
_KEYS = ("data_action", "parse_options", "columns")


@configs.get("")
def every() -> Response:
    """Return all configs."""
    access.signed_in()
    return pretty(
        [resource_json.config(one) for one in several(access.connection(), Config, "name")]
    )


@configs.post("")
def create() -> Response:
    """Store a config under a new name."""
    body = json_object()
    return _keep(body, {key: body.get(key) for key in _KEYS})


def _keep(body: Json, values: Json) -> Response:
    account = access.signed_in()
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise refusals.publishing(400, "missing_name", "A config needs a name")
    checked = _checked(values)
    connection = access.connection()
    with transaction(connection):
        if find(connection, Config, name=name) is not None:
            raise refusals.publishing(400, "name_taken", f"There is a config {name} already")
        insert(connection, Config, name=name, body=checked, created_at=now_text(),
               created_by=account.user_id)  # fmt: skip
    return pretty(resource_json.config(_config(name)), 201)


def _checked(values: Json) -> Json:
    if values.get("data_action") not in ("replace", "update"):
        raise refusals.publishing(
            400, "invalid_data_action", "data_action must be replace or update"
        )
    options, wanted = values.get("parse_options") or {}, values.get("columns") or []
    try:
        read = vars(ParseOptions.read(options))
    except (ValueError, AttributeError) as error:
        raise refusals.publishing(400, "invalid_parse_options", str(error)) from error
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise refusals.publishing(400, "invalid_columns", "columns must be a list of columns")
    columns = [_with_defaults(column) for column in wanted]
    return {"data_action": values["data_action"], "parse_options": read, "columns": columns}


def _with_defaults(column: Json) -> Json:
    """Return a config's column with the values that clients leave out."""
    name = column.get("field_name")
    defaults: Json = {
        "display_name": name,
        "transform_expr": f"to_text(`{name}`)",
        "format": {},
        "description": "",
        "is_primary_key": None,
        "flags": [],
    }
    return defaults | {key: value for key, value in column.items() if value is not None}


def _config(name: str) -> Config:
    access.signed_in()
    found = find(access.connection(), Config, name=name)
    if found is None:
        raise record_lookup.missing(f"config {name}")
    return found


@configs.get("/<name>")
def show(name: str) -> Response:
    """Return one config."""
    return pretty(resource_json.config(_config(name)))


@configs.patch("/<name>")
@configs.put("/<name>")
def change(name: str) -> Response:
    """Change a config."""
    found = _config(name)
    given = {key: value for key, value in json_object().items() if key in _KEYS}
    connection = access.connection()
    with transaction(connection):
        update(connection, found, body=_checked(found.body | given))
    return pretty(resource_json.config(_config(name)), 202)


@configs.delete("/<name>")
def remove(name: str) -> Response:
    """Delete a config."""
    found = _config(name)
    connection = access.connection()
    with transaction(connection):
        connection.execute("DELETE FROM configs WHERE name = ?", (name,))
    return pretty(resource_json.config(found))


@configs.post("/<name>/revision/<fourfour>")
def create_revision(name: str, fourfour: str) -> Response:
    """Open a revision that loads files by a config."""
    return open_by_config(fourfour, name)


@configs.post("/build_from/<int:output>")
def build_from(output: int) -> Response:
    """Store the columns of an output schema as a config."""
    connection = access.connection()
    found = find(connection, OutputSchema, id=output)
    if found is None:
        raise record_lookup.missing(f"output schema {output}")
    schema = get(connection, InputSchema, id=found.input_schema_id)
    source: Source = record_lookup.source(schema.source_id)
    wanted = [
        {
            "field_name": column.field_name,
            "display_name": column.display_name,
            "transform_expr": get(connection, Transform, id=column.transform_id).transform_expr,
            "format": column.format,
            "description": column.description,
            "is_primary_key": bool(column.is_primary_key),
            "flags": column.flags,
        }
        for column in columns(connection, found)
    ]
    body = json_object()
    values = {"parse_options": source.parse_options, "columns": wanted}
    return _keep(body, values | {"data_action": body.get("data_action")})
