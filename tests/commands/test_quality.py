"""`sodasheet quality`: completeness, freshness and findings; as words, JSON, a workbook."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from sodasheet.dataset_quality.completeness_freshness_findings import Completeness, Overview

from .conftest import PERMITS, Terminal

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def mapped(terminal: Terminal) -> Path:
    terminal.sample("permits-new.csv")
    terminal.sign_in()
    terminal("map", "permits-new.csv", terminal.permits, "-o", "permits.json", "--method", "upsert")
    return terminal.folder / "permits.json"


def declare(terminal: Terminal, words: str) -> None:
    """The dataset's owner declares an update frequency."""
    account = terminal.portal.account("owner")
    custom = {"metadata": {"custom_fields": {"Core": {"Update Frequency": words}}}}
    address = f"{terminal.portal.url}/api/views/{PERMITS}.json"
    key = (account.key_id, account.key_secret)
    assert requests.put(address, json=custom, auth=key, timeout=30).ok


def test_every_column_is_counted_by_the_portal(terminal: Terminal) -> None:
    terminal.sign_in()

    found = terminal("quality", terminal.permits, "--json")

    assert found.code == 0, found.err
    columns = {one["field"]: one for one in found.json["columns"]}
    address = f"{terminal.portal.url}/resource/{PERMITS}.json?$select=count(*),count(notes)"
    (counted,) = requests.get(address, timeout=30).json()
    assert columns["notes"]["filled"] == int(counted["count_notes"]) == 75
    assert columns["notes"]["share"] == 0.25
    assert columns["permit_no"]["filled"] == found.json["rows"] == 300
    assert columns["permit_no"]["share"] == 1
    assert 0 < found.json["complete"] <= 1
    assert found.json["runs"] == []


def test_freshness_is_held_against_the_declared_frequency(terminal: Terminal) -> None:
    terminal.sign_in()
    declare(terminal, "Monthly")

    found = terminal("quality", terminal.permits, "--json").json

    assert found["frequency"] == "Monthly"
    assert found["freshness"] == "Last changed today; declared as “Monthly”: up to date."
    assert found["overdue_days"] == 0


@pytest.mark.parametrize(
    ("age", "frequency", "overdue", "sentence"),
    [
        (5.0, "Daily", 4, "Last changed 5 days ago; declared as “Daily”: 4 days overdue."),
        (2.25, "Daily", 1.2, "Last changed 2 days ago; declared as “Daily”: 1 day overdue."),
        (1.0, "Weekly", 0, "Last changed yesterday; declared as “Weekly”: up to date."),
        (5.0, "As needed", 0,
         "Last changed 5 days ago; declared as “As needed”, which names no period."),
        (5.0, "", 0, "Last changed 5 days ago; no update frequency is declared."),
    ],
)  # fmt: skip
def test_a_dataset_of_a_known_age_is_overdue_by_days(
    age: float, frequency: str, overdue: float, sentence: str
) -> None:
    updated = NOW - timedelta(days=age)
    found = Overview(
        "https://p.example", "abcd-1234", "Permits", 2, (), updated, frequency, (), NOW
    )

    said = found.to_json()

    assert (said["overdue_days"], said["freshness"]) == (overdue, sentence)


def test_findings_of_pushes_are_shown_over_time(terminal: Terminal) -> None:
    job = mapped(terminal)
    pushed = terminal("push", job, "--yes", "--json").json

    found = terminal("quality", terminal.permits, "--json").json
    shown = terminal("quality", terminal.permits)

    (run,) = found["runs"]
    assert (run["run"], run["outcome"]) == (pushed["run"], pushed["outcome"])
    for effect in ("stop", "reject", "ask", "note"):
        counted = sum(g["count"] for g in pushed["findings"] if g["severity"] == effect)
        assert run["findings"][effect] == counted
    assert "Findings of pushes from this computer" in shown.out
    assert "% of all cells have a value." in shown.out


def test_the_sheet_has_tables_bars_and_a_plot(terminal: Terminal) -> None:
    import openpyxl

    job = mapped(terminal)
    terminal("push", job, "--yes")

    made = terminal("quality", terminal.permits, "-o", "quality.xlsx")

    assert made.code == 0, made.err
    content = (terminal.folder / "quality.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Quality"]
    texts = {str(cell.value) for row in sheet for cell in row if cell.value is not None}
    assert {"Completeness", "Findings over time", "Permit Number", "permit_no"} <= texts
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert "xl/charts/chart1.xml" in book.namelist()
        assert "dataBar" in book.read("xl/worksheets/sheet1.xml").decode()


def test_names_from_a_portal_are_no_formulas_on_the_sheet(tmp_path: Path) -> None:
    import openpyxl

    from sodasheet.dataset_quality.quality_sheet_content import workbook_of_overview

    column = Completeness('=HYPERLINK("https://x.example")', "f", 1, 2)
    found = Overview("https://p.example", "abcd-1234", "=1+1", 2, (column,), None, "", (), NOW)

    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of_overview(found)))["Quality"]

    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} <= {"s", "n"}


@pytest.mark.parametrize("name", ["book.txt", "there.xlsx"])
def test_nothing_is_written_over(terminal: Terminal, name: str) -> None:
    (terminal.folder / "there.xlsx").write_bytes(b"mine")

    made = terminal("quality", terminal.permits, "-o", name)

    assert made.code == 2
    assert (terminal.folder / "there.xlsx").read_bytes() == b"mine"
