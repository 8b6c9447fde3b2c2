"""Files of assets: attachments, blobs, and the bytes of a file asset."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from flask import Blueprint, Response, request, send_file

from socrata_practice import refusals
from socrata_practice.storage import asset_store
from socrata_practice.storage.database import transaction
from socrata_practice.web import access
from socrata_practice.web.replies import pretty
from socrata_practice.web.request_file import incoming_file

files = Blueprint("files", __name__)
_ID = 32


def _path(file_id: str) -> Path:
    if len(file_id) != _ID or not set(file_id) <= set("0123456789abcdef"):
        raise refusals.front(404, "not_found", "No such file")
    return access.site().publishing.folder / f"file-{file_id}"


@files.post("/api/views/<name>/files.txt")
@files.post("/api/views/<name>/files")
def attach(name: str) -> Response:
    """Store an attachment and add its metadata entry; the reply is JSON sent as plain text."""
    asset, _ = access.owned(name, "update_view")
    stream, filename, content_type = incoming_file()
    file_id = secrets.token_hex(_ID // 2)
    size = _keep(_path(file_id), stream)
    metadata = asset.details.get("metadata", {})
    made = {"assetId": file_id, "filename": filename, "name": filename}
    attachments = [*metadata.get("attachments", []), made]
    details = asset.details | {"metadata": metadata | {"attachments": attachments}}
    with transaction(access.connection()):
        asset_store.update(access.connection(), asset.id, details=details)
    body = {"file": file_id, "nameForOutput": filename, "size": size, "contentType": content_type}
    return Response(json.dumps(body) + "\n", content_type="text/plain; charset=utf-8")


def _keep(path: Path, stream: object) -> int:
    with path.open("wb") as kept:
        while piece := stream.read(1 << 20):  # type: ignore[attr-defined]
            kept.write(piece)
        return kept.tell()


@files.get("/api/views/<name>/files/<file_id>")
def read(name: str, file_id: str) -> Response:
    """Return the bytes of an attachment."""
    asset = access.viewed(name)
    known = asset.details.get("metadata", {}).get("attachments", [])
    made = next((one for one in known if one.get("assetId") == file_id), None)
    path = _path(file_id)
    if made is None or not path.exists():
        raise refusals.front(404, "not_found", "No such file")
    filename = request.args.get("filename") or str(made["filename"])
    return send_file(path, "application/octet-stream", as_attachment=True, download_name=filename)


@files.get("/download/<name>/<path:_rest>")
def download(name: str, _rest: str) -> Response:
    """Return the bytes of a file asset."""
    asset = access.viewed(name)
    number = str(asset.details.get("blobId", "")).removeprefix("practice-")
    path = access.site().publishing.bytes_path(int(number)) if number.isdigit() else None
    if asset.asset_type != "file" or path is None or not path.exists():
        raise refusals.front(404, "not_found", "The asset has no file")
    return send_file(
        path,
        asset.details.get("blobMimeType") or "application/octet-stream",
        as_attachment=True,
        download_name=asset.details.get("blobFilename") or asset.id,
    )


@files.post("/api/assets")
@files.post("/api/assets.txt")
def store_blob() -> Response:
    """Store a file that belongs to no asset yet."""
    access.signed_in()
    stream, filename, content_type = incoming_file()
    file_id = secrets.token_hex(_ID // 2)
    size = _keep(_path(file_id), stream)
    return pretty(
        {"id": file_id, "nameForOutput": filename, "size": size, "contentType": content_type}
    )
