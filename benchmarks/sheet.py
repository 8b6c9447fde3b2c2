"""Speed of reading and pushing a live sheet from the ribbon, in a headless LibreOffice Calc.

    python benchmarks/sheet.py import            time to import the ribbon, beside xlwings alone
    python benchmarks/sheet.py push              50,000 x 20 cells from the press to the portal
    python benchmarks/sheet.py read [--rows N]   1,000,000 x 20 cells, and the memory it takes

Needs what tests/calc needs. Calc's own share is the time that xlwings waits for it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.model.progress import Silent

if TYPE_CHECKING:
    from socrata_practice import PracticePortal

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "calc"))

COLUMNS = 20
#: Column -> type of the dataset's column.
TYPES = {f"c{at}": ("text", "number", "calendar_date", "checkbox")[at % 4] for at in range(COLUMNS)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["import", "push", "read"])
    parser.add_argument("--rows", type=int)
    options = parser.parse_args()
    if options.what == "import":
        measure_import()
        return
    with tempfile.TemporaryDirectory(prefix="sodasheet-benchmark-") as folder:
        calc = Calc(Path(folder))
        try:
            if options.what == "push":
                measure_push(calc, options.rows or 50_000)
            else:
                measure_read(calc, options.rows or 1_000_000)
        finally:
            calc.process.stop()


def measure_import() -> None:
    """The ribbon must load within 150 ms beyond xlwings itself."""

    def once(line: str) -> float:
        code = f"import time; t = time.perf_counter(); {line}; print(time.perf_counter() - t)"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        return float(done.stdout)

    both = "import xlwings, sodasheet.excel.ribbon"
    for name, line in (("xlwings", "import xlwings"), ("xlwings and the ribbon", both)):
        times = [once(line) for _ in range(15)]
        print(f"import {name:24}{statistics.median(times) * 1000:7.1f} ms")


class Calc:
    """A Calc of the benchmark's own, with a workbook."""

    def __init__(self, folder: Path) -> None:
        from xlcalc.soffice import Soffice

        self.folder = folder
        os.environ["SODASHEET_HOME"] = str(folder / "home")
        os.environ["PYTHONPATH"] = str(ROOT / "tests" / "calc" / "site")
        self.process = Soffice(folder)
        os.environ["SODASHEET_CALC_PIPE"] = self.process.pipe
        self.process.start()
        from xlcalc.engine import register

        register(self.process.pipe)
        import xlwings

        self.app: Any = xlwings.apps.active

    def fill(self, rows: int) -> Any:
        """A workbook with so many rows; its sheet. Cells are written past xlwings, to be quick."""
        book = self.app.books.add()
        sheet = book.sheets[0]
        sheet.range((1, 1), (1, COLUMNS)).value = [list(TYPES)]
        step = 25_000
        for first in range(0, rows, step):
            last = min(first + step, rows)
            block = tuple(_row(at) for at in range(first, last))
            area = sheet.range((first + 2, 1), (last + 1, COLUMNS))
            area.impl.api.setDataArray(block)
        for at, kind in enumerate(TYPES.values(), start=1):
            if kind in ("calendar_date", "checkbox"):
                form = "YYYY-MM-DD" if kind == "calendar_date" else "BOOLEAN"
                sheet.range((2, at), (rows + 1, at)).number_format = form
        book.save(str(self.folder / "big.xlsx")) if rows <= 100_000 else None
        return sheet


def _row(at: int) -> tuple[object, ...]:
    day = (dt.date(2024, 1, 1) - dt.date(1899, 12, 30)).days + at % 365
    return tuple(
        {
            "text": f"{at:07d} row, column {column}",
            "number": at * 1.25 + column,
            "calendar_date": float(day),
            "checkbox": float(at % 2),
        }[kind]
        for column, kind in enumerate(TYPES.values())
    )


@dataclass(frozen=True)
class Spent:
    """Wall seconds, and CPU seconds of this process and of Calc, since some moment."""

    wall: float = 0.0
    own: float = 0.0
    calc: float = 0.0

    @classmethod
    def now(cls, calc: Calc) -> Spent:
        """Return the time spent so far."""
        return cls(time.perf_counter(), time.process_time(), _cpu_of(calc.process.pid))

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.own + other.own, self.calc + other.calc)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.wall - other.wall, self.own - other.own, self.calc - other.calc)

    def line(self, words: str) -> str:
        """Return a line of the table."""
        return f"{words:44}{self.wall:8.2f}{self.own:8.2f}{self.calc:8.2f}"


HEAD = f"{'':44}{'wall s':>8}{'CPU s':>8}{'Calc s':>8}"


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Clock:
    """Time in which Calc hands values over, xlwings' own part included."""

    def __init__(self, calc: Calc) -> None:
        from xlcalc.cells import Range

        self.spent = Spent()
        getter = Range.raw_value.fget
        assert getter is not None

        def timed(one: Range) -> Any:
            began = Spent.now(calc)
            try:
                return getter(one)
            finally:
                self.spent += Spent.now(calc) - began

        Range.raw_value = property(timed, Range.raw_value.fset)  # type: ignore[assignment]


