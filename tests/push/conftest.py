"""A small practice dataset, and pushes to this dataset."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from urllib3 import BaseHTTPResponse, PoolManager, make_headers

from socrata_practice import PracticePortal
from sodasheet.model.credentials import Credentials
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.model.report import Report
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.learned_facts import remember
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed, Ask
from sodasheet.push.request import PushRequest, RunOptions
from sodasheet.push.run import Run

PATIENCE = Patience(
    connect=5, read=10, write=10, tries=2, unreachable=1, pause=0.05, late=3, over=1
)


@dataclass
class Bench:
    """A practice portal with a separate dataset per test, and a folder for sources."""

    portal: PracticePortal
    folder: Path
    role: str = "publisher"
    dataset: str = ""
    identifier: str | None = None
    made: list[str] = field(default_factory=list)
    # A third of all requests prepare tests or look at what came out: what requests does for each
    # of them, such as to look for proxies, takes longer than the answer.
    web: PoolManager = field(default_factory=PoolManager)

    def make(self, identifier: str | None, rows: list[dict[str, Any]]) -> None:
        """A dataset with the columns id, name and amount."""
        self.make_of({"id": "text", "name": "text", "amount": "number"}, identifier)
        if rows:
            self.write(rows)

    def make_of(self, kinds: dict[str, str], identifier: str | None) -> None:
        """An empty dataset with a column of each field and type."""
        columns = [
            {"name": field.title(), "fieldName": field, "dataTypeName": kind}
            for field, kind in kinds.items()
        ]
        row_identifier = {"rowIdentifier": identifier} if identifier else {}
        body = {"name": "Fees", "columns": columns, "metadata": row_identifier}
        made = self._call("POST", "/api/views.json", json=body)
        self.dataset = made["id"]
        self.made.append(self.dataset)
        self.identifier = identifier
        self._call("POST", f"/api/views/{self.dataset}/publication.json")

    def rows(self, order: str = "id, name") -> list[dict[str, Any]]:
        """Rows of the dataset, by identifier and name."""
        params = {"$order": order, "$limit": 50_000}
        found: list[dict[str, Any]] = self._call(
            "GET", f"/resource/{self.dataset}.json", params=params
        )
        return found

    def _call(
        self, method: str, path: str, *, json: Any = None, params: dict[str, Any] | None = None
    ) -> Any:
        reply = self._reply(method, f"{path}?{urlencode(params)}" if params else path, json=json)
        assert reply.status < 300, reply.data.decode()
        return reply.json() if reply.data else None

    def _reply(self, method: str, path: str, **body: Any) -> BaseHTTPResponse:
        account = self.portal.account("owner")
        headers = make_headers(basic_auth=f"{account.key_id}:{account.key_secret}")
        return self.web.request(
            method, self.portal.url + path, headers=headers, timeout=30, retries=False, **body
        )

    def close(self) -> None:
        """Delete what was made: each request to the portal costs more with every dataset."""
        self.portal.clear_faults()
        for dataset in self.made:
            reply = self._reply("DELETE", f"/api/views/{dataset}.json")
            assert reply.status in {200, 404}, reply.data.decode()
        self.web.clear()

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Let another user write rows."""
        self._call("POST", f"/resource/{self.dataset}.json", json=rows)

    def source(self, *rows: list[str], name: str = "fees.csv") -> None:
        """A CSV whose first row holds the headers."""
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        (self.folder / name).write_text(text.getvalue(), encoding="utf-8", newline="")

    def key(self) -> Credentials:
        account = self.portal.account("publisher")
        return Credentials(account.key_id, account.key_secret)

    def drop_column(self, field: str) -> None:
        """Let another user remove a column from the dataset."""
        view = self._call("GET", f"/api/views/{self.dataset}.json")
        number = next(one["id"] for one in view["columns"] if one["fieldName"] == field)
        self._call("DELETE", f"/api/views/{self.dataset}/columns/{number}.json")

    def approve(self) -> None:
        """Let an approver on the portal approve everything pending."""
        for one in self._call("GET", "/practice/approvals"):
            path = f"{self.dataset}/{one['resource']['revision_seq']}"
            self._call("POST", f"/practice/approvals/{path}", json={"decision": "approve"})

    def session(self, role: str | None = None) -> PortalSession:
        account = self.portal.account(role or self.role)
        key = Credentials(account.key_id, account.key_secret)
        return PortalSession(self.portal.url, key, PATIENCE)

    def job(self, method: str, columns: str = "id name amount", **guards: Any) -> Job:
        """A job; unless specified, all rows of such small datasets may be removed."""
        guards.setdefault("max_shrink", 1.0)
        rules = tuple(
            ColumnRule(field.title(), field, match="confirmed") for field in columns.split()
        )
        return Job(
            self.portal.url,
            self.dataset,
            Method(method),
            SourceSpec(path="fees.csv"),
            Mapping(rules),
            Guards(**guards),
        )

    def push(self, job: Job, **options: Any) -> Report:
        """Push the job with the account of `role`, confirming everything unless specified."""
        ask: Ask = options.pop("ask", Agreed())
        progress = options.pop("progress", Silent())
        session = self.session(options.pop("role", None))
        seen = options.pop("seen", None)
        order = PushRequest(job, self.folder, RunOptions(**options), seen)
        return Run(order, PushContext(session, progress, ask)).execute()


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def bench(
    practice: PracticePortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    # Faults are put on the paths of SODA2, and its requests are counted; tests/portal/soda3 has
    # reads over SODA3.
    remember(practice.url, {"soda3": "absent"})
    bench = Bench(practice, tmp_path)
    yield bench
    bench.close()


Maker = Callable[..., Bench]
