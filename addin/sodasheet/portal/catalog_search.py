"""Find a dataset by search words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError
from sodasheet.portal.dataset_address import is_dataset_id, is_loopback
from sodasheet.portal.http.reply import label

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A dataset in the catalog; `columns` are the display names that a push may fill."""

    id: str
    name: str
    type: str
    url: str
    updated: datetime | None = None
    columns: tuple[str, ...] = ()
    description: str = ""


def search(session: PortalSession, text: str, limit: int = 20) -> list[CatalogEntry]:
    """Datasets of the portal that match the words, best first (portal-api.md A.5).

    Raises PortalError.
    """
    params: dict[str, str | int] = {"only": "dataset", "limit": limit}
    if text.strip():
        params["q"] = text.strip()
    # The catalog is shared by all portals; a portal on loopback has only its own.
    if not is_loopback(session.portal):
        params |= {"domains": session.host, "search_context": session.host}
    reply = session.get_json("/api/catalog/v1", params)
    if not isinstance(reply, dict) or not isinstance(reply.get("results"), list):
        raise PortalError(
            f"{session.host} has no catalog to search.",
            "Copy the dataset's web address from the browser instead.",
            None,
            "no-catalog",
        )
    listed = (entry.get("resource") for entry in reply["results"] if isinstance(entry, dict))
    # Addresses are built from the ids: anything else never gets that far.
    usable = (
        item for item in listed if isinstance(item, dict) and is_dataset_id(str(item.get("id")))
    )
    return [_entry(item, session.portal) for item in usable][:limit]


def datasets_named(session: PortalSession, name: str) -> list[CatalogEntry]:
    """Return the datasets in the catalog with exactly this name, ignoring case."""
    wanted = " ".join(name.split()).casefold()
    found = search(session, name)
    return [entry for entry in found if " ".join(entry.name.split()).casefold() == wanted]


def _entry(item: Mapping[str, Any], portal: str) -> CatalogEntry:
    return CatalogEntry(
        id=item["id"],
        name=label(item.get("name")) or item["id"],
        type=str(item.get("type") or "dataset"),
        url=f"{portal}/d/{item['id']}",
        updated=_moment(item.get("data_updated_at") or item.get("updatedAt")),
        columns=_columns(item),
        description=str(item.get("description") or ""),
    )


def _columns(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Display names; the parallel list of field names shows which columns the portal computes."""
    names, fields = item.get("columns_name") or [], item.get("columns_field_name") or []
    if not isinstance(names, list) or not isinstance(fields, list) or len(fields) != len(names):
        return ()
    pairs = zip(names, fields, strict=True)
    return tuple(label(name) for name, field in pairs if not str(field).startswith(":"))


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
