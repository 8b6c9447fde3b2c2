"""/resource: reading and writing rows (portal-api.md section B)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.accounts import Account
from socrata_practice.faults.middleware import STRUCK
from socrata_practice.soql import row_reader
from socrata_practice.soql.query_planner import Plan, plan
from socrata_practice.storage import asset_store, replication_lag
from socrata_practice.storage.asset import Asset
from socrata_practice.storage.database import transaction
from socrata_practice.storage.generated_ids import row_number
from socrata_practice.storage.incoming_rows import WriteRules
from socrata_practice.storage.row_writer import Summary, Writer
from socrata_practice.types.scalars import MaltypedError
from socrata_practice.web import access, old_backend_rows, replies
from socrata_practice.web.write_bodies import Body, receive, rows_of
from socrata_practice.web.write_summaries import written

resource = Blueprint("resource", __name__)

_FORMS = {"json": "json", "csv": "csv", "geojson": "geojson"}
_ACCEPTED = {
    "application/json": "json",
    "text/csv": "csv",
    "application/vnd.geo+json": "geojson",
    "application/geo+json": "geojson",
}


def _split(name: str) -> tuple[str, str]:
    """Return the dataset's id or alias, and the format its suffix asks for ("" without suffix)."""
    stem, dot, suffix = name.partition(".")
    return (stem, suffix) if dot else (name, "")


def _asset(name: str) -> Asset:
    found = asset_store.find(access.connection(), name)
    if found is None:
        raise refusals.dataset_missing(name)
    return found


# --- reading -------------------------------------------------------------------------------------


@resource.get("/resource/<name>")
@resource.get("/id/<name>")
@resource.get("/api/id/<name>")
def read(name: str) -> Response:
    """Return the rows of a query."""
    if access.site().settings.guess("soda2_reads") == "ended":
        raise refusals.reads_ended()
    asset_id, suffix = _split(name)
    asset = _asset(asset_id)
    access.demand(asset, "read", what=f"view {asset_id}")
    form = _form(suffix)
    if not asset.columns:
        return Response("[ ]", content_type=replies.rows_type())
    known = replies.unchanged(asset)
    if known is not None:
        return known
    query = plan(asset, list(request.args.items(multi=True)))
    if form == "geojson" and not _has_shape(query):
        raise _unacceptable("geojson", "the rows have no geometry")
    is_classic = access.is_classic(asset)
    if is_classic:
        query = old_backend_rows.classic(query, asset, form == "csv")
    response = replies.streamed(access.keep_connection(), asset, query, form)
    if is_classic:
        response.headers["X-SODA2-Legacy-Types"] = "true"
    if access.site().settings.guess("soda2_notice") == "announced":
        response.headers["Deprecation"] = "true"
        response.headers["Sunset"] = "Thu, 31 Dec 2026 00:00:00 GMT"
    return response


def _form(suffix: str) -> str:
    if suffix:
        if suffix not in _FORMS:
            raise _unacceptable(suffix, "not a format this portal writes")
        return _FORMS[suffix]
    if not request.accept_mimetypes:
        return "json"
    best = request.accept_mimetypes.best_match(list(_ACCEPTED))
    if best is None:
        raise _unacceptable(str(request.accept_mimetypes), "not a format this portal writes")
    return _ACCEPTED[best]


def _has_shape(query: Plan) -> bool:
    return any(output.type.kind == "shape" for output in query.outputs)


def _unacceptable(wanted: str, why: str) -> refusals.Refusal:
    message = f"Cannot answer as {wanted}: {why}"
    return refusals.service(406, "schema-invalid-for-mime-type", message, mime=wanted)


@resource.get("/resource/<name>/<path:row>")
def read_row(name: str, row: str) -> Response:
    """Return one row, by its identifier."""
    asset = _asset(_split(name)[0])
    access.demand(asset, "read", what=f"view {asset.id}")
    field, value = _named_row(asset, row)
    query = plan(asset, [(field, value)])
    if access.is_classic(asset):
        query = old_backend_rows.classic(query, asset, as_csv=False)
    found = list(row_reader.records(access.connection(), query))
    if not found:
        raise refusals.row_missing(value)
    response = Response(replies.json_text(found[0]) + "\n", content_type=replies.rows_type())
    response.headers.update(replies.row_headers(asset, query.outputs))
    return response


def _named_row(asset: Asset, row: str) -> tuple[str, str]:
    """Return the field and value of a row's name in a path: the row identifier, or `:id`."""
    value = row.removesuffix(".json")
    key = asset.key_column
    if key is None or row_number(value) is not None:
        return ":id", value
    try:
        key.type.from_json(_typed(value, key.type.kind))
    except MaltypedError as error:
        raise refusals.row_missing(value) from error
    return key.field_name, value


def _typed(value: str, kind: str) -> Any:
    return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value


