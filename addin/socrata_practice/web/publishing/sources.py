"""Sources: creating them and sending their bytes."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, request, send_file

from socrata_practice import refusals
from socrata_practice.publishing import source_bytes, uploaded_file_reader
from socrata_practice.publishing import source_parsing as work
from socrata_practice.publishing.parse_options import ParseOptions
from socrata_practice.publishing.stored_records import Config, Revision, Source, find, get, several
from socrata_practice.publishing.stored_records import update as change
from socrata_practice.storage.database import now_text, transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.publishing import record_lookup, resource_json
from socrata_practice.web.publishing.resource_links import BASE
from socrata_practice.web.replies import pretty
from socrata_practice.web.request_file import incoming_file

sources = Blueprint("sources", __name__, url_prefix=BASE)
Json = dict[str, Any]
_TYPES = ("upload", "view")


# --- making --------------------------------------------------------------------------------------


@sources.post("/revision/<fourfour>/<int:seq>/source")
def create(fourfour: str, seq: int) -> Response:
    """Create a source within a revision."""
    revision = record_lookup.open_revision(fourfour, seq)
    return _create(json_object(), revision)


@sources.post("/source")
def create_alone() -> Response:
    """Create a source that belongs to no revision yet."""
    return _create(json_object(), None)


def _create(body: Json, revision: Revision | None) -> Response:
    account = access.signed_in()
    source_type = _source_type(body.get("source_type"))
    connection = access.connection()
    options = _options(_config_options(connection, revision) | (body.get("parse_options") or {}))
    with transaction(connection):
        number = work.new_source(
            connection,
            account.user_id,
            source_type,
            options,
            revision_id=None if revision is None else revision.id,
        )
    if source_type["type"] == "view":
        _load(number)
    return _shown(number, 201)


def _config_options(connection: sqlite3.Connection, revision: Revision | None) -> Json:
    if revision is None or revision.config is None:
        return {}
    config = find(connection, Config, name=revision.config)
    return {} if config is None else (config.body.get("parse_options") or {})


def _source_type(given: Any) -> Json:
    kind = given.get("type") if isinstance(given, dict) else None
    if kind not in _TYPES:
        raise refusals.publishing(
            400, "unsupported_source_type", f"Sources of type {kind} are not to be had here"
        )
    if kind == "view":
        asset, _ = record_lookup.dataset(str(given.get("fourfour")), "read")
        return {"type": "view", "fourfour": asset.id, "loaded": False}
    return {"type": "upload", "filename": str(given.get("filename") or "upload")}


def _options(given: Any) -> ParseOptions:
    if not isinstance(given, dict):
        raise refusals.publishing(400, "invalid_parse_options", "parse_options must be an object")
    try:
        return ParseOptions.read(given)
    except ValueError as error:
        raise refusals.publishing(400, "invalid_parse_options", str(error)) from error


def _shown(number: int, status: int = 200) -> Response:
    connection = access.connection()
    return pretty(resource_json.source(connection, get(connection, Source, id=number)), status)


@sources.get("/revision/<fourfour>/<int:seq>/source")
def every(fourfour: str, seq: int) -> Response:
    """Return the sources of a revision."""
    revision = record_lookup.revision(fourfour, seq)
    connection = access.connection()
    found = several(connection, Source, "id", revision_id=revision.id)
    return pretty([resource_json.source(connection, one) for one in found])


@sources.get("/source/<int:number>")
def show(number: int) -> Response:
    """Return one source."""
    return _shown(record_lookup.source(number).id)


@sources.patch("/source/<int:number>")
@sources.put("/source/<int:number>")
def add_to_revision(number: int) -> Response:
    """Add a source to a revision."""
    found = record_lookup.source(number)
    wanted = json_object().get("revision")
    if not isinstance(wanted, dict):
        raise refusals.publishing(400, "missing_revision", "Say which revision")
    seq = wanted.get("revision_seq")
    revision = record_lookup.open_revision(
        str(wanted.get("fourfour")), seq if isinstance(seq, int) else -1
    )
    connection = access.connection()
    with transaction(connection):
        change(connection, found, revision_id=revision.id)
    return _shown(number, 202)


@sources.delete("/source/<int:number>")
def cancel(number: int) -> Response:
    """Cancel an upload."""
    found = record_lookup.source(number)
    connection = access.connection()
    with transaction(connection):
        if found.finished_at is None and found.failed_at is None:
            details = {"type": "cancelled", "message": "The upload was given up"}
            change(connection, found, failed_at=now_text(), failure_details=details)
    return _shown(number)


@sources.post("/source/<int:number>/options")
def reparse(number: int) -> Response:
    """Parse the same bytes with other options: a new source."""
    found = record_lookup.source(number)
    given = json_object().get("parse_options") or {}
    options = _options(found.parse_options | given)
    connection = access.connection()
    with transaction(connection):
        made = work.new_source(
            connection,
            access.signed_in().user_id,
            found.source_type,
            options,
            revision_id=found.revision_id,
            content_type=found.content_type,
            filesize=found.filesize,
            bytes_of=None if found.filesize is None else (found.bytes_of or found.id),
        )
    if found.filesize is not None:
        _begin(made)
    return _shown(made, 201)


# --- bytes ---------------------------------------------------------------------------------------


def _uploadable(number: int) -> Source:
    found = record_lookup.source(number)
    if found.source_type["type"] != "upload":
        raise refusals.publishing(400, "not_an_upload", f"Source {number} takes no bytes")
    if found.failed_at is not None:
        raise refusals.publishing(400, "source_failed", f"Source {number} has failed")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise refusals.publishing(415, "unsupported_content_encoding", "Send the bytes unchanged")
    return found


def _begin(number: int) -> None:
    """Start parsing the bytes, unless they are kept as a file."""
    connection = access.connection()
    found = get(connection, Source, id=number)
    if found.parse_options["parse_source"]:
        record_lookup.context().workers.start(
            work.parse,
            record_lookup.context(),
            number,
            record_lookup.struck("schema_fails") is not None,
        )
        return
    with transaction(connection):
        change(connection, found, finished_at=now_text())
        if found.revision_id is not None:
            change(connection, get(connection, Revision, id=found.revision_id), blob_id=number)


@sources.post("/source/<int:number>")
def send_bytes(number: int) -> Response:
    """Receive all bytes at once, in the content type of the file."""
    found = _uploadable(number)
    stream, _, given = incoming_file()
    size = source_bytes.put_whole(record_lookup.context(), found, stream)
    content_type = given or uploaded_file_reader.CSV
    connection = access.connection()
    with transaction(connection):
        change(connection, found, filesize=size, content_type=content_type)
    _begin(number)
    return _shown(number, 201)


@sources.post("/source/<int:number>/initiate")
def initiate(number: int) -> Response:
    """Begin an upload in chunks."""
    found = _uploadable(number)
    content_type = json_object(empty=True).get("content_type") or uploaded_file_reader.CSV
    content_type = str(content_type).partition(";")[0].strip().lower()
    source_bytes.initiate(access.connection(), found, content_type)
    settings = record_lookup.context().settings
    return pretty(
        {
            "preferred_chunk_size": settings.chunk_size,
            "preferred_upload_parallelism": settings.chunk_parallelism,
        }
    )


@sources.post("/source/<int:number>/chunk/<int:seq_num>/<int:byte_offset>")
def send_chunk(number: int, seq_num: int, byte_offset: int) -> Response:
    """Receive one chunk, in any order."""
    found = _uploadable(number)
    chunk = source_bytes.Chunk(seq_num, byte_offset)
    kept = source_bytes.put_chunk(
        record_lookup.context(), access.connection(), found, chunk, request.stream
    )
    return pretty({"resource": kept, "links": {}}, 201)


@sources.post("/source/<int:number>/chunk/<int:last>/<int:total>/commit")
def commit(number: int, last: int, total: int) -> Response:
    """Declare the upload complete."""
    _uploadable(number)
    connection = access.connection()
    with transaction(connection):
        found = get(connection, Source, id=number)
        is_new = source_bytes.commit(record_lookup.context(), connection, found, last, total)
        if is_new:
            change(connection, found, filesize=total)
    if is_new:
        _begin(number)
    return _shown(number)


@sources.get("/source/<int:number>/download")
def download(number: int) -> Response:
    """Return the bytes of a source as they were uploaded."""
    found = record_lookup.source(number)
    path = record_lookup.context().bytes_path(found.bytes_of or found.id)
    if found.filesize is None or not path.exists():
        raise record_lookup.missing(f"file of source {number}")
    name = str(found.source_type.get("filename") or f"source-{number}")
    return send_file(path, found.content_type, as_attachment=True, download_name=name)


@sources.put("/source/<int:number>/load")
def load(number: int) -> Response:
    """Load the rows of a dataset into a view source."""
    found = record_lookup.source(number)
    if found.source_type["type"] != "view":
        raise refusals.publishing(400, "not_a_view", f"Source {number} is not a view source")
    if not found.source_type.get("loaded"):
        _load(number)
    return _shown(number)


def _load(number: int) -> None:
    """Start loading a view source; a real portal shows its schema as soon as the source is made."""
    connection = access.connection()
    with transaction(connection):
        found = get(connection, Source, id=number)
        change(connection, found, source_type=found.source_type | {"loaded": True})
    record_lookup.context().workers.start(work.load_view, record_lookup.context(), number)
