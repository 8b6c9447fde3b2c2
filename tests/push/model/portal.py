"""A model of a portal: one dataset in memory, its readers, and its two write APIs.

Written from the contract (portal-api.md), not from SodaSheet's client. Every commit is kept, so
that a test can say which push wrote which row, and when.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

FIELDS = ("id", "name", "amount")
DATASET = "abcd-1234"
BASE = "/api/publishing/v1"

Row = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """The portal's answer: a status, a JSON value, and headers."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Commit:
    """One change of the dataset: by whom, and the rows before and after."""

    writer: str
    before: tuple[Row, ...]
    after: tuple[Row, ...]

    @property
    def changed(self) -> set[Any]:
        """Identifiers of the rows that were added, changed or deleted."""
        before = {row["id"]: row for row in self.before}
        after = {row["id"]: row for row in self.after}
        return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def refusal(status: int, code: str, message: str) -> Reply:
    """Return a refusal in the portal's format (A.3)."""
    return Reply(status, {"error": True, "code": code, "message": message})


class Portal:
    """The portal. `identifier` says that the dataset has the row identifier `id`."""

    def __init__(self, *, identifier: bool, rows: Iterable[Row]) -> None:
        self.identifier = identifier
        self.now = 1_700_000_000.0
        self.written_at = self.now
        self.commits: list[Commit] = []
        #: The push whose request is being answered.
        self.writer = ""
        self.stale_until = 0.0
        #: Numbers that a revision takes beyond the one of its rows.
        self.more_numbers = 0
        self._skipped = 0
        self._shown: tuple[Row, ...] | None = None
        self._ids = 0
        self._ticks = 0
        self.rows: tuple[Row, ...] = ()
        self.rows = tuple(self._new(row) for row in rows)
        self._revisions: dict[int, dict[str, Any]] = {}

    # --- time and readers ---

    @property
    def readable(self) -> tuple[Row, ...]:
        """The rows as readers see them."""
        return self.rows if self._shown is None or self.up_to_date else self._shown

    @property
    def up_to_date(self) -> bool:
        """True if readers see every write."""
        return self.now >= self.stale_until

    def lag(self, seconds: float) -> None:
        """For a number of seconds, show readers the current rows, even if they change."""
        self._shown, self.stale_until = self.readable, self.now + seconds

    def moment(self) -> str:
        """Return the time in the portal's format, later than any previous time."""
        self._ticks += 1
        minutes, rest = divmod(self._ticks, 60_000)
        return f"2026-01-01T00:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}Z"

    @property
    def version(self) -> int:
        """Number of the last write."""
        return 40 + len(self.commits) + self._skipped

    # --- requests ---

    def answer(self, method: str, url: str, body: bytes) -> Reply:
        """Answer one request."""
        parts = urlsplit(url)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.path == "/api/users/current.json":
            return Reply(200, {"id": "user-0001", "displayName": "Steward"})
        if parts.path == f"/api/views/{DATASET}.json":
            return Reply(200, self._view())
        if parts.path == f"/api/views/{DATASET}/replication.json":
            return Reply(200, {"truth_data_version": self.version, "secondary_versions": []})
        if parts.path == f"/resource/{DATASET}.json":
            return self._read(params) if method == "GET" else self._write(method, body, params)
        if parts.path.startswith(BASE):
            return self._publishing(method, parts.path.removeprefix(BASE), body)
        return refusal(404, "not_found", "Not found")

    def success(self, method: str, url: str, body: bytes) -> Reply:
        """Return the reply to a write that is not executed."""
        kept = self.rows, list(self.commits), self.written_at, self._skipped
        revisions = json.dumps(self._revisions, default=lambda text: text.decode())
        reply = self.answer(method, url, body)
        self.rows, self.commits, self.written_at, self._skipped = kept
        self._revisions = {
            int(seq): revision | {"csv": revision["csv"].encode() if revision["csv"] else b""}
            for seq, revision in json.loads(revisions).items()
        }
        # A cache keeps no number of a write that was never made.
        return replace(reply, headers={})

    def edit(self, name: str, rows: Iterable[Row], gone: Iterable[str] = ()) -> None:
        """Let another user write and delete rows."""
        self.writer = name
        self._commit(self._merged(rows, {*gone}))

    def _view(self) -> dict[str, Any]:
        kinds = {"id": "text", "name": "text", "amount": "number"}
        columns = [
            {
                "id": place,
                "name": name,
                "fieldName": name,
                "dataTypeName": kinds[name],
                "position": place,
            }
            for place, name in enumerate(FIELDS, 1)
        ]
        view = {
            "id": DATASET, "name": "Fees", "assetType": "dataset", "viewType": "tabular",
            "columns": columns, "rights": ["read", "write", "add", "delete"],
            "rowsUpdatedAt": int(self.written_at),
        }  # fmt: skip
        return view | ({"rowIdentifierColumnId": 1} if self.identifier else {})

    # --- reading (B.9) ---

    def _read(self, params: Mapping[str, str]) -> Reply:
        found = [row for row in self.readable if self._fits(row, params.get("$where", ""))]
        headers = {"X-SODA2-Data-Out-Of-Date": "false" if self.up_to_date else "true"}
        select = params.get("$select", "*")
        if select.startswith("count(*)"):
            counted = {"n" if " as n" in select else "count": str(len(found))}
            if "max(:updated_at)" in select and found:
                counted["changed"] = max(row[":updated_at"] for row in found)
            return Reply(200, [counted], headers)
        found.sort(key=lambda row: row[":id"])
        start = int(params.get("$offset", 0))
        page = found[start : start + int(params.get("$limit", 1000))]
        names = [name.strip("` ") for name in select.split(",")]
        wanted = [one for name in names for one in (FIELDS if name == "*" else (name,))]
        shown = [{name: row[name] for name in wanted if row.get(name) is not None} for row in page]
        return Reply(200, shown, headers)

    @staticmethod
    def _fits(row: Row, where: str) -> bool:
        for said in filter(None, where.split(" and ")):
            part = said[1:-1] if said.startswith("(") else said
            listed = re.fullmatch(r"`?(:?\w+)`? in\((.*)\)", part)
            later = re.fullmatch(r"(:\w+) > '(.*)'", part)
            if listed:
                values = [
                    text.replace("''", "'") for text in re.findall(r"'((?:[^']|'')*)'", listed[2])
                ]
                if row.get(listed[1]) not in values:
                    return False
            elif later:
                if not row[later[1]] > later[2]:
                    return False
            else:
                raise AssertionError(f"the model cannot read {part}")
        return True

    # --- SODA2 writes (B.1 to B.4) ---

    def _write(self, method: str, body: bytes, params: Mapping[str, str]) -> Reply:
        told = self._written(method, body)
        newer = params.get("$$version") == "2.0"
        return replace(told, headers={"X-SODA2-Truth-Version": str(self.version)} if newer else {})

    def _written(self, method: str, body: bytes) -> Reply:
        sent = json.loads(body)
        if method == "PUT":
            self._commit([self._new(row) for row in sent])
            return Reply(
                200, {"Rows Created": len(sent), "Rows Updated": 0, "Rows Deleted": 0, "Errors": 0}
            )
        gone = {str(row.get("id", row.get(":id"))) for row in sent if row.get(":deleted") is True}
        rows = [row for row in sent if not row.get(":deleted")]
        known = {row["id"] for row in self.rows} if self.identifier else set[Any]()
        present = {row[":id"] for row in self.rows} | {row["id"] for row in self.rows}
        updated = sum(row.get("id") in known for row in rows)
        deleted = sum(one in present for one in gone)
        self._commit(self._merged(rows, gone))
        return Reply(
            200,
            {
                "Rows Created": len(rows) - updated, "Rows Updated": updated,
                "Rows Deleted": deleted, "Errors": len(gone) - deleted,
            },
        )  # fmt: skip

    def _merged(self, rows: Iterable[Row], gone: set[str]) -> list[Row]:
        kept = [row for row in self.rows if row[":id"] not in gone and row["id"] not in gone]
        for row in rows:
            place = next(
                (n for n, one in enumerate(kept) if self.identifier and one["id"] == row.get("id")),
                None,
            )
            if place is None:
                kept.append(self._new(row))
            else:
                kept[place] = kept[place] | dict(row) | {":updated_at": self.moment()}
        return kept

    def _new(self, row: Mapping[str, Any]) -> Row:
        self._ids += 1
        moment = self.moment()
        cells = {name: row.get(name) for name in FIELDS}
        return cells | {":id": f"row-{self._ids:04}", ":created_at": moment, ":updated_at": moment}

    def _commit(self, rows: list[Row]) -> None:
        before, self.rows = self.rows, tuple(rows)
        self.written_at = self.now
        self.commits.append(Commit(self.writer, before, self.rows))

    # --- Publishing API (C) ---

    def _publishing(self, method: str, path: str, body: bytes) -> Reply:
        if path == f"/revision/{DATASET}":
            seq = len(self._revisions)
            action = json.loads(body)["action"]
            self._revisions[seq] = {
                "revision_seq": seq, "action": action, "closed_at": None, "task_sets": [],
                "csv": b"",
                "columns": [],
            }  # fmt: skip
            return self._revision(seq, 201)
        place = re.fullmatch(rf"/revision/{DATASET}/(\d+)(/.*)?", path)
        if place:
            return self._of_revision(method, int(place[1]), place[2] or "", body)
        source = re.fullmatch(r"/source/(\d+)(/.*)?", path)
        if source is None:
            return refusal(404, "not_found", path)
        return self._of_source(method, int(source[1]), source[2] or "", body)

    def _revision(self, seq: int, status: int = 200) -> Reply:
        shown = {k: v for k, v in self._revisions[seq].items() if k not in ("csv", "columns")}
        return Reply(status, {"resource": shown, "links": {}})

    def _of_revision(self, method: str, seq: int, below: str, body: bytes) -> Reply:
        revision = self._revisions[seq]
        if below == "/source":
            return Reply(201, {"resource": {"id": seq, "schemas": []}, "links": {}})
        if below.startswith("/apply/"):
            return Reply(200, {"resource": revision["task_sets"][-1], "links": {}})
        if below == "/apply":
            return self._apply(revision)
        if method == "DELETE":
            if revision["task_sets"]:
                return refusal(409, "invalid_request", "The revision was applied")
            revision["closed_at"] = self.moment()
        return self._revision(seq)

    def _of_source(self, method: str, seq: int, below: str, body: bytes) -> Reply:
        revision = self._revisions[seq]
        if below == "/initiate":
            return Reply(200, {"resource": {"preferred_chunk_size": 4_000_000}, "links": {}})
        if below.endswith("/commit"):
            return Reply(200, {"resource": self._source(seq), "links": {}})
        if below.startswith("/chunk/"):
            revision["csv"] = body
            return Reply(200, {"resource": {"end_byte_offset": len(body)}, "links": {}})
        if below == "/schema/1" and method == "POST":
            revision["columns"] = json.loads(body)["output_columns"]
            return Reply(201, {"resource": self._output(seq), "links": {}})
        if below == "/schema/1":
            first = {"id": 1, "output_columns": self._suggested()}
            return Reply(200, {"resource": {"id": 1, "output_schemas": [first]}, "links": {}})
        if below.startswith("/schema/1/output/2"):
            whole = {"resource": self._output(seq), "links": {}}
            return Reply(200, {"resource": {"valid": True}} if "validate" in below else whole)
        return Reply(200, {"resource": self._source(seq), "links": {}})

    def _source(self, seq: int) -> dict[str, Any]:
        header = self._csv(seq)[0]
        columns = [{"field_name": name, "position": n} for n, name in enumerate(header, 1)]
        schema = {
            "id": 1, "total_rows": len(self._csv(seq)) - 1, "num_row_errors": 0,
            "input_columns": columns,
        }  # fmt: skip
        return {"id": seq, "schemas": [schema], "finished_at": "now"}

    def _suggested(self) -> list[dict[str, Any]]:
        return [
            {"id": n, "field_name": name, "position": n, "transform": {"id": n}}
            for n, name in enumerate(FIELDS, 1)
        ]

    def _output(self, seq: int) -> dict[str, Any]:
        columns = [
            column | {"transform": {**column.get("transform", {}), "id": n, "finished_at": "now"}}
            for n, column in enumerate(self._revisions[seq]["columns"], 1)
        ]
        total = len(self._csv(seq)) - 1
        return {
            "id": 2, "output_columns": columns, "total_rows": total, "error_count": 0,
            "completed_at": "now",
        }  # fmt: skip

    def _csv(self, seq: int) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self._revisions[seq]["csv"].decode())))

    def _apply(self, revision: dict[str, Any]) -> Reply:
        if revision["closed_at"]:
            return refusal(409, "invalid_request", "The revision is closed")
        if not revision["task_sets"]:
            revision["task_sets"].append(self._applied(revision))
        return Reply(200, {"resource": revision["task_sets"][-1], "links": {}})

    def _applied(self, revision: dict[str, Any]) -> dict[str, Any]:
        header, *lines = csv.reader(io.StringIO(revision["csv"].decode()))
        records = [
            {
                name: value or None
                for name, value in zip(header, line, strict=True)
                if name in FIELDS
            }
            for line in lines
        ]
        kind = revision["action"]["type"]
        self._skipped += self.more_numbers
        known = {row["id"] for row in self.rows} if self.identifier else set[Any]()
        updated = sum(row.get("id") in known for row in records)
        counts = {
            "Rows Created": len(records) - updated,
            "Rows Updated": updated,
            "Rows Deleted": 0,
            "Errors": 0,
        }
        if kind == "delete":
            counts = {"Rows Created": 0, "Rows Updated": 0, "Rows Deleted": updated, "Errors": 0}
            self._commit(self._merged([], {row["id"] for row in records}))
        elif kind == "replace":
            self._commit([self._new(row) for row in records])
        else:
            self._commit(self._merged(records, set()))
        log = [
            {"stage": "upsert_complete", "time": "2", "details": counts},
            {"stage": "started", "time": "1", "details": None},
        ]
        return {
            "id": len(self._revisions),
            "status": "successful",
            "finished_at": "now",
            "log": log,
        }
