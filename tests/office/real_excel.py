"""The built add-in in real Excel on Windows: `python tests/office/real_excel.py`.

Not collected by pytest, because it needs Excel: .github/workflows/excel.yml runs it after
`sodasheet addin install`. It ends with an error where a macro does not compile, an enabled state
is wrong, or Python is not started.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import xlwings as xw

ADDIN = Path(os.environ.get("APPDATA", "")) / "Microsoft" / "Excel" / "XLSTART" / "SodaSheet.xlam"


def main() -> None:
    """Open a workbook beside the add-in, ask its guards, and let the add-in start Python."""
    with xw.App(visible=False, add_book=False) as app:
        app.display_alerts = False
        # An Excel that COM starts loads nothing from XLSTART, so the add-in is opened by name.
        app.api.Workbooks.Open(str(ADDIN))

        def run(macro: str, *arguments: object) -> object:
            return app.api.Run(f"SodaSheet.xlam!{macro}", *arguments)

        expect("No workbook is open.", str(run("Guard.Objection", 1))[:20])
        book = app.books.add()
        expect("", run("Guard.Objection", 1))
        expect("This workbook has no mapping sheet yet.", str(run("Guard.Objection", 2))[:39])
        book.sheets[0].range("A1").value = "SodaSheet mapping"
        expect("", run("Guard.Objection", 2))
        expect(True, run("Launcher.IsUnsafe", "%A%&calc&.xlsx"))
        expect(False, run("Launcher.IsUnsafe", "a & b = c (5%).xlsx"))
        with tempfile.TemporaryDirectory() as folder:
            proof = Path(folder) / "proof.txt"
            started = (
                "import sys, xlwings, pathlib; import sodasheet.excel.ribbon; "
                f"pathlib.Path(r'{proof}').write_text(xlwings.Book.caller().name)"
            )
            expect(0, run("Launcher.Launch", started))
            expect(book.name, proof.read_text(encoding="utf-8"))
        book.close()


def expect(expected: object, actual: object) -> None:
    """Report the result; exit if unexpected."""
    sys.stdout.write(f"{'ok ' if expected == actual else 'BAD'} {actual!r}\n")
    if expected != actual:
        raise SystemExit(f"expected {expected!r}")


if __name__ == "__main__":
    main()
