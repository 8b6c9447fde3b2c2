"""Screens at 100 and 200 %, windows on them, a practice portal, and a store for keys."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from socrata_practice import PracticePortal

from .screen import Screen, Window, missing

STORES = Path(__file__).parents[1] / "credentials"
PERMITS = "prmt-7x2d"


@pytest.fixture(scope="session")
def tools() -> None:
    lacking = missing()
    try:
        import tkinter  # noqa: F401
    except ImportError:
        lacking.append("tkinter")
    if lacking and os.environ.get("CI"):
        pytest.fail(f"not installed, which CI must have: {', '.join(lacking)}")
    if lacking:
        told = "apt-get install xvfb xdotool imagemagick python3-tk"
        pytest.skip(f"not installed: {', '.join(lacking)} ({told})")


@pytest.fixture(scope="session")
def screen(tools: None) -> Iterator[Screen]:
    """A screen at 100 %."""
    screen = Screen(96)
    yield screen
    screen.close()


@pytest.fixture(scope="session")
def large_screen(tools: None) -> Iterator[Screen]:
    """A screen at 200 %."""
    screen = Screen(192)
    yield screen
    screen.close()


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@dataclass
class Bench:
    """Opens windows of a user with a home and a credential store of their own."""

    screen: Screen
    home: Path
    portal: PracticePortal
    opened: list[Window]

    def open(self, name: str, /, **settings: Any) -> Window:
        environment = {
            "SODASHEET_HOME": str(self.home),
            "PYTHON_KEYRING_BACKEND": "file_store.FileStore",
            "FILE_STORE": str(self.home / "store.json"),
            "PYTHONPATH": f"{Path(__file__).parent}{os.pathsep}{STORES}",
            "BROWSER": f"{Path(__file__).with_name('browser.sh')} {self.home / 'opened'} %s",
            **settings.pop("environment", {}),
        }
        window = Window(self.screen, name, environment=environment, **settings)
        self.opened.append(window)
        return window

    def signed_in(self, role: str = "publisher") -> dict[str, str]:
        """The environment of somebody who is signed in."""
        account = self.portal.account(role)
        return {
            "SODASHEET_KEY_ID": account.key_id,
            "SODASHEET_KEY_SECRET": account.key_secret,
        }


@pytest.fixture
def bench(screen: Screen, practice: PracticePortal, tmp_path: Path) -> Iterator[Bench]:
    home = tmp_path / "home"
    home.mkdir()
    bench = Bench(screen, home, practice, [])
    yield bench
    for window in bench.opened:
        window.close()


Opener = Callable[..., Window]
