"""State of a dataset at its last preview, for the following push."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as Map
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.model.preview import Preview
from sodasheet.portal.dataset_address import host_of, parse_portal
from sodasheet.push.request import PreviewSnapshot
from sodasheet.system.folders import home, make_private

if TYPE_CHECKING:
    from sodasheet.model.job import Job

#: Time after which a preview no longer counts for a push.
LASTING = timedelta(hours=24)

_COUNTS = ("new", "changed", "deleted", "unchanged")


def remember(job_key: str, report: Map[str, Any]) -> None:
    """Store the state at a preview, unless the portal lagged behind.

    A preview during which someone changed the dataset counts: the push must not follow it.
    """
    path = _path(report["portal"], report["dataset"])
    body = {
        name: report[name]
        for name in ("started", "seen", "preview", "before", "after", "emptied", "identifier")
    }
    body |= {"job": job_key, "sha256": report["source"]["sha256"]}
    with suppress(OSError):
        make_private(path.parent)
        if report["stale"] and not report["seen"].get("mixed"):
            path.unlink(missing_ok=True)
            return
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        draft.replace(path)


def seen_by_preview(job: Job) -> PreviewSnapshot | None:
    """Return the dataset's state at the last preview of the same job; None if there is none.

    An old preview does not count, nor a preview before a push from this computer.
    """
    try:
        body = json.loads(_path(job.portal, job.dataset).read_bytes())
        started = datetime.fromisoformat(body["started"])
        if body["job"] != key_of(job) or datetime.now(UTC) - started > LASTING:
            return None
        found = seen_from_json(body["seen"])
        preview = _preview(body)
        sha256 = str(body["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if _pushed_since(job, started):
        return None
    return replace(found, sha256=sha256, preview=None if found.mixed else preview)


def key_of(job: Job) -> str:
    """Return a key of the job's effect: portal, dataset, method, source and columns."""
    body = job_to_json(job)
    meant = {name: body.get(name) for name in sorted(body) if name not in ("fingerprint", "notify")}
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def seen_to_json(seen: PreviewSnapshot | None) -> dict[str, Any] | None:
    """Return the snapshot as JSON for another process, including the preview's counts."""
    if seen is None:
        return None
    return {
        "rows": seen.rows,
        "updated": seen.updated.isoformat() if seen.updated else None,
        "changed": seen.changed,
        "mixed": seen.mixed,
        "sha256": seen.sha256,
        "foreseen": seen.preview.to_json() if seen.preview else None,
    }


def seen_from_json(body: Map[str, Any]) -> PreviewSnapshot:
    """Read a snapshot from JSON; raises KeyError, TypeError or ValueError if incomplete."""
    updated, foreseen = body["updated"], body.get("foreseen")
    return PreviewSnapshot(
        int(body["rows"]),
        datetime.fromisoformat(updated) if updated else None,
        str(body.get("sha256", "")),
        _preview(foreseen) if foreseen else None,
        body.get("changed"),
        bool(body.get("mixed")),
    )


def _preview(body: Map[str, Any]) -> Preview:
    """Return the counts of a preview, without its changes."""
    new, changed, deleted, unchanged = (int(body["preview"][name]) for name in _COUNTS)
    return Preview(
        new,
        changed,
        deleted,
        unchanged,
        before=int(body["before"]),
        after=int(body["after"]),
        emptied=tuple(body["emptied"]),
        identifier=body["identifier"],
    )


def _pushed_since(job: Job, started: datetime) -> bool:
    """True if our own push has changed the dataset since; this needs no warning."""
    from sodasheet.push.runs.journal import Journal, runs_folder

    last = Journal(runs_folder()).last_landed(job.dataset, parse_portal(job.portal))
    if last is None:
        return False
    return datetime.fromisoformat(last.ended or last.started) >= started


def _path(portal: str, dataset: str) -> Path:
    name = f"{host_of(portal)}-{dataset}".replace(":", "_")
    return home() / "previews" / f"{Path(name).name}.json"
