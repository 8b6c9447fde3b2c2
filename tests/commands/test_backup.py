"""`sodasheet backup` against a practice portal."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from pathlib import Path

import duckdb
import pytest
import requests

from socrata_practice import read_fault

from .conftest import PERMITS, Terminal

#: The dataset with a column of every type.
EVERY_TYPE = "type-4c9k"


def rows_of(terminal: Terminal, dataset: str = PERMITS) -> list[dict[str, object]]:
    account = terminal.portal.account("publisher")
    answer = requests.get(
        f"{terminal.portal.url}/resource/{dataset}.json?$limit=50000&$order=:id",
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    answer.raise_for_status()
    # Values computed by the portal are not compared.
    return [
        {key: value for key, value in row.items() if not key.startswith(":@")}
        for row in answer.json()
    ]


def changed(terminal: Terminal, body: list[dict[str, object]], dataset: str = PERMITS) -> None:
    account = terminal.portal.account("publisher")
    requests.post(
        f"{terminal.portal.url}/resource/{dataset}.json",
        json=body,
        auth=(account.key_id, account.key_secret),
        timeout=30,
    ).raise_for_status()


def by_identifier(rows: list[dict[str, object]], field: str) -> list[dict[str, object]]:
    return sorted(rows, key=lambda row: str(row[field]))


def test_a_backup_is_complete_and_restored_by_an_ordinary_push(terminal: Terminal) -> None:
    before = rows_of(terminal)

    said = terminal("backup", terminal.permits, "-o", "saved", "--json")

    assert said.code == 0, said.err
    folder = Path(said.json[0]["folder"])
    names = {path.name for path in folder.iterdir()}
    assert names == {"rows.csv.zip", "rows.parquet", "schema.json", "metadata.json",
                     "restore.json", "backup.json"}  # fmt: skip
    contents = json.loads((folder / "backup.json").read_text("utf-8"))
    assert contents["rows"] == said.json[0]["rows"] == len(before)
    for file in contents["files"]:
        data = (folder / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    parquet = duckdb.sql(f"SELECT count(*) FROM '{(folder / 'rows.parquet').as_posix()}'")
    assert parquet.fetchall() == [(len(before),)]
    schema = json.loads((folder / "schema.json").read_text("utf-8"))
    identifier = schema["row_identifier"]
    assert json.loads((folder / "metadata.json").read_text("utf-8"))["id"] == PERMITS

    first, second = before[0], before[1]
    changed(terminal, [{identifier: first[identifier], ":deleted": True},
                       {identifier: second[identifier], "permit_type": "Other"}])  # fmt: skip
    assert by_identifier(rows_of(terminal), identifier) != by_identifier(before, identifier)
    with zipfile.ZipFile(folder / "rows.csv.zip") as archive:
        archive.extract("rows.csv", folder)

    preview = terminal("preview", folder / "restore.json", "--json")
    restored = terminal("push", folder / "restore.json", "--yes", "--json")

    assert (preview.code, restored.code) == (0, 0), preview.err + restored.err
    assert by_identifier(rows_of(terminal), identifier) == by_identifier(before, identifier)


def lost_on_the_way(change: dict[str, str]) -> bool:
    """True for a file in a cell, which cannot be restored, and for a flag in another case."""
    if change["column"] == "a_flag":
        return change["old"].casefold() == change["new"].casefold()
    return change["column"] in {"a_document", "a_photo"} and change["new"] == ""


def test_every_dataset_of_the_portal_is_restored_to_the_same_rows(terminal: Terminal) -> None:
    """Every type survives the file without loss, except for what a row cannot restore."""
    restored = 0
    for dataset in terminal.portal.datasets:
        address = f"{terminal.portal.url}/d/{dataset.id}"
        said = terminal("backup", address, "-o", "saved", "--json")
        if said.code != 0:
            continue  # a view or a file, which does not store rows
        folder = Path(said.json[0]["folder"])
        with zipfile.ZipFile(folder / "rows.csv.zip") as archive:
            archive.extract("rows.csv", folder)
        changes = folder / "changes.csv"
        preview = terminal("preview", folder / "restore.json", "--json", "--csv", changes)
        assert preview.code in (0, 4), (dataset, preview.err, preview.out[-600:])
        if preview.code == 0:
            restored += 1
            counts = preview.json["preview"]
            assert counts["new"] == counts["deleted"] == 0, (dataset, counts)
            with changes.open(encoding="utf-8-sig", newline="") as stream:
                differ = list(csv.DictReader(stream))
            if dataset.id == EVERY_TYPE:
                differ = [change for change in differ if not lost_on_the_way(change)]
            assert differ == [], (dataset, differ)
    assert restored > 1


def test_others_that_change_the_dataset_stop_the_backup(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sodasheet.portal.soda2.download import Download

    monkeypatch.setattr(Download, "changed", property(lambda _: True))

    said = terminal("backup", terminal.permits, "-o", "saved")

    assert said.code == 1
    assert "Someone else is changing" in said.err
    assert not list((terminal.folder / "saved").rglob("*.json"))


def test_a_failure_leaves_nothing_behind_and_the_others_are_saved(terminal: Terminal) -> None:
    missing = f"{terminal.portal.url}/d/zzzz-zzzz"

    said = terminal("backup", missing, terminal.permits, "-o", "saved", "--json")

    assert said.code == 1
    assert "error" in said.json[0]
    assert Path(said.json[1]["folder"]).is_dir()
    folders = [path for path in (terminal.folder / "saved").rglob("*") if path.is_dir()]
    assert not [one for one in folders if "zzzz" in one.name or "unfinished" in one.name]


def test_a_portal_that_fails_leaves_no_folder(terminal: Terminal) -> None:
    for path in ("/resource/*", "/api/v3/views/*"):
        terminal.portal.inject_fault(read_fault(f"status status=400 path={path} count=all"))
    try:
        said = terminal("backup", terminal.permits, "-o", "saved")
    finally:
        terminal.portal.clear_faults()

    assert said.code == 1
    assert not (terminal.folder / "saved").exists()


def test_a_folder_that_cannot_be_written_is_named(terminal: Terminal) -> None:
    (terminal.folder / "saved").write_text("a file")

    said = terminal("backup", terminal.permits, "-o", "saved")

    assert said.code in (1, 2)
    assert "saved" in said.err


def test_two_backups_have_folders_of_their_own(terminal: Terminal) -> None:
    first = terminal("backup", terminal.permits, "-o", "saved", "--json")
    second = terminal("backup", terminal.permits, "-o", "saved", "--json")

    assert first.json[0]["folder"] != second.json[0]["folder"]
    assert Path(first.json[0]["folder"]).is_dir()
