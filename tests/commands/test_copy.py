"""`sodasheet copy` against practice portals."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from socrata_practice import PracticePortal

from .conftest import PERMITS, Terminal

TYPES = "type-4c9k"
TREES = "tree-6h3n"


@pytest.fixture
def other(practice: PracticePortal) -> Iterator[PracticePortal]:
    """Another portal with the same accounts."""
    with PracticePortal(accounts=practice.accounts) as portal:
        yield portal


def rows_of(portal: PracticePortal, dataset: str) -> list[dict[str, Any]]:
    account = portal.account("publisher")
    answer = requests.get(
        f"{portal.url}/resource/{dataset}.json?$limit=50000",
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    answer.raise_for_status()
    rows = [
        {key: value for key, value in row.items() if not key.startswith(":@")}
        for row in answer.json()
    ]
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def deleted(portal: PracticePortal, dataset: str, field: str, count: int) -> None:
    account = portal.account("publisher")
    rows = rows_of(portal, dataset)
    # Both the deleted and the remaining rows must include every kind of row.
    random.Random(7).shuffle(rows)
    requests.post(
        f"{portal.url}/resource/{dataset}.json",
        json=[{field: row[field], ":deleted": True} for row in rows[:count]],
        auth=(account.key_id, account.key_secret),
        timeout=30,
    ).raise_for_status()


def test_rows_are_copied_to_another_portal_cell_by_cell_and_undone(
    terminal: Terminal, other: PracticePortal
) -> None:
    deleted(other, PERMITS, "permit_no", 40)
    before = rows_of(other, PERMITS)
    target = f"{other.url}/d/{PERMITS}"

    said = terminal("copy", terminal.permits, target, "--yes", "--json")

    assert said.code == 0, said.err + said.out
    assert said.json["problem"] == ""
    assert said.json["rows"] == said.json["report"]["rows_after"]
    assert rows_of(other, PERMITS) == rows_of(terminal.portal, PERMITS)
    undone = terminal("undo", said.json["report"]["run"], "--yes", "--json")
    assert undone.code == 0, undone.err
    assert rows_of(other, PERMITS) == before


def test_an_upsert_adds_what_is_missing(terminal: Terminal, other: PracticePortal) -> None:
    deleted(terminal.portal, PERMITS, "permit_no", 3)
    deleted(other, PERMITS, "permit_no", 5)
    target = f"{other.url}/d/{PERMITS}"

    way = ["--method", "upsert", "--yes", "--json"]
    said = terminal("copy", terminal.permits, target, *way)

    assert said.code == 0, said.err + said.out
    assert said.json["report"]["rows"]["created"] == 2


def test_columns_that_do_not_fit_stop_the_copy(terminal: Terminal) -> None:
    before = rows_of(terminal.portal, TREES)

    said = terminal("copy", terminal.permits, TREES, "--yes")

    assert said.code == 4
    assert "do not fit Street Trees" in said.err
    assert rows_of(terminal.portal, TREES) == before


def test_a_dataset_is_not_copied_to_itself(terminal: Terminal) -> None:
    said = terminal("copy", terminal.permits, PERMITS, "--yes")

    assert said.code == 4
    assert "same dataset" in said.err


def test_without_a_confirmation_nothing_is_sent(terminal: Terminal, other: PracticePortal) -> None:
    deleted(other, PERMITS, "permit_no", 7)
    before = rows_of(other, PERMITS)

    said = terminal("copy", terminal.permits, f"{other.url}/d/{PERMITS}")

    assert said.code == 130
    assert rows_of(other, PERMITS) == before


def port_job(folder: Path, **changes: object) -> Path:
    """Write a `.spj` file in DataSync's format (datasync.md, 1.2)."""
    body = {
        "portMethod": "copy_data", "sourceSetID": PERMITS, "sinkSetID": PERMITS,
        "publishMethod": "replace", "publishDataset": "publish", "portResult": "",
        "destinationDatasetTitle": "", "fileVersionUID": 2, "jobFilename": "Untitled Port Job",
        "pathToSavedFile": "",
    } | changes  # fmt: skip
    path = folder / "port.spj"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_a_port_job_of_datasync_is_run(terminal: Terminal, other: PracticePortal) -> None:
    deleted(other, PERMITS, "permit_no", 9)
    path = port_job(terminal.folder, sourceSiteDomain=terminal.portal.url)
    terminal.patch.setenv("SODASHEET_PORTAL", f"{terminal.portal.url},{other.url}")

    unnamed = terminal("copy", path, "--yes")
    said = terminal("copy", path, other.url, "--yes", "--json")

    assert (unnamed.code, "does not name the portal" in unnamed.err) == (2, True)
    assert said.code == 0, said.err + said.out
    assert rows_of(other, PERMITS) == rows_of(terminal.portal, PERMITS)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"portMethod": "sideways"}, "portMethod is sideways"),
        ({"sinkSetID": "../x"}, 'sinkSetID "../x" is not a dataset id'),
        ({"publishMethod": "delete"}, "publishMethod is delete"),
        ({"sourceSiteDomain": "http://data.example.gov"}, "http"),
        ({"sourceSetID": 7}, "port.spj: sourceSetID is not text"),
    ],
)
def test_a_port_job_that_cannot_be_run_is_explained(
    terminal: Terminal, changes: dict[str, object], problem: str
) -> None:
    path = port_job(terminal.folder, **({"sourceSiteDomain": terminal.portal.url} | changes))

    said = terminal("copy", path, terminal.portal.url, "--yes")

    assert said.code == 2
    assert "port.spj" in said.err
    assert problem in said.err


