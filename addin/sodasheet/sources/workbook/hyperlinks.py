"""Hyperlinks of a sheet of an Office Open XML workbook (ECMA-376 part 1, 18.3.1.47)."""

from __future__ import annotations

import io
import zipfile
from xml.parsers import expat

from sodasheet.errors import SourceError
from sodasheet.sources.grid.cell_range import Area, column_number, parse_range
from sodasheet.sources.grid.hyperlinks import MOST_HYPERLINKS, formula_address, full_address
from sodasheet.sources.workbook.survey_xml import sheet_part
from sodasheet.sources.zip_package import blocks, external_targets

#: Bytes of a sheet with hyperlinks; the formula is found in any case of letters that Excel writes.
HYPERLINK_SIGNS = (
    *(b"hyperlink" + blank for blank in (b" ", b"\n", b"\r", b"\t")),
    b"HYPERLINK(",
)


def has_hyperlinks(archive: zipfile.ZipFile, part: str) -> bool:
    """True if a sheet may contain hyperlinks."""
    tail = b""
    for block in blocks(archive, part):
        piece = tail + block
        if any(sign in piece for sign in HYPERLINK_SIGNS):
            return True
        tail = block[-16:]
    return False


def sheet_hyperlinks(data: bytes, sheet: str, name: str) -> list[tuple[Area, str]]:
    """Return the cells with hyperlinks and their addresses; none for other workbook formats.

    Raises SourceError if there are more than can be read.
    """
    if not data.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names or "xl/workbook.bin" in names:
            return []
        part = sheet_part(archive, sheet)
        if part is None or part not in names or not has_hyperlinks(archive, part):
            return []
        reader = _Reader(external_targets(archive, part))
        parser = expat.ParserCreate()
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
        for block in blocks(archive, part):
            parser.Parse(block)
            if len(reader.found) > MOST_HYPERLINKS:
                raise _too_many(name, sheet)
        parser.Parse(b"", True)
    return reader.found


def _too_many(name: str, sheet: str) -> SourceError:
    return SourceError(
        f"The sheet {sheet} of {name} has more than {MOST_HYPERLINKS:,} hyperlinks.",
        "Write the addresses into a separate column, and remove the hyperlinks.",
    )


class _Reader:
    """Expat handlers for the hyperlinks of a sheet; a cell without a reference follows the last."""

    def __init__(self, targets: dict[str, str]) -> None:
        self.found: list[tuple[Area, str]] = []
        self._targets = targets
        self._row = self._column = 0
        self._formula: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        local = name.rpartition(":")[2]
        if local == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            self._column = column_number(letters) if letters else self._column + 1
        elif local == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
        elif local == "f":
            self._formula = []
        elif local == "hyperlink":
            self._take(attributes)

    def _take(self, attributes: dict[str, str]) -> None:
        relation = next((of for key, of in attributes.items() if key.endswith(":id")), "")
        address = full_address(self._targets.get(relation, ""), attributes.get("location", ""))
        if address:
            _, area = parse_range(attributes.get("ref", ""))
            self.found.append((area, address))

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if self._formula is not None and name.rpartition(":")[2] == "f":
            if address := formula_address("".join(self._formula)):
                self.found.append((Area(self._row, self._column, self._row, self._column), address))
            self._formula = None

    def text(self, data: str) -> None:
        """Handle text inside an element."""
        if self._formula is not None:
            self._formula.append(data)
