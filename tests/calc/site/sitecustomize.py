"""Makes xlwings drive the Calc of the tests in every Python that the add-in starts.

Found through PYTHONPATH, which only tests set. What Excel would be on Windows, the process behind
SODASHEET_CALC_PIPE is here. If SODASHEET_CALC_PAGES names a file, the pages of the desk that would
be opened are written there, and the test answers their questions.
"""

import os
import sys
from pathlib import Path

if os.environ.get("SODASHEET_CALC_PIPE"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from xlcalc.engine import register

    register(os.environ["SODASHEET_CALC_PIPE"])

if os.environ.get("SODASHEET_CALC_PAGES") and "sodasheet.excel.worker.main" in sys.orig_argv:
    from sodasheet.desk.server import open_windows
    from sodasheet.desk.tasks import ask_user

    open_windows.no_desk = ask_user.open_page.__globals__["no_desk"] = lambda *_: None

    def noted(page: str, **_: object) -> None:
        with open(os.environ["SODASHEET_CALC_PAGES"], "a", encoding="utf-8") as pages:
            pages.write(f"{page}\n")

    ask_user.open_page = noted
