"""Output, files and exit codes of `sodasheet preview`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Terminal

HELD = [
    {"id": "k1", "name": "same", "amount": "1.0", "notes": "n"},
    {"id": "k2", "name": "old", "amount": "2"},
    {"id": "k3", "name": "gone", "amount": "3"},
]
SOURCE = "id,name,amount\nk1,same,1\nk2,=new,2.50\nk4,born,4\nk5,bad,n/a\n"


@pytest.fixture
def job(terminal: Terminal) -> Path:
    """A replace of three rows by three others, one of which has a finding."""
    return made(terminal, "replace")


def made(terminal: Terminal, method: str, identifier: str | None = "id") -> Path:
    import requests

    account = terminal.portal.account("owner")

    def call(verb: str, path: str, body: Any = None) -> Any:
        key = (account.key_id, account.key_secret)
        reply = requests.request(
            verb, terminal.portal.url + path, json=body, auth=key, timeout=30
        )  # fmt: skip
        assert reply.ok, reply.text
        return reply.json()

    names = {"id": "text", "name": "text", "amount": "number", "notes": "text"}
    columns = [
        {"name": name.title(), "fieldName": name, "dataTypeName": kind}
        for name, kind in names.items()
    ]
    body = {"name": "Fees", "columns": columns,
            "metadata": {"rowIdentifier": identifier} if identifier else {}}  # fmt: skip
    dataset = call("POST", "/api/views.json", body)["id"]
    call("POST", f"/api/views/{dataset}/publication.json")
    call("POST", f"/resource/{dataset}.json", HELD)
    (terminal.folder / "fees.csv").write_text(SOURCE, encoding="utf-8")
    path = terminal.folder / "job.json"
    rules = [
        {"source": name, "field": name, "match": "confirmed"} for name in ("id", "name", "amount")
    ]
    path.write_text(
        json.dumps({"sodasheet": 1, "portal": terminal.portal.url, "dataset": dataset,
                    "method": method, "source": {"kind": "file", "path": "fees.csv"},
                    "columns": rules})
    )  # fmt: skip
    terminal.sign_in()
    return path


def test_a_preview_is_a_table_and_a_sentence(terminal: Terminal, job: Path) -> None:
    said = terminal("preview", job)

    assert said.code == 4, "a row has a finding, as check says"
    for line in ("changed", "k2", "2.5", "id: k3, name: gone, amount: 3", "id: k4, name: born"):
        assert line in said.out
    assert "Columns that would be emptied: notes." in said.out
    assert (
        "A replace would add 1 row to Fees, change 2 and delete 1; 0 rows of the"
        " source would stay unchanged. It has 3 rows and would have 3. Not counted: 1 row with"
        " findings." in said.out
    )


def test_as_json_for_programs(terminal: Terminal, job: Path) -> None:
    said = terminal("preview", job, "--json").json

    assert said["preview"] == {"new": 1, "changed": 2, "deleted": 1, "unchanged": 0}
    assert (said["before"], said["after"], said["more"], said["stale"]) == (3, 3, 0, None)
    assert (said["method"], said["rejected"], said["emptied"]) == ("replace", 1, ["notes"])
    assert said["changes"][0] == {
        "kind": "changed", "row": 2, "identifier": "k1", "column": "notes", "old": "n", "new": None,
    }  # fmt: skip


def test_every_change_as_csv_in_which_nothing_runs(terminal: Terminal, job: Path) -> None:
    path = terminal.folder / "changes.csv"
    terminal("preview", job, "--csv", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))

    assert rows[0] == ["kind", "row", "identifier", "column", "old", "new"]
    assert ["changed", "3", "k2", "name", "old", "'=new"] in rows
    assert [row[0] for row in rows[1:]] == ["changed"] * 3 + ["deleted", "new"]


def test_another_method_and_only_some_rows(terminal: Terminal, job: Path) -> None:
    said = terminal("preview", job, "--method", "upsert", "--rows", "1", "--json").json

    assert said["preview"] == {"new": 0, "changed": 0, "deleted": 0, "unchanged": 1}
    trial = terminal("preview", job, "--rows", "1")
    assert trial.code == 4
    assert "A trial with the first row cannot be a replace" in trial.err


def test_where_nothing_can_be_sent_there_is_no_preview(terminal: Terminal) -> None:
    job = made(terminal, "upsert", None)
    said = terminal("preview", job, "--json")

    assert (said.code, said.json["preview"], said.json["stopped"]) == (4, None, True)
    assert "can be sent." in terminal("preview", job).out


def test_a_file_that_cannot_be_written_is_said(terminal: Terminal, job: Path) -> None:
    said = terminal("preview", job, "--csv", terminal.folder / "none" / "changes.csv")

    assert said.code == 1
    assert "The changes cannot be written to" in said.err


def test_a_dataset_that_others_change_after_the_preview_stops_the_push(terminal: Terminal) -> None:
    import requests

    job = made(terminal, "upsert")
    push = ("push", job, "--yes", "--allow-rejected", "1")
    terminal("preview", job)
    owner, dataset = terminal.portal.account("owner"), json.loads(job.read_text())["dataset"]
    requests.post(
        f"{terminal.portal.url}/resource/{dataset}.json", json=[{"id": "k9", "name": "theirs"}],
        auth=(owner.key_id, owner.key_secret), timeout=30,
    ).raise_for_status()  # fmt: skip

    stopped = terminal(*push)
    meant = terminal(*push, "--override", "changed-since-preview", "--json")
    afterwards = terminal(*push)

    assert (stopped.code, meant.code, afterwards.code) == (4, 3, 3)
    assert "Fees had 3 rows when the preview was made and has 4 now" in stopped.out
    assert meant.json["overrides"] == ["changed-since-preview"]


def test_a_preview_asks_for_the_decisions_that_a_check_asks_for(terminal: Terminal) -> None:
    sample = terminal.sample("permits-clean.csv")
    text = sample.read_text("utf-8")
    sample.write_text(text.replace("Electrical", "Electrocal"), encoding="utf-8")
    terminal.sign_in()
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json", "--confirm")

    checked = terminal("check", "job.json")
    previewed = terminal("preview", "job.json")

    asked = "A push is refused until you decide"
    assert (checked.code, previewed.code) == (4, 4)
    assert asked in checked.out
    assert asked in previewed.out
