"""Makes xlwings drive the Calc of the tests in every Python that the add-in starts.

Found through PYTHONPATH, which only tests set. What Excel would be on Windows, the process behind
SODASHEET_CALC_PIPE is here. Where SODASHEET_WATCHED names a folder, every window writes down there
what it shows.
"""

import os
import sys
from pathlib import Path

if os.environ.get("SODASHEET_CALC_PIPE"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from xlcalc.engine import register

    register(os.environ["SODASHEET_CALC_PIPE"])

if os.environ.get("SODASHEET_WATCHED") and "sodasheet.excel.worker.main" in sys.orig_argv:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "desktop"))
    from watching import run_watched

    from sodasheet.desktop.shell import Shell

    state = Path(os.environ["SODASHEET_WATCHED"]) / f"{os.getpid()}.json"
    Shell.run = lambda shell: run_watched(shell, state)  # type: ignore[method-assign]
