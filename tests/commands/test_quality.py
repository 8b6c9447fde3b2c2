"""`sodasheet quality`: completeness, freshness and findings; as words, JSON, a workbook."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests

from socrata_practice import PracticePortal
from sodasheet.dataset_quality.column_measures import ColumnMeasure, DatasetMeasures
from sodasheet.dataset_quality.completeness_freshness_findings import Completeness, Overview
from sodasheet.dataset_quality.quality_sheet_content import workbook_of_overview
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.sheet_labels import FINDINGS_HEADERS, QUALITY_HEADERS
from sodasheet.office.zip_package import parts

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
    assert found["freshness"] == 'Last changed today; declared as "Monthly": up to date.'
    assert found["overdue_days"] == 0


@pytest.mark.parametrize(
    ("age", "frequency", "overdue", "sentence"),
    [
        (5.0, "Daily", 4, 'Last changed 5 days ago; declared as "Daily": 4 days overdue.'),
        (2.25, "Daily", 1.2, 'Last changed 2 days ago; declared as "Daily": 1 day overdue.'),
        (1.0, "Weekly", 0, 'Last changed yesterday; declared as "Weekly": up to date.'),
        (5.0, "As needed", 0,
         'Last changed 5 days ago; declared as "As needed", which is not a specific period.'),
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


def read_sheet(path: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the values next to the labels, and the table's rows by the name of their column."""
    sheet = openpyxl.load_workbook(path)["Quality"]
    labels = {
        str(cell.value): next((one.value for one in row[at + 1 :] if one.value is not None), None)
        for row in sheet.iter_rows(max_row=7)
        for at, cell in enumerate(row)
        if cell.value is not None
    }
    head, *rows = sheet[sheet.tables["SodaSheetQuality"].ref]
    headers = [cell.value for cell in head]
    return labels, {
        row[0].value: dict(zip(headers, [cell.value for cell in row], strict=True)) for row in rows
    }


def test_the_sheet_shows_each_column_as_designed(terminal: Terminal) -> None:
    made = terminal("quality", terminal.permits, "-o", "quality.xlsx")

    assert made.code == 0, made.err
    labels, columns = read_sheet(terminal.folder / "quality.xlsx")
    assert list(next(iter(columns.values()))) == [*QUALITY_HEADERS]
    assert len(columns) == int(labels["Columns"])
    address = f"{terminal.portal.url}/resource/{PERMITS}.json"
    rows = requests.get(address, params={"$limit": 50_000}, timeout=30).json()
    values = [Decimal(row["declared_value"]) for row in rows if "declared_value" in row]
    value = columns["Declared Value ($)"]
    assert value["Smallest"] == f"{min(values):,f}"
    assert value["Largest"] == f"{max(values):,f}"
    assert value["Different values"] == len(set(values))
    assert value["Empty"] == len(rows) - len(values)
    types = Counter(row["permit_type"] for row in rows if "permit_type" in row)
    word, times = types.most_common(1)[0]
    kind = columns["Permit Type"]
    assert kind["Most common"] == f"{word} ({times})"
    assert (kind["Smallest"], kind["Largest"]) == (min(types), max(types))
    number = columns["Permit Number"]
    assert (number["Filled"], number["Empty"]) == (1, 0)
    assert number["Different values"] == len(rows)
    assert not number["Most common"], "every value occurs once"
    assert columns["Notes"]["Filled"] == 0.25
    for name in ("Notes", "Contact E-mail", "Web Site"):
        assert columns[name]["Smallest"] is None, "no order"
    assert labels["Possible private data"] == "None found"
    assert labels["Compared"] == "nothing to compare yet"


def test_the_sheet_says_what_has_changed_since(terminal: Terminal) -> None:
    with PracticePortal() as portal:
        changed = replace(terminal, portal=portal)
        changed.sign_in()
        changed("quality", changed.permits, "-o", "before.xlsx")
        account = portal.account("owner")
        new = [
            {"permit_no": f"BP-2030-{n:04}", "opened": "2030-01-01", "permit_type": "Solar"}
            for n in range(20)
        ]
        address = f"{portal.url}/resource/{PERMITS}.json"
        key = (account.key_id, account.key_secret)
        assert requests.post(address, json=new, auth=key, timeout=30).ok

        for name in ("first.xlsx", "second.xlsx"):
            changed("quality", changed.permits, "-o", name)
            labels, columns = read_sheet(terminal.folder / name)
            assert columns["Permit Number"]["Since last push"] == "+20 values", name
            assert columns["Date Opened"]["Since last push"].endswith(" days newer"), name
            assert columns["% Complete"]["Since last push"].startswith("filled "), name
            assert labels["Compared"].startswith("rows of "), name


def test_private_data_is_named_and_not_shown(terminal: Terminal) -> None:
    with PracticePortal() as portal:
        changed = replace(terminal, portal=portal)
        changed.sign_in()
        account = portal.account("owner")
        new = [
            {"permit_no": f"BP-2030-{n:04}", "notes": "Owner's SSN 078-05-1120"} for n in range(20)
        ]
        address = f"{portal.url}/resource/{PERMITS}.json"
        key = (account.key_id, account.key_secret)
        assert requests.post(address, json=new, auth=key, timeout=30).ok

        changed("quality", changed.permits, "-o", "private.xlsx")

    labels, columns = read_sheet(terminal.folder / "private.xlsx")
    assert labels["Possible private data"] == "social security numbers"
    assert columns["Notes"]["Worth a look"] == "possible private data"
    assert columns["Notes"]["Most common"] == "(not shown) (20)"
    assert b"078-05" not in b"".join(
        parts((terminal.folder / "private.xlsx").read_bytes()).values()
    )


def test_findings_over_time_are_a_table_and_a_plot(terminal: Terminal) -> None:
    job = mapped(terminal)
    pushed = terminal("push", job, "--yes", "--json").json

    terminal("quality", terminal.permits, "-o", "quality.xlsx")

    content = (terminal.folder / "quality.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Quality"]
    area = sheet[sheet.tables["SodaSheetFindingsOverTime"].ref]
    assert [cell.value for cell in area[0]] == [*FINDINGS_HEADERS]
    # Rows that another test has already pushed would stop a push.
    told = {"done": "Done", "refused": "Stopped, nothing sent"}[pushed["outcome"]]
    assert area[1][4].value == told
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert "xl/charts/chart1.xml" in book.namelist()
        assert "dataBar" in book.read("xl/worksheets/sheet1.xml").decode()


def test_names_from_a_portal_are_no_formulas_on_the_sheet() -> None:
    odd = Column(1, '=HYPERLINK("https://x.example")', "f", "text", 1)
    counted = Completeness(odd.name, "f", 1, 2)
    found = Overview("https://p.example", "abcd-1234", "=1+1", 2, (counted,), None, "", (), NOW)
    dataset = Dataset("https://p.example", "abcd-1234", "=1+1", (odd,))
    measure = ColumnMeasure(odd, 1, "=1+1", "=1+1", "=1+1", 2)

    content = workbook_of_overview(found, DatasetMeasures(dataset, {"f": measure}))

    sheet = openpyxl.load_workbook(io.BytesIO(content))["Quality"]
    cells = [cell for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=1+1 (2)" in {cell.value for cell in cells}


@pytest.mark.parametrize("name", ["book.txt", "there.xlsx"])
def test_nothing_is_written_over(terminal: Terminal, name: str) -> None:
    (terminal.folder / "there.xlsx").write_bytes(b"mine")

    made = terminal("quality", terminal.permits, "-o", name)

    assert made.code == 2
    assert (terminal.folder / "there.xlsx").read_bytes() == b"mine"
