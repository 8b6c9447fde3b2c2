"""Desktop notifications: system programs get the text as an argument, never as a script."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path, PureWindowsPath
from types import ModuleType
from typing import Any

import pytest

from sodasheet.notifications import desktop_notification
from sodasheet.system import system_programs as system

EVIL = "\"; rm -rf / #' $(x) `x` <b>bold</b> & more"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replacements for system programs that record how they were called."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("notify-send", "osascript", "eventcreate"):
        program = folder / name
        program.write_text(
            f"#!{sys.executable}\nimport json, os, sys\n"
            f"json.dump([sys.argv[1:], dict(os.environ)], open({str(folder / 'called')!r}, 'w'))\n"
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setenv("SODASHEET_MAIL_PASSWORD", "swordfish")
    return folder


def called(folder: Path) -> tuple[list[str], dict[str, str]]:
    arguments, environment = json.loads((folder / "called").read_text())
    return arguments, environment


@pytest.mark.parametrize(
    ("platform", "bad", "wanted"),
    [
        (
            "linux", True,
            ["--app-name=SodaSheet", "--urgency=critical", "--", "SodaSheet",
             EVIL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")],
        ),
        (
            "darwin", False,
            ["-e", "on run argv", "-e",
             "display notification (item 2 of argv) with title (item 1 of argv)",
             "-e", "end run", "SodaSheet", EVIL],
        ),
        (
            "win32", True,
            ["/L", "APPLICATION", "/SO", "SodaSheet", "/ID", "1", "/T", "ERROR", "/D", EVIL],
        ),
    ],
)  # fmt: skip
def test_the_text_is_an_argument_and_no_secret_goes_along(
    programs: Path, monkeypatch: pytest.MonkeyPatch, platform: str, bad: bool, wanted: list[str]
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(
        system.shutil, "which", lambda name: str(programs / PureWindowsPath(name).stem)
    )

    assert desktop_notification.show(EVIL, bad=bad)

    arguments, environment = called(programs)
    assert arguments == wanted
    assert not [name for name in environment if name.startswith("SODASHEET_")]


def test_windows_writes_its_event_log_as_any_user(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[tuple[Any, ...]] = []
    log, util = ModuleType("win32evtlog"), ModuleType("win32evtlogutil")
    log.EVENTLOG_INFORMATION_TYPE, log.EVENTLOG_ERROR_TYPE = 4, 1  # type: ignore[attr-defined]
    util.ReportEvent = lambda name, number, **rest: events.append((name, number, rest))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "win32evtlog", log)
    monkeypatch.setitem(sys.modules, "win32evtlogutil", util)
    monkeypatch.setattr(sys, "platform", "win32")

    assert desktop_notification.show("It failed.", bad=True)
    assert desktop_notification.show("It is done.", bad=False)

    assert events == [
        ("SodaSheet", 1, {"eventType": 1, "strings": ["It failed."]}),
        ("SodaSheet", 1, {"eventType": 4, "strings": ["It is done."]}),
    ]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_computer_without_any_stays_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not desktop_notification.show("It failed.", bad=True)


def test_without_a_session_nothing_is_started(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", os.devnull)

    assert not desktop_notification.show("It failed.", bad=True)
    assert not (programs / "called").exists()


def test_a_program_that_hangs_is_left(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (programs / "notify-send").write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(desktop_notification, "_PATIENCE", 0.2)

    assert not desktop_notification.show("It failed.", bad=True)
