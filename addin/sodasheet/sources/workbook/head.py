"""The first rows of a sheet's XML: where they are, and which kinds of values they hold."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from xml.parsers import expat

from sodasheet.sources.grid.area import Area, column_number
from sodasheet.sources.workbook.errors_xml import blocks, huge

#: Bytes of a sheet's XML that are taken apart.
HEAD = 256 * 1024

#: Kinds of values by their type in the XML (ECMA-376 part 1, 18.18.11); without one, a number.
_KINDS = {"s": "text", "str": "text", "inlineStr": "text", "b": "boolean", "n": "number"}


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A row of the sheet: the kind of each cell that has a value, by its column (1-based)."""

    number: int
    kinds: dict[int, str] = field(default_factory=dict)

    def within(self, area: Area) -> HeadRow:
        """The row without the cells left and right of an area."""
        right = area.right or max(self.kinds, default=0)
        kinds = {at: kind for at, kind in self.kinds.items() if area.left <= at <= right}
        return HeadRow(self.number, kinds)


def first_rows(archive: zipfile.ZipFile, part: str) -> list[HeadRow] | None:
    """The rows at the beginning of a sheet; None where the sheet says that it is huge."""
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
    """Whether a column holds values of different kinds, or one that is no plain value."""
    found: dict[int, str] = {}
    return any(
        kind == "odd" or found.setdefault(column, kind) != kind
        for row in rows
        for column, kind in row.kinds.items()
    )


class _HeadReader:
    """Follows rows and cells; one without a reference comes after the one before."""

    def __init__(self) -> None:
        self.rows: list[HeadRow] = []
        self._row = HeadRow(0)
        self._column = 0
        self._kind = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
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
        """An element ends."""
        if name.rpartition(":")[2] == "row":
            self.rows.append(self._row)
