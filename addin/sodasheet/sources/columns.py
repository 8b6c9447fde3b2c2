"""Whole columns of a sheet, each of one kind: what the quick reading of a workbook hands over."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Literal

from sodasheet.sources.workbook.errors_xml import blocks

#: What the filled cells of a column are, in the words of fastexcel.
Kind = Literal["string", "float", "boolean", "datetime", "duration"]
KINDS: tuple[Kind, ...] = ("string", "float", "boolean", "datetime", "duration")

#: How the value of a cell ends in a sheet's XML (ECMA-376 part 1, 18.3.1.96 and 18.3.1.53), and how
#: one begins that may end otherwise.
_ENDS = (b"</v>", b"</is>")
_UNENDED = (b"<v/", b"<v ", b"<is/", b"<is ")


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns in memory, for a reader of the Arrow PyCapsule interface, blank cells being null.

    The first row of `arrow` is row `first_row` of the sheet; `kinds` are those of its columns in
    order. `values_above` cells of the sheet have values in rows before that one. The workbook's
    bytes are `data`, and `part` is the sheet's place in them: the library that read the columns
    takes error cells, and texts such as N/A between numbers, for blanks and does not say so.
    """

    arrow: object
    kinds: tuple[Kind, ...]
    first_row: int
    values_above: int
    data: bytes
    part: str

    def values(self) -> int:
        """How many cells have a value from `first_row` on, anywhere on the sheet, as plainly told.

        A text of no characters is a value too.
        """
        return self._found(_ENDS) - self.values_above

    def all_end_plainly(self) -> bool:
        """Whether no value was passed over by `values`."""
        return not self._found(_UNENDED)

    def _found(self, signs: tuple[bytes, ...]) -> int:
        found, rest = 0, b""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            for block in blocks(archive, self.part):
                # A tag that the end of a block cuts apart is looked at with the next one.
                piece, sign, rest = (rest + block).rpartition(b"<")
                rest = sign + rest
                found += sum(map(piece.count, signs))
        return found
