"""The macros of the built add-in, run in Calc: from a click on a button to the portal.

The module xlwings, which starts Python by way of Windows, is replaced by a stand-in that starts
the same command with the same arguments; all other modules are the add-in's own. LibreOffice
ignores `#If`, so the lines meant for a Mac are taken out beforehand.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sodasheet.excel.ribbon import BUTTONS
from sodasheet.office.xlam import Module, assemble, modules

from .conftest import Steward

_RUNNER = """Attribute VB_Name = "xlwings"
Option Explicit
Public Const PROJECT_NAME As String = "sodasheet"
Public Function RunPython(ByVal pythonCommand As String)
    Dim quoted As String
    quoted = Chr(34) & pythonCommand & Chr(34)
    quoted = quoted & " " & Chr(34) & "--wb=" & ActiveWorkbook.Name & Chr(34)
    Shell "{python} {script} " & quoted & " --from_xl=1", 0
End Function
Public Function SheetExists(ByVal book As Variant, ByVal name As String) As Boolean
End Function
Public Function GetConfigFromSheet(ByVal book As Variant) As Object
End Function
Public Function GetConfigFilePath() As String
End Function
Public Function GetConfigFromFile(path As String, key As String, found As String) As Boolean
End Function
Public Function ExpandEnvironmentStrings(ByVal text As String) As String
End Function
Public Function ExecuteWindows(a As Boolean, b As String, c As String, d As String) As Long
End Function
Public Function FileExists(ByVal path As String) As Boolean
End Function
Public Function ReadFile(ByVal path As String) As String
End Function
"""
_CONTROL = """Public Id As String
Public Tag As String
"""
_SCRIPT = """import json, os, sys, traceback
from pathlib import Path
done = Path(__file__).with_name("done.json")
os.environ.update(json.loads(Path(__file__).with_name("environment.json").read_text()))
command = sys.argv.pop(1)
trouble = ""
try:
    exec(command)
except BaseException:
    trouble = traceback.format_exc()
done.with_suffix(".tmp").write_text(json.dumps({"command": command, "trouble": trouble}))
os.replace(done.with_suffix(".tmp"), done)
"""


class Ribbon:
    """The loaded add-in."""

    def __init__(self, steward: Steward, document: Any) -> None:
        self.steward = steward
        self.document = document
        self.folder = steward.folder
        self.talk = steward.folder / "talk.json"

    def call(self, name: str, *arguments: Any) -> Any:
        provider = self.document.getScriptProvider()
        place = f"vnd.sun.star.script:VBAProject.Harness.{name}?language=Basic&location=document"
        return provider.getScript(place).invoke(arguments, (), ())[0]

    def press(self, button: str, *answers: str) -> list[str]:
        """Click a button, wait for Python to end, and return the messages shown."""
        self.talk.write_text(json.dumps({"answers": answers, "told": []}))
        done = self.folder / "done.json"
        done.unlink(missing_ok=True)
        assert self.call("PressButton", button) == f"pressed {button}"
        until = time.monotonic() + 60
        while not done.exists():
            assert time.monotonic() < until, f"{button} started nothing"
            time.sleep(0.05)
        result = json.loads(done.read_text())
        assert result["trouble"] == ""
        assert result["command"] == f"import sodasheet.excel.ribbon as r; r.press('{button}')"
        trace = self.steward.home / "last-error.txt"
        assert not trace.exists(), trace.read_text()
        talk = json.loads(self.talk.read_text())
        assert talk["answers"] == [], "nobody asked"
        return list(talk["told"])


def _without_mac(text: str) -> str:
    """The lines that Windows compiles."""
    return re.sub(r"^[ \t]*#If Mac Then.*?^[ \t]*#Else\r?\n(.*?)^[ \t]*#End If\r?\n", r"\1", text,
                  flags=re.DOTALL | re.MULTILINE)  # fmt: skip


def _harness() -> str:
    cases = "".join(f'        Case "{button}": Ribbon.On_{button} control\n' for button in BUTTONS)
    return (
        'Attribute VB_Name = "Harness"\nPublic Function PressButton(ByVal id As String) As String\n'
        "    Dim control As New FakeControl\n    control.Id = id\n    Select Case id\n"
        f"{cases}    End Select\n"
        '    PressButton = "pressed " & id\nEnd Function\n'
        "Public Function Why() As String\n"
        "    Why = Guard.Objection(Guard.NEEDS_MAPPING)\nEnd Function\n"
    )


@pytest.fixture
def ribbon(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> Ribbon:
    script = steward.folder / "runner.py"
    names = ("SODASHEET_HOME", "SODASHEET_KEY_ID", "SODASHEET_KEY_SECRET")
    # Python inherits Calc's environment, which was created before this test.
    environment = {name: os.environ[name] for name in names}
    environment["SODASHEET_CALC_TALK"] = str(steward.folder / "talk.json")
    (steward.folder / "environment.json").write_text(json.dumps(environment))
    script.write_text(_SCRIPT)
    runner = _RUNNER.format(python=sys.executable, script=script)
    own = [one for one in modules() if one.name not in ("xlwings", "Dictionary")]
    macros = [Module(one.name, _without_mac(one.text), one.is_class) for one in own]
    macros += [
        Module("xlwings", "\r\n".join(runner.splitlines())),
        Module("FakeControl", _CONTROL.replace("\n", "\r\n"), is_class=True),
        Module("Harness", _harness().replace("\n", "\r\n")),
    ]
    path = steward.folder / "SodaSheet.xlam"
    path.write_bytes(assemble(macros))
    monkeypatch.setattr(steward.app.impl, "hidden", False)
    book = steward.app.books.open(str(path))
    return Ribbon(steward, book.api)


def test_every_callback_reaches_python(ribbon: Ribbon, steward: Steward) -> None:
    steward.workbook([["Id"], ["'a"]])
    address = steward.dataset({"id": "text"}, "id")
    ribbon.press("choose_dataset", address)
    # Choose dataset asks no question here, because the mapping sheet is active.
    answers = {"sign_out": ["cancel"], "choose_source": ["cancel"], "push": ["no"],
               "test_connection": ["cancel"], "schedule": ["cancel"]}  # fmt: skip

    for button in BUTTONS:
        if button not in ("open_on_portal", "stop"):
            ribbon.press(button, *answers.get(button, []))
            steward.wait()
    made = [sheet.name for sheet in steward.book.sheets]
    assert made == [
        "Data",
        "Map Fees",
        "Describe Fees",
        "Results Fees",
        "Preview Fees",
        "Run history",
    ]


def test_from_the_ribbon_to_the_portal_and_back_to_the_sheet(
    ribbon: Ribbon, steward: Steward
) -> None:
    address = steward.dataset({"id": "text", "amount": "number"}, "id")
    steward.workbook([["Id", "Amount"], ["'a", 1], ["'b", 2]], "permits (1).xlsx")

    before = ribbon.call("Why")
    ribbon.press("choose_dataset", address)
    after = ribbon.call("Why")
    told = ribbon.press("check_data")
    ribbon.press("push", "yes")
    steward.wait()

    assert before == "This workbook has no mapping sheet yet. Press Choose dataset first."
    assert after == ""
    assert told == ["All 2 rows of Data in permits (1).xlsx are ready for Fees."]
    assert [row["amount"] for row in steward.rows(address, order="id")] == ["1", "2"]
    assert steward.results()["Outcome"] == "Done"
    assert Path(address).name.count("-") == 1
