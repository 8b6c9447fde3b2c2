"""`sodasheet columns` against a practice portal: add, rename, undo."""

from __future__ import annotations

from typing import Any

import requests

from socrata_practice import read_fault
from sodasheet.columns.column_change_records import past_runs

from .conftest import Terminal


def made(terminal: Terminal) -> str:
    (terminal.folder / "a.csv").write_text("Id,Fee\nA,1\nB,2\n")
    said = terminal("create", "a.csv", "--portal", terminal.portal.url, "--yes", "--json")
    assert said.code == 0, said.err
    return str(said.json["url"])


def columns(terminal: Terminal, url: str) -> dict[str, str]:
    said = terminal("columns", url, "--json")
    assert said.code == 0, said.err
    return {one["field"]: one["type"] for one in said.json["columns"]}


def rows(terminal: Terminal, url: str) -> list[dict[str, Any]]:
    account = terminal.portal.account("publisher")
    where, _, dataset = url.partition("/d/")
    reply = requests.get(
        f"{where}/resource/{dataset}.json",
        params={"$order": ":id"},
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    found: list[dict[str, Any]] = reply.json()
    return found


def test_a_column_is_added_and_a_field_renamed_and_both_undone(terminal: Terminal) -> None:
    url = made(terminal)
    change = ("columns", url, "--add", "Ward Name=text", "--rename", "fee=fee_paid")

    seen = terminal(*change, "--preview")
    asked = terminal(*change)
    done = terminal(*change, "--yes", "--json")
    after = columns(terminal, url)
    undone = terminal("columns", url, "--undo", done.json["run"], "--yes", "--json")

    assert "Add Ward Name as ward_name, text." in seen.out
    assert "saved mappings that use fee stop working until they use fee_paid" in seen.out
    assert asked.code == 130
    assert (done.code, done.json["outcome"]) == (0, "done"), done.err
    assert after == {"id": "text", "fee_paid": "number", "ward_name": "text"}
    assert (undone.code, undone.json["outcome"]) == (0, "undone"), undone.err
    assert columns(terminal, url) == {"id": "text", "fee": "number"}
    assert rows(terminal, url) == [{"id": "A", "fee": "1"}, {"id": "B", "fee": "2"}]
    again = terminal("columns", url, "--undo", done.json["run"], "--yes")
    assert (again.code, "was undone already" in again.err) == (2, True)


def test_columns_that_a_source_has_and_the_dataset_lacks_are_added_and_filled(
    terminal: Terminal,
) -> None:
    url = made(terminal)
    (terminal.folder / "b.csv").write_text("Id,Fee,Opened,ID No\nA,1,2024-01-02,x\n")

    done = terminal("columns", url, "--add-from", "b.csv", "--yes", "--json")
    nothing = terminal("columns", url, "--add-from", "b.csv", "--yes")
    terminal("map", "b.csv", url, "--method", "upsert", "--confirm", "-o", "job.json")
    pushed = terminal("push", "job.json", "--yes", "--json")
    kept = terminal("columns", url, "--undo", done.json["run"], "--yes")
    told = terminal("columns", url, "--undo", done.json["run"], "--preview")
    undone = terminal("columns", url, "--undo", done.json["run"], "--delete-values", "--yes")

    assert [one["field"] for one in done.json["changes"]] == ["opened", "id_no"]
    assert done.json["changes"][0]["type"] == "calendar_date"
    assert (nothing.code, "has a counterpart" in nothing.err) == (2, True)
    assert pushed.code == 0, pushed.err
    assert (kept.code, "would delete 1 value of opened, 1 value of id_no, which" in kept.err) == (
        4,
        True,
    )
    assert "would delete 1 value of opened" in told.out
    assert undone.code == 0, undone.err
    assert set(columns(terminal, url)) == {"id", "fee"}


def test_what_cannot_be_is_refused_and_nothing_is_changed(terminal: Terminal) -> None:
    url = made(terminal)

    told = {
        words: terminal("columns", url, *words.split(" "), "--yes")
        for words in (
            "--rename nothing=other",
            "--rename fee=Fee!",
            "--rename fee=id",
            "--rename fee=_id",
            "--add Fee=number",
            "--add Ward=word",
            "--add Ward",
            "--add Ward=text --add ward=number",
        )
    }

    assert {words: said.code for words, said in told.items()} == dict.fromkeys(told, 2)
    assert 'has no field "nothing"' in told["--rename nothing=other"].err
    assert 'two fields named "id"' in told["--rename fee=id"].err
    assert 'already has a column "Fee"' in told["--add Fee=number"].err
    assert "or would have two" in told["--add Ward=text --add ward=number"].err
    assert columns(terminal, url) == {"id": "text", "fee": "number"}


def test_a_change_that_fails_takes_back_those_before(terminal: Terminal) -> None:
    url = made(terminal)
    refused = "status status=400 method=POST path=*/columns.json nth=2"
    terminal.portal.inject_fault(read_fault(refused))

    failed = terminal("columns", url, "--add", "One=text", "--add", "Two=text", "--yes")
    terminal.portal.clear_faults()

    assert failed.code == 1
    assert columns(terminal, url) == {"id": "text", "fee": "number"}
    assert terminal("columns", url, "--add", "One=text", "--yes").code == 0
    (undone,) = (one for one in past_runs() if one.outcome == "failed")
    refused_undo = terminal("columns", url, "--undo", undone.run, "--yes")
    assert "failed and changed nothing" in refused_undo.err
    assert "one" in columns(terminal, url), "the column of another run stays"


def test_a_change_that_cannot_be_changed_back_is_named_and_can_be_undone(
    terminal: Terminal,
) -> None:
    url = made(terminal)
    for fault in ("method=POST path=*/columns.json nth=2", "method=DELETE path=*/columns/*"):
        terminal.portal.inject_fault(read_fault(f"status status=400 {fault}"))

    failed = terminal("columns", url, "--add", "One=text", "--add", "Two=text", "--yes")
    terminal.portal.clear_faults()

    assert failed.code == 5, failed.err
    assert "Changed all the same: add One as one, text." in failed.err
    assert set(columns(terminal, url)) == {"id", "fee", "one"}
    (run,) = past_runs()
    assert terminal("columns", url, "--undo", run.run, "--yes").code == 0
    assert set(columns(terminal, url)) == {"id", "fee"}
