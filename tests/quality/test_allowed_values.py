"""Allowed values come from the current range of a workbook at each check."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.job import SourceSpec
from sodasheet.model.quality_settings import QualityRule, QualitySettings
from sodasheet.quality.allowed_values import with_allowed_values
from sodasheet.quality.comparison_findings import compare
from sodasheet.sources.workbook import inspect_workbook
from sodasheet.staging.check.check import CheckResult

from .conftest import rows

BOOK = SourceSpec(kind="workbook", path="book.xlsx", sheet="Data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a workbook that has lists: in a range, under a name, in a table."""
    book = openpyxl.Workbook()
    book.active.title = "Data"  # type: ignore[union-attr]
    sheet = book.create_sheet("My lists")
    for row in (["Kind", "Ward", "Since"], ["Electrical", 1, "x"], [" Plumbing ", 2], ["Élan", 3]):
        sheet.append(row)
    sheet.append([None, 2])
    table = book.create_sheet("Types")
    for row in (["Code", "Name"], ["A", "First"], ["B", "Second"]):
        table.append(row)
    table.add_table(Table(displayName="tblTypes", ref="A1:B3"))
    book.defined_names["Kinds"] = DefinedName("Kinds", attr_text="'My lists'!$A$2:$A$4")
    book.defined_names["Sum"] = DefinedName("Sum", attr_text="1+1")
    book.save(tmp_path / "book.xlsx")
    return tmp_path


def read(listed: str, folder: Path, source: SourceSpec = BOOK) -> tuple[str, ...]:
    rule = QualityRule("kind", "one of", listed=listed)
    (found,) = with_allowed_values((rule,), source, folder)
    assert found.words == rule.words
    return found.values


KINDS = ("Electrical", "Plumbing", "Élan")


@pytest.mark.parametrize(
    ("listed", "values"),
    [
        ("'My lists'!A2:A4", KINDS),
        ("'my lists'!$A$2:$A$1000", KINDS),
        ("'My lists'!A:A", ("Kind", *KINDS)),
        ("'My lists'!B2:B5", ("1", "2", "3")),
        ("'My lists'!A2", ("Electrical",)),
        ("Kinds", KINDS),
        ("kinds", KINDS),
        ("tblTypes", ("A", "B")),
        ("tblTypes[Name]", ("First", "Second")),
        ("[book.xlsx]Kinds", KINDS),
    ],
)
def test_a_range_is_read(listed: str, values: tuple[str, ...], folder: Path) -> None:
    assert read(listed, folder) == values


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        ("Lists!A2:A4", "book.xlsx has no range Lists!A2:A4"),
        ("Wards", "book.xlsx has no range Wards"),
        ("Sum", "book.xlsx has no range Sum"),
        ("tblTypes[Gone]", "book.xlsx has no range tblTypes[Gone]"),
        ("'My lists'!F2:F9", "the range 'My lists'!F2:F9 of book.xlsx is empty"),
        ("Data!A2:A9", "the range Data!A2:A9 of book.xlsx is empty"),
    ],
)
def test_a_range_that_is_gone_or_empty_is_one_sentence(listed: str, why: str, folder: Path) -> None:
    with pytest.raises(UsageProblem) as error:
        read(listed, folder)

    shown = listed if "!" in listed else f"={listed}"
    assert error.value.what == (
        f'The allowed values of the rule "kind is one of {shown}" cannot be read: {why}.'
    )


def test_a_source_that_is_no_workbook_needs_the_name_of_one(folder: Path) -> None:
    csv = SourceSpec(path="rows.csv")

    assert read("[book.xlsx]Kinds", folder, csv) == KINDS
    with pytest.raises(UsageProblem, match=r"as in \[lists.xlsx\]Kinds"):
        read("Kinds", folder, csv)
    with pytest.raises(SourceError, match=r"gone\.xlsx"):
        read("[gone.xlsx]Kinds", folder, csv)


@pytest.mark.parametrize("book", [r"\\host\share\l.xlsx", "//host/share/l.xlsx", "http://a/l.xlsx"])
def test_a_workbook_of_another_computer_is_never_opened(book: str, folder: Path) -> None:
    with pytest.raises(UsageProblem, match="on another computer"):
        read(f"[{book}]Kinds", folder)


def test_a_changed_list_counts_at_the_next_check(
    folder: Path, checked: Callable[..., CheckResult]
) -> None:
    rule = QualityRule("kind", "one of", listed="Lists!A1:A9")
    source = rows(12)

    def broken() -> list[tuple[str, int]]:
        rules = with_allowed_values((rule,), BOOK, folder)
        found = compare(checked(source), None, QualitySettings(rules=rules)).findings
        return [(one.reason, one.count) for one in found]

    book = openpyxl.load_workbook(folder / "book.xlsx")
    sheet = book.create_sheet("Lists")
    for kind in sorted({row["kind"] for row in source}):
        sheet.append([kind])
    book.save(folder / "book.xlsx")
    before = broken()
    gone = sheet["A1"].value
    sheet["A1"].value = "Other"
    book.save(folder / "book.xlsx")

    assert before == []
    assert broken() == [("rule-broken", sum(row["kind"] == gone for row in source))]


def test_a_list_on_a_sheet_that_is_too_large_is_not_called_empty(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspect_workbook, "LARGEST", 10)

    with pytest.raises(SourceError, match=r'The sheet "Data" of book\.xlsx is too large'):
        read("Data!A2:A9", folder)


def test_a_list_on_a_damaged_sheet_gets_a_sentence(folder: Path) -> None:
    path = folder / "book.xlsx"
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"][:300]
    with zipfile.ZipFile(path, "w") as torn:
        for name, content in parts.items():
            torn.writestr(name, content)

    with pytest.raises(SourceError, match=r"book\.xlsx"):
        read("'My lists'!A2:A4", folder)
