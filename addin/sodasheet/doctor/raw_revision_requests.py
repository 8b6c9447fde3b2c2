"""Raw steps of the Publishing API, for an examination of its replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sodasheet.doctor.plain_requests import Probe, body_of, require, wait_for
from sodasheet.portal.http.reply import Answer

BASE = "/api/publishing/v1"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its source and the schemas that the portal derived from the file."""

    revision: Json
    source: int
    schema: Json
    output: Json

    @property
    def path(self) -> str:
        """The path of the revision."""
        return f"{BASE}/revision/{self.revision['fourfour']}/{self.revision['revision_seq']}"

    @property
    def output_path(self) -> str:
        """The path of the output schema."""
        number = self.output["id"]
        return f"{BASE}/source/{self.source}/schema/{self.schema['id']}/output/{number}"


def opened(probe: Probe, dataset: str, action: str) -> Json:
    """Open a revision on a dataset, private as the dataset is."""
    body = {"action": {"type": action, "permission": "private"}}
    found = require(probe.send("POST", f"{BASE}/revision/{dataset}", body), "Opening a revision")
    return dict(found["resource"])


def new_dataset(probe: Probe, name: str) -> Json:
    """Open a revision on a new, private dataset."""
    body = {"metadata": {"name": name}, "action": {"type": "update", "permission": "private"}}
    found = require(probe.send("POST", f"{BASE}/revision", body), "Opening a revision")
    return dict(found["resource"])


def upload(probe: Probe, revision: Mapping[str, Any], csv: bytes) -> Upload:
    """Upload a CSV to a revision and wait for its first output schema."""
    path = f"{BASE}/revision/{revision['fourfour']}/{revision['revision_seq']}"
    body = {"source_type": {"type": "upload", "filename": "rehearsal.csv"}}
    made = require(probe.send("POST", f"{path}/source", body), "Making a source")
    source = int(made["resource"]["id"])
    require(probe.send("POST", f"{BASE}/source/{source}", csv, "text/csv"), "Uploading rows")

    def shown() -> Json:
        found = require(probe.get(f"{BASE}/source/{source}"), "Reading a source")["resource"]
        return dict(found)

    def is_ready(found: Json) -> bool:
        outputs = found["schemas"][0]["output_schemas"] if found.get("schemas") else []
        return bool(found.get("failed_at") or (outputs and outputs[-1].get("finished_at")))

    found = wait_for(shown, is_ready)
    if found.get("failed_at"):
        require(Answer(500, {}, b"", ""), "Parsing the rows")
    schema = found["schemas"][0]
    return Upload(dict(revision), source, schema, schema["output_schemas"][-1])


def transformed(probe: Probe, given: Upload, columns: list[Json]) -> Upload:
    """Create another output schema for an upload and wait for the result."""
    path = f"{BASE}/source/{given.source}/schema/{given.schema['id']}"
    made = require(probe.send("POST", path, {"output_columns": columns}), "Making a schema")
    number = made["resource"]["id"]

    def shown() -> Json:
        return dict(require(probe.get(f"{path}/output/{number}"), "Reading a schema")["resource"])

    found = wait_for(shown, lambda one: bool(one.get("finished_at")))
    return Upload(given.revision, given.source, given.schema, found)


def apply(probe: Probe, given: Upload) -> tuple[Json, Json]:
    """Apply an upload; return the first reply and the ended task set."""
    body = {"output_schema_id": given.output["id"]}
    first = require(probe.send("PUT", f"{given.path}/apply", body), "Applying a revision")
    task = first.get("resource", first) if isinstance(first, dict) else {}
    if "status" not in task:
        return first, {}
    path = f"{given.path}/apply/{task['id']}"

    def shown() -> Json:
        found = require(probe.get(path), "Reading a task set")
        return dict(found.get("resource", found))

    ended = wait_for(shown, lambda one: one.get("status") in ("successful", "failure"))
    return dict(task), ended


def discard(probe: Probe, revision: Mapping[str, Any]) -> Answer:
    """Discard a revision; return the answer."""
    path = f"{BASE}/revision/{revision['fourfour']}/{revision['revision_seq']}"
    return probe.send("DELETE", path)


def rows_of(probe: Probe, dataset: str) -> dict[str, Json]:
    """Return the rows of the draft by their identifier."""
    params: dict[str, str | int] = {"$limit": 1000, "$order": ":id"}
    rows = require(probe.get(f"/resource/{dataset}.json", params), "Reading rows")
    return {str(row.get("no")): row for row in rows}


def error_pages(probe: Probe, given: Upload) -> list[Json]:
    """Return the first page of rows with errors, header included."""
    found = body_of(probe.get(f"{given.output_path}/schema_errors"))
    return list(found) if isinstance(found, list) else []
