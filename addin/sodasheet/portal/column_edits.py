"""Add, rename and remove columns of a dataset over /api/views (portal-api.md A.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.portal.publishing.resource import change, json_write

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


def add_column(session: PortalSession, dataset: str, name: str, field: str, kind: str) -> None:
    """Add an empty column. Raises PortalError, UnknownOutcome."""
    body = {"name": name, "fieldName": field, "dataTypeName": kind}
    path = f"/api/views/{dataset}/columns.json"
    session.write(json_write("POST", path, body, harmless=False))


def rename_field(session: PortalSession, dataset: str, column: int, field: str) -> None:
    """Change a column's field name. Raises PortalError."""
    path = f"/api/views/{dataset}/columns/{column}.json"
    change(session, "PUT", path, {"fieldName": field})


def remove_column(session: PortalSession, dataset: str, column: int) -> None:
    """Remove a column with its values; an already removed column is fine. Raises PortalError."""
    try:
        change(session, "DELETE", f"/api/views/{dataset}/columns/{column}.json")
    except SodaSheetError as error:
        if getattr(error, "status", None) not in (404, 410):
            raise
