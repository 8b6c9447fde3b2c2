"""The scheduled workbook, opened in a separate Calc: with the scheduler's flag and without.

Its macros are the template's own, and so are the add-in's but for the module xlwings, which starts
Python by way of Windows (see test_addin). The stand-in waits for Python, as Excel does.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from xlcalc.engine import FILTERS, properties
from xlcalc.soffice import Soffice

from sodasheet.excel.scheduled.macro import FLAG, ONLY, TOKEN, result_path, scheduled
from sodasheet.excel.sheets.mapping import MappingSheet
from sodasheet.office.scheduled_push_template import modules as workbook_modules
from sodasheet.office.xlam import Module, assemble, modules, with_macros
from sodasheet.office.zip_package import packed, parts

from .conftest import Steward
from .test_addin import _RUNNER, _without_mac

_TOKEN = "0123456789abcdef" * 2
_WAITING = """    Shell "{python} {script} " & quoted & " --from_xl=1", 0
    Dim done As String
    done = "{done}"
    Do While Dir(done) = ""
        DoEvents
        Wait 20
    Loop
"""
_SCRIPT = """import sys
from pathlib import Path
command = sys.argv.pop(1)
trouble = ""
try:
    exec(command)
except BaseException as error:
    trouble = repr(error)
Path(r"{done}").write_text(command + "\\n" + trouble)
"""
_MACROS = "xl/vbaProject.bin"
COLUMNS = {"id": "text", "amount": "number"}
ROWS = [["Id", "Amount"], ["'001", 1.5], ["'002", 2]]


class Office:
    """A Calc that is started as the scheduler starts Excel, with the add-in loaded."""

    def __init__(self, steward: Steward) -> None:
        self.steward = steward
        self.folder = steward.folder
        self.done = steward.folder / "done.txt"
        self.process = Soffice(steward.folder)
        self.addin: Any = None

    def start(self, environment: dict[str, str]) -> Office:
        site = Path(__file__).parent / "site"
        path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
        self.process.start({"PYTHONPATH": path, **environment})
        self.addin = self.load(self._addin())
        return self

    def _addin(self) -> Path:
        """The add-in with a stand-in for the module xlwings."""
        script = self.folder / "runner.py"
        script.write_text(_SCRIPT.format(done=self.done))
        shell = '    Shell "{python} {script} " & quoted & " --from_xl=1", 0\n'
        runner = _RUNNER.replace(shell, _WAITING)
        text = runner.format(python=sys.executable, script=script, done=self.done)
        own = [one for one in modules() if one.name not in ("xlwings", "Dictionary")]
        macros = [Module(one.name, _without_mac(one.text), one.is_class) for one in own]
        macros.append(Module("xlwings", "\r\n".join(text.splitlines())))
        path = self.folder / "SodaSheet.xlam"
        path.write_bytes(assemble(macros))
        return path

    def load(self, path: Path) -> Any:
        return self.process.desktop.loadComponentFromURL(
            path.as_uri(),
            "_blank",
            0,
            properties(FilterName=FILTERS[path.suffix], MacroExecutionMode=4),
        )

    @property
    def ended(self) -> bool:
        process = self.process._process
        return process is None or process.poll() is not None

    def wait(self, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while not self.ended:
            assert time.monotonic() < until, "the office did not end"
            time.sleep(0.05)


@pytest.fixture
def office(steward: Steward) -> Iterator[Office]:
    made = Office(steward)
    yield made
    made.process.stop()


def scheduled_book(steward: Steward) -> tuple[Path, str]:
    """A workbook with a mapping sheet and the macros of scheduled-push.xlsm."""
    steward.workbook(ROWS, "plain.xlsx")
    address = steward.dataset(COLUMNS, "id")
    steward.press("choose_dataset", address)
    # Calc cannot copy a designed sheet to a workbook with running macros; Excel can.
    steward.press("check_data")
    path = steward.folder / "scheduled book.xlsm"
    steward.book.save(str(path))
    steward.book.close()
    path.write_bytes(with_its_macros(path.read_bytes(), path.name))
    return path, address


def with_its_macros(content: bytes, name: str) -> bytes:
    """A workbook that Calc saved, which keeps no macros, with the template's macros."""
    macros = [Module(one.name, _without_mac(one.text), one.is_class) for one in workbook_modules()]
    package = parts(content)
    package[_MACROS] = parts(with_macros(macros, name))[_MACROS]
    kind = 'ContentType="application/vnd.ms-office.vbaProject"'
    link = 'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"'
    swaps = (
        ("[Content_Types].xml", b"</Types>", f'<Default Extension="bin" {kind}/></Types>'),
        (
            "xl/_rels/workbook.xml.rels",
            b"</Relationships>",
            f'<Relationship Id="rIdMacros" {link} Target="vbaProject.bin"/></Relationships>',
        ),
        ("xl/workbook.xml", b"<workbookPr ", '<workbookPr codeName="ThisWorkbook" '),
    )
    for part, old, new in swaps:
        assert package[part].count(old) == 1, package[part][:500]
        package[part] = package[part].replace(old, new.encode())
    return packed(package)


