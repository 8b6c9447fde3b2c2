"""Excel is never ended by SodaSheet, and its settings are restored."""

from __future__ import annotations

import ast
import contextlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import sodasheet.excel
from sodasheet.errors import SodaSheetError
from sodasheet.excel import xlwings_access

from .windows_stand_in import REJECTED, CDispatch, ComError, windows_xlwings

ROOM = Path(sodasheet.excel.__file__).parent


class App:
    """A program that rejects the accesses numbered in `rejected`."""

    def __init__(self, rejected: set[int] = frozenset(), workbook: bool = True) -> None:  # type: ignore[assignment]
        self._settings = {
            "screen_updating": True,
            "display_alerts": True,
            "calculation": "automatic",
        }
        self._calls, self._rejected, self._workbook = 0, set(rejected), workbook
        self.changes: list[tuple[str, object]] = []

    def _call(self, name: str) -> None:
        self._calls += 1
        if self._calls in self._rejected:
            raise ComError(REJECTED)
        if name == "calculation" and not self._workbook:
            raise ComError(-2146827284, "no workbook")

    def __getattr__(self, name: str) -> Any:
        self._call(name)
        return self._settings[name]

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_") or name == "changes":
            super().__setattr__(name, value)
            return
        self._call(name)
        self._settings[name] = value
        self.changes.append((name, value))

    @property
    def settings(self) -> tuple[object, ...]:
        return tuple(self._settings.values())


BEFORE = (True, True, "automatic")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlwings_access, "PAUSE", 0.0)


@pytest.mark.parametrize("number", range(1, 14))
def test_whichever_call_is_rejected_the_settings_are_as_before(number: int) -> None:
    app = App({number})

    with (
        xlwings_access.program_waits(),
        contextlib.suppress(ComError),
        xlwings_access.quiet(app),  # type: ignore[arg-type]
    ):
        assert app.settings == (False, False, "manual")

    assert app.settings == BEFORE


def test_a_setting_is_put_back_however_long_the_program_is_busy() -> None:
    app = App(set(range(7, 60)))

    with xlwings_access.program_waits(), xlwings_access.quiet(app):  # type: ignore[arg-type]
        pass

    assert app.settings == BEFORE


def test_a_change_that_could_not_be_put_back_does_not_pass_for_the_earlier_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlwings_access, "RESTORE_PATIENCE", 0.0)
    app = App({7})

    with xlwings_access.program_waits():
        with xlwings_access.quiet(app):  # type: ignore[arg-type]
            pass
        stuck = app.settings
        with xlwings_access.quiet(app):  # type: ignore[arg-type]
            pass

    assert stuck[0] is False, "the refusal hit the first setting"
    assert app.settings == stuck, "nothing else was lost; the macro of the add-in puts it back"


def test_a_detached_process_changes_no_setting() -> None:
    app = App()

    with xlwings_access.quiet(app):  # type: ignore[arg-type]
        pass

    assert app.changes == []


def test_without_a_workbook_there_is_no_calculation_to_change() -> None:
    app = App(workbook=False)

    with xlwings_access.program_waits(), xlwings_access.quiet(app):  # type: ignore[arg-type]
        assert app.settings == (False, False, "automatic")

    assert app.settings == BEFORE


def test_a_program_that_stays_busy_is_reported_in_one_sentence() -> None:
    def busy() -> None:
        raise ComError(REJECTED)

    with pytest.raises(SodaSheetError) as error:
        xlwings_access.when_free(busy, tries=3, pause=0)

    assert str(error.value).startswith("Excel is busy: a cell is being edited")


def test_another_error_is_not_taken_for_being_busy() -> None:
    with pytest.raises(ZeroDivisionError):
        xlwings_access.when_free(lambda: 1 / 0, pause=0)


def test_as_shipped_xlwings_ends_excels_at_exit_and_tries_for_ever() -> None:
    with windows_xlwings() as edge:
        assert edge.N_COM_ATTEMPTS == 0
        assert edge.cleanup in edge.exit_handlers


def test_no_handler_of_xlwings_ends_an_excel(monkeypatch: pytest.MonkeyPatch) -> None:
    with windows_xlwings() as edge:
        ended: list[str] = []
        monkeypatch.setattr(edge.Apps, "cleanup", staticmethod(lambda: ended.append("taskkill")))

        xlwings_access.load_xlwings()
        for handler in edge.exit_handlers:
            handler()

        assert ended == []
        assert edge.N_COM_ATTEMPTS > 0


def test_a_rejected_call_through_xlwings_ends_as_busy() -> None:
    class Excel(CDispatch):
        @property
        def StatusBar(self) -> str:
            raise ComError(REJECTED)

    with windows_xlwings() as edge:
        xlwings_access.load_xlwings()
        edge.N_COM_ATTEMPTS = 3

        with pytest.raises(ComError) as error:
            _ = edge.COMRetryObjectWrapper(Excel()).StatusBar

    assert xlwings_access.is_busy(error.value)


def test_a_member_that_hides_behind_a_rejection_ends_as_busy_too() -> None:
    """For a program too busy to answer, pywin32 reports a missing member."""

    class Excel(CDispatch):
        class _oleobj_:  # noqa: N801 - pywin32's name
            @staticmethod
            def GetIDsOfNames(*_: object) -> None:
                raise ComError(REJECTED)

    with windows_xlwings() as edge:
        xlwings_access.load_xlwings()
        edge.N_COM_ATTEMPTS = 3

        with pytest.raises(edge.ExcelBusyError) as error:
            _ = edge.COMRetryObjectWrapper(Excel()).StatusBar

    assert xlwings_access.is_busy(error.value)


@pytest.mark.parametrize(("window", "found"), [("11", "first"), ("22", "second")])
def test_of_several_programs_the_one_that_was_pressed_is_taken(
    monkeypatch: pytest.MonkeyPatch, window: str, found: str
) -> None:
    """Both have a workbook of the same name open; xlwings alone would take the one in front."""
    apps = [
        SimpleNamespace(hwnd=number, books={"a.xlsx": name})
        for number, name in ((11, "first"), (22, "second"))
    ]
    monkeypatch.setattr(xlwings_access, "load_xlwings", lambda: SimpleNamespace(apps=apps))
    monkeypatch.setattr(xlwings_access.sys, "argv", ["-c", "--wb=a.xlsx", f"--hwnd={window}"])

    app, book = xlwings_access.caller()

    assert (str(app.hwnd), book) == (window, found)


def test_a_press_without_a_workbook_reaches_its_own_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apps = [SimpleNamespace(hwnd=number, books={}) for number in (11, 22)]
    monkeypatch.setattr(xlwings_access, "load_xlwings", lambda: SimpleNamespace(apps=apps))
    monkeypatch.setattr(xlwings_access.sys, "argv", ["-c", "--wb=SodaSheet.xlam", "--hwnd=22"])

    app, book = xlwings_access.caller()

    assert (app.hwnd, book) == (22, None)


def test_xlwings_is_imported_in_one_place_alone() -> None:
    importing = {
        path.relative_to(ROOM).as_posix()
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom) and _names_xlwings(node)
        if not _for_types_only(path, node)
    }

    assert importing == {"xlwings_access.py"}


def _names_xlwings(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == "xlwings" for alias in node.names)
    return (node.module or "").split(".")[0] == "xlwings"


def _for_types_only(path: Path, node: ast.AST) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    blocks = [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.If) and ast.unparse(one.test) == "TYPE_CHECKING"
    ]
    return any(
        getattr(inner, "lineno", 0) == getattr(node, "lineno", -1)
        for block in blocks
        for inner in block.body
    )
