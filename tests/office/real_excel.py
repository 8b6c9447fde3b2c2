"""The built add-in in real Excel on Windows: `python tests/office/real_excel.py`.

Not collected by pytest, because it needs Excel: .github/workflows/excel.yml runs it after
`sodasheet addin install`. It ends with an error if a macro does not compile, a guard is wrong,
Python is not started, or a press reaches another Excel than its own. It has not been run yet.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import xlwings as xw

Run = Callable[..., object]

ADDIN = Path(os.environ.get("APPDATA", "")) / "Microsoft" / "Excel" / "XLSTART" / "SodaSheet.xlam"


def main() -> None:
    """Test what only Excel itself can decide, one case after another."""
    with xw.App(visible=True, add_book=False) as app:
        app.display_alerts = False
        # An Excel that COM starts loads nothing from XLSTART, so the add-in is opened by name.
        addin = app.api.Workbooks.Open(str(ADDIN))
        expect(True, addin.ReadOnly)

        def run(macro: str, *arguments: object) -> object:
            return app.api.Run(f"SodaSheet.xlam!{macro}", *arguments)

        without_a_workbook(run)
        with tempfile.TemporaryDirectory() as folder:
            in_protected_view(app, run, Path(folder))
            with_a_workbook(app, run, Path(folder))
            second_excel(app, run, Path(folder))
            while_a_cell_is_edited(app, Path(folder))


def without_a_workbook(run: Run) -> None:
    """Buttons that need no workbook start Python; the add-in names itself as the caller."""
    expect("", run("Guard.Objection", 0))
    expect("No workbook is open.", str(run("Guard.Objection", 1))[:20])
    expect("SodaSheet.xlam", started(run, "spreadsheet_program.caller()[1] or 'SodaSheet.xlam'"))


def in_protected_view(app: xw.App, run: Run, folder: Path) -> None:
    """A workbook from the web: Excel has no active workbook, and the guard says what to press."""
    path = folder / "from the web.xlsx"
    book = app.books.add()
    book.save(str(path))
    book.close()
    Path(f"{path}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n", encoding="ascii")
    window = app.api.ProtectedViewWindows.Open(str(path))
    expect("This workbook is open in Protected View.", str(run("Guard.Objection", 1))[:40])
    window.Close()


def with_a_workbook(app: xw.App, run: Run, folder: Path) -> None:
    """Guards, names, and sheets that are charts, hidden or protected."""
    book = app.books.add()
    expect("", run("Guard.Objection", 1))
    expect("This workbook has no mapping sheet yet.", str(run("Guard.Objection", 2))[:39])
    book.sheets[0].range("A3").value = "SodaSheet mapping"
    expect("", run("Guard.Objection", 2))
    book.sheets[0].api.Protect()
    expect("", run("Guard.Objection", 2))
    book.api.Charts.Add()
    expect("", run("Guard.Objection", 2))
    book.sheets[0].api.Unprotect()
    book.sheets[0].visible = False
    expect("", run("Guard.Objection", 2))
    expect(True, run("Launcher.IsUnsafe", "%A%&calc&.xlsx"))
    expect(False, run("Launcher.IsUnsafe", "a & b = c (5%).xlsx"))
    book.save(str(folder / "a & b = c (5%).xlsx"))
    expect(book.name, started(run, "spreadsheet_program.caller()[1].name"))
    expect("None", started(run, "button_press.press_in(*spreadsheet_program.caller(), None).front"))
    book.close()


def second_excel(app: xw.App, run: Run, folder: Path) -> None:
    """A click reaches its own Excel process, even if another has a workbook of the same name."""
    book = app.books.add()
    book.save(str(folder / "same.xlsx"))
    (folder / "other").mkdir()
    with xw.App(visible=True, add_book=False) as other:
        second = other.books.add()
        second.save(str(folder / "other" / "same.xlsx"))
        other.activate(steal_focus=True)
        expect(str(app.hwnd), started(run, "spreadsheet_program.caller()[0].hwnd"))
        second.close()
    expect(True, app.pid in set(xw.apps.keys()))
    book.close()


def while_a_cell_is_edited(app: xw.App, folder: Path) -> None:
    """Excel rejects calls meanwhile: one sentence, and the settings are as before."""
    book = app.books.add()
    book.save(str(folder / "edited.xlsx"))
    before = (app.screen_updating, app.display_alerts, app.calculation)
    app.activate(steal_focus=True)
    app.api.SendKeys("{F2}", False)
    busy = subprocess.run(
        [sys.executable, "-c", _CHANGE, str(app.pid)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    app.api.SendKeys("{ESC}", True)
    expect(before, (app.screen_updating, app.display_alerts, app.calculation))
    expect("", busy.stderr)
    sys.stdout.write(f"while a cell was edited: {busy.stdout.strip() or 'no call was rejected'}\n")
    book.close()


#: Changes Excel's settings as a button does, and reports the outcome.
_CHANGE = """
import sys
from sodasheet.excel import spreadsheet_program as program
xlwings = program.load_xlwings()
app = xlwings.apps[int(sys.argv[1])]
try:
    with program.program_waits(), program.quiet(app):
        pass
except Exception as error:
    print(program.busy_error() if program.is_busy(error) else repr(error))
"""


def started(run: Run, value: str) -> str:
    """Make the add-in start Python; return the value of an expression there."""
    with tempfile.TemporaryDirectory() as folder:
        proof = Path(folder) / "proof.txt"
        command = (
            "import pathlib; "
            "from sodasheet.excel import button_press, ribbon, spreadsheet_program; "
            f"pathlib.Path(r'{proof}').write_text(str({value}), 'utf-8')"
        )
        expect(0, run("Launcher.Launch", command))
        return proof.read_text(encoding="utf-8")


def expect(expected: object, actual: object) -> None:
    """Report the result; exit if unexpected."""
    sys.stdout.write(f"{'ok ' if expected == actual else 'BAD'} {actual!r}\n")
    if expected != actual:
        raise SystemExit(f"expected {expected!r}")


if __name__ == "__main__":
    main()
