"""Errors that kept a task from its work, as the file of its folder holds them."""

from __future__ import annotations

from typing import Any

from sodasheet.errors import SignInError, SodaSheetError


def failure_json(error: SodaSheetError) -> dict[str, Any]:
    """Return what the page needs to know of an error that kept a run from beginning."""
    from sodasheet.credentials.redaction import redact
    from sodasheet.push.undo.conflicts import ConflictError

    body: dict[str, Any] = {
        "what": redact(error.what),
        "remedy": redact(error.remedy),
        "kind": "sign-in" if isinstance(error, SignInError) else "",
    }
    if isinstance(error, ConflictError):
        body |= {"kind": "changed-since", "shown": list(error.shown), "changed": error.changed}
        body["rest"] = error.rest
    return body
