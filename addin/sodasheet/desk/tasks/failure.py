"""Errors that prevented a task from starting, as stored in its folder."""

from __future__ import annotations

from typing import Any

from sodasheet.errors import SignInError, SodaSheetError


def failure_json(error: SodaSheetError) -> dict[str, Any]:
    """Return the facts for the page about an error that prevented a run from starting."""
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
