"""A practice portal for the tests of one module, and a plain client for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from sodasheet.practice import PracticePortal


@dataclass
class Client:
    """requests, with the portal's address and one account's key."""

    portal: PracticePortal
    role: str | None = "publisher"
    session: requests.Session = field(default_factory=requests.Session)

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
        """A new dataset with these columns; gives its id."""
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


@pytest.fixture(scope="module")
def portal() -> Iterator[PracticePortal]:
    with PracticePortal() as running:
        yield running


@pytest.fixture(scope="module")
def as_role(portal: PracticePortal) -> Callable[[str | None], Client]:
    """A client of a role; None is nobody."""
    return lambda role: Client(portal, role)


@pytest.fixture(scope="module")
def client(portal: PracticePortal) -> Client:
    return Client(portal)


@pytest.fixture(scope="module")
def nobody(portal: PracticePortal) -> Client:
    return Client(portal, None)


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