def measure_push(calc: Calc, rows: int) -> None:
    import requests

    from socrata_practice import PracticePortal
    from sodasheet.excel import ribbon

    with PracticePortal() as portal:
        address = made_dataset(portal)
        calc.fill(rows)
        book, talk = calc.app.books.active, Yes()
        talk.text = address
        ribbon.press("choose_dataset", book, talk)
        clock, reading = Clock(calc), [Spent()]
        _time_reading(calc, reading)
        began = Spent.now(calc)
        ribbon.press("push", book, talk)
        pressed = Spent.now(calc) - began
        while list((calc.folder / "home" / "tasks").glob("*/order.json")):
            time.sleep(0.05)
        whole = Spent.now(calc) - began
        query = f"{portal.url}/resource/{address[-9:]}.json?$select=count(*)"
        key = (os.environ["SODASHEET_KEY_ID"], os.environ["SODASHEET_KEY_SECRET"])
        count = requests.get(query, auth=key, timeout=60).json()
        print(f"{rows:,} x {COLUMNS} cells; on the portal now: {count}")
        print(HEAD)
        print(pressed.line("from the press of Push until Excel is free"))
        print(reading[0].line("  of that: reading the sheet"))
        print(clock.spent.line("    of that: Calc handing the values over"))
        print((reading[0] - clock.spent).line("    of that: everything else"))
        print((pressed - reading[0]).line("  of that: everything else"))
        print(f"results in the workbook after {whole.wall:.1f} s")


def made_dataset(portal: PracticePortal) -> str:
    """Create the dataset, sign in to its portal by the environment, and return its address."""
    import requests

    account = portal.account("publisher")
    key = (account.key_id, account.key_secret)
    os.environ["SODASHEET_KEY_ID"], os.environ["SODASHEET_KEY_SECRET"] = key
    columns = [
        {"name": name, "fieldName": name, "dataTypeName": kind} for name, kind in TYPES.items()
    ]
    body = {"name": "Big", "columns": columns, "metadata": {"rowIdentifier": "c0"}}
    made = requests.post(f"{portal.url}/api/views.json", json=body, auth=key, timeout=60).json()
    requests.post(f"{portal.url}/api/views/{made['id']}/publication.json", auth=key, timeout=60)
    return f"{portal.url}/d/{made['id']}"


def _time_reading(calc: Calc, spent: list[Spent]) -> None:
    """Add up in `spent` what LiveSource takes to spool the sheet."""
    from sodasheet.excel.live.source import LiveSource

    spool = LiveSource.spool

    def timed(*arguments: Any, **options: Any) -> Any:
        began = Spent.now(calc)
        try:
            return spool(*arguments, **options)
        finally:
            spent[0] += Spent.now(calc) - began

    LiveSource.spool = timed  # type: ignore[method-assign]


class Yes:
    """A user who agrees to everything, at a computer without windows."""

    text = ""
    page_open = False

    def __init__(self) -> None:
        from sodasheet.desk.server.open_windows import no_desk

        self.no_windows = no_desk({}, "linux")

    def tell(self, text: str) -> None:
        """Print what is told."""
        print(text)

    def ask_yes_no(self, text: str) -> bool:  # noqa: ARG002
        """Yes."""
        return True

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str:  # noqa: ARG002
        """The address."""
        return self.text


def measure_read(calc: Calc, rows: int) -> None:
    from sodasheet.excel.live.source import LiveSource
    from sodasheet.excel.live.source_location import find_location
    from sodasheet.model.job import SourceSpec

    sheet = calc.fill(rows)
    clock = Clock(calc)
    spec = SourceSpec("active")
    print(HEAD)
    for some in (rows // 10, rows):
        clock.spent = Spent()
        source = LiveSource(find_location(sheet.book, spec, sheet), spec, limit=some)
        watch = Watch()
        began = Spent.now(calc)
        target = calc.folder / f"spool{some}"
        target.mkdir()
        spool = source.spool(target, watch)
        whole = Spent.now(calc) - began
        print(whole.line(f"{spool.rows:,} x {COLUMNS} cells are read"))
        print(clock.spent.line("  of that: Calc handing the values over"))
        print(f"  memory: {watch.before:.0f} MB before, {watch.most:.0f} MB at most")


class Watch(Silent):
    """Progress that looks at the process's resident memory, in MB, after every thousand rows."""

    def __init__(self) -> None:
        self.before = self.most = _memory()

    def advance(self, amount: int) -> None:  # noqa: ARG002
        """So many more rows are read."""
        self.most = max(self.most, _memory())


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
