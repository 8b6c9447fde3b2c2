"""The add-in's macros are run, and the command line that they pass to Windows is checked.

They run in pyOpenVBA's interpreter, with stand-ins for parts that only Windows has: the file
system, the environment, and WScript.Shell, whose Run notes the command line. A small model of the
C runtime's parser then says which arguments Python receives.
"""

from __future__ import annotations

import re
import subprocess
import sys

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
Public refused As Boolean
Public failing As Long
Public Function TryLaunch(n As String, p As String) As String
  caught = ""
  told = ""
  bookName = n
  python = p
  TryLaunch = CStr(Launch("COMMAND"))
End Function
Public Function TryRefused() As String
  refused = True
  TryRefused = TryLaunch("a.xlsx", "PYTHON")
  refused = False
End Function
Public Function TryFailing() As String
  failing = 1
  TryFailing = TryLaunch("a.xlsx", "PYTHON")
  failing = 0
End Function
Public Function Caught1(c As String, a, w) As Long
  If refused Then Err.Raise 70, , "Permission denied."
  caught = c
  Caught1 = failing
End Function
Public Sub Tell(ByVal sentence As String)
  told = sentence
End Sub
Public Sub ShowError(ByVal file As String)
  told = "shown: " & file
End Sub
Public Sub Blocked1(ByVal description As String)
  told = "blocked: " & description
End Sub
Public Function Expanded(n As String) As String
  Expanded = Replace(n, "%TEMP%", "C:\Temp folder")
End Function
Public Function IsFile(n) As Boolean
  IsFile = (n = "PYTHON")
End Function
Public Function SheetExists(a, b) As Boolean
End Function
Public Function CreateGUID() As String
  CreateGUID = "guid"
End Function
Public Function UserSetting(k) As String
  If k = "INTERPRETER_WIN" Then UserSetting = python
