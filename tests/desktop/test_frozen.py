"""A window goes on working while a portal keeps it waiting, and says what nobody foresaw."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sodasheet.crash_report import unexpected
from sodasheet.credentials.keychain import register_secret
from sodasheet.model.credentials import Credentials

from .conftest import Bench
from .test_sign_in import fill


@pytest.fixture
def silent_portal() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_window_can_be_typed_in_and_left_while_the_portal_says_nothing(
    bench: Bench, silent_portal: str
) -> None:
    window = bench.open("sign_in", portal="")
    fill(window, silent_portal, "id", "secret")
    window.press("alt+t")
    window.wait_for("who this key belongs to ...")
    window.enabled("Test", False)

    window.type("more")
    window.wait(lambda seen: seen["fields"][2]["text"] == "secretmore", "typing works meanwhile")

    began = time.monotonic()
    window.press("Escape")
    assert window.end() is None
    assert time.monotonic() - began < 5


def test_a_list_can_be_left_while_the_portal_says_nothing(bench: Bench, silent_portal: str) -> None:
    window = bench.open("choose", portal=silent_portal)
    window.wait_for("Scanning 127.0.0.1 ...")

    window.press("Escape")

    assert window.end() is None


def test_an_error_that_nobody_foresaw_is_kept_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    register_secret(Credentials("id", "planted-trouble-secret"))
    try:
        raise RuntimeError("it said planted-trouble-secret")
    except RuntimeError as error:
        told = unexpected(error)

    trace = tmp_path / "home" / "last-error.txt"
    assert str(told) == (
        "SodaSheet met an error that it did not expect. "
        f"Its details are in {trace}; please report them."
    )
    assert "RuntimeError: it said ***" in trace.read_text()


def test_an_error_that_cannot_be_kept_is_said_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "file"))

    assert "could not be written down" in str(unexpected(RuntimeError("odd")))
