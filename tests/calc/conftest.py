"""A live LibreOffice Calc, a practice portal, and a simulated user who clicks buttons."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

sys.path.insert(0, str(Path(__file__).parent))

from xlcalc.soffice import Soffice, missing

from socrata_practice import PracticePortal
from sodasheet.desk.server.open_windows import no_desk
from sodasheet.errors import SodaSheetError
from sodasheet.excel.button_press import Press
from sodasheet.excel.sheets.open_mapping import open_mapping
from sodasheet.model.job import Job
from sodasheet.push.runs.background_push_folder import BackgroundTask

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The `xlwings.App` of the Calc process that belongs to this test worker."""
    if lacking := missing():
        told = f"LibreOffice Calc cannot be driven: {lacking} not found (see tests/run)"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    process = Soffice(tmp_path_factory.mktemp("calc"))
    site = str(Path(__file__).parent / "site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYTHONPATH", os.pathsep.join(filter(None, [site, os.environ.get("PYTHONPATH")]))
        )
        patch.setenv("SODASHEET_CALC_PIPE", process.pipe)
        # Inherited by Calc's child processes, so that no window opens on the tester's screen.
        patch.delenv("DISPLAY", raising=False)
        process.start()
        from xlcalc.engine import register

        register(process.pipe)
        import xlwings

        yield xlwings.apps.active
        process.stop()


@pytest.fixture(scope="session")
def portal() -> Iterator[PracticePortal]:
    with PracticePortal() as running:
        yield running


class Answers:
    """Records the questions and messages of the program; answers in the given order.

    At a computer without a display, so that everything is asked here, unless a test sees to one.
    """

    page_open = False

    def __init__(self) -> None:
        self.no_windows: SodaSheetError | None = no_desk({}, "linux")
        self.answers: list[Any] = []
        self.told: list[str] = []
        self.asked: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask_yes_no(self, text: str) -> bool:
        return bool(self._answer(text))

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:
        answer = self._answer(text)
        return None if answer is None else str(answer)

    def _answer(self, text: str) -> Any:
        self.asked.append(text)
        assert self.answers, f"nobody answers: {text}"
        return self.answers.pop(0)


