"""Schemas: creating output columns, and reading rows and errors."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.publishing import schema_row_pages, schemas, transform_processing
from socrata_practice.publishing.stored_records import (
    InputSchema,
    OutputSchema,
    Revision,
    Transform,
    find,
    get,
)
from socrata_practice.storage.database import transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.publishing import record_lookup, resource_json
from socrata_practice.web.publishing.resource_links import BASE
from socrata_practice.web.replies import CSV_TYPE, JSON_TYPE, pretty

publishing_schemas = Blueprint("publishing_schemas", __name__, url_prefix=f"{BASE}/source")
_PAGE = 500
_WORD = re.compile(r"\w+")
_MOST = 50_000
_PATIENCE = 30.0  # seconds that a request for a transform waits for it


@publishing_schemas.get("/<int:source>/schema/<int:number>")
def show_input(source: int, number: int) -> Response:
    """Return one input schema."""
    found = record_lookup.input_schema(source, number)
    return pretty(resource_json.input_schema(access.connection(), found))


@publishing_schemas.post("/<int:source>/schema/<int:number>")
def transform(source: int, number: int) -> Response:
    """Create an output schema; its rows are computed after the reply."""
    found = record_lookup.input_schema(source, number)
    own = record_lookup.source(source)
    body = json_object()
    connection = access.connection()
    drafts = schemas.read_drafts(
        connection, body.get("output_columns"), record_lookup.dataset_of(own)
    )
    with transaction(connection):
        user_id = access.signed_in().user_id
        made = schemas.create(connection, user_id, found.id, drafts, body.get("sort_bys") or [])
        revision = find(connection, Revision, id=own.revision_id) if own.revision_id else None
        if revision is not None and revision.closed_at is None:
            schemas.choose(connection, revision.id, made)
    context = record_lookup.context()
    context.workers.start(
        transform_processing.process,
        context,
        made,
        record_lookup.struck("schema_fails") is not None,
    )
    return _shown(get(connection, OutputSchema, id=made), 201)


def _shown(found: OutputSchema, status: int = 200) -> Response:
    return pretty(resource_json.output_schema(access.connection(), found), status)


@publishing_schemas.get("/<int:source>/schema/<int:number>/output/latest")
def latest(source: int, number: int) -> Response:
    """Return the latest output schema."""
    found = find(
        access.connection(),
        OutputSchema,
        input_schema_id=record_lookup.input_schema(source, number).id,
    )
    if found is None:
        raise record_lookup.missing(f"output schema of input schema {number}")
    return _shown(found)


@publishing_schemas.get("/<int:source>/schema/<int:number>/output/<int:output>")
def show_output(source: int, number: int, output: int) -> Response:
    """Return one output schema."""
    return _shown(record_lookup.output_schema(source, number, output))


# --- rows and errors -----------------------------------------------------------------------------


def _number(name: str, default: int) -> int:
    given = request.args.get(name, str(default))
    if not (given.isascii() and given.isdigit()):
        raise refusals.publishing(400, "invalid_parameter", f"{name} must be a number")
    return min(int(given[:12]), _MOST if name == "limit" else 1 << 40)


@publishing_schemas.get("/<int:source>/schema/<int:number>/row_errors")
def row_errors(source: int, number: int) -> Response:
    """Return the rows with the wrong number of cells."""
    record_lookup.input_schema(source, number)
    with record_lookup.context().blocks(source) as blocks:
        return pretty(blocks.row_errors(_number("limit", _PAGE), _number("offset", 0)))


def _page(source: int, number: int, output: int) -> schema_row_pages.Page:
    found = record_lookup.output_schema(source, number, output)
    connection = access.connection()
    return schema_row_pages.Page.of(connection, get(connection, InputSchema, id=number), found)


def _head(source: int, number: int, output: int) -> Any:
    connection = access.connection()
    schema = get(connection, InputSchema, id=number)
    found = record_lookup.output_schema(source, number, output)
    if access.site().settings.guess("page_header") == "schema":
        return resource_json.output_schema(connection, found)["resource"]
    return resource_json.output_columns(
        connection, found, resource_json.Known.of(connection, schema)
    )


def _shown_rows(found: list[dict[str, Any]], page: schema_row_pages.Page) -> list[dict[str, Any]]:
    """Return rows with their errors in the form of the contract's guess."""
    if access.site().settings.guess("cell_error") == "typed":
        return found
    names = [input_of(one.transform_expr, page.positions) for one in page.transforms]
    return [
        row | {"row": [_older(*pair) for pair in zip(row["row"], names, strict=True)]}
        for row in found
    ]


