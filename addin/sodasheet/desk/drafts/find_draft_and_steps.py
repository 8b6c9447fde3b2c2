"""The completed steps of a draft, and finding the draft for an address."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from sodasheet.desk.drafts.draft import Draft, find_draft


def known_draft(name: str) -> Draft:
    """Return the draft for an address. Raises NotFound."""
    draft = find_draft(name)
    if draft is None:
        raise NotFound
    return draft


def step_links(draft: Draft) -> dict[str, str]:
    """Return the pages of the completed steps, by step name."""
    links = {}
    if draft.shape is not None:
        links["Map"] = f"/draft/{draft.id}/map"
    if draft.result("check.json"):
        links["Check"] = f"/draft/{draft.id}/check"
    if draft.result("preview.json"):
        links["Preview"] = f"/draft/{draft.id}/preview"
    return links
