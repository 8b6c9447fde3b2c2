"""Runs and pushes from the command line, with recipients of notifications."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from socrata_practice import PracticePortal
from sodasheet.commands.terminal.command_line import run

from .conftest import Mailbox

LOG = {"Date": "calendar_date", "Outcome": "text", "JobFile": "text", "RunID": "text"}


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


class Office:
    """A job with recipients of notifications, and a log dataset."""

    def __init__(self, portal: PracticePortal, folder: Path) -> None:
        self.portal, self.folder = portal, folder
        self.data = self._dataset("Fees", {"Id": "text", "Amount": "number"}, "id")
        self.log = self._dataset("Log", LOG, None)
        self.job = folder / "fees.json"
        self.write("5")

    def write(self, amount: str, **notify: str) -> None:
        (self.folder / "fees.csv").write_text(f"Id,Amount\na,{amount}\n")
        columns = [{"source": name, "field": name.lower(), "match": "confirmed"}
                   for name in ("Id", "Amount")]  # fmt: skip
        job = {
            "sodasheet": 1, "portal": self.portal.url, "dataset": self.data, "method": "upsert",
            "source": {"path": "fees.csv"}, "columns": columns,
            "notify": {"email": "ann@example.org", "log_dataset": self.log, **notify},
        }  # fmt: skip
        self.job.write_text(json.dumps(job))

    def logged(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._call("GET", f"/resource/{self.log}.json")
        return rows

    def _dataset(self, name: str, columns: dict[str, str], identifier: str | None) -> str:
        body = {
            "name": name,
            "columns": [{"name": one, "dataTypeName": kind} for one, kind in columns.items()],
            "metadata": {"rowIdentifier": identifier} if identifier else {},
        }
        made = str(self._call("POST", "/api/views.json", json=body)["id"])
        self._call("POST", f"/api/views/{made}/publication.json")
        return made

    def _call(self, method: str, path: str, **options: Any) -> Any:
        owner = self.portal.account("publisher")
        key = (owner.key_id, owner.key_secret)
        reply = requests.request(method, self.portal.url + path, auth=key, timeout=30, **options)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None


@pytest.fixture
def office(
    practice: PracticePortal, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    account = practice.account("publisher")
    monkeypatch.setenv("SODASHEET_KEY_ID", account.key_id)
    monkeypatch.setenv("SODASHEET_KEY_SECRET", account.key_secret)
    monkeypatch.chdir(tmp_path)
    return Office(practice, tmp_path)


def test_an_unattended_run_that_fails_is_mailed_and_logged(
    office: Office, mailbox: Mailbox
) -> None:
    office.write("five")

    assert run(["run", str(office.job)]) == 4

    (letter,) = mailbox.letters
    assert letter["To"] == "ann@example.org"
    assert letter["Subject"].startswith("SodaSheet: stopped, nothing was sent: Fees (")
    assert '"five"' in letter.get_content()
    (row,) = office.logged()
    assert row["outcome"] == "refused"
    assert row["jobfile"].endswith("fees.json")


def test_a_run_that_lands_is_logged_and_mailed_only_where_it_was_asked_for(
    office: Office, mailbox: Mailbox
) -> None:
    assert run(["run", str(office.job)]) == 0
    assert mailbox.letters == []
    office.write("6", when="always")
    assert run(["run", str(office.job)]) == 0

    assert [letter["Subject"][:19] for letter in mailbox.letters] == ["SodaSheet: done: Fe"]
    assert [row["outcome"] for row in office.logged()] == ["done", "done"]


def test_a_job_that_is_not_there_is_mailed_to_whom_the_settings_name(
    office: Office, mailbox: Mailbox
) -> None:
    assert run(["run", "nowhere.json"]) == 2

    (letter,) = mailbox.letters
    assert letter["To"] == "boss@example.org"
    assert "nowhere.json" in letter["Subject"]


def test_a_push_by_hand_is_logged_and_not_mailed(office: Office, mailbox: Mailbox) -> None:
    assert run(["push", str(office.job), "--yes"]) == 0

    assert mailbox.letters == []
    assert [row["outcome"] for row in office.logged()] == ["done"]


def test_what_could_not_be_told_is_said_and_changes_no_exit_code(
    office: Office, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    mailbox.refuses["ann@example.org"] = "550 Gone"
    office.write("5", when="always", log_dataset="zzzz-0000")

    assert run(["run", str(office.job)]) == 0
    unattended = capsys.readouterr().err
    assert run(["push", str(office.job), "--yes"]) == 0
    attended = capsys.readouterr().err

    assert "No email was sent: The mail server 127.0.0.1 refused every recipient" in unattended
    for said in (unattended, attended):
        assert "The run was not written to the log dataset: " in said
