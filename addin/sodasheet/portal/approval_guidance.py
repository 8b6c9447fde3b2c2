"""Approvals: guidance of a portal before a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError
from sodasheet.portal.learned_facts import NO_GUIDANCE, has_shown, note_shown

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Statuses by which a portal says that the path does not exist for any dataset. A 400 may be about
#: this request only, and does not settle the question for 90 days.
_NO_SUCH_PATH = (404, 405, 501)


def approval_needed(session: PortalSession, dataset: str) -> bool | None:
    """True if a change to a dataset would wait for approval; None if the portal does not say.

    Raises no error: a portal without an answer is asked again by the change itself.
    """
    if has_shown(session.portal, NO_GUIDANCE):
        return None
    path = f"/api/views/{dataset}/approvals"
    try:
        guidance = session.get_json(path, {"method": "guidance_v2", "assetId": dataset})
    except PortalError as error:
        if error.status in _NO_SUCH_PATH:
            note_shown(session.portal, NO_GUIDANCE)
        return None
    if not isinstance(guidance, dict):
        return None
    states = [state for flow in guidance.values() for state in _states(flow)]
    return "pending" in states if states else None


def _states(flow: Any) -> list[str]:
    """Return the expected states of publishing a change in one workflow (approvals.yaml)."""
    if not isinstance(flow, dict):
        return []
    found = [flow["currentState"]] if flow.get("currentState") == "pending" else []
    for key, guidance in flow.items():
        if key.startswith("toPublish") or key == "toUpdatePublishedAsset":
            found += _options(guidance)
    return found or (["approved"] if flow.get("currentState") == "approved" else [])


def _options(guidance: Any) -> list[str]:
    listed = guidance.get("queueOptions") if isinstance(guidance, Mapping) else None
    return [
        one["expectedState"]
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and isinstance(one.get("expectedState"), str)
    ]
