"""Create an empty dataset with the columns and the description of another dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sodasheet.model.dataset import Dataset
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.descriptions import read_view
from sodasheet.portal.new_dataset import create_published

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

_DESCRIBED = ("description", "category", "tags", "attribution", "attributionLink", "licenseId")
_COLUMN = ("name", "fieldName", "dataTypeName", "description", "width", "format")


def create_copy(
    session: PortalSession, target: PortalSession, dataset: str, name: str = ""
) -> Dataset:
    """Create a private dataset without rows on the portal of `target`, and return its view.

    It has the source's columns except those that no push can fill, and its row identifier and
    description; its name is the source's if no other is given. If a step fails, the draft is
    deleted again. Raises PortalError, UnknownOutcome.
    """
    source = read_dataset(session, dataset)
    return create_published(target, _view(source, read_view(session, dataset), name))


def _view(source: Dataset, view: Mapping[str, Any], name: str) -> dict[str, Any]:
    fields = {column.field for column in source.fillable}
    listed = view.get("columns")
    columns = [
        {key: column[key] for key in _COLUMN if column.get(key)}
        for column in (listed if isinstance(listed, list) else ())
        if isinstance(column, dict) and column.get("fieldName") in fields
    ]
    found = {key: view[key] for key in _DESCRIBED if view.get(key)}
    metadata = view.get("metadata")
    label = metadata.get("rowLabel") if isinstance(metadata, dict) else None
    kept = {"rowLabel": label} if label else {}
    if source.row_identifier in fields:
        kept["rowIdentifier"] = source.row_identifier
    return {"name": name or source.name, "columns": columns, **found, "metadata": kept}
