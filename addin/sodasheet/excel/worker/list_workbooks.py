"""Print the workbooks that are open in a spreadsheet program: `python -m ….list_workbooks`.

One JSON object on standard output: `workbooks`, or a `problem` with `what` and `remedy`. The desk
runs this in a separate process, because a program that is busy keeps its callers waiting.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError
from sodasheet.excel.book_path import path_of
from sodasheet.excel.xlwings_access import is_addin, load_xlwings, reach_program, when_free

if TYPE_CHECKING:
    import xlwings

#: Kinds of sheets.
DATA, MAPPING, OURS = "data", "mapping", "ours"


def main() -> int:
    """Print the open workbooks, or the reason why they cannot be listed."""
    try:
        reach_program()
        body: dict[str, Any] = {"workbooks": when_free(lambda: list(_workbooks()))}
    except SodaSheetError as error:
        body = {"problem": {"what": error.what, "remedy": error.remedy}}
    sys.stdout.write(json.dumps(body))
    return 0


def _workbooks() -> Iterator[dict[str, Any]]:
    for app in _apps():
        for book in app.books:
            if not is_addin(book.name):
                sheets = [_sheet(sheet) for sheet in book.sheets]
                where = {"book": path_of(book), "name": book.name, "pid": app.pid}
                yield {**where, "sheets": sheets}


def _apps() -> list[xlwings.App]:
    """Return the running programs; none if xlwings cannot drive any installed program."""
    try:
        xlwings = load_xlwings()
    except ImportError:
        return []
    return [] if xlwings.engines.active is None else list(xlwings.apps)


def _sheet(sheet: xlwings.Sheet) -> dict[str, str]:
    """Return the name of a sheet, its kind, and a mapping sheet's dataset."""
    from sodasheet.excel.sheets.generated_sheets import is_ours
    from sodasheet.excel.sheets.mapping import MappingSheet

    name = sheet.name
    if MappingSheet.is_one(sheet):
        return {"name": name, "kind": MAPPING, "dataset": _dataset(sheet)}
    return {"name": name, "kind": OURS if is_ours(sheet) else DATA, "dataset": ""}


def _dataset(sheet: xlwings.Sheet) -> str:
    """Return the name of a mapping sheet's dataset; the sheet's own name if unreadable."""
    from sodasheet.excel.sheets.mapping import MappingSheet
    from sodasheet.model.sheet_labels import DATASET

    with suppress(SodaSheetError):
        return MappingSheet(sheet).read().values.get(DATASET, "") or sheet.name
    return sheet.name


if __name__ == "__main__":
    sys.exit(main())