End Function
"""
REPLACED = {
    "xlwings": ("CreateGUID", "SheetExists"),
    "Launcher": ("Expanded", "IsFile", "UserSetting"),
}


def prepared(name, text):
    """Return the module with stand-ins called; every change must fit, or nothing is tested."""
    swaps = [
        (r"\bFailure\.Blocked\b", "Blocked1"),
        (r"\b(Launcher|Failure)\.(?=[A-Z])", ""),
        (r"(#Const App = \S+ \S+) '.*", r"\1"),
        (r"\bshell\.Run\(", "Caught1("),
        (r"(?m)^\s*Set shell = .*$", ""),
        (r"(?m)^\s*CreateObject\(.*DeleteFile.*$", ""),
        (r"(?m)^\s*Application\.EnableCancelKey = .*$", ""),
        (r"\bApplication\.Hwnd\b", '"77"'),
        (r"\bApplication\.OperatingSystem\b", '"Windows (64-bit)"'),
        (r"\bCallerName = ActiveWorkbook\.Name", "CallerName = bookName"),
        (r'"Microsoft Excel" \'Adjust.*', '"Microsoft Excel"'),
    ]
    for old, new in swaps:
        text = re.sub(old, new, text)
    for function in REPLACED.get(name, ()):
        text, count = re.subn(rf"Function {function}\(", f"Function Old{function}(", text)
        assert count == 1
        text = re.sub(rf"(?m)\b{function} =", rf"Old{function} =", text)
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


def arguments(line):
    """Return the arguments that the C runtime makes of a command line without escaped quotes."""
    found, quoted, there = [""], False, False
    for char in line:
        if char == '"':
            quoted, there = not quoted, True
        elif char == " " and not quoted:
            if there:
                found.append("")
            there = False
        else:
            found[-1] += char
            there = True
    assert not quoted
    return found if there else found[:-1]


def test_python_is_started_without_a_shell_and_told_which_workbook(excel):
    result, line, told = launched(excel, "Permits 2024.xlsx")

    assert (result, told) == ("0", "")
    assert "cmd" not in line.casefold()
    assert arguments(line) == [
        PYTHON, "-B", "-P", "-c",
        "import sys; sys.stderr = open(sys.argv[1][6:], 'w', encoding='utf-16', errors='replace'); "
        + COMMAND,
        r"--log=C:\Temp folder\sodasheet-guid.log", "--wb=Permits 2024.xlsx", "--from_xl=1",
        "--hwnd=77",
    ]  # fmt: skip


def test_the_command_runs_and_writes_its_errors_into_the_log(excel, tmp_path):
    """The very arguments are given to a Python; a name that needs quoting is in its log."""
    _, line, _ = launched(excel, "a b.xlsx")
    command = arguments(line)
    log = tmp_path / "the log.txt"
    code = command[4].replace(COMMAND, "sys.exit('no workbook “ä”')")
    given = [sys.executable, *command[1:4], code, f"--log={log}", *command[6:]]

    ended = subprocess.run(given, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert log.read_text(encoding="utf-16").strip() == "no workbook “ä”"


def test_a_start_that_windows_forbids_is_reported_as_such(excel):
    result = excel.run("TryRefused")

    assert result == "-1"
    assert excel.run("Get_told").startswith("blocked: ")


def test_a_python_that_ends_with_an_error_has_its_log_shown(excel):
    assert excel.run("TryFailing") == "-1"
    assert excel.run("Get_told") == r"shown: C:\Temp folder\sodasheet-guid.log"


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
def test_an_awkward_name_reaches_python_as_one_argument(excel, name):
    result, line, told = launched(excel, name)

    assert (result, told) == ("0", "")
    assert arguments(line)[6] == f"--wb={name}"


@pytest.mark.parametrize(
    "name",
    ["%CMDCMDLINE%&calc&.xlsx", "100% of 50%.xlsx", 'a" & calc & ".xlsx', "a\n.xlsx", "a|b.xlsx"],
)
def test_a_name_that_a_command_line_cannot_contain_is_refused_in_a_sentence(excel, name):
    result, line, told = launched(excel, name)

    assert (result, line) == ("-1", "")
    assert told == (
        "The name of this workbook has characters that a command line cannot contain: "
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
    assert told.startswith("Python is not set up for SodaSheet yet.")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.text(st.sampled_from("ab%&^\"'=!;() \\|<>CMDLINE$`\n"), min_size=1, max_size=25))
def test_a_name_is_always_one_argument_or_refused(excel, name):
    result, line, told = launched(excel, name)

    assert (line == "") == (result == "-1") == (told != "")
    if line:
        assert len(arguments(line)) == 9
        assert arguments(line)[6] == f"--wb={name}"


def test_esc_does_not_break_into_the_wait_and_works_again_behind_it():
    (launcher,) = (one.text for one in modules() if one.name == "Launcher")
    text = launcher[launcher.index("Function RunAndWait") :]
    steps = re.findall(
        r"(?m)EnableCancelKey = (\w+)|(shell\.Run)\(|^(Blocked):",
        text[: text.index("End Function")],
    )

    assert ["".join(step) for step in steps] == [
        "ESC_IGNORED", "shell.Run", "ESC_INTERRUPTS", "Blocked", "ESC_INTERRUPTS",
    ]  # fmt: skip


def test_no_macro_asks_the_environment_in_the_code_page():
    """Environ gives a question mark for a foreign letter; our own variable is ASCII.

    What the module xlwings asks it for is used on a Mac alone.
    """
    ours = [_code(one.text) for one in modules() if one.name != "xlwings"]
    asked = [text for code in ours for text in re.findall(r"(?<!\w)Environ\$?\(.*?\)", code)]

    assert asked == ['Environ("SODASHEET_SCHEDULED")']


def test_on_a_mac_no_macro_asks_the_sandbox_for_files_outside_it():
    """There Dir() sees nothing outside Excel's own folder, in which the settings are."""
    (launcher,) = (one.text for one in modules() if one.name == "Launcher")
    (on_a_mac,) = re.findall(
        r"Function IsFile\(.*?#If Mac Then\s+(.*?)\s+#Else", launcher, re.DOTALL
    )
    ours = [_code(one.text) for one in modules() if one.name != "xlwings"]

    assert on_a_mac == "IsFile = True"
    assert not [code for code in ours if re.search(r"(?<!\w)Dir\$?\(", code)]


def _code(text):
    """Return a module without its comments."""
    return re.sub(r"(?m)^\s*'.*$", "", text)
