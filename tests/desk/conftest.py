"""A real Chromium, a practice portal, and a desk in a separate process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from socrata_practice import PracticePortal

from .bench import Bench
from .site import Site

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that drive a browser as slow."""
    for item in items:
        if "bench" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of the system, started once."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed, which CI must have")
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    expect.set_options(timeout=30_000)  # slow if the machine is busy with other tests
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(_SWITCHES))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def bench(
    chromium: Browser, practice: PracticePortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """A user with a home folder, a credential store, and windows that open in Chromium."""
    bench = Bench(chromium, practice, tmp_path / "home")
    for name, value in bench.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    for name in ("SODASHEET_KEY_ID", "SODASHEET_KEY_SECRET", "SODASHEET_UNATTENDED"):
        monkeypatch.delenv(name, raising=False)
    yield bench
    bench.close()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The pages for a new user."""
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "file_store.FileStore")
    monkeypatch.setenv("FILE_STORE", str(tmp_path / "store.json"))
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return Site()
