"""CPU of each button of the ribbon alone, in a headless LibreOffice Calc.

    python benchmarks/live_sheets/buttons.py [--rows 1000]

Each press is a separate process, as from the ribbon, and counts from the import of the ribbon to
the return of the button. Not counted: Calc and what stands between xlwings and Calc, waiting for
the portal, and the processes and pages that a button leaves behind, which are not started.
"""

from __future__ import annotations

import argparse
import builtins
import inspect
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from shutil import rmtree
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from measuring import apart
from sheet import TYPES, Calc, Yes, made_dataset

#: Buttons that change what later ones need, in the end.
LAST = ("sign_out",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--press", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.press:
        print(json.dumps(pressed(options.press)))
        return
    from socrata_practice import PracticePortal
    from sodasheet.excel import ribbon

    with tempfile.TemporaryDirectory(prefix="sodasheet-benchmark-") as folder:
        calc = Calc(Path(folder))
        try:
            with PracticePortal() as portal:
                address = made_dataset(portal)
                calc.fill(options.rows)
                talk = Yes()
                talk.text = os.environ["BENCHMARK_DATASET"] = address
                book = calc.app.books.active
                os.environ["BENCHMARK_BOOK"] = book.name
                ribbon.press("choose_dataset", book, talk)
                print(f"{options.rows:,} x {len(TYPES)} cells\n{'':24}{'own ms':>8}{'calls':>8}")
                for button in sorted(ribbon.BUTTONS, key=lambda name: name in LAST):
                    # The first press compiles what an installation has compiled.
                    for _ in range(2):
                        found = apart(__file__, "--press", button)
                        rmtree(calc.folder / "home" / "tasks", ignore_errors=True)
                    print(f"{button:24}{found['own'] * 1000:8.0f}{found['calls']:8.0f}", flush=True)
        finally:
            calc.process.stop()


def pressed(button: str) -> dict[str, float]:
    """Press a button; return CPU seconds without the program's, and calls to the program."""
    from xlcalc import cells, engine

    engine.register(os.environ["SODASHEET_CALC_PIPE"])
    import xlwings

    book = xlwings.books[os.environ["BENCHMARK_BOOK"]]
    # The connector to Calc looks at every import; nothing does so in Excel.
    builtins.__import__ = sys.modules["uno"]._builtin_import
    counter = Counter()
    for module in (cells, engine):
        counter.watch(module)
    began = time.thread_time()
    _nothing_is_left_behind()
    from sodasheet.excel import ribbon

    talk = User()
    talk.text = os.environ["BENCHMARK_DATASET"]
    ribbon.press(button, book, talk)
    own = time.thread_time() - began - counter.spent
    return {"own": own, "calls": counter.calls}


class User(Yes):
    """A user at a computer with windows, who signs out of nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.no_windows = None

    def tell(self, text: str) -> None:
        """Print the message where no figure is."""
        print(text, file=sys.stderr)

    def ask_yes_no(self, text: str) -> bool:
        """Agree to everything but to the removal of keys."""
        return "saved keys" not in text


class Counter:
    """CPU seconds within the stand-in for Excel, and its calls that would reach the program.

    Counted as by tests/calc/test_calls.py.
    """

    def __init__(self) -> None:
        self.spent, self.calls = 0.0, 0
        self._inside = False

    def watch(self, module: Any) -> None:
        """Count the calls of all methods and properties of a module's classes."""
        from xlcalc.faults import LOCAL

        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ != module.__name__:
                continue
            for name, member in list(vars(kind).items()):
                counts = name == "__setattr__" or not (name.startswith("_") or name in LOCAL)
                if inspect.isfunction(member):
                    setattr(kind, name, self._counted(member, counts))
                elif isinstance(member, property):
                    both = (member.fget, member.fset)
                    setattr(
                        kind, name, property(*(one and self._counted(one, counts) for one in both))
                    )

    def _counted(self, function: Callable[..., Any], counts: bool) -> Callable[..., Any]:
        @wraps(function)
        def counted(*arguments: Any, **options: Any) -> Any:
            if self._inside:
                return function(*arguments, **options)
            self._inside, began = True, time.thread_time()
            try:
                return function(*arguments, **options)
            finally:
                self._inside = False
                self.spent += time.thread_time() - began
                self.calls += counts

        return counted


def _nothing_is_left_behind() -> None:
    """Start no process and open no page."""
    import webbrowser

    from sodasheet.desk import open_desk_at_page
    from sodasheet.system import detached_process

    webbrowser.open = lambda *_, **__: True  # type: ignore[assignment]
    detached_process.start_detached = lambda *_, **__: None  # type: ignore[assignment]
    for name, function in inspect.getmembers(open_desk_at_page, inspect.isfunction):
        if name.startswith("open_"):
            setattr(open_desk_at_page, name, _accepting(function))


def _accepting(function: Callable[..., Any]) -> Callable[..., None]:
    def accept(*arguments: Any, **options: Any) -> None:
        inspect.signature(function).bind(*arguments, **options)

    return accept


if __name__ == "__main__":
    main()
