"""Guesses that only a write can examine: each is a few requests against the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sodasheet.doctor import raw_revision_requests
from sodasheet.doctor.plain_requests import Probe, body_of, require
from sodasheet.doctor.raw_revision_requests import Json, Upload

Check = Callable[[Probe, str], str | None]


def _put(probe: Probe, dataset: str, rows: list[Json]) -> None:
    require(probe.send("PUT", f"/resource/{dataset}.json", rows), "Replacing rows")


def _post(probe: Probe, dataset: str, rows: list[Json], query: str = "") -> Any:
    return probe.send("POST", f"/resource/{dataset}.json{query}", rows)


# --- SODA2 ---------------------------------------------------------------------------------------


def _type_error(probe: Probe, dataset: str) -> str | None:
    answer = _post(probe, dataset, [{"no": "T", "units": "many"}])
    body = body_of(answer)
    if answer.status != 400 or not isinstance(body, dict):
        return None
    if "errorCode" in body:
        return "service"
    return "front" if "units" in str(body.get("message")) else "unworded"


def _write_reply(probe: Probe, dataset: str) -> str | None:
    body = body_of(_post(probe, dataset, [{"no": "W"}]))
    return None if not isinstance(body, dict) else ("six" if "By SID" in body else "four")


def _write_counts(probe: Probe, dataset: str) -> str | None:
    _put(probe, dataset, [{"no": "A"}])
    body = body_of(_post(probe, dataset, [{"no": "A", "note": "x"}, {"no": "B"}]))
    if not isinstance(body, dict):
        return None
    created, updated = body.get("Rows Created", 0), body.get("Rows Updated", 0)
    found = {(1, 1): "split", (0, 2): "all updated", (0, 0): "zero"}
    return found.get((created, updated), f"{created} created, {updated} updated")


def _delete_missing(probe: Probe, dataset: str) -> str | None:
    body = body_of(_post(probe, dataset, [{"no": "never there", ":deleted": True}]))
    if not isinstance(body, dict):
        return None
    return "counted as error" if body.get("Errors") else "ignored"


def _empty_text(probe: Probe, dataset: str) -> str | None:
    _put(probe, dataset, [{"no": "A", "note": ""}])
    row = raw_revision_requests.rows_of(probe, dataset).get("A")
    return None if row is None else ("kept" if row.get("note") == "" else "null")


def _version_two(probe: Probe, dataset: str) -> str | None:
    body = body_of(_post(probe, dataset, [{"no": "V"}], "?$$version=2.0"))
    return None if not isinstance(body, dict) else (
        "honored" if "rows_created" in body else "ignored"
    )  # fmt: skip


def _truncate(probe: Probe, dataset: str) -> str:
    answer = probe.send("DELETE", f"/resource/{dataset}")
    return "allowed" if answer.status < 300 else "refused"


def _site_scope(probe: Probe, dataset: str) -> str:
    answer = probe.send("PUT", f"/api/views/{dataset}/permissions", {"scope": "site"})
    if answer.status >= 300:
        return "refused"
    probe.send("PUT", f"/api/views/{dataset}/permissions", {"scope": "private"})
    return "allowed"


# --- Publishing API ------------------------------------------------------------------------------

_CSV = b"no,note,units,good\nA,first,1,1\nB,second,2,0\n"


def _load(probe: Probe, dataset: str, csv: bytes = _CSV, action: str = "update") -> Upload:
    return raw_revision_requests.upload(
        probe, raw_revision_requests.opened(probe, dataset, action), csv
    )


def _stage(task: Mapping[str, Any], stage: str) -> Json | None:
    return next((entry for entry in task.get("log") or [] if entry.get("stage") == stage), None)


def _task_log_order(probe: Probe, dataset: str) -> str | None:
    _, task = raw_revision_requests.apply(probe, _load(probe, dataset))
    stages = [entry.get("stage") for entry in task.get("log") or []]
    if "started" not in stages or "upsert_complete" not in stages:
        return None
    newest = stages.index("upsert_complete") < stages.index("started")
    return "newest first" if newest else "oldest first"


def _started_details(probe: Probe, dataset: str) -> str | None:
    _, task = raw_revision_requests.apply(probe, _load(probe, dataset))
    entry = _stage(task, "started")
    if entry is None:
        return None
    return "null" if entry.get("details") is None else "empty object"


def _columns_created(probe: Probe, _: str) -> str | None:
    given = raw_revision_requests.new_dataset(probe, "SodaSheet rehearsal of columns")
    try:
        task = raw_revision_requests.apply(
            probe, raw_revision_requests.upload(probe, given, b"a,b\nx,y\n")
        )[1]
    finally:
        probe.send("DELETE", f"/api/views/{given['fourfour']}.json")
    entries = [one for one in task.get("log") or [] if one.get("stage") == "columns_created"]
    return None if not entries else ("one per column" if len(entries) > 1 else "one")


def _first_apply_log(probe: Probe, dataset: str) -> str | None:
    first, _ = raw_revision_requests.apply(probe, _load(probe, dataset))
    if first.get("status") != "initializing":
        return None
    return "started" if first.get("log") else "empty"


def _cell_error(probe: Probe, dataset: str) -> str | None:
    given = _load(probe, dataset, b"no,units\nA,many\n")
    try:
        rows = [one for one in raw_revision_requests.error_pages(probe, given) if "row" in one]
    finally:
        raw_revision_requests.discard(probe, given.revision)
    errors = [cell["error"] for row in rows for cell in row["row"] if "error" in cell]
    if not errors:
        return None
    return "message and inputs" if "inputs" in errors[0] else "typed"


def _page_header(probe: Probe, dataset: str) -> str | None:
    given = _load(probe, dataset)
    try:
        found = body_of(probe.get(f"{given.output_path}/rows", {"limit": 1}))
    finally:
        raw_revision_requests.discard(probe, given.revision)
    if not isinstance(found, list) or not found:
        return None
    return "columns" if isinstance(found[0], list) else "schema"


def _first_output_types(probe: Probe, _: str) -> str | None:
    given = raw_revision_requests.new_dataset(probe, "SodaSheet rehearsal of types")
    try:
        made = raw_revision_requests.upload(probe, given, b"n\n1\n2\n")
        expression = made.output["output_columns"][0]["transform"]["transform_expr"]
    finally:
        raw_revision_requests.discard(probe, given)
        probe.send("DELETE", f"/api/views/{given['fourfour']}.json")
    return "typed" if "to_number" in expression else "text"


def _positions(probe: Probe, dataset: str) -> str | None:
    given = _load(probe, dataset)
    raw_revision_requests.discard(probe, given.revision)
    return str(min(column["position"] for column in given.schema["input_columns"]))


def _applied_delete(probe: Probe, dataset: str) -> str:
    given = _load(probe, dataset)
    raw_revision_requests.apply(probe, given)
    return (
        "succeeds"
        if raw_revision_requests.discard(probe, given.revision).status < 300
        else "refused"
    )


def _apply_again(probe: Probe, dataset: str) -> str:
    given = _load(probe, dataset)
    raw_revision_requests.apply(probe, given)
    body = {"output_schema_id": given.output["id"]}
    return str(probe.send("PUT", f"{given.path}/apply", body).status)


def _omitted_columns(probe: Probe, dataset: str) -> str | None:
    _put(probe, dataset, [{"no": "A", "note": "stays"}])
    raw_revision_requests.apply(probe, _load(probe, dataset, b"no,units\nA,5\n"))
    row = raw_revision_requests.rows_of(probe, dataset).get("A")
    if row is None or row.get("units") != "5":
        return None
    return "kept" if row.get("note") == "stays" else "cleared"


def _duplicates(probe: Probe, dataset: str) -> str | None:
    _, task = raw_revision_requests.apply(probe, _load(probe, dataset, b"no,note\nD,one\nD,two\n"))
    if task.get("status") == "failure":
        return "refused"
    row = raw_revision_requests.rows_of(probe, dataset).get("D")
    return None if row is None else ("last wins" if row.get("note") == "two" else "first wins")


def _approval(probe: Probe, dataset: str) -> str | None:
    given = _load(probe, dataset)
    answer = probe.send("PUT", f"{given.path}/apply", {"output_schema_id": given.output["id"]})
    body = body_of(answer)
    if not isinstance(body, dict):
        return None
    if body.get("key") == "approval_submitted":
        return "key"
    found = body.get("resource", {})
    # A task set was made: nothing here needs an approval.
    return None if "status" in found else "no task set"


def _geocode_miss(probe: Probe, dataset: str) -> str | None:
    """Look up a nonexistent address in a revision that is then discarded."""
    revision = raw_revision_requests.opened(probe, dataset, "update")
    try:
        given = raw_revision_requests.upload(probe, revision, b"no,note\r\nG,1 No Street 0\r\n")
        parts = "coalesce(`note`, ''), 'Nowhere', 'ZZ', '00000'"
        column = {
            "field_name": "place",
            "display_name": "place",
            "position": 1,
            "transform": {"transform_expr": f"geocode({parts})"},
        }
        made = raw_revision_requests.transformed(probe, given, [column])
        page = body_of(probe.get(f"{made.output_path}/rows", {"limit": 10, "offset": 0}))
    finally:
        raw_revision_requests.discard(probe, revision)
    rows = [one["row"] for one in page or () if isinstance(one, dict) and one.get("row")]
    if not rows or not isinstance(rows[0][0], dict):
        return None
    cell = rows[0][0]
    if "error" in cell:
        return "error"
    return "null" if cell.get("ok") is None else f"found at {cell['ok']}"


def _column_type(probe: Probe, dataset: str) -> str | None:
    """Replace the rows with numbers as strings, and back."""
    found = None
    for kind in ("text", "number"):
        revision = raw_revision_requests.opened(probe, dataset, "replace")
        given = raw_revision_requests.upload(probe, revision, b"no,units\r\nT,1\r\n")
        columns = [
            {
                "field_name": name,
                "display_name": name.title(),
                "position": place,
                "is_primary_key": name == "no",
                "transform": {"transform_expr": f"to_{said}(`{name}`)"},
            }
            for place, (name, said) in enumerate({"no": "text", "units": kind}.items(), 1)
        ]
        raw_revision_requests.apply(probe, raw_revision_requests.transformed(probe, given, columns))
        view = body_of(probe.get(f"/api/views/{dataset}.json"))
        kinds = {one["fieldName"]: one["dataTypeName"] for one in view["columns"]}
        if found is None:
            found = "changed" if kinds.get("units") == "text" else "refused"
    return found


def _column_position(probe: Probe, dataset: str) -> str | None:
    columns = body_of(probe.get(f"/api/views/{dataset}.json"))["columns"]
    first, last = columns[0], columns[-1]
    path = f"/api/views/{dataset}/columns/{last['id']}.json"
    require(probe.send("PUT", path, {"position": first["position"]}), "Moving a column")
    after = {one["id"]: one for one in body_of(probe.get(f"/api/views/{dataset}.json"))["columns"]}
    if after[last["id"]]["position"] != first["position"]:
        return "ignored"
    stays = after[first["id"]]["position"] == first["position"]
    return "leaves others" if stays else "moves others"


CHECKS: dict[str, Check] = {
    "type_error": _type_error,
    "write_reply": _write_reply,
    "write_counts": _write_counts,
    "delete_missing": _delete_missing,
    "empty_text": _empty_text,
    "version_two": _version_two,
    "truncate": _truncate,
    "site_scope": _site_scope,
    "task_log_order": _task_log_order,
    "started_details": _started_details,
    "columns_created": _columns_created,
    "first_apply_log": _first_apply_log,
    "cell_error": _cell_error,
    "page_header": _page_header,
    "first_output_types": _first_output_types,
    "positions": _positions,
    "applied_delete": _applied_delete,
    "apply_again": _apply_again,
    "omitted_columns": _omitted_columns,
    "duplicate_identifiers": _duplicates,
    "geocode_miss": _geocode_miss,
    "column_type": _column_type,
    "column_position": _column_position,
    "approval": _approval,
}
