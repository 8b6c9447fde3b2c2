"""Create, publish, open and delete datasets over /api/views (portal-api.md A.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sodasheet.errors import PortalError, SodaSheetError
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.publishing.resource import change, json_write

_ID = re.compile("[a-z0-9]{4}-[a-z0-9]{4}")


def create_draft(session: PortalSession, view: Mapping[str, Any]) -> str:
    """Create an unpublished, private dataset, and return its id.

    Raises PortalError, UnknownOutcome if the answer is lost: then a draft may have been made.
    """
    answer = session.write(json_write("POST", "/api/views.json", dict(view), harmless=False))
    made = session.json(answer)
    found = made.get("id") if isinstance(made, dict) else None
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise PortalError(
            f"{session.host} answered, but did not say which dataset it has created.",
            "Look among your drafts on the portal before you create it again.",
            None,
            "no-data",
        )
    return found


def publish_draft(session: PortalSession, dataset: str) -> None:
    """Publish a draft, which stays private. Raises PortalError."""
    change(session, "POST", f"/api/views/{dataset}/publication.json")


def make_public(session: PortalSession, dataset: str) -> None:
    """Let everybody see a dataset. Raises PortalError."""
    change(session, "PUT", f"/api/views/{dataset}/permissions", {"scope": "public"})


def delete_dataset(session: PortalSession, dataset: str) -> None:
    """Delete a dataset with its rows; fine if that has happened already. Raises PortalError."""
    try:
        change(session, "DELETE", f"/api/views/{dataset}.json")
    except SodaSheetError as error:
        if getattr(error, "status", None) not in (404, 410):
            raise
