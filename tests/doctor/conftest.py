"""A practice portal, a session and a probe for the doctor's checks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from socrata_contract import GUESSES
from socrata_practice import PracticePortal
from sodasheet.doctor.plain_requests import Probe
from sodasheet.model.credentials import Credentials
from sodasheet.portal.http.session import PortalSession


@pytest.fixture(scope="module")
def portal() -> Iterator[PracticePortal]:
    with PracticePortal() as running:
        yield running


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))


@pytest.fixture
def guess(portal):
    """A function that changes an assumption until the test ends."""
    yield lambda name, value: portal.settings.change({f"guess.{name}": value})
    portal.settings.change({"guesses": {name: one.assumed for name, one in GUESSES.items()}})
    portal.settings.approval_accounts = []


@pytest.fixture
def probe(portal) -> Iterator[Probe]:
    account = portal.account("publisher")
    with PortalSession(portal.url, Credentials(account.key_id, account.key_secret)) as session:
        found = Probe(session)
        yield found
        found.close()
