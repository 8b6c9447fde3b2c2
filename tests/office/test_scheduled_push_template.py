"""The scheduled workbook: its macros are read back and checked for forbidden actions."""

from __future__ import annotations

import io
import re
import zipfile
from importlib.resources import files

import pytest
from oletools.olevba import VBA_Parser
from pyvbaanalysis import analyze_office_file

from sodasheet.office.scheduled_push_template import NAME, modules

BOOK = files("sodasheet.templates").joinpath(NAME).read_bytes()


def lines_of(text):
    return [line.rstrip() for line in text.splitlines() if not line.startswith("Attribute ")]


@pytest.fixture(scope="module")
def read():
    parser = VBA_Parser(NAME, data=BOOK)
    found = {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    return found


def test_a_reader_finds_in_the_workbook_what_stands_in_vba(read):
    expected = {one.name: lines_of(one.text) for one in modules()}

    assert {name: lines_of(read[name]) for name in expected} == expected
    assert set(read) == {*expected, "Sheet1"}
    assert lines_of(read["Sheet1"]) == []


def test_the_compiler_would_have_nothing_to_say(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(BOOK)

    assert [one for every in analyze_office_file(path).values() for one in every] == []


def test_it_starts_no_program_and_shows_no_box(read):
    code = "\n".join(line for text in read.values() for line in lines_of(text)
                     if not line.lstrip().startswith("'"))  # fmt: skip
    ways_out = r"(?i)\b(Shell|CreateObject|GetObject|RunPython|MsgBox|InputBox|Declare|Evaluate)\b"

    assert re.findall(ways_out, code) == []
    assert code.count("Application.Run") == 1
    assert all("Option Explicit" in read[one.name] for one in modules())
    assert code.count("On Error GoTo") == 1


def test_every_way_in_asks_first_whether_the_scheduler_started_this_process(read):
    for name, sub in (("ThisWorkbook", "Workbook_Open"), ("PushStart", "StartScheduledPush")):
        body = re.search(rf"(?ms)Sub {sub}\(\)\r?\n(.*?)^End Sub", read[name])[1]
        assert "IsScheduled()" in body.splitlines()[0]
    assert 'Environ("SODASHEET_SCHEDULED") = "1"' in read["PushStart"]


def test_it_is_a_workbook_with_macros_under_the_names_that_they_have():
    with zipfile.ZipFile(io.BytesIO(BOOK)) as package:
        types = package.read("[Content_Types].xml").decode()
        book = package.read("xl/workbook.xml").decode()
        sheet = package.read("xl/worksheets/sheet1.xml").decode()

    assert "application/vnd.ms-excel.sheet.macroEnabled.main+xml" in types
    assert 'codeName="ThisWorkbook"' in book
    assert 'codeName="Sheet1"' in sheet
    assert re.findall(r'<sheet name="([^"]+)"', book) == ["Read me"]