def call(document: Any, macro: str, *arguments: str) -> Any:
    place = f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
    return document.getScriptProvider().getScript(place).invoke(arguments, (), ())[0]


def test_started_by_the_scheduler_it_pushes_saves_reports_and_ends(
    steward: Steward, office: Office
) -> None:
    path, address = scheduled_book(steward)
    before = path.read_bytes()
    talk = steward.folder / "talk.json"

    office.start({FLAG: "1", TOKEN: _TOKEN, "SODASHEET_CALC_TALK": str(talk)})
    office.load(path)
    office.wait()

    body = json.loads(result_path(_TOKEN).read_text(encoding="utf-8"))
    assert (body["exit_code"], body["notes"]) == (0, [])
    assert [job["outcome"] for job in body["jobs"]] == ["done"]
    assert steward.rows(address) == [{"id": "001", "amount": "1.5"}, {"id": "002", "amount": "2"}]
    assert (steward.home / "runs" / body["jobs"][0]["run"] / "report.json").is_file()
    assert path.read_bytes() != before
    assert office.done.read_text().splitlines()[1:] in ([], [""])
    assert not talk.exists(), "someone was told something, and nobody was there"
    steward.open(path)
    assert steward.results()["Run"] == body["jobs"][0]["run"]
    assert steward.results()["Outcome"] == "Done"


def test_an_ordinary_opening_pushes_nothing(steward: Steward, office: Office) -> None:
    path, address = scheduled_book(steward)

    office.start({FLAG: "", TOKEN: _TOKEN})
    document = office.load(path)
    time.sleep(3)  # the macro would have begun after two seconds
    call(document, "PushStart.StartScheduledPush")
    call(office.addin, "Scheduled.PushWorkbook", path.name)

    assert call(document, "PushStart.IsScheduled") is False
    assert document.getURL() == path.as_uri()
    assert not office.ended
    assert not office.done.exists()
    assert steward.rows(address) == []
    assert not (steward.home / "runs").exists()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], dict[str, Any]]:
    """Run the push as the macro does: in a scheduler's process, on an open workbook."""
    monkeypatch.setenv(FLAG, "1")
    monkeypatch.setenv(TOKEN, _TOKEN)

    def press(book: Any) -> dict[str, Any]:
        scheduled(book)
        return dict(json.loads(result_path(_TOKEN).read_text(encoding="utf-8")))

    return press


def test_every_mapping_sheet_is_pushed_though_another_is_damaged(
    steward: Steward,
    started: Callable[[Any], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steward.workbook(ROWS)
    first = steward.dataset(COLUMNS, "id", name="First")
    second = steward.dataset({"id": "text", "amount": "calendar_date"}, "id", name="Second")
    for address in (first, second):
        steward.book.sheets[0].activate()
        steward.press("choose_dataset", address)
    damaged = MappingSheet(steward.sheet("Map First"))
    damaged.put({"Method": "push it"})

    body = started(steward.book)

    jobs = {job["name"]: job for job in body["jobs"]}
    assert body["exit_code"] == 2
    assert '"push it" next to "Method" is not a method.' in jobs["Map First"]["summary"]
    assert (jobs["Map Second"]["outcome"], jobs["Map Second"]["exit_code"]) == ("refused", 4)
    assert steward.rows(first) + steward.rows(second) == []
    assert "Results Second" in {sheet.name for sheet in steward.book.sheets}
    assert not list((steward.home / "tasks").iterdir())
    monkeypatch.setenv(ONLY, "map second")
    assert [job["name"] for job in started(steward.book)["jobs"]] == ["Map Second"]
    monkeypatch.setenv(ONLY, "Map Third")
    assert 'no mapping sheet named "Map Third"' in started(steward.book)["jobs"][0]["summary"]


def test_without_the_flag_and_a_token_nothing_happens(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    steward.workbook(ROWS)
    for flag, token in (("", _TOKEN), ("1", ""), ("1", "../../x"), ("0", _TOKEN)):
        monkeypatch.setenv(FLAG, flag)
        monkeypatch.setenv(TOKEN, token)

        scheduled(steward.book)

    assert not steward.home.exists()


def test_a_workbook_without_a_mapping_sheet_is_told_of(
    steward: Steward, started: Callable[[Any], dict[str, Any]]
) -> None:
    steward.workbook(ROWS)

    body = started(steward.book)

    assert body["exit_code"] == 2
    assert "has no mapping sheet" in body["jobs"][0]["summary"]
