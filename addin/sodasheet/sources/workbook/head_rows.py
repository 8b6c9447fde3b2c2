"""Read the first rows of a sheet's XML: row numbers, and kinds of values."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from xml.parsers import expat

from sodasheet.sources.grid.cell_range import Area, column_number
from sodasheet.sources.workbook.cells_needing_careful_reader import huge
from sodasheet.sources.zip_package import blocks

#: Bytes of a sheet's XML that are parsed.
HEAD = 256 * 1024

#: Kinds of values by type attribute (ECMA-376 part 1, 18.18.11), whose default is a number.
_KINDS = {"s": "text", "str": "text", "inlineStr": "text", "b": "boolean", "n": "number"}


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A row of the sheet: the kind of each cell with a value, by column (1-based)."""

    number: int
    kinds: dict[int, str] = field(default_factory=dict)

    def within(self, area: Area) -> HeadRow:
        """Return the row without the cells to the left and right of an area."""
        right = area.right or max(self.kinds, default=0)
        kinds = {at: kind for at, kind in self.kinds.items() if area.left <= at <= right}
        return HeadRow(self.number, kinds)


def first_rows(archive: zipfile.ZipFile, part: str) -> list[HeadRow] | None:
    """Return the rows at the beginning of a sheet; None if the sheet declares a huge extent."""
    reader = _HeadReader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    for block in islice(blocks(archive, part, HEAD), 1):
        if huge(block):
            return None
        parser.Parse(block)
    return reader.rows


def mixed(rows: Iterable[HeadRow]) -> bool:
    """True if a column has values of different kinds, or a value of an unusual kind."""
    found: dict[int, str] = {}
    return any(
        kind == "odd" or found.setdefault(column, kind) != kind
        for row in rows
        for column, kind in row.kinds.items()
    )


class _HeadReader:
    """Expat handlers for rows and cells; an element without a reference follows its predecessor."""

    def __init__(self) -> None:
        self.rows: list[HeadRow] = []
        self._row = HeadRow(0)
        self._column = 0
        self._kind = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        local = name.rpartition(":")[2]
        if local == "c":
            reference = attributes.get("r", "").rstrip("0123456789")
            self._column = column_number(reference) if reference else self._column + 1
            self._kind = _KINDS.get(attributes.get("t", "n"), "odd")
        elif local == "row":
            self._row = HeadRow(int(attributes.get("r") or self._row.number + 1))
            self._column = 0
        elif local in ("v", "is"):
            self._row.kinds[self._column] = self._kind

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if name.rpartition(":")[2] == "row":
            self.rows.append(self._row)
