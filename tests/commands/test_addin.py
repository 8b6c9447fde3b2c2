"""`sodasheet addin`, as typed by a user."""

from __future__ import annotations

import json

import pytest

from sodasheet.commands.terminal.command_line import run
from sodasheet.installer.install_locations import Machine


@pytest.fixture
def windows(tmp_path, monkeypatch):
    python = tmp_path / "python.exe"
    python.write_bytes(b"")
    environ = {"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)}
    machine = Machine("Windows", environ, tmp_path, str(python), "cp1252")
    monkeypatch.setattr(Machine, "current", staticmethod(lambda: machine))
    return machine


def test_install_and_uninstall_explain_what_they_did(windows, capsys):
    assert run(["addin", "install"]) == 0
    installed = capsys.readouterr().out
    assert run(["addin", "uninstall"]) == 0
    removed = capsys.readouterr().out

    assert "is now installed:" in installed
    assert 'the tab is called "Open Data".' in installed
    assert removed.splitlines()[0].startswith("Removed ")


def test_with_json_it_is_one_object(windows, capsys):
    assert run(["addin", "install", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["done"]) == 4


def test_the_doctor_says_one_line_each_and_ends_with_1_where_something_is_amiss(windows, capsys):
    code = run(["addin", "doctor"])
    lines = capsys.readouterr().out.splitlines()

    assert code == 1
    assert len(lines) == 15
    assert all(line[:4] in ("OK  ", "FIX ") for line in lines)
    assert "FIX Add-in" in "\n".join(lines)


def test_the_doctor_as_json(windows, capsys):
    run(["addin", "doctor", "--json"])
    checks = json.loads(capsys.readouterr().out)["checks"]

    assert {"name", "ok", "text", "remedy"} == set(checks[0])


def test_keys_from_the_environment_are_as_good_as_a_store(windows, capsys, monkeypatch):
    monkeypatch.setenv("SODASHEET_KEY_ID", "id")
    monkeypatch.setenv("SODASHEET_KEY_SECRET", "hush-hush")
    run(["addin", "doctor"])
    out = capsys.readouterr().out

    assert "are taken from SODASHEET_KEY_ID and SODASHEET_KEY_SECRET" in out
    assert "hush-hush" not in out


def test_a_portal_that_answers_and_one_that_does_not(windows, capsys):
    from socrata_practice import PracticePortal

    with PracticePortal() as portal:
        url = portal.url
        run(["addin", "doctor", url])
        answering = capsys.readouterr().out.splitlines()[-1]
    run(["addin", "doctor", url])
    gone = capsys.readouterr().out.splitlines()[-1]

    assert answering == f"OK  Portal            {url} answers"
    assert gone.startswith("FIX Portal            127.0.0.1 was found but refused the connection.")


def test_on_a_system_without_excel_it_is_one_sentence(windows, capsys, monkeypatch):
    from dataclasses import replace

    monkeypatch.setattr(Machine, "current", staticmethod(lambda: replace(windows, system="Linux")))

    assert run(["addin", "install"]) == 1
    assert "needs Excel for Windows or for Mac" in capsys.readouterr().err
