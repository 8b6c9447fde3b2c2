"""Create, publish, open and delete datasets over /api/views (portal-api.md A.6)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError, SodaSheetError, UnknownOutcome
from sodasheet.model.dataset import Dataset
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.dataset_address import is_dataset_id
from sodasheet.portal.publishing.resource import change, json_write

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


def create_published(session: PortalSession, view: Mapping[str, Any]) -> Dataset:
    """Create and publish a private dataset without rows, and return its current state.

    If a step fails, the draft is deleted again. Raises PortalError, UnknownOutcome.
    """
    made = create_draft(session, view)
    try:
        publish_draft(session, made)
        return read_dataset(session, made)
    except UnknownOutcome:
        raise
    except SodaSheetError:
        with suppress(SodaSheetError):  # the first error is the one to report
            delete_dataset(session, made)
        raise


def create_draft(session: PortalSession, view: Mapping[str, Any]) -> str:
    """Create an unpublished, private dataset, and return its id.

    Raises PortalError, UnknownOutcome if the answer is lost: then a draft may have been made.
    """
    answer = session.write(json_write("POST", "/api/views.json", dict(view), harmless=False))
    made = session.json(answer)
    found = made.get("id") if isinstance(made, dict) else None
    if not isinstance(found, str) or not is_dataset_id(found):
        raise PortalError(
            f"{session.host} answered, but did not say which dataset it created.",
            "Look among your drafts on the portal before you create it again.",
            None,
            "no-data",
        )
    return found


def publish_draft(session: PortalSession, dataset: str) -> None:
    """Publish a draft, which stays private. Raises PortalError."""
    change(session, "POST", f"/api/views/{dataset}/publication.json")


def make_public(session: PortalSession, dataset: str) -> None:
    """Make a dataset public. Raises PortalError."""
    change(session, "PUT", f"/api/views/{dataset}/permissions", {"scope": "public"})


def delete_dataset(session: PortalSession, dataset: str) -> None:
    """Delete a dataset with its rows; an already deleted dataset is fine. Raises PortalError."""
    try:
        change(session, "DELETE", f"/api/views/{dataset}.json")
    except SodaSheetError as error:
        if getattr(error, "status", None) not in (404, 410):
            raise
