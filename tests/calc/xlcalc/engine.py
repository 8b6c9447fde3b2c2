"""xlwings on a live LibreOffice Calc: books, sheets and tables.

The plain attributes of these classes hide properties of the base classes, which cannot be set.

Written from `xlwings.base_classes` and from how xlwings behaves in Excel. What a program enters
into a cell is taken as Excel takes it: `=1+1` becomes a formula, `001` a number, and an apostrophe
in front makes a string of anything. So a string that the add-in fails to protect shows in a test.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from xlwings import base_classes

from xlcalc.cells import Range, prepared, read_elements
from xlcalc.soffice import connect, load_uno

#: FilterName for each kind of workbook that the tests save or open.
FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xlam": "Calc MS Excel 2007 VBA XML",
    ".ods": "calc8",
}


class Talk:
    """The user's answers and the messages shown, in a file that another process may read.

    `{"answers": [...], "told": [...]}`; the answer `cancel` closes an input box.
    """

    def __init__(self, path: str | None) -> None:
        self._path = Path(path) if path else None

    def alert(self, prompt: str, buttons: str) -> str:
        """Record the message, or return the next answer to a question."""
        if buttons not in (None, "ok"):
            return self._answer()
        if self._path is not None:
            talk = json.loads(self._path.read_text())
            talk["told"].append(prompt)
            self._path.write_text(json.dumps(talk))
        return "ok"

    def InputBox(self, prompt: str, title: str, given: str, Type: int) -> str | bool:  # noqa: N803
        """Like Excel's input box: False if cancelled."""
        answer = self._answer()
        return False if answer == "cancel" else answer

    def _answer(self) -> str:
        if self._path is None:
            return "no"
        talk = json.loads(self._path.read_text())
        answer = str(talk["answers"].pop(0))
        self._path.write_text(json.dumps(talk))
        return answer


class Engine:
    """The engine's `impl`: one app, which is the Calc behind a pipe."""

    name = "calc"
    type = "desktop"

    def __init__(self, pipe: str) -> None:
        self.pipe = pipe
        self._apps: Apps | None = None

    @property
    def apps(self) -> Apps:
        if self._apps is None:
            self._apps = Apps(App(self, connect(self.pipe)))
        return self._apps

    @staticmethod
    def prepare_xl_data_element(element: object, options: Any) -> object:  # noqa: ARG004
        return prepared(element)

    @staticmethod
    def clean_value_data(
        data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool
    ) -> Any:
        return read_elements(data, datetime_builder, empty_as, number_builder, err_to_str)


class Apps(base_classes.Apps):
    def __init__(self, app: App) -> None:
        self._app = app

    def keys(self) -> list[int]:
        return [self._app.pid]

    def add(self, **options: Any) -> App:
        return self._app

    def __iter__(self) -> Iterator[App]:
        return iter([self._app])

    def __len__(self) -> int:
        return 1

    def __getitem__(self, pid: int) -> App:
        if pid != self._app.pid:
            raise KeyError(pid)
        return self._app


class App(base_classes.App):
    """Calc. Members without an equivalent (the status bar) are stored here, for tests to read.

    Books are `hidden`: painting windows that nobody sees, LibreOffice 7.4 sometimes crashes. So
    `fronts` keeps in mind which book is in front, the last one being the active one.
    """

    hidden = True
    display_alerts = True
    enable_events = True
    visible = True
    screen_updating = True
    interactive = True
    engine: Any = None
    status_bar: str | bool = False

    def __init__(self, engine: Engine, desktop: Any) -> None:
        self.engine = engine
        self.desktop = desktop
        self.talk = Talk(os.environ.get("SODASHEET_CALC_TALK"))
        self.statuses: list[str | bool] = []
        self.fronts: list[str] = []

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "status_bar" and "statuses" in self.__dict__:
            self.statuses.append(value)
        super().__setattr__(name, value)

    @property
    def api(self) -> Any:
        return self.talk

    @property
    def pid(self) -> int:
        return int(os.environ.get("SODASHEET_CALC_PID", "1"))

    @property
    def version(self) -> str:
        return "16.0"

    @property
    def hwnd(self) -> int:
        return self.pid

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def selection(self) -> Range | None:
        book = self.books.active
        selected = book.api.getCurrentController().getSelection()
        if selected is None or not hasattr(selected, "getRangeAddress"):
            return None
        sheet = Sheet(book, selected.getSpreadsheet())
        return Range.of(sheet, selected)

    @property
    def calculation(self) -> str:
        return "automatic" if self.books.active.api.isAutomaticCalculationEnabled() else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        self.books.active.api.enableAutomaticCalculation(value == "automatic")

    def activate(self, steal_focus: bool = False) -> None:
        pass

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: Any) -> str:
        return self.talk.alert(prompt, buttons)


