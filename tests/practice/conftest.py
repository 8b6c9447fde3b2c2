"""A practice portal for the tests of one module, and a plain client."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from socrata_contract import GUESSES
from socrata_practice import PracticePortal


@dataclass
class Client:
    """requests, with the portal's address and one account's key."""

    portal: PracticePortal
    role: str | None = "publisher"
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        if self.portal.ca is not None:
            self.session.verify = str(self.portal.ca)
            self.session.trust_env = False

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        if self.role is not None and "auth" not in options:
            account = self.portal.account(self.role)
            options["auth"] = (account.key_id, account.key_secret)
        return self.session.request(method, self.portal.url + path, timeout=60, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self("GET", path, **options)

    def rows(self, dataset: str, **query: Any) -> Any:
        reply = self.get(f"/resource/{dataset}.json", params={f"${k}": v for k, v in query.items()})
        assert reply.status_code == 200, reply.text
        return reply.json()

    def upsert(self, dataset: str, rows: Any, **options: Any) -> requests.Response:
        return self("POST", f"/resource/{dataset}.json", json=rows, **options)

    def replace(self, dataset: str, rows: Any, **options: Any) -> requests.Response:
        return self("PUT", f"/resource/{dataset}.json", json=rows, **options)

    def csv(
        self, method: str, dataset: str, text: str | bytes, **headers: str
    ) -> requests.Response:
        data = text.encode() if isinstance(text, str) else text
        headers = {"Content-Type": "text/csv"} | headers
        return self(method, f"/resource/{dataset}.json", data=data, headers=headers)

    def make(self, columns: dict[str, str], key: str | None = None, **more: Any) -> str:
        """Create a dataset with these columns; return its id."""
        body = {
            "name": more.pop("name", "Made"),
            "columns": [
                {"name": name.title(), "fieldName": name, "dataTypeName": data_type}
                for name, data_type in columns.items()
            ],
            "metadata": {} if key is None else {"rowIdentifier": key},
        } | more
        reply = self("POST", "/api/views.json", json=body)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["id"])


@dataclass
class Publishing:
    """The Publishing API in plain requests, with a method for each step of a load."""

    client: Client
    base: str = "/api/publishing/v1"

    def call(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        reply = self.client(method, self.base + path, **options)
        assert reply.status_code == status, (reply.status_code, reply.text)
        return reply.json()

    def open(self, dataset: str, action: str = "replace", **body: Any) -> Any:
        body = {"action": {"type": action}} | body
        return self.call("POST", f"/revision/{dataset}", 201, json=body)["resource"]

    def path(self, revision: Any) -> str:
        return f"/revision/{revision['fourfour']}/{revision['revision_seq']}"

    def source(self, revision: Any, **options: Any) -> int:
        body = {
            "source_type": {"type": "upload", "filename": "x.csv"},
            "parse_options": options,
        }
        made = self.call("POST", f"{self.path(revision)}/source", 201, json=body)
        return int(made["resource"]["id"])

    def send(self, source: int, data: bytes, content_type: str = "text/csv") -> None:
        headers = {"Content-Type": content_type}
        self.call("POST", f"/source/{source}", 201, data=data, headers=headers)

    def parsed(self, source: int) -> Any:
        """Wait for a source to be parsed or failed; return the source."""
        shown = lambda: self.call("GET", f"/source/{source}")["resource"]  # noqa: E731
        return until(shown, lambda found: found["schemas"] or found["failed_at"])

    def output(self, source: int, schema: int | None = None, number: Any = "latest") -> Any:
        """Wait for an output schema to be finished or failed; return the schema."""
        schema = schema or self.parsed(source)["schemas"][-1]["id"]
        path = f"/source/{source}/schema/{schema}/output/{number}"
        shown = lambda: self.call("GET", path)["resource"]  # noqa: E731
        return until(shown, lambda found: found["finished_at"] or is_failed(found))

    def load(self, dataset: str, data: bytes, action: str = "replace") -> tuple[Any, Any]:
        """Upload a file to a new revision, up to its finished output schema."""
        revision = self.open(dataset, action)
        source = self.source(revision)
        self.send(source, data)
        return revision, self.output(source)

    def transform(self, source: int, columns: list[dict[str, Any]], **more: Any) -> Any:
        """Create an output schema; return the finished schema."""
        schema = self.parsed(source)["schemas"][-1]["id"]
        body = {"output_columns": columns} | more
        made = self.call("POST", f"/source/{source}/schema/{schema}", 201, json=body)
        return self.output(source, schema, made["resource"]["id"])

    def apply(self, revision: Any, output: Any = None) -> Any:
        """Apply a revision; return its ended task set."""
        body = {} if output is None else {"output_schema_id": output["id"]}
        begun = self.call("PUT", f"{self.path(revision)}/apply", json=body)["resource"]
        return self.ended(revision, begun["id"])

    def ended(self, revision: Any, task_set: int) -> Any:
        shown = lambda: self.task_set(revision, task_set)  # noqa: E731
        return until(shown, lambda found: found["finished_at"])

    def task_set(self, revision: Any, number: int) -> Any:
        return self.call("GET", f"{self.path(revision)}/apply/{number}")["resource"]

    def show(self, revision: Any) -> Any:
        return self.call("GET", self.path(revision))["resource"]


def is_failed(output: Any) -> bool:
    return any(column["transform"]["failed_at"] for column in output["output_columns"])


def until(shown: Callable[[], Any], is_done: Callable[[Any], Any], seconds: float = 20) -> Any:
    """Poll until the JSON satisfies a condition; return the JSON."""
    deadline = time.monotonic() + seconds
    while not is_done(found := shown()):
        assert time.monotonic() < deadline, found
        time.sleep(0.01)
    return found


def counts(task_set: Any) -> dict[str, int]:
    """Return the counts of upsert_complete."""
    return next(one["details"] for one in task_set["log"] if one["stage"] == "upsert_complete")


@pytest.fixture(scope="module")
def portal() -> Iterator[PracticePortal]:
    with PracticePortal() as running:
        yield running


@pytest.fixture(scope="module")
def as_role(portal: PracticePortal) -> Callable[[str | None], Client]:
    """Return a client of a role; None for an anonymous client."""
    return lambda role: Client(portal, role)


@pytest.fixture(scope="module")
def client(portal: PracticePortal) -> Client:
    return Client(portal)


@pytest.fixture(scope="module")
def owner(portal: PracticePortal) -> Client:
    return Client(portal, "owner")


@pytest.fixture(scope="module")
def publishing(client: Client) -> Publishing:
    return Publishing(client)


@pytest.fixture(scope="module")
def nobody(portal: PracticePortal) -> Client:
    return Client(portal, None)


@pytest.fixture
def guess(portal):
    """A function that changes an assumption of the contract until the test ends."""

    def change(name, value):
        portal.settings.change({f"guess.{name}": value})

    yield change
    portal.settings.change({"guesses": {name: one.assumed for name, one in GUESSES.items()}})


@pytest.fixture
def permits(client: Client) -> str:
    """A dataset with a text row identifier and one row."""
    dataset = client.make({"no": "text", "note": "text", "units": "number"}, key="no")
    client.upsert(dataset, [{"no": "A", "note": "first", "units": 1}])
    return dataset


@pytest.fixture
def plain(client: Client) -> str:
    """An empty dataset without a row identifier."""
    return client.make({"word": "text", "size": "number"})
