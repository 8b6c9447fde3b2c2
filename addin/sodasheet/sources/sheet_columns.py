"""Whole columns of a sheet, each of one kind: the result of the fast workbook reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from sodasheet.model.loading_fallback import Why
from sodasheet.sources.zip_package import blocks

#: Kind of the filled cells of a column, as fastexcel names it.
Kind = Literal["string", "float", "boolean", "datetime", "duration"]
KINDS: tuple[Kind, ...] = ("string", "float", "boolean", "datetime", "duration")

#: End tags of a cell's value in a sheet's XML (ECMA-376 part 1, 18.3.1.96 and 18.3.1.53) behind
#: the prefix of all names, and beginnings of tags that may end in another way.
_ENDS = (b"</%bv>", b"</%bis>")
_UNENDED = (b"<%bv/", b"<%bv ", b"<%bis/", b"<%bis ")


class NotPlain(Exception):
    """The columns cannot be read fast: a reason, and the library's own message if any."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(detail)
        self.why = why


class XmlValues(Protocol):
    """Counts of the values in the XML of the rows of a piece.

    The library that reads the columns silently turns error cells, and strings such as N/A between
    numbers, into blanks.
    """

    def values(self) -> int:
        """Return the number of cells with a value, in any column of the sheet.

        An empty text counts as a value.
        """

    def all_end_plainly(self) -> bool:
        """True if `values` counts every value."""


@dataclass(frozen=True, slots=True)
class ColumnsPiece:
    """Rows of the columns in memory, for a reader of the Arrow PyCapsule interface.

    Blank cells are null. The first of the `rows` rows is row `first_row` of the sheet. `kinds` are
    the kinds of all columns in order, None for a column without a cell in these rows, which is
    missing in `arrow`.
    """

    arrow: object
    kinds: tuple[Kind | None, ...]
    first_row: int
    rows: int
    counts: XmlValues


class Columns(Protocol):
    """Columns of a sheet, starting at row `first_row`, read in pieces."""

    @property
    def first_row(self) -> int:
        """Row of the sheet with the first row of data."""

    @property
    def width(self) -> int:
        """Number of columns."""

    def pieces(self) -> Iterator[ColumnsPiece]:
        """Yield all rows, from the top down; rows between two pieces are blank.

        Raises NotPlain if only the careful reading supports a cell; Cancelled.
        """


@dataclass(frozen=True, slots=True)
class WholeColumns:
    """Columns that are completely in memory."""

    whole: ColumnsPiece

    @property
    def first_row(self) -> int:
        """Row of the sheet with the first row of data."""
        return self.whole.first_row

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.whole.kinds)

    def pieces(self) -> Iterator[ColumnsPiece]:
        """Yield all rows at once."""
        yield self.whole


@dataclass(frozen=True, slots=True)
class SheetXmlValues:
    """Counts of the values of a whole sheet, without `values_above` cells above its rows.

    `data` is the workbook's bytes and `part` the sheet's part in the package.
    """

    values_above: int
    data: bytes
    part: str

    def values(self) -> int:
        """Return the number of cells with a value from the first row on."""
        return self._found(_ENDS) - self.values_above

    def all_end_plainly(self) -> bool:
        """True if `values` counts every value."""
        return not self._found(_UNENDED)

    def _found(self, tags: tuple[bytes, ...]) -> int:
        found, rest = 0, b""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            for block in blocks(archive, self.part):
                # A tag cut by the end of a block is searched with the next block.
                piece, sign, rest = (rest + block).rpartition(b"<")
                rest = sign + rest
                found += _count(piece, tags)
        return found


@dataclass(frozen=True, slots=True)
class RowsXmlValues:
    """Counts of the values in the XML of some rows, with the prefix of all its names."""

    rows: bytes
    prefix: bytes

    def values(self) -> int:
        """Return the number of cells with a value."""
        return _count(self.rows, _ENDS, self.prefix)

    def all_end_plainly(self) -> bool:
        """True if `values` counts every value."""
        return not _count(self.rows, _UNENDED, self.prefix)


def _count(xml: bytes, tags: tuple[bytes, ...], prefix: bytes = b"") -> int:
    return sum(xml.count(tag % prefix) for tag in tags)
