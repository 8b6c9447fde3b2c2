"""`sodasheet doctor` against a practice portal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from socrata_practice import PracticePortal
from sodasheet.commands.terminal.command_line import root


@pytest.fixture
def portal(tmp_path, monkeypatch):
    with PracticePortal() as running:
        account = running.account("publisher")
        monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("SODASHEET_KEY_ID", account.key_id)
        monkeypatch.setenv("SODASHEET_KEY_SECRET", account.key_secret)
        yield running


def run(*arguments):
    return CliRunner().invoke(root, ["doctor", *arguments], standalone_mode=False)


def test_a_contract_check_says_what_departs_and_writes_a_report(portal, tmp_path):
    portal.settings.change({"guess.replication": "versions", "guess.etag": "weak"})
    report = tmp_path / "report.md"
    done = run(portal.url, "priv-6n2y", "--contract", "-o", str(report))

    assert done.exception is None, done.exception
    assert done.return_value == 3
    assert "NO  replication" in done.output
    assert "~   etag" in done.output
    assert "18 of 20 as expected" in done.output
    assert "## Departs\n\n* `replication`" in report.read_text()


def test_a_rehearsal_needs_a_yes(portal):
    before = portal.datasets
    refused = run(portal.url, "--rehearse")

    assert "Confirmation needed" in str(refused.exception)
    assert portal.datasets == before


def test_a_rehearsal_is_kept_and_shown(portal):
    done = run(portal.url, "--rehearse", "--yes", "--json")
    lines = json.loads(done.stdout)["lines"]

    assert done.return_value == 0
    assert len(lines) > 30
    assert "rehearsed on" in done.stderr
    assert "rehearsed on" in run(portal.url).stderr


def test_only_one_examination_at_a_time(portal):
    assert "Choose one" in str(run(portal.url, "--contract", "--rehearse").exception)
