"""The add-in's own macros are run: which command line they hand to Windows, for any workbook.

They run in pyOpenVBA's interpreter, with stand-ins for what only Windows has: the file system, the
environment, and WScript.Shell, whose Run notes the command line. A small model of cmd.exe then
says which commands it would start.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.excel import ExcelFile

from sodasheet.office.xlam import modules

COMMAND = "import sodasheet.excel.ribbon as r; r.press('push')"
PYTHON = r"C:\py env\python.exe"

STAND_INS = r"""
Option Explicit
Public caught As String
Public told As String
Public bookName As String
Public python As String
Public Function TryLaunch(n As String, p As String) As String
  caught = ""
  told = ""
  bookName = n
  python = p
  TryLaunch = CStr(Launch("COMMAND"))
End Function
Public Function Caught1(c As String, a, w) As Long
  caught = c
End Function
Public Sub Tell(ByVal sentence As String)
  told = sentence
End Sub
Public Function Environ1(n As String) As String
  Environ1 = "C:\Windows"
End Function
Public Function FileExists(n) As Boolean
  FileExists = (n = "PYTHON")
End Function
Public Function SheetExists(a, b) As Boolean
End Function
Public Function CreateGUID() As String
  CreateGUID = "guid"
End Function
Public Function ExpandEnvironmentStrings(s) As String
  ExpandEnvironmentStrings = s
End Function
Public Function GetConfigFromFile(f, k, v) As Boolean
  If k = "INTERPRETER_WIN" And python <> "" Then
    v = python
    GetConfigFromFile = True
  End If
End Function
"""
REPLACED = (
    "FileExists",
    "CreateGUID",
    "ExpandEnvironmentStrings",
    "GetConfigFromFile",
    "SheetExists",
)


def prepared(name, text):
    """The module with stand-ins called; every change must fit, or the test would test nothing."""
    swaps = [
        (r"\b(Launcher|Failure)\.(?=[A-Z])", ""),
        (r"(#Const App = \S+ \S+) '.*", r"\1"),
        (r"\bWScript\.Run\(", "Caught1("),
        (r"\bEnviron\(", "Environ1("),
        (r"\bApplication\.Hwnd\b", '"77"'),
        (r"\bApplication\.Path\b", r'"C:\\Office"'),
        (r"\bApplication\.OperatingSystem\b", '"Windows (64-bit)"'),
        (r"\bCallerName = ActiveWorkbook\.Name", "CallerName = bookName"),
        (r"(?m)^\s*Kill LOG_FILE", "        Rem Kill LOG_FILE"),
        (r'"Microsoft Excel" \'Adjust.*', '"Microsoft Excel"'),
    ]
    for old, new in swaps:
        text = re.sub(old, new, text)
    for function in REPLACED if name == "xlwings" else ():
        text, count = re.subn(rf"Function {function}\(", f"Function Old{function}(", text)
        assert count == 1
        text = re.sub(rf"(?m)^(\s*){function} =", rf"\1Old{function} =", text)
    return text


@pytest.fixture(scope="module")
def excel(tmp_path_factory):
    path = tmp_path_factory.mktemp("macros") / "macros.xlsm"
    texts = {one.name: prepared(one.name, one.text) for one in modules()}
    stand_ins = STAND_INS.replace("COMMAND", COMMAND).replace("PYTHON", PYTHON)
    with ExcelFile.create_new(path) as book:
        project = book.vba_project()
        project.delete_module("Module1")
        project.add_module("xlwings", texts["xlwings"])
        project.add_module("Launcher", texts["Launcher"])
        getters = "".join(
            f"\nPublic Function Get_{name}() As String\n  Get_{name} = {name}\nEnd Function\n"
            for name in ("caught", "told")
        )
        project.add_module("StandIns", (stand_ins + getters).replace("\n", "\r\n"))
        book.save()
    return ExcelApplication.open(path)


def launched(excel, name, python=PYTHON):
    """(what Launch returned, the command line, what the user was told)."""
    result = excel.run("TryLaunch", name, python)
    return result, excel.run("Get_caught"), excel.run("Get_told")


def commands(line):
    """The commands that cmd.exe /C would start: it parts them at & outside of double quotes.

    Before that it replaces %CMDCMDLINE% by the whole line, inside quotes too; no other variable
    can be set by whoever named a workbook.
    """
    rest = re.sub("%CMDCMDLINE%", lambda _: line, line, flags=re.IGNORECASE)
    found, quoted = [""], False
    for char in rest:
        quoted ^= char == '"'
        if char in "&|<>^" and not quoted and char != ">":
            found.append("")
        else:
            found[-1] += char
    return [one.strip() for one in found if one.strip()]


def test_python_is_started_by_the_systems_own_shell_and_told_which_workbook(excel):
    result, line, told = launched(excel, "Permits 2024.xlsx")

    assert (result, told) == ("0", "")
    assert line.startswith(
        r"C:\Windows\System32\cmd.exe /D /V:OFF /C C: "
        r'& cd "C:\py env" & "C:\py env\python.exe" -B -P -c "'
    )
    assert f'; {COMMAND}" ' in line
    assert r"prepare_sys_path(\"false\")" in line
    assert '--wb="Permits 2024.xlsx" --from_xl=1' in line


@pytest.mark.parametrize(
    "name",
    [
        "a & calc.xlsx",
        "a^&calc&.xlsx",
        "5%.xlsx",
        "it's; a=b, !PATH! (1).xlsx",
        "Straße 北京.xlsx",
        "$x`y.xlsx",
    ],
)
def test_an_awkward_name_reaches_python_and_starts_nothing_else(excel, name):
    result, line, told = launched(excel, name)

    assert (result, told) == ("0", "")
    assert f'--wb="{name}" ' in line
    assert len(commands(line)) == 3


def test_the_model_of_the_shell_knows_the_trick_with_percent_signs():
    line = 'x "python" "a" --wb="%CMDCMDLINE%&calc&.xlsx" --app="b"'

    assert "calc" in commands(line)


@pytest.mark.parametrize(
    "name",
    ["%CMDCMDLINE%&calc&.xlsx", "100% of 50%.xlsx", 'a" & calc & ".xlsx', "a\n.xlsx", "a|b.xlsx"],
)
def test_a_name_that_a_command_line_cannot_take_is_refused_in_a_sentence(excel, name):
    result, line, told = launched(excel, name)

    assert (result, line) == ("-1", "")
    assert told == (
        "The name of this workbook has characters that a command line cannot take: "
        f"{name}. Save it under a simpler name, then press the button again."
    )


@pytest.mark.parametrize(
    "python", ["python", "python.exe", r"py\python.exe", r"C:\gone\python.exe"]
)
def test_a_python_that_would_have_to_be_looked_for_is_not_started(excel, python):
    result, line, told = launched(excel, "a.xlsx", python)

    assert (result, line) == ("-1", "")
    assert told.startswith(f"Python is not where it was when SodaSheet was installed: {python}. ")
    assert told.endswith("sodasheet addin install")


def test_without_settings_nothing_is_started(excel):
    result, line, told = launched(excel, "a.xlsx", "")

    assert (result, line) == ("-1", "")
    assert told.startswith("SodaSheet does not know yet where Python is.")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.text(st.sampled_from("ab%&^\"'=!;() \\|<>CMDLINE$`\n"), min_size=1, max_size=25))
def test_whatever_a_workbook_is_called_only_our_three_commands_start(excel, name):
    result, line, told = launched(excel, name)

    assert (line == "") == (result == "-1") == (told != "")
    assert len(commands(line)) == (3 if line else 0)
