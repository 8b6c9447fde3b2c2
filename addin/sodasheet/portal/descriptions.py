"""The portal's side of descriptions: read a view, check metadata, change metadata and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sodasheet.errors import PortalError
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.publishing.resource import change, json_write
from sodasheet.portal.publishing.revision import Revisions
from sodasheet.portal.publishing.task_set import TaskSet

#: Answers of a portal that does not offer the metadata API, or not this way.
_NOT_OFFERED = frozenset({404, 405, 501})


def read_view(session: PortalSession, dataset: str) -> dict[str, Any]:
    """Return a dataset's view on the portal (portal-api.md A.1). Raises PortalError."""
    view = session.get_json(f"/api/views/{dataset}.json")
    if not isinstance(view, dict):
        raise PortalError(
            f"{session.host} does not answer like a Socrata portal.",
            "Check the address: open the dataset in the browser and copy its web address.",
            None,
            "no-portal",
        )
    return view


def validate_metadata(session: PortalSession, dataset: str, values: Mapping[str, Any]) -> bool:
    """Let the portal check metadata without changing any; False if the portal lacks that.

    Raises PortalError with the portal's own words if a value is refused.
    """
    path = f"/api/views/metadata/v1/{dataset}?validateOnly=true&strict=true"
    try:
        session.write(json_write("PATCH", path, values, harmless=True))
    except PortalError as error:
        if error.status in _NOT_OFFERED:
            return False
        raise
    return True


def change_column(
    session: PortalSession, dataset: str, column: int, values: Mapping[str, Any]
) -> None:
    """Change a column's name, description or width. Raises PortalError."""
    change(session, "PUT", f"/api/views/{dataset}/columns/{column}.json", dict(values))


def apply_metadata(session: PortalSession, dataset: str, metadata: Mapping[str, Any]) -> TaskSet:
    """Change metadata in one revision without rows, and wait for its end.

    Raises PortalError if the revision was not applied, UnknownOutcome if that is not known.
    """
    revision = Revisions(session, dataset).create("update", metadata)
    try:
        task = revision.apply(None)
    except PortalError as error:
        if error.exit_code == PortalError.exit_code:
            revision.discard()
        raise
    return revision.finish(task)