def _older(cell: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a cell with an error as in mocks of 2017."""
    if "error" not in cell:
        return cell
    data = cell["error"].get("data") or {}
    value, target = data.get("value"), data.get("target_type")
    message = f'Failed to convert "{value}" to {target}' if target else cell["error"]["english"]
    return {"error": {"message": message, "inputs": {name: {"ok": value}}}}


def input_of(expression: str, names: Iterable[str]) -> str:
    """Return the first input column that an expression names, or an empty string."""
    words = _WORD.findall(expression.lower())
    return next((word for word in words if word in set(names)), "")


@publishing_schemas.get("/<int:source>/schema/<int:number>/output/<int:output>/rows")
def rows(source: int, number: int, output: int) -> Response:
    """Return a page of rows, errors included."""
    page = _page(source, number, output)
    limit, offset = _number("limit", _PAGE), _number("offset", 0)
    with record_lookup.context().blocks(source) as blocks:
        found = page.rows(blocks, limit, offset)
    return pretty([_head(source, number, output), *_shown_rows(found, page)])


@publishing_schemas.get("/<int:source>/schema/<int:number>/output/<int:output>/schema_errors")
def schema_errors(source: int, number: int, output: int) -> Response:
    """Return a page of the rows with errors, or all of them as CSV."""
    page = _page(source, number, output)
    best = request.accept_mimetypes.best_match(["application/json", "text/csv"])
    if best == "text/csv":
        return Response(_error_lines(source, page), content_type=CSV_TYPE)
    limit, offset = _number("limit", _PAGE), _number("offset", 0)
    with record_lookup.context().blocks(source) as blocks:
        found = page.errors(blocks, limit, offset)
    return pretty([_head(source, number, output), *_shown_rows(found, page)])


def _error_lines(source: int, page: schema_row_pages.Page) -> Iterator[str]:
    """Yield lines of the original cells followed by their errors."""
    context = record_lookup.context()

    def lines() -> Iterator[str]:
        yield _csv_line([*page.names, "errors"])
        offset = 0
        with context.blocks(source) as blocks:
            while found := page.errors(blocks, _PAGE, offset):
                yield "".join(_csv_line(_error_cells(page.names, one["row"])) for one in found)
                offset += len(found)

    return lines()


def _error_cells(names: list[str], row: list[dict[str, Any]]) -> list[str]:
    shown, messages = [], []
    for name, cell in zip(names, row, strict=True):
        error = cell.get("error")
        if error is not None:
            messages.append(f"{name}: {error['english']}")
            shown.append(str(error.get("data", {}).get("value", "")))
        else:
            shown.append(_cell_text(cell["ok"]))
    return [*shown, "; ".join(messages)]


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _finished(transform: Transform) -> Transform:
    """Wait for a transform to be computed: vendor clients ask at once."""
    until = time.monotonic() + _PATIENCE
    while not (transform.finished_at or transform.failed_at) and time.monotonic() < until:
        record_lookup.context().workers.sleep(0.02)
        transform = get(access.connection(), Transform, id=transform.id)
    return transform


@publishing_schemas.get(
    "/<int:source>/schema/<int:number>/output/<int:output>/validate_row_id/<int:transform_id>"
)
def validate_row_id(source: int, number: int, output: int, transform_id: int) -> Response:
    """Return `valid`: true if no value of the transform is missing and no two are equal."""
    page = _page(source, number, output)
    transform = find(access.connection(), Transform, id=transform_id)
    if transform is None or transform_id not in page.transform_ids:
        raise record_lookup.missing(f"transform {transform_id} in output schema {output}")
    transform = _finished(transform)
    if transform.finished_at is None:
        raise refusals.publishing(400, "transform_not_finished", "The transform is not finished")
    with record_lookup.context().blocks(source) as blocks:
        valid = page.identifies(blocks, transform)
    body = {"valid": valid}
    return Response(json.dumps(body) + "\n", content_type=JSON_TYPE)
