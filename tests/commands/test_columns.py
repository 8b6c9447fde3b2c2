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
    assert (again.code, "has already been undone" in again.err) == (2, True)


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
    assert (
        kept.code,
        "would delete 1 value of opened and 1 value of id_no, which" in kept.err,
    ) == (
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
    assert 'Two fields would be named "id"' in told["--rename fee=id"].err
    assert 'another column named "Fee"' in told["--add Fee=number"].err
    assert 'another column named "ward"' in told["--add Ward=text --add ward=number"].err
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
    assert "Changed before that: add One as one, text." in failed.err
    assert set(columns(terminal, url)) == {"id", "fee", "one"}
    (run,) = past_runs()
    assert terminal("columns", url, "--undo", run.run, "--yes").code == 0
    assert set(columns(terminal, url)) == {"id", "fee"}


def fees(terminal: Terminal, *lines: str) -> str:
    text = "".join(f"{line}\n" for line in ("Id,Fee,Opened", *lines))
    (terminal.folder / "f.csv").write_text(text, encoding="utf-8")
    types = ("--type", "Fee=text", "--type", "Opened=text", "--identifier", "Id")
    said = terminal("create", "f.csv", "--portal", terminal.portal.url, *types, "--yes", "--json")
    assert said.code == 0, said.err
    return str(said.json["url"])


def test_a_type_is_changed_with_the_values_and_undone(terminal: Terminal) -> None:
    url = fees(terminal, "A,1.50,1/2/2024", "B,,12/31/2023", "C,-3,2/28/2024")
    before = rows(terminal, url)
    change = ("columns", url, "--type", "Fee=number", "--type", "opened=calendar_date")

    seen = terminal(*change, "--preview")
    untouched = columns(terminal, url)
    asked = terminal(*change)
    done = terminal(*change, "--yes", "--json")
    after = rows(terminal, url)
    told = terminal("columns", url, "--undo", done.json["run"], "--preview")
    undone = terminal("columns", url, "--undo", done.json["run"], "--yes", "--json")

    assert "Change the type of fee from text to number." in seen.out
    assert "All rows are rewritten" in seen.out
    assert "opened is read as M/D/YYYY." in seen.out
    assert "All values of 3 rows convert." in seen.out
    assert untouched == {"id": "text", "fee": "text", "opened": "text"}
    assert asked.code == 130
    assert (done.code, done.json["outcome"]) == (0, "done"), done.err
    assert after == [
        {"id": "A", "fee": "1.50", "opened": "2024-01-02T00:00:00.000"},
        {"id": "B", "opened": "2023-12-31T00:00:00.000"},
        {"id": "C", "fee": "-3", "opened": "2024-02-28T00:00:00.000"},
    ]
    assert "write 3 rows again" in told.out
    assert (undone.code, undone.json["outcome"]) == (0, "undone"), undone.err
    assert columns(terminal, url) == untouched
    assert rows(terminal, url) == before


def test_values_that_do_not_convert_are_counted_and_emptied_only_if_asked(
    terminal: Terminal,
) -> None:
    url = fees(terminal, "A,12,", "B,n/a,", "C,twelve,", "D,N/A,")
    before = rows(terminal, url)
    change = ("columns", url, "--type", "fee=number")

    seen = terminal(*change, "--preview", "--json")
    refused = terminal(*change, "--yes")
    kept = (columns(terminal, url)["fee"], rows(terminal, url))
    done = terminal(*change, "--empty-values", "--yes", "--json")
    after = rows(terminal, url)
    undone = terminal("columns", url, "--undo", done.json["run"], "--yes")

    assert seen.json["unfit"] == {"fee": 3}
    first = seen.json["examples"][0]
    assert (first["identifier"], first["value"]) == ("B", "n/a")
    assert (refused.code, "3 in fee" in refused.err) == (4, True), refused.err
    assert "--empty-values" in refused.err
    assert kept == ("text", before)
    assert (done.code, done.json["outcome"]) == (0, "done"), done.err
    assert after == [{"id": "A", "fee": "12"}, {"id": "B"}, {"id": "C"}, {"id": "D"}]
    assert undone.code == 0, undone.err
    assert rows(terminal, url) == before


def test_dates_that_do_not_convert_are_counted_and_emptied_like_numbers(
    terminal: Terminal,
) -> None:
    url = fees(terminal, "A,1,2024-01-31", "B,2,11-Jan-24", "C,3,2024-02-30", "D,4,soon", "E,5,")
    change = ("columns", url, "--type", "opened=calendar_date")

    seen = terminal(*change, "--preview", "--json")
    done = terminal(*change, "--empty-values", "--yes", "--json")

    assert seen.json["unfit"] == {"opened": 3}
    assert (done.code, done.json["outcome"]) == (0, "done"), done.err
    assert [row.get("opened", "")[:10] for row in rows(terminal, url)] == (
        ["2024-01-31", "", "", "", ""]
    )


def test_a_change_of_types_is_not_undone_over_what_others_wrote(terminal: Terminal) -> None:
    url = fees(terminal, "A,1,", "B,2,")
    done = terminal("columns", url, "--type", "fee=number", "--yes", "--json")
    account = terminal.portal.account("publisher")
    where, _, dataset = url.partition("/d/")
    requests.post(
        f"{where}/resource/{dataset}.json",
        json=[{"id": "C", "fee": "3"}],
        auth=(account.key_id, account.key_secret),
        timeout=30,
    ).raise_for_status()

    undone = terminal("columns", url, "--undo", done.json["run"], "--yes")

    assert (undone.code, "was changed since run" in undone.err) == (4, True), undone.err
    assert columns(terminal, url)["fee"] == "number"
    assert len(rows(terminal, url)) == 3


def test_types_that_cannot_be_are_refused_before_anything(terminal: Terminal) -> None:
    url = fees(terminal, "A,1,", "B,2,")
    mixed = terminal("columns", url, "--type", "fee=number", "--add", "X=text", "--yes")
    unknown = terminal("columns", url, "--type", "fee=location", "--yes")
    same = terminal("columns", url, "--type", "fee=text", "--yes")
    nowhere = terminal("columns", url, "--type", "gone=text", "--yes")
    key = terminal("columns", url, "--type", "id=number", "--yes")

    assert (mixed.code, "separately" in mixed.err) == (2, True)
    assert (unknown.code, 'to the type "location"' in unknown.err) == (2, True)
    assert (same.code, "already has the type Text" in same.err) == (2, True)
    assert (nowhere.code, 'no field "gone"' in nowhere.err) == (2, True)
    assert (key.code, "2 in id" in key.err) == (4, True), key.err
    assert columns(terminal, url) == {"id": "text", "fee": "text", "opened": "text"}


def test_a_portal_that_keeps_types_changes_nothing(terminal: Terminal) -> None:
    url = fees(terminal, "A,1,", "B,2,")
    before = rows(terminal, url)
    terminal.portal.settings.change({"guess.column_type": "refused"})
    try:
        said = terminal("columns", url, "--type", "fee=number", "--yes")
    finally:
        terminal.portal.settings.change({"guess.column_type": "changed"})

    assert said.code == 1, said.err
    assert columns(terminal, url)["fee"] == "text"
    assert rows(terminal, url) == before
