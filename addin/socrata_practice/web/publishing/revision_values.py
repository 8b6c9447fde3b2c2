"""Values of a revision in a request: action, metadata, permission and notes."""

from __future__ import annotations

from typing import Any

from socrata_practice import refusals

Json = dict[str, Any]
_ACTIONS = ("replace", "update", "delete")
_PERMISSIONS = (None, "public", "private", "site")


def values_from(body: Json) -> Json:
    """Return the values of a revision that a body sets, checked. Raises Refusal."""
    found: Json = {}
    action = body.get("action")
    if isinstance(action, dict):
        found |= _action(action)
    metadata = body.get("metadata")
    if metadata is not None:
        if not isinstance(metadata, dict):
            raise refusals.publishing(400, "invalid_metadata", "metadata must be an object")
        found["metadata"] = metadata
    permissions = body.get("permissions")
    if isinstance(permissions, dict) and "scope" in permissions:
        found["permission"] = _permission(permissions["scope"])
    if "attachments" in body:
        found["attachments"] = _attachments(body["attachments"])
    if "notes" in body:
        found["notes"] = None if body["notes"] is None else str(body["notes"])
    return found


def _attachments(given: Any) -> list[Json]:
    listed = given if isinstance(given, list) else None
    names = ("filename", "asset_id", "name")
    if listed is None or not all(
        isinstance(one, dict) and all(isinstance(one.get(name), str) for name in names)
        for one in listed
    ):
        raise refusals.publishing(
            400, "invalid_attachments", "attachments must have filename, asset_id and name"
        )
    return [{name: one[name] for name in names} for one in listed]


def _action(action: Json) -> Json:
    kind = action.get("type", "update")
    if kind not in _ACTIONS:
        raise refusals.publishing(400, "invalid_action", f"Unknown action type: {kind}")
    found: Json = {"action": kind}
    if "permission" in action:
        found["permission"] = _permission(action["permission"])
    return found


def _permission(given: Any) -> str | None:
    if given not in _PERMISSIONS:
        raise refusals.publishing(400, "invalid_permission", f"Unknown permission: {given}")
    return None if given is None else str(given)
