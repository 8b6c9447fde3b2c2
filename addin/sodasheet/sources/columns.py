"""Whole columns of a sheet, each of one kind: what the quick reading of a workbook hands over."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Literal

from sodasheet.sources.sheetxml import ERROR_TYPE, blocks

#: What the filled cells of a column are, in the words of fastexcel.
Kind = Literal["string", "float", "boolean", "datetime", "duration"]
KINDS: tuple[Kind, ...] = ("string", "float", "boolean", "datetime", "duration")

#: How a cell of text is written in a sheet's XML (ECMA-376 part 1, 18.18.11).
_TEXT_TYPES = (b' t="s"', b' t="str"', b' t="inlineStr"')
#: Cells that are not what they look like: errors, and dates written as text.
_ODD_TYPES = (b'"e"', b'"d"'), (b"'e'", b"'d'")
_DATE_TYPE = re.compile(rb"""\st\s*=\s*["']d["']""")


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns in memory, for a reader of the Arrow PyCapsule interface, blank cells being null.

    The first row of `arrow` is row `first_row` of the sheet; `kinds` are those of its columns in
    order. `texts_above` cells of the sheet hold text in rows before that one. What the library
    that read the columns does not tell is looked up in the workbook, whose bytes are `data`: it
    takes error cells, and texts such as N/A between numbers, for blanks.
    """

    arrow: object
    kinds: tuple[Kind, ...]
    first_row: int
    texts_above: int
    data: bytes
    part: str

    def texts(self) -> int | None:
        """How many cells hold text from `first_row` on, anywhere on the sheet.

        None where the sheet has error cells or dates that are written as text.
        """
        found, rest = 0, b""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            for block in blocks(archive, self.part):
                # A tag that the end of a block cuts apart is looked at with the next one.
                piece, sign, rest = (rest + block).rpartition(b"<")
                rest = sign + rest
                if _odd(piece):
                    return None
                found += sum(map(piece.count, _TEXT_TYPES))
        return found - self.texts_above


def _odd(piece: bytes) -> bool:
    # Plain bytes are found ten times as fast as a pattern, and one byte ten times as fast as three.
    quoted, single = _ODD_TYPES
    signs = (*quoted, *single) if b"'" in piece else quoted
    if not any(sign in piece for sign in signs):
        return False
    return bool(ERROR_TYPE.search(piece) or _DATE_TYPE.search(piece))
