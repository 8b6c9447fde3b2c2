"""Columns of a large sheet, read in pieces.

fastexcel holds all cells of a sheet twice for a moment. So the rows are handed over in pieces, each
as a separate workbook. Such a workbook begins with a row above the rows of the piece, whose only
cell, in the first column, tells where rows and columns of the piece are.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.model.loading_fallback import Why
from sodasheet.model.progress import Progress
from sodasheet.sources.grid.cell_range import Area, column_letters
from sodasheet.sources.sheet_columns import ColumnsPiece, Kind, NotPlain, RowsXmlValues
from sodasheet.sources.source_file import raise_if_cancelled
from sodasheet.sources.workbook.date_system_1904 import archive_counts_from_1904
from sodasheet.sources.workbook.fast_columns import failures_as_not_plain, kind_of, load_columns
from sodasheet.sources.workbook.shared_texts import (
    SHARED_TEXTS,
    SharedTexts,
    shared_texts_part,
    unpacked_texts,
)
from sodasheet.sources.workbook.sheet_pieces import SheetPiece, SheetPieces

if TYPE_CHECKING:
    from fastexcel import ExcelSheet

#: Bytes of the part with the shared strings that every piece may have for itself.
_FEW_TEXTS = 512_000

_STYLES = "xl/styles.xml"
_TYPES = "application/vnd.openxmlformats-"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="{_TYPES}package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1"'
    f' Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><workbookPr date1904="{{0}}"/>'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>'
)


@dataclass(frozen=True, slots=True)
class LargeSheet:
    """A sheet to read in pieces: the workbook's file, and the part with the sheet.

    The file is a copy that no other program changes. Shared texts are unpacked in `folder`.
    """

    path: Path
    part: str
    folder: Path
    size: int

    @staticmethod
    def kept(data: bytes, part: str, folder: Path, size: int) -> LargeSheet:
        """Return the sheet of a workbook whose bytes are written to `folder` to free memory."""
        path = folder / "workbook.zip"
        path.write_bytes(data)
        return LargeSheet(path, part, folder, size)

    @contextmanager
    def opened(self) -> Iterator[tuple[SheetPieces, _Workbooks]]:
        """Cut the sheet into pieces from the beginning. Raises NotPlain if that is not safe."""
        with zipfile.ZipFile(self.path) as archive:
            pieces = SheetPieces(archive, self.part, self.size)
            large = shared_texts_part(archive, _FEW_TEXTS)
            with unpacked_texts(archive, large, self.folder) as texts:
                from_1904 = archive_counts_from_1904(archive)
                yield pieces, _Workbooks(archive, pieces, texts if large else None, from_1904)

    def header(self, row: int, area: Area) -> tuple[ExcelSheet, set[str]]:
        """Load the header row as `load_columns` does, without rows."""
        with self.opened() as (pieces, workbooks):
            for piece in pieces:
                if (found := pieces.between(piece, row, row)) is not None:
                    return load_columns(workbooks.workbook(found.rows), 0, area)
        raise NotPlain(Why.HEADERS)


@dataclass(frozen=True, slots=True)
class PiecedColumns:
    """The columns of an `area` of a large sheet, starting at its first row of data.

    All columns of the area have headers. Other columns `within` the area that was asked for must
    be blank.
    """

    sheet: LargeSheet
    area: Area
    within: Area
    name: str
    progress: Progress

    @property
    def first_row(self) -> int:
        """Row of the sheet with the first row of data."""
        return self.area.top

    @property
    def width(self) -> int:
        """Number of columns."""
        return (self.area.right or self.area.left) - self.area.left + 1

    def pieces(self) -> Iterator[ColumnsPiece]:
        """Yield all rows. Raises NotPlain if only the careful reader supports a cell."""
        with failures_as_not_plain(), self.sheet.opened() as (pieces, workbooks):
            for piece in pieces:
                raise_if_cancelled(self.progress, self.name)
                rows = pieces.between(piece, self.area.top, self.area.bottom)
                if rows is None:
                    continue
                workbook = workbooks.workbook(rows.rows, self._above(rows))
                found = self._loaded(
                    workbook, rows.first_row, RowsXmlValues(rows.rows, pieces.prefix)
                )
                self.progress.advance(found.rows)
                if found.rows:
                    yield found

    def _above(self, piece: SheetPiece) -> bytes:
        """Return a row above the piece with text in the first column."""
        row, column = piece.first_row - 1, column_letters(self.area.left)
        cell = f'<c r="{column}{row}" t="inlineStr"><is><t>{column}</t></is></c>'
        return f'<row r="{row}">{cell}</row>'.encode()

    def _loaded(self, workbook: bytes, first_row: int, counts: RowsXmlValues) -> ColumnsPiece:
        sheet, _ = load_columns(workbook, 0, self.within)
        kinds: list[Kind | None] = [None] * self.width
        for column in sheet.selected_columns if sheet.height else ():
            place = column.absolute_index + 1 - self.area.left
            if not 0 <= place < self.width:
                raise NotPlain(Why.HEADERS)
            kinds[place] = kind_of(column)
        return ColumnsPiece(sheet, tuple(kinds), first_row, sheet.height, counts)


class _Workbooks:
    """Creates workbooks of some rows; dates, styles and shared strings are as in the original."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        pieces: SheetPieces,
        texts: SharedTexts | None,
        from_1904: bool,
    ) -> None:
        self._root, self._prefix, self._texts = pieces.root, pieces.prefix, texts
        self._parts: dict[str, str | bytes] = {
            **_PARTS,
            "xl/workbook.xml": _BOOK.format(int(from_1904)),
        }
        copied = [_STYLES] if texts is not None else [_STYLES, SHARED_TEXTS]
        for name in archive.namelist():
            if name.lower() in copied:
                self._parts[name] = archive.read(name)

    def workbook(self, rows: bytes, above: bytes = b"") -> bytes:
        """Return a workbook whose only sheet has some rows, and an extra row above."""
        if self._texts is not None:
            rows = self._texts.put_into(rows)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self._parts.items():
                archive.writestr(name, data)
            with archive.open("xl/worksheets/sheet1.xml", "w") as part:
                part.write(b"%b<%bsheetData>%b" % (self._root, self._prefix, above))
                part.write(rows)
                part.write(b"</%bsheetData></%bworksheet>" % (self._prefix, self._prefix))
        return file.getvalue()