def _documents(desktop: Any) -> Iterator[Any]:
    components = desktop.Components.createEnumeration()
    while components.hasMoreElements():
        component = components.nextElement()
        if component.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            yield component


class Books(base_classes.Books):
    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def api(self) -> Any:
        return self.app.desktop

    @property
    def active(self) -> Book:
        there = {document.RuntimeUID: document for document in _documents(self.app.desktop)}
        front = [key for key in self.app.fronts if key in there]
        return Book(self.app, there[front[-1]] if front else next(iter(there.values())))

    def __iter__(self) -> Iterator[Book]:
        return (Book(self.app, document) for document in _documents(self.app.desktop))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __call__(self, key: str | int) -> Book:
        books = list(self)
        if isinstance(key, int):
            return books[key - 1]
        for book in books:
            if book.name.lower() == key.lower():
                return book
        raise KeyError(key)

    def add(self) -> Book:
        return self._load("private:factory/scalc", Hidden=self.app.hidden)

    def open(self, fullname: str, *others: Any) -> Book:
        path = Path(fullname)
        options = {"FilterName": FILTERS[path.suffix]} if path.suffix == ".xlam" else {}
        return self._load(path.as_uri(), Hidden=self.app.hidden, **options)

    def _load(self, url: str, **options: Any) -> Book:
        desktop = self.app.desktop
        document = desktop.loadComponentFromURL(url, "_blank", 0, properties(**options))
        if document is None:
            raise RuntimeError(f"Calc did not open {url}")
        self.app.fronts.append(document.RuntimeUID)
        return Book(self.app, document)


def properties(**values: Any) -> tuple[Any, ...]:
    """Named values as UNO takes them."""
    uno = load_uno()
    made = []
    for name, value in values.items():
        one = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        one.Name, one.Value = name, value
        made.append(one)
    return tuple(made)


class Book(base_classes.Book):
    app: Any = None
    api: Any = None

    def __init__(self, app: App, document: Any) -> None:
        self.app = app
        self.api = document
        self.kinds: dict[int, int] = {}

    @property
    def fullname(self) -> str:
        url = self.api.getURL()
        return unquote(urlparse(url).path) if url else self.name

    @property
    def name(self) -> str:
        url = self.api.getURL()
        return Path(unquote(urlparse(url).path)).name if url else self.api.Title

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if path is None:
            self.api.store()
            return
        target = Path(path)
        self.api.storeAsURL(target.as_uri(), properties(FilterName=FILTERS[target.suffix]))

    def close(self) -> None:
        self.api.setModified(False)
        self.api.close(True)

    def activate(self) -> None:
        self.app.fronts.append(self.api.RuntimeUID)
        if not self.app.hidden:
            frame = self.api.getCurrentController().getFrame()
            frame.activate()
            frame.getContainerWindow().setFocus()


class Sheets(base_classes.Sheets):
    api: Any = None

    def __init__(self, book: Book) -> None:
        self.book = book
        self.api = book.api.Sheets

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.api.getCurrentController().getActiveSheet())

    def __call__(self, key: str | int) -> Sheet:
        if isinstance(key, int):
            return Sheet(self.book, self.api.getByIndex(key - 1))
        return Sheet(self.book, self.api.getByName(key))

    def __len__(self) -> int:
        return int(self.api.getCount())

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, self.api.getByIndex(place)) for place in range(len(self)))

    def add(self, before: Any = None, after: Any = None, name: str | None = None) -> Sheet:
        place = _place(before, after, len(self))
        name = name or f"Sheet{len(self) + 1}"
        self.api.insertNewByName(name, place)
        return self(name)


