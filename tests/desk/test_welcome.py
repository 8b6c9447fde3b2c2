"""The first start: the practice portal, the tutorial's workbook, and the page's other links."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from sodasheet import update_check
from sodasheet.commands.terminal.command_line import run
from sodasheet.credentials.account_list import list_accounts
from sodasheet.desk.practice_portal import portal_control
from sodasheet.desk.welcome import tutorial_workbook
from sodasheet.errors import SodaSheetError
from sodasheet.settings import Settings, write_settings

from .bench import Bench, wait_for


@pytest.fixture(autouse=True)
def _no_portal_stays(bench: Bench) -> Iterator[None]:
    """End the portal of a test that failed."""
    yield
    portal_control.stop()


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Documents folder of this user, also for the desk's process."""
    folder = tmp_path / "Eigene Dokumente für uns"
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "user-dirs.dirs").write_text(f'XDG_DOCUMENTS_DIR="{folder}"\n', "utf-8")
    return folder


def test_a_newcomer_tries_everything_on_a_practice_portal(bench: Bench, documents: Path) -> None:
    window = bench.open("/")
    main = window.get_by_role("main")

    expect(window.get_by_role("heading", level=1)).to_have_text("Welcome to SodaSheet")
    expect(main.get_by_role("link", name="Sign in to a portal")).to_be_visible()
    expect(main.get_by_role("link", name="Check this computer")).to_be_visible()
    expect(main).to_contain_text("nothing leaves this computer")

    window.get_by_role("button", name="Start the practice portal").click()
    expect(main).to_contain_text("The practice portal is running at http://127.0.0.1:")
    url = portal_control.running().url
    assert requests.get(url, timeout=10).status_code == 200
    expect(main.get_by_role("link", name="Sign in to a portal")).to_be_visible()
    host = url.removeprefix("http://")
    assert [(one.host, one.kind) for one in list_accounts()] == [(host, "portal")]
    expect(window.get_by_role("banner")).to_contain_text(host)
    told = "".join(
        path.read_text("utf-8")
        for path in (bench.home / "practice").iterdir()
        if path.is_file() and path.suffix == ".json"
    )
    secret = next(iter(json.loads((bench.home / "store.json").read_text("utf-8")).values()))
    assert str(secret) not in told

    window.get_by_role("button", name="Get the workbook").click()
    copy = documents / "SodaSheet tutorial" / "permits.xlsx"
    expect(main).to_contain_text(str(copy))
    shipped = files("sodasheet.templates").joinpath("permits.xlsx").read_bytes()
    assert hashlib.sha256(copy.read_bytes()).digest() == hashlib.sha256(shipped).digest()

    window.get_by_role("link", name="Push it from here").click()
    window.get_by_role("link", name="Choose sheet Permits").click()
    expect(window.get_by_role("main")).to_contain_text("Building Permits")

    window.goto(window.url.partition("/file")[0] + "/welcome")
    window.get_by_role("button", name="Stop it").click()
    expect(window.get_by_role("button", name="Start the practice portal")).to_be_visible()
    assert portal_control.running() is None
    assert not list_accounts()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)

    # Earlier pushes expect the portal at its old address with its old rows.
    assert portal_control.start().url == url
    portal_control.stop()


def test_erasing_everything_ends_the_portal_first(bench: Bench) -> None:
    portal_control.start()

    assert run(["erase", "--yes"]) == 0
    assert portal_control.running() is None
    assert not list_accounts()
    assert not bench.home.exists()


def test_a_portal_that_died_leaves_no_account_behind(bench: Bench) -> None:
    found = portal_control.start()
    assert portal_control.start() == found
    processes = [
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and _runs_portal(path, bench.home)
    ]
    assert len(processes) == 1
    os.kill(processes[0], signal.SIGKILL)
    wait_for(lambda: portal_control.running() is None)
    assert len(list_accounts()) == 1

    portal_control.forget_dead()
    assert not list_accounts()


def _runs_portal(process: Path, home: Path) -> bool:
    try:
        words = (process / "cmdline").read_bytes()
        return (
            portal_control.MODULE.encode() in words
            and str(home).encode() in (process / "environ").read_bytes()
        )
    except OSError:
        return False


def test_a_portal_that_cannot_start_says_why(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with pytest.raises(SodaSheetError) as raised:
        portal_control.start()

    assert "credential store" in str(raised.value)
    assert portal_control.running() is None


def test_a_copy_that_was_worked_on_stays(bench: Bench, documents: Path) -> None:
    path = tutorial_workbook.copy_workbook()
    path.write_bytes(b"mine")

    assert (
        tutorial_workbook.copy_workbook()
        == path
        == documents / "SodaSheet tutorial" / "permits.xlsx"
    )
    assert path.read_bytes() == b"mine"


def test_a_copy_that_cannot_be_written_says_where(bench: Bench, documents: Path) -> None:
    documents.write_bytes(b"a file")
    with pytest.raises(SodaSheetError) as raised:
        tutorial_workbook.copy_workbook()

    assert str(documents) in raised.value.what


def test_home_tells_of_a_newer_version(bench: Bench) -> None:
    address = "https://intranet.example.gov/sodasheet.json"
    write_settings(Settings(updates=address))
    record = {
        "address": address,
        "asked": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
        "version": "99.0",
        "page": "https://intranet.example.gov/sodasheet",
    }
    (bench.home / "updates.json").write_text(json.dumps(record), "utf-8")
    assert update_check.known_updates().version == "99.0"
    window = bench.open("/welcome")

    expect(window.get_by_role("main")).to_contain_text("Version 99.0 of SodaSheet is available")
    window.goto(window.url.replace("/welcome", "/computer"))
    expect(window.get_by_role("main")).to_contain_text("99.0. https://intranet.example.gov")
