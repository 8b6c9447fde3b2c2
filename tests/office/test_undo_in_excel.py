"""Excel's Undo, which is empty after a button has written, explains that when used.

The add-in's macro runs in pyOpenVBA's interpreter, with stand-ins for Excel's two calls.
"""

from __future__ import annotations

import re

import pytest
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.excel import ExcelFile

from sodasheet.excel.ribbon import BUTTONS
from sodasheet.office.xlam import modules

STAND_INS = """Option Explicit
Public intact As Boolean
Public offered As String
Public told As String
Public Function TryPress(button As String, listIsIntact As Boolean) As String
  offered = ""
  intact = listIsIntact
  ExplainUndo button
  TryPress = offered
End Function
Public Function TryUndo() As String
  told = ""
  Undo_ends_here
  TryUndo = told
End Function
Public Sub Offer(ByVal words As String, ByVal macro As String)
  offered = words & "|" & macro
End Sub
Public Sub Tell(ByVal sentence As String)
  told = sentence
End Sub
"""


@pytest.fixture(scope="module")
def excel(tmp_path_factory):
    (ribbon,) = (one.text for one in modules() if one.name == "Ribbon")
    lines = ribbon.replace("\r\n", "\n")
    writing = re.search(r"(?m)^Private Const WRITING(.* _\n)*.*\n", lines)
    explain = lines[lines.index("Private Sub ExplainUndo") :]
    text = writing[0] + explain
    for old, new in [
        ('Application.CommandBars.GetEnabledMso("Undo")', "intact"),
        ("Application.OnUndo ", "Offer "),
        ("ThisWorkbook.Name", '"SodaSheet.xlam"'),
        ("Failure.Tell ", "Tell "),
        ("Private Sub ExplainUndo", "Public Sub ExplainUndo"),
    ]:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path_factory.mktemp("undo") / "macros.xlsm"
    with ExcelFile.create_new(path) as book:
        project = book.vba_project()
        project.delete_module("Module1")
        project.add_module("Ribbon", text.replace("\n", "\r\n"))
        project.add_module("StandIns", STAND_INS.replace("\n", "\r\n"))
        book.save()
    return ExcelApplication.open(path)


def test_undo_says_why_it_ends_after_a_button_that_wrote(excel):
    assert excel.run("TryPress", "check_data", False) == (
        "Why Undo stops here|'SodaSheet.xlam'!Undo_ends_here"
    )
    assert excel.run("TryUndo").startswith("Excel's Undo stops here, because SodaSheet wrote ")


@pytest.mark.parametrize("button", ["check_data", "open_on_portal", "sign_in"])
def test_a_list_of_changes_that_is_still_there_is_left_alone(excel, button):
    assert excel.run("TryPress", button, True) == ""


@pytest.mark.parametrize("button", ["open_on_portal", "stop", "sign_in", "data", "check"])
def test_after_a_button_that_writes_nothing_undo_is_as_excel_has_it(excel, button):
    assert excel.run("TryPress", button, False) == ""


def test_every_button_that_writes_is_one_of_the_ribbon(macros):
    writing = "".join(
        re.findall(
            r'"([a-z_ ]+)"', macros["Ribbon"].split("WRITING As String")[1].split("Public Sub")[0]
        )
    )

    assert set(writing.split()) < set(BUTTONS)
