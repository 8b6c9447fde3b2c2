"""Resources of the Publishing API: JSON objects with links."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.http.request import Params, Write

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Where the Publishing API is (portal-api.md C).
BASE = "/api/publishing/v1"

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as reported by the portal; `links` are relative addresses, some in nested maps."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Any] = field(default_factory=dict)

    def link(self, name: str, documented: str, **values: int | str) -> str:
        """The link called `name` (`outer.inner` for a nested link), or else the `documented` path.

        `values` fill the places in braces.
        """
        found: Any = self.links
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        path = found if isinstance(found, str) and found else BASE + documented
        for place, value in values.items():
            path = path.replace("{" + place + "}", str(value))
        return path

    def number(self, name: str) -> int | None:
        """A whole number, even if written as a string."""
        return whole(self.fields.get(name))

    def text(self, name: str) -> str:
        """A string; empty if there is none."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def listed(self, name: str) -> list[dict[str, Any]]:
        """A list of objects; empty if there is none."""
        value = self.fields.get(name)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def done(self, name: str) -> bool:
        """True if a time such as `finished_at` is set."""
        return bool(self.fields.get(name))


def ask(session: PortalSession, path: str, params: Params | None = None) -> Resource:
    """Read a resource. Raises PortalError."""
    resource = resource_from(session.get_json(path, params))
    if resource is None:
        raise _nothing(session)
    return resource


def ask_list(session: PortalSession, path: str, params: Params | None = None) -> list[Any]:
    """Read a list. Raises PortalError."""
    value = session.get_json(path, params)
    value = value.get("resource") if isinstance(value, dict) else value
    if not isinstance(value, list):
        raise _nothing(session)
    return value


def change(session: PortalSession, method: str, path: str, body: object = None) -> Resource:
    """Send an idempotent write request, which may be retried freely.

    Gives the portal's answer, which is empty if it has nothing to say. Raises PortalError.
    """
    answer = session.write(json_write(method, path, body, harmless=True))
    return resource_from(session.json(answer) if answer.content.strip() else {}) or Resource()


def json_write(method: str, path: str, body: object, *, harmless: bool) -> Write:
    """A request with `body` as JSON, or without a body."""
    if body is None:
        return Write(method, path, None, harmless=harmless)
    return Write(method, path, json.dumps(body).encode(), headers=_JSON, harmless=harmless)


def resource_from(value: Any) -> Resource | None:
    """A resource, wrapped or not (portal-api.md C.1); None for anything else."""
    if not isinstance(value, dict) or not value:
        return None
    inner = value.get("resource")
    fields = inner if isinstance(inner, dict) else value
    links = value.get("links")
    return Resource(fields, links if isinstance(links, dict) else {})


def required(session: PortalSession, number: int | None) -> int:
    """The number of a new resource. Raises PortalError if missing."""
    if number is None:
        raise _nothing(session)
    return number


def whole(value: Any) -> int | None:
    """A whole number from JSON, even if written as a string; else None."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:18])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _nothing(session: PortalSession) -> PortalError:
    return PortalError(
        f"{session.host} answered, but did not say what it did.",
        "Try again in a few minutes, or choose the other upload method.",
        None,
        "no-data",
        (NextStep(Action.CHOOSE_UPLOAD_METHOD, value="soda2"),),
    )
