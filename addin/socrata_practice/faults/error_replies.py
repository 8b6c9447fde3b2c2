"""Error replies of portals and of the proxies in front of them (A.3, B.5, B.8)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

Answer = tuple[int, list[tuple[str, str]], bytes]

# Replies of proxies, which are never JSON.
_BY_PROXIES = (413, 502, 503, 504)
_LOCK = "soda.dataset.cannot-acquire-write-lock"
_BODIES: dict[int, dict[str, Any]] = {
    401: {"code": "authentication_required", "error": True, "message": "You must be logged in"},
    403: {"code": "permission_denied", "error": True, "message": "You do not have access"},
    408: {"message": "Request timed out", "errorCode": "request-timeout", "data": {}},
    409: {"message": "Cannot acquire the write lock", "errorCode": _LOCK, "data": {}},
    413: {"message": "Body too large", "errorCode": "req.body.too-large", "data": {}},
    429: {"message": "Too many requests", "errorCode": "too-many-requests", "data": {}},
    500: {"error": True, "message": "Internal error", "status": 500},
    503: {"message": "Service unavailable", "errorCode": "service-unavailable", "data": {}},
    504: {"code": "execution_timeout", "error": True, "message": "The request took too long"},
}


def answer(status: int, options: dict[str, Any]) -> Answer:
    """Return the reply of a status, as a proxy's page or as JSON."""
    html = options.get("html")
    as_html = status in _BY_PROXIES if html is None else bool(html)
    content_type, body = _page(status) if as_html else _json(status, options.get("limit"))
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    if options.get("retry_after") is not None:
        headers.append(("Retry-After", f"{options['retry_after']:g}"))
    return status, headers, body


def _phrase(status: int) -> str:
    if status == 413:
        return "Request Entity Too Large"  # as in nginx
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def status_line(status: int) -> str:
    """Return a status line such as `503 Service Unavailable`."""
    return f"{status} {_phrase(status)}"


def _page(status: int) -> tuple[str, bytes]:
    title = status_line(status)
    text = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return "text/html", text.encode()


def _json(status: int, limit: int | None) -> tuple[str, bytes]:
    default = {"code": "internal", "error": True, "message": _phrase(status)}
    body = dict(_BODIES.get(status, default))
    if status == 413 and limit is not None:
        body["data"] = {"limit": limit}
    return "application/json; charset=utf-8", (json.dumps(body) + "\n").encode()


def data_saved() -> Answer:
    """Return the 400 that reports that the rows were saved (portal-api.md B.4)."""
    message = "Row data was saved. However, the metadata of the view could not be updated."
    body = json.dumps({"code": "invalid_request", "error": True, "message": message}).encode()
    return (
        400,
        [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(body))),
        ],
        body,
    )


def empty() -> Answer:
    """Return a 200 with an empty body."""
    return 200, [("Content-Type", "application/json; charset=utf-8"), ("Content-Length", "0")], b""
