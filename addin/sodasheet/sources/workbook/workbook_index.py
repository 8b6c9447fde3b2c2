"""Index the sheets and tables of an Office Open XML workbook from its package.

python-calamine lists them too, but only after unpacking and storing every string of the workbook.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.sources.grid.cell_range import parse_range
from sodasheet.sources.zip_package import elements, typed_relations, workbook_part

if TYPE_CHECKING:
    from python_calamine import SheetMetadata, SheetTypeEnum


@dataclass(frozen=True, slots=True)
class IndexedTable:
    """A table: first and last cell (row and column, 0-based) without headers and totals."""

    name: str
    sheet: str
    columns: tuple[str, ...]
    start: tuple[int, int]
    end: tuple[int, int]


class WorkbookIndex:
    """Sheets and tables of a workbook, with the interface of python-calamine's workbook.

    `parts` are the paths of the sheets by name. Raises LookupError and ValueError for a malformed
    package.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: dict[str, str] = {}
        self.sheets_metadata: list[SheetMetadata] = []
        self._read_sheets()

    @property
    def sheet_names(self) -> list[str]:
        """Names of all sheets, in order."""
        return list(self.parts)

    @property
    def table_names(self) -> list[str]:
        """Names of all tables, sheet by sheet."""
        return [table.name for table in self._tables()]

    def get_table_by_name(self, name: str) -> IndexedTable:
        """Return the first table with this name. Raises StopIteration if there is none."""
        return next(table for table in self._tables() if table.name == name)

    def _read_sheets(self) -> None:
        from python_calamine import SheetMetadata, SheetVisibleEnum

        part = workbook_part(self._archive)
        related = typed_relations(self._archive, part)
        for element, of in elements(self._archive, part):
            if element == "sheet":
                kind, path = related[of.get("r:id") or of["id"]]
                visible = of.get("state", "visible") == "visible"
                shown = SheetVisibleEnum.Visible if visible else SheetVisibleEnum.Hidden
                self.sheets_metadata.append(SheetMetadata(of["name"], _type(kind), shown))
                self.parts[of["name"]] = path

    def _tables(self) -> Iterator[IndexedTable]:
        for sheet, part in self.parts.items():
            with suppress(KeyError):  # a sheet without relations
                for kind, path in typed_relations(self._archive, part).values():
                    if kind == "table":
                        yield _table(self._archive, path, sheet)


def _type(kind: str) -> SheetTypeEnum:
    from python_calamine import SheetTypeEnum

    types = {
        "worksheet": SheetTypeEnum.WorkSheet,
        "chartsheet": SheetTypeEnum.ChartSheet,
        "dialogsheet": SheetTypeEnum.DialogSheet,
    }
    return types[kind]


def _table(archive: zipfile.ZipFile, part: str, sheet: str) -> IndexedTable:
    found = list(elements(archive, part))
    of = next(attributes for name, attributes in found if name == "table")
    _, area = parse_range(of["ref"])
    if area.bottom is None or area.right is None:
        raise ValueError(of["ref"])
    return IndexedTable(
        of["displayName"],
        sheet,
        tuple(attributes["name"] for name, attributes in found if name == "tableColumn"),
        (area.top - 1 + int(of.get("headerRowCount", 1)), area.left - 1),
        (area.bottom - 1 - int(of.get("totalsRowCount", 0)), area.right - 1),
    )