def test_a_job_file_may_not_send_the_key_of_the_environment_anywhere(terminal: Terminal) -> None:
    path = port_job(terminal.folder, sourceSiteDomain="https://data.example.gov",
                    sinkSiteDomain="https://data.example.gov")  # fmt: skip

    said = terminal("copy", path, "--yes")

    assert said.code != 0
    assert "SODASHEET_PORTAL" in said.err


def created(portal: PracticePortal, dataset: str) -> dict[str, Any]:
    account = portal.account("publisher")
    answer = requests.get(
        f"{portal.url}/api/views/{dataset}.json",
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    found: dict[str, Any] = answer.json()
    return found


def test_a_new_dataset_is_created_with_the_columns_and_rows(
    terminal: Terminal, other: PracticePortal
) -> None:
    done = terminal("copy", terminal.permits, other.url, "--new", "--yes", "--json")
    assert done.code == 0, done.err
    made = done.json["report"]["dataset"]
    view, source = created(other, made), created(terminal.portal, PERMITS)

    assert rows_of(other, made) == rows_of(terminal.portal, PERMITS)
    assert view["name"] == source["name"]
    assert view["permissions"]["scope"] == "private"
    columns = {one["fieldName"]: one for one in source["columns"]}
    for one in view["columns"]:
        for key in ("name", "dataTypeName", "description"):
            assert one.get(key) == columns[one["fieldName"]].get(key)
    identifier = {one["id"]: one["fieldName"] for one in view["columns"]}
    assert identifier[view["rowIdentifierColumnId"]] == "permit_no"


def test_a_schema_alone_is_copied_by_a_port_job(terminal: Terminal, other: PracticePortal) -> None:
    path = terminal.folder / "port.spj"
    body = {
        "fileVersionUID": 2,
        "portMethod": "copy_schema",
        "sourceSiteDomain": terminal.portal.url,
        "sourceSetID": PERMITS,
        "destinationDatasetTitle": "Permits, empty",
    }
    path.write_text(json.dumps(body), encoding="utf-8")
    done = terminal("copy", path, other.url, "--yes", "--json")
    assert done.code == 0, done.err
    made = done.json["dataset"].rpartition("/")[2]
    assert created(other, made)["name"] == "Permits, empty"
    assert rows_of(other, made) == []


def test_nothing_is_created_unasked(terminal: Terminal, other: PracticePortal) -> None:
    before = {one.id for one in other.datasets}
    asked = terminal("copy", terminal.permits, other.url, "--new")
    assert asked.code == 130
    assert {one.id for one in other.datasets} == before
    wrong = terminal("copy", terminal.permits, other.url, "--schema-only")
    assert (wrong.code, "Add --new" in wrong.err) == (2, True)
    method = terminal("copy", terminal.permits, other.url, "--new", "--method", "upsert", "--yes")
    assert (method.code, "has no rows to replace or update" in method.err) == (2, True)
    assert {one.id for one in other.datasets} == before
