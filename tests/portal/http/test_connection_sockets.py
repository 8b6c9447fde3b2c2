"""Breaking a connection that waits for its reply."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest

from socrata_practice import PracticePortal
from sodasheet.errors import SodaSheetError
from sodasheet.portal.http.connection import break_connections
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession


def test_a_request_that_waits_ends_when_its_connection_is_broken() -> None:
    with PracticePortal() as portal:
        fault = portal.inject("slow", method="GET", seconds=60.0, when="before")
        patience = Patience(connect=10, read=60, tries=1, unreachable=1)
        ended: list[float] = []

        def ask() -> None:
            # A query may be repeated immediately, and succeed.
            with PortalSession(portal.url, patience=patience) as session, suppress(SodaSheetError):
                session.get("/api/catalog/v1")
            ended.append(time.monotonic())

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        while not fault.fired:
            time.sleep(0.01)
        broken = time.monotonic()
        break_connections()
        thread.join(30)
        portal.clear_faults()

    assert not thread.is_alive()
    assert ended[0] - broken < 30


def test_without_connections_there_is_nothing_to_break() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sodasheet.portal.http.connection._open", set())
        break_connections()