@dataclass(repr=False)
class Steward:
    """A user with an open workbook, signed in to the practice portal."""

    app: Any
    portal: PracticePortal
    folder: Path
    home: Path
    book: Any = None
    dialogs: Answers = field(default_factory=Answers)
    pressed: float = 0.0
    address: str = ""

    def workbook(self, rows: Sequence[Sequence[Any]], name: str = "", sheet: str = "Data") -> Any:
        """A saved workbook with these cells on its first sheet, from A1."""
        self.book = self.app.books.add()
        first = self.book.sheets[0]
        first.name = sheet
        if rows:
            area = first.range((1, 1), (len(rows), len(rows[0])))
            area.value = [list(row) for row in rows]
        self.book.save(str(self.folder / (name or f"book{next(_NUMBERS)}.xlsx")))
        return first

    def job(self) -> Job:
        """The job read from the mapping sheet of the first sheet."""
        press = Press(self.app, self.book, self.book.sheets[0], self.dialogs)
        return open_mapping(press).job

    def open(self, path: Path) -> Any:
        """Open a workbook."""
        self.book = self.app.books.open(str(path))
        return self.book.sheets[0]

    def press(self, button: str, *answers: Any) -> list[str]:
        """Click a button and return the messages shown. Every prepared answer must be used."""
        from sodasheet.excel import ribbon

        self.dialogs.answers[:] = answers
        self.dialogs.told.clear()
        self.dialogs.asked.clear()
        began = time.monotonic()
        ribbon.press(button, self.book, self.dialogs)
        self.pressed = time.monotonic() - began
        trace = self.home / "last-error.txt"
        assert not trace.exists(), trace.read_text()
        assert not self.dialogs.answers, f"nobody asked for {self.dialogs.answers}"
        return list(self.dialogs.told)

    def wait(self, seconds: float = 60) -> None:
        """Wait until the push has ended and its results are in the workbook."""
        until = time.monotonic() + seconds
        pids: set[int] = set()
        while (orders := self._open_orders()) or any(map(_runs, pids)):
            assert time.monotonic() < until, "the push did not end"
            pids |= {pid for order in orders if (pid := BackgroundTask(order.parent).status.pid)}
            time.sleep(0.05)

    def _open_orders(self) -> list[Path]:
        found = self.home.glob("tasks/*/order.json")
        return [path for path in found if not path.with_name("shown.json").exists()]

    def dataset(
        self, columns: dict[str, str], key: str | None = None, name: str = "Fees", **hints: Any
    ) -> str:
        """Create a dataset on the portal and return its web address."""
        body = {
            "name": name,
            "columns": [
                {
                    "name": field.replace("_", " ").title(),
                    "fieldName": field,
                    "dataTypeName": kind,
                    **({"format": hints[field]} if field in hints else {}),
                }
                for field, kind in columns.items()
            ],
            "metadata": {"rowIdentifier": key} if key else {},
        }
        made = self.call("POST", "/api/views.json", json=body)
        self.call("POST", f"/api/views/{made['id']}/publication.json")
        return f"{self.portal.url}/d/{made['id']}"

    def rows(self, address: str, **query: Any) -> Any:
        """Return the rows of a dataset."""
        params = {"$limit": 100_000, **{f"${name}": value for name, value in query.items()}}
        return self.call("GET", f"/resource/{address[-9:]}.json", params=params)

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Return the portal's JSON answer."""
        return self.reply(method, path, **options).json()

    def reply(self, method: str, path: str, **options: Any) -> requests.Response:
        account = self.portal.account("publisher")
        reply = requests.request(
            method,
            self.portal.url + path,
            auth=(account.key_id, account.key_secret),
            timeout=60,
            **options,
        )
        assert reply.ok, reply.text
        return reply

    def sheet(self, lead: str) -> Any:
        """The sheet whose name begins with this text."""
        return next(sheet for sheet in self.book.sheets if sheet.name.startswith(lead))

    def mapping(self) -> dict[str, dict[str, str]]:
        """The table of the mapping sheet, by sheet column and header."""
        from sodasheet.excel.sheets.mapping import MappingSheet

        mapping = MappingSheet(self.sheet("Map"))
        found = {}
        for number in mapping.read().numbers:
            cells = {
                header: mapping.seen.text(number, spot.column)
                for header, spot in mapping.heads.items()
            }
            found[cells["Sheet column"]] = cells
        return found

    def choose(self, column: str, header: str, value: str) -> None:
        """Enter a value in the mapping table: in the row for a source column, under a header."""
        from sodasheet.excel.sheets.mapping import MappingSheet

        mapping = MappingSheet(self.sheet("Map"))
        read = mapping.read()
        row = next(
            number
            for number, one in zip(read.numbers, read.rows, strict=True)
            if one.sheet_column == column
        )
        mapping.sheet.range((row, mapping.heads[header].column)).value = (
            f"'{value}" if value else None
        )

    def beside(self, label: str) -> Any:
        """The cell of a label's value on the mapping sheet."""
        from sodasheet.excel.sheets.mapping import MappingSheet

        layout = MappingSheet(self.sheet("Map")).layout
        spot = layout.label(label)
        assert spot is not None, label
        at = layout.beside(spot)
        return self.sheet("Map").range((at.row, at.column))

    def results(self) -> dict[str, str]:
        """Return the values next to the labels of the result sheet."""
        from sodasheet.excel.sheets.results import ResultSheet

        return ResultSheet(self.sheet("Result")).values()

    def result_lines(self) -> list[list[Any]]:
        """The rows of the table on the result sheet."""
        used = self.sheet("Result").used_range
        rows = used.options(ndim=2).value
        start = next(at for at, row in enumerate(rows) if row[0] == "Level")
        return [row[:8] for row in rows[start + 1 :] if any(row[:8])]


def _runs(pid: int) -> bool:
    """True if a process is running; Calc may fail if a client exits while workbooks close."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def steward(
    calc: Any, portal: PracticePortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Steward]:
    """Signed in through environment variables, with a separate home folder."""
    account = portal.account("publisher")
    home = tmp_path / "home"
    monkeypatch.setenv("SODASHEET_HOME", str(home))
    monkeypatch.setenv("SODASHEET_KEY_ID", account.key_id)
    monkeypatch.setenv("SODASHEET_KEY_SECRET", account.key_secret)
    steward = Steward(calc, portal, tmp_path, home)
    yield steward
    for book in list(calc.books):
        book.close()


Cells = Callable[[str], Any]
