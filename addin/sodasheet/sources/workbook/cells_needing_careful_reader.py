"""Search the bytes of a sheet's XML for cells that only the careful reader understands.

Parsing takes several times as long as a search, and few sheets need it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence

from sodasheet.sources.grid.cell_range import parse_range
from sodasheet.sources.grid.sheet_facts import MAX_CELLS
from sodasheet.sources.workbook.uncomputed_formulas import awaits_calculation
from sodasheet.sources.workbook.workbook_limits import Extent, too_sparse
from sodasheet.sources.zip_package import blocks

#: Bytes of the last block that are searched again, because a tag may be cut by the end of a block.
_TAIL = 4096

_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s+ref\s*=\s*["']([^"']+)["']""")
_ERROR_TYPE = re.compile(rb"""\st\s*=\s*["']e["']""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*hidden\s*=\s*["'](?:1|true)["']""")
#: A cell with a formula and without a value. A formula whose result is an empty text has the type
#: `str`, and is not meant.
_UNSAVED = re.compile(
    rb"""<(?:\w+:)?c(?:\s(?![^>]*t\s*=\s*["']str["'])[^>]*)?>\s*"""
    rb"""<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)"""
)

#: A formula with the result 0, which may be there instead of a result.
_ZERO = re.compile(rb"""(?:</(?:\w+:)?f>|<(?:\w+:)?f\s[^>]*/>)\s*<(?:\w+:)?v>0</""")

#: Any tag of a formula. A pattern that begins with a letter is found by that letter, at once.
_FORMULA = re.compile(rb"""f(?<=[</:]f)[\s/>]""")

#: A single byte is found twenty times as fast as several; plain bytes, which are found many times
#: as fast as a pattern; and the pattern that decides.
_SIGNS: tuple[tuple[bytes, tuple[bytes, ...], re.Pattern[bytes]], ...] = (
    (b"e", (b'"e"',), _ERROR_TYPE),
    (b"'", (b"'e'",), _ERROR_TYPE),
    (b"h", (b"hidden",), _HIDDEN_ROW),
    (b"m", (b"mergeCell ",), re.compile(rb"<(?:\w+:)?mergeCell\s")),
)


def needs_parsing(
    archive: zipfile.ZipFile,
    part: str,
    styles: Iterable[int] = (),
    more: Sequence[bytes] = (),
) -> bool:
    """True if a sheet has error cells, hidden rows, merged cells, formulas without a computed
    value, cells of one of `styles`, any bytes of `more`, or an extent too large for memory.
    """
    signs = [*_SIGNS]
    if more:
        signs.append((b"", tuple(more), re.compile(b"|".join(map(re.escape, more)))))
    if numbers := b"|".join(b"%d" % style for style in styles):
        pattern = re.compile(rb"""\ss\s*=\s*["'](?:%b)["']""" % numbers)
        signs.append((b"s", (b"s=", b"s ="), pattern))
    formulas = (_UNSAVED, _ZERO) if awaits_calculation(archive) else (_UNSAVED,)
    tail, extent = b"", Extent()
    for block in blocks(archive, part):
        if not tail and huge(block):
            return True
        piece = tail + block
        extent.see(piece)
        for byte, plain, pattern in signs:
            if byte in piece and any(sign in piece for sign in plain) and pattern.search(piece):
                return True
        if _FORMULA.search(piece) and any(pattern.search(piece) for pattern in formulas):
            return True
        tail = block[-_TAIL:]
    size = archive.getinfo(part).file_size
    return too_sparse(extent.last_row, extent.last_column, size)


def huge(head: bytes) -> bool:
    """True if the beginning of a sheet's XML declares an extent too large for memory."""
    match = _DIMENSION.search(head)
    if match is None:
        return False
    _, area = parse_range(match[1].decode("ascii", "replace"))
    return (area.bottom or area.top) * (area.right or area.left) > MAX_CELLS
