"""The private draft dataset of a rehearsal, deleted at the end or at the next start."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sodasheet.doctor.plain_requests import Probe, body_of, require
from sodasheet.errors import PortalError, SodaSheetError
from sodasheet.system.folders import home, write_whole

NAME = "SodaSheet rehearsal"
COLUMNS = {"no": "text", "note": "text", "units": "number", "good": "checkbox"}


class NotPrivateError(SodaSheetError):
    """The draft is not private; the rehearsal ends at once."""


def _record(portal: str) -> Path:
    return home() / "rehearsals" / f"{portal.partition('://')[2].replace(':', '_')}.draft.json"


def left_over(portal: str) -> str | None:
    """Return the draft that an interrupted rehearsal left on a portal, or None."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(_record(portal).read_text("utf-8"))
        return str(found["dataset"]) if found["dataset"] else None
    return None


def delete(probe: Probe, dataset: str) -> None:
    """Delete a draft that a rehearsal created, and its record. Raises PortalError."""
    answer = probe.send("DELETE", f"/api/views/{dataset}.json")
    if answer.status not in (200, 202, 204, 404):
        raise PortalError(
            f"The draft {dataset} of the rehearsal could not be deleted ({answer.status}).",
            "Delete it on the portal.",
            answer.status,
        )
    with suppress(OSError):
        _record(probe.session.portal).unlink()


@contextmanager
def draft(probe: Probe) -> Iterator[str]:
    """Create a private draft dataset, yield its id, and always delete the draft.

    Its id is written down first, so that a rehearsal that was killed can be cleaned up later.
    Raises PortalError, NotPrivateError.
    """
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    columns = [
        {"name": name.title(), "fieldName": name, "dataTypeName": kind}
        for name, kind in COLUMNS.items()
    ]
    body = {
        "name": f"{NAME} {stamp} {secrets.token_hex(4)}",
        "description": "Made by a rehearsal of SodaSheet. It may be deleted.",
        "columns": columns,
    }
    made = require(probe.send("POST", "/api/views.json", body), "Making a draft dataset")
    dataset = str(made["id"])
    portal = probe.session.portal
    write_whole(_record(portal), json.dumps({"portal": portal, "dataset": dataset}))
    try:
        require_private(probe, dataset)
        number = next(c["id"] for c in _columns(probe, dataset) if c["fieldName"] == "no")
        change = {"metadata": {"rowIdentifier": number}, "rowIdentifierColumnId": number}
        require(probe.send("PUT", f"/api/views/{dataset}.json", change), "Choosing the identifier")
        yield dataset
    finally:
        delete(probe, dataset)


def _columns(probe: Probe, dataset: str) -> list[dict[str, object]]:
    view = require(probe.get(f"/api/views/{dataset}.json"), "Reading the draft")
    return list(view["columns"])


def require_private(probe: Probe, dataset: str) -> None:
    """Raise NotPrivateError if anyone but its owner can see the draft."""
    view = body_of(probe.get(f"/api/views/{dataset}.json")) or {}
    shared = [grant for grant in view.get("grants") or [] if "public" in grant.get("flags", [])]
    scope = (view.get("permissions") or {}).get("scope", "private")
    seen = probe.get(f"/api/views/{dataset}.json", anonymous=True).status
    if shared or scope != "private" or seen == 200:
        raise NotPrivateError(
            "The draft of the rehearsal is not private, so the rehearsal stopped.",
            "Ask the portal's administrator why new datasets are public there.",
        )
