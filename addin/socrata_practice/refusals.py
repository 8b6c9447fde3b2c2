"""Refusals of the practice portal: the two families of error bodies of a real portal.

The front tier answers ``{code, error, message[, data]}`` (portal-api.md A.3, B.5); the services
behind it answer ``{message, errorCode, data}`` (B.8, B.9) and show through for some failures.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that is answered with an error: its status and the JSON body.

    `guess` names the guess of the contract that decides the form of the reply
    (web/guessed_error_forms.py).
    """

    def __init__(self, status: int, body: dict[str, Any], guess: str | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.guess = guess


def front(status: int, code: str | None, message: str, data: Any = None) -> Refusal:
    """Return a refusal of the front tier; `code` is omitted if recordings have none."""
    body: dict[str, Any] = {} if code is None else {"code": code}
    body |= {"error": True, "message": message}
    return Refusal(status, body if data is None else body | {"data": data})


def service(status: int, code: str, message: str, **data: Any) -> Refusal:
    """Return a refusal of the services behind the front tier."""
    return Refusal(status, {"message": message, "errorCode": code, "data": data})


def invalid(message: str) -> Refusal:
    """Return the front tier's plain 400."""
    return front(400, "invalid_request", message)


def view_missing(asset_id: str) -> Refusal:
    """Return the 404 for an unknown asset under /api/views."""
    body = {"code": "not_found", "error": True, "message": "Not found", "data": {"id": asset_id}}
    return Refusal(404, body, "unknown_dataset")


def dataset_missing(asset_id: str) -> Refusal:
    """Return the 404 for an unknown asset under /resource."""
    return front(404, "dataset.missing", "Not found", {"id": asset_id})


def no_service() -> Refusal:
    """Return the 404 for an unknown path."""
    return front(404, "not_found", "No service found for this URL.")


def reads_ended() -> Refusal:
    """Return the 410 of a portal that no longer reads over SODA2."""
    return front(410, "gone", "SODA2 reads have ended; use /api/v3")


def denied(what: str) -> Refusal:
    """Return the 403 for a missing right; `what` completes "appropriate access to ..."."""
    return front(403, "permission_denied", f"You do not have appropriate access to {what}")


def sign_in_first() -> Refusal:
    """Return the 403 for a private asset without credentials: the recorded form, without a code."""
    body = {"error": True, "message": "You must be logged in to access this resource"}
    return Refusal(403, body, "anonymous_private")


def credentials_needed() -> Refusal:
    """Return the 403 for an anonymous request that needs a signed-in user."""
    return front(403, "authentication_required", "You must be logged in to access this resource")


def bad_credentials() -> Refusal:
    """Return the reply to credentials that are not valid."""
    return front(401, "authentication_required", "Invalid username or password")


def maltyped(field: str, expected: str, got: str) -> Refusal:
    """Return the 400 for a value that is not of the column's type."""
    message = f"Column is maltyped; for field '{field}' we expected '{expected}' but got '{got}'"
    data = {"field": field, "expected": expected, "got": got}
    body = {"message": message, "errorCode": "soda.column.maltyped", "data": data}
    return Refusal(400, body, "type_error")


def row_missing(row: str) -> Refusal:
    """Return the 404 for an unknown row identifier."""
    return service(404, "soda.row.not-found", f"Row not found: {row}", value=row)


def publishing(status: int, key: str, message: str, **params: Any) -> Refusal:
    """Return a refusal of the Publishing API, whose shape is not fixed (portal-api.md C.1)."""
    return Refusal(status, {"key": key, "message": message, "params": params})
