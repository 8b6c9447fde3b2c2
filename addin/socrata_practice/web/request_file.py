"""The file in a request's body: bare, or the first file of a multipart form."""

from __future__ import annotations

from typing import Any

from flask import request

from socrata_practice import refusals


def incoming_file() -> tuple[Any, str, str | None]:
    """Return stream, name and content type of the file; raises Refusal if a form has none."""
    if request.mimetype != "multipart/form-data":
        name = request.headers.get("X-File-Name") or "attachment"
        return request.stream, name, request.mimetype or None
    for part in request.files.values():
        return part.stream, part.filename or "attachment", part.mimetype or None
    raise refusals.invalid("The form has no file")
