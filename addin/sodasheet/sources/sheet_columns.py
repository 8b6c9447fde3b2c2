"""Whole columns of a sheet, each of one kind: the result of the fast workbook reader."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Literal

from sodasheet.sources.zip_package import blocks

#: Kind of the filled cells of a column, as fastexcel names it.
Kind = Literal["string", "float", "boolean", "datetime", "duration"]
KINDS: tuple[Kind, ...] = ("string", "float", "boolean", "datetime", "duration")

#: End tags of a cell's value in a sheet's XML (ECMA-376 part 1, 18.3.1.96 and 18.3.1.53), and
#: beginnings of tags that may end in another way.
_ENDS = (b"</v>", b"</is>")
_UNENDED = (b"<v/", b"<v ", b"<is/", b"<is ")


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns in memory, for a reader of the Arrow PyCapsule interface; blank cells are null.

    The first row of `arrow` is row `first_row` of the sheet; `kinds` are the kinds of its columns
    in order. `values_above` is the number of cells with values above that row. `data` is the
    workbook's bytes and `part` the sheet's part in the package: the library that reads the columns
    silently turns error cells, and texts such as N/A between numbers, into blanks.
    """

    arrow: object
    kinds: tuple[Kind, ...]
    first_row: int
    values_above: int
    data: bytes
    part: str

    def values(self) -> int:
        """Return the number of cells with a value from `first_row` on, anywhere on the sheet.

        An empty text counts as a value.
        """
        return self._found(_ENDS) - self.values_above

    def all_end_plainly(self) -> bool:
        """True if `values` counted every value."""
        return not self._found(_UNENDED)

    def _found(self, signs: tuple[bytes, ...]) -> int:
        found, rest = 0, b""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            for block in blocks(archive, self.part):
                # A tag cut by the end of a block is searched with the next block.
                piece, sign, rest = (rest + block).rpartition(b"<")
                rest = sign + rest
                found += sum(map(piece.count, signs))
        return found
