"""Makes xlwings drive the Calc of the tests in every Python that the add-in starts.

Found through PYTHONPATH, which only tests set. What Excel would be on Windows, the process behind
SODASHEET_CALC_PIPE is here.
"""

import os
import sys
from pathlib import Path

if os.environ.get("SODASHEET_CALC_PIPE"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from xlcalc.engine import register

    register(os.environ["SODASHEET_CALC_PIPE"])