# --- writing -------------------------------------------------------------------------------------


@contextmanager
def _writing(name: str, *wanted: str) -> Iterator[tuple[Asset, Account]]:
    """Run a write as one transaction, for a caller with the rights."""
    asset_id = _split(name)[0]
    connection = access.connection()
    asset = _asset(asset_id)
    account = access.demand(asset, *wanted, what=f"upsert into this view {asset_id}")
    if account is None:
        raise refusals.credentials_needed()
    if not asset.is_dataset:
        raise refusals.invalid(f"Cannot write rows of a {asset.asset_type}: {asset_id}")
    with transaction(connection):
        # read again, because the asset may have changed while this writer waited
        asset = _asset(asset_id)
        replication_lag.keep(connection, asset, access.site().settings.lag_seconds)
        yield asset, account


def _apply(name: str, *, replace: bool) -> Response:
    asset = _asset(_split(name)[0])
    wanted = ("write", "add", "delete") if replace else ("write", "add")
    access.demand(asset, *wanted, what=f"upsert into this view {asset.id}")
    body = receive(request)
    with body.text, _writing(name, *wanted) as (asset, account):
        writer = _writer(asset, account, body)
        if replace:
            writer.empty()
        summary = writer.apply(rows_of(body, one_allowed=not replace))
        version = asset_store.touch_rows(access.connection(), asset, account.user_id)
    return written(summary, version, access.is_classic(asset))


def _writer(asset: Asset, account: Account, body: Body | None = None) -> Writer:
    may_delete = "delete" in access.rights(account, asset)
    fault = request.environ.get(STRUCK)
    left_out = fault.rows if fault is not None and fault.kind == "rows_fail" else frozenset()
    rules = WriteRules(
        csv=body is not None and body.is_csv,
        may_delete=may_delete,
        left_out=left_out,
        classic=access.is_classic(asset),
        empty_is_null=access.site().settings.guess("empty_text") == "null",
        ignores_missing=access.site().settings.guess("delete_missing") == "ignored",
    )
    return Writer(access.connection(), asset, rules)


@resource.post("/resource/<name>")
@resource.post("/api/id/<name>")
def upsert(name: str) -> Response:
    """Insert, update and delete rows."""
    return _apply(name, replace=False)


@resource.put("/resource/<name>")
@resource.put("/api/id/<name>")
def replace(name: str) -> Response:
    """Replace all rows."""
    return _apply(name, replace=True)


@resource.delete("/resource/<name>")
def truncate(name: str) -> Response:
    """Delete all rows."""
    if access.site().settings.guess("truncate") == "refused":
        raise refusals.front(405, "method_not_allowed", "Method not allowed")
    with _writing(name, "write", "delete") as (asset, account):
        _writer(asset, account).empty()
        asset_store.touch_rows(access.connection(), asset, account.user_id)
    return replies.pretty([])


@resource.delete("/resource/<name>/<path:row>")
def delete_row(name: str, row: str) -> Response:
    """Delete one row."""
    with _writing(name, "write", "delete") as (asset, account):
        field, value = _named_row(asset, row)
        marked = [value] if field == ":id" else {field: value, ":deleted": True}
        summary = _writer(asset, account).apply([marked])
        if summary.errors:
            raise refusals.row_missing(value)
        asset_store.touch_rows(access.connection(), asset, account.user_id)
    return replies.pretty([{"typ": "delete", "id": value}])


@resource.put("/resource/<name>/<path:row>")
@resource.post("/resource/<name>/<path:row>")
def write_row(name: str, row: str) -> Response:
    """Replace (PUT) or merge (POST) one row."""
    asset = _asset(_split(name)[0])
    access.demand(asset, "write", "add", what=f"upsert into this view {asset.id}")
    body = receive(request)
    with body.text, _writing(name, "write", "add") as (asset, account):
        given = _one_object(body)
        field, value = _named_row(asset, row)
        whole = {column.field_name: None for column in asset.columns if not column.is_computed}
        record = (whole if request.method == "PUT" else {}) | given | {field: value}
        summary: Summary = _writer(asset, account).apply([_without_key(asset, record)])
        version = asset_store.touch_rows(access.connection(), asset, account.user_id)
    return written(summary, version, access.is_classic(asset))


def _without_key(asset: Asset, record: dict[str, Any]) -> dict[str, Any]:
    """Return the record without a row identifier if `:id` specifies the row."""
    key = asset.key_column
    if ":id" in record and key is not None:
        record.pop(key.field_name, None)
    return record


def _one_object(body: Body) -> dict[str, Any]:
    rows = list(rows_of(body, one_allowed=True)) if not body.is_csv else []
    if len(rows) != 1 or not isinstance(rows[0], dict):
        raise refusals.service(400, "req.content.json.not-object", "Expected one JSON object")
    return rows[0]
