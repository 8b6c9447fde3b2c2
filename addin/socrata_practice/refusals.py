"""What the practice portal says when it refuses: the two families of error bodies of a real portal.

The front tier answers ``{code, error, message[, data]}`` (portal-api.md A.3, B.5); the services
behind it answer ``{message, errorCode, data}`` (B.8, B.9) and show through for some failures.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that is answered with an error: its status and the JSON body, exactly as sent."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def front(status: int, code: str | None, message: str, data: Any = None) -> Refusal:
    """A refusal in the words of the front tier; `code` is left out where recordings have none."""
    body: dict[str, Any] = {} if code is None else {"code": code}
    body |= {"error": True, "message": message}
    return Refusal(status, body if data is None else body | {"data": data})


def service(status: int, code: str, message: str, **data: Any) -> Refusal:
    """A refusal in the words of the services behind the front tier."""
    return Refusal(status, {"message": message, "errorCode": code, "data": data})


def invalid(message: str) -> Refusal:
    """The front tier's plain 400."""
    return front(400, "invalid_request", message)


def view_missing(asset_id: str) -> Refusal:
    """No such asset, asked for under /api/views."""
    return front(404, "not_found", f"Cannot find view with id {asset_id}")


def dataset_missing(asset_id: str) -> Refusal:
    """No such asset, asked for under /resource."""
    return front(404, "dataset.missing", "Not found", {"id": asset_id})


def no_service() -> Refusal:
    """A path nobody serves."""
    return front(404, "not_found", "No service found for this URL.")


def denied(what: str) -> Refusal:
    """Signed in, but without the right; `what` completes "appropriate access to ..."."""
    return front(403, "permission_denied", f"You do not have appropriate access to {what}")


def sign_in_first() -> Refusal:
    """A private asset asked for without credentials: the recorded form, which carries no code."""
    return front(403, None, "You must be logged in to access this resource")


def credentials_needed() -> Refusal:
    """Something only a signed-in user may do."""
    return front(403, "authentication_required", "You must be logged in to access this resource")


def bad_credentials() -> Refusal:
    """Credentials were sent and are not valid."""
    return front(401, "authentication_required", "Invalid username or password")


def maltyped(field: str, expected: str, got: str) -> Refusal:
    """A value that is not of the column's type."""
    message = f"Column is maltyped; for field '{field}' we expected '{expected}' but got '{got}'"
    return service(400, "soda.column.maltyped", message, field=field, expected=expected, got=got)


def row_missing(row: str) -> Refusal:
    """No row with that identifier."""
    return service(404, "soda.row.not-found", f"Row not found: {row}", value=row)


def publishing(status: int, key: str, message: str, **params: Any) -> Refusal:
    """A refusal of the Publishing API; the shape is not fixed (portal-api.md C.1)."""
    return Refusal(status, {"key": key, "message": message, "params": params})