def _place(before: Any, after: Any, count: int) -> int:
    if before is not None:
        return int(before.index) - 1
    return int(after.index) if after is not None else count


class Sheet(base_classes.Sheet):
    book: Any = None
    api: Any = None

    def __init__(self, book: Book, api: Any) -> None:
        self.book = book
        self.api = api

    @property
    def name(self) -> str:
        return str(self.api.getName())

    @name.setter
    def name(self, value: str) -> None:
        self.api.setName(value)

    @property
    def index(self) -> int:
        return int(self.api.getRangeAddress().Sheet) + 1

    @property
    def visible(self) -> bool:
        return bool(self.api.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.api.IsVisible = value

    @property
    def cells(self) -> Range:
        return Range.of(self, self.api)

    @property
    def used_range(self) -> Range:
        cursor = self.api.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return Range.of(self, cursor)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    def range(self, first: Any, second: Any = None) -> Range:
        return Range.named(self, first, second)

    def activate(self) -> None:
        self.book.api.getCurrentController().setActiveSheet(self.api)

    select = activate

    def clear(self) -> None:
        self.api.clearContents(1023)

    def clear_contents(self) -> None:
        self.api.clearContents(1 | 2 | 4 | 16)

    def delete(self) -> None:
        self.book.api.Sheets.removeByName(self.name)

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        beside = before or after
        assert beside is not None
        sheets = beside.book.api.Sheets
        place = _place(before, after, sheets.getCount())
        if beside.book.api.RuntimeUID == self.book.api.RuntimeUID:
            sheets.copyByName(self.name, f"{self.name} (2)", place)
        else:
            sheets.importSheet(self.book.api, self.name, place)


class Tables(base_classes.Tables):
    """Excel's tables are database ranges in Calc."""

    api: Any = None
    parent: Any = None

    def __init__(self, sheet: Sheet) -> None:
        self.parent = sheet
        self.api = sheet.book.api.DatabaseRanges

    def _here(self) -> list[Table]:
        found = [Table(self.parent, self.api.getByName(name)) for name in self.api.ElementNames]
        index = self.parent.index - 1
        return [table for table in found if table.api.getDataArea().Sheet == index]

    def __call__(self, key: str | int) -> Table:
        tables = self._here()
        if isinstance(key, int):
            return tables[key - 1]
        for table in tables:
            if table.name == key:
                return table
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self._here())

    def __iter__(self) -> Iterator[Table]:
        return iter(self._here())

    def __contains__(self, key: object) -> bool:
        return any(table.name == key for table in self._here())


class Table(base_classes.Table):
    api: Any = None
    parent: Any = None

    def __init__(self, parent: Sheet, api: Any) -> None:
        self.parent = parent
        self.api = api

    @property
    def name(self) -> str:
        return str(self.api.getName())

    display_name = name

    @property
    def range(self) -> Range:
        area = self.api.getDataArea()
        return Range(
            self.parent,
            area.StartRow + 1,
            area.StartColumn + 1,
            area.EndRow + 1,
            area.EndColumn + 1,
        )

    @property
    def header_row_range(self) -> Range | None:
        whole = self.range
        if not self.api.ContainsHeader:
            return None
        return Range(self.parent, whole.row, whole.column, whole.row, whole.last_column)

    @property
    def data_body_range(self) -> Range | None:
        whole = self.range
        first = whole.row + (1 if self.api.ContainsHeader else 0)
        if first > whole.last_row:
            return None
        return Range(self.parent, first, whole.column, whole.last_row, whole.last_column)

    @property
    def show_totals(self) -> bool:
        return bool(self.api.TotalsRow)

    def resize(self, area: Range) -> None:
        self.api.setDataArea(area.api.getRangeAddress())


def register(pipe: str) -> Engine:
    """Make the Calc behind `pipe` the spreadsheet program that xlwings drives."""
    import xlwings

    engine = Engine(pipe)
    xlwings.engines.add(xlwings.Engine(impl=engine))
    xlwings.engines["calc"].activate()
    return engine
