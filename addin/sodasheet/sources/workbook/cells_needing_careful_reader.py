"""Search the bytes of a sheet's XML for cells that only the careful reader understands.

Parsing takes several times as long as a search, and few sheets need it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from sodasheet.sources.grid.cell_range import parse_range
from sodasheet.sources.grid.sheet_facts import MAX_CELLS
from sodasheet.sources.plain_sheet import MISREAD, odd_encoding
from sodasheet.sources.workbook.cell_formats import date_styles
from sodasheet.sources.workbook.uncomputed_formulas import awaits_calculation
from sodasheet.sources.workbook.workbook_limits import Extent, too_sparse
from sodasheet.sources.zip_package import blocks

#: Maximum bytes of a cell that are searched; Excel's longest formula has 8,192 characters.
_LONGEST_CELL = 1024 * 1024

#: Beginning of a cell or row; and a cell from its beginning to its end.
_BEGIN = re.compile(rb"<(?:\w+:)?(?:c|row)[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_WHOLE_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^<>]*)?(?:/>|>.*?</(?:\w+:)?c\s*>)", re.DOTALL)

_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s+ref\s*=\s*["']([^"']+)["']""")
_ERROR_TYPE = re.compile(rb"""\st\s*=\s*["']e["']""")
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row\s[^>]*(?:hidden\s*=\s*["'](?:1|true)["']|\bht\s*=\s*["']0*(?:\.0*)?["'])"""
)

#: A formula up to its end; the value behind it; and the empty text that a formula may have for a
#: result, in a cell of the type `str`. Without any value, not even an empty one, no program has
#: computed the formula.
_FORMULA_ELEMENT = rb"""f(?<=[<:]f)(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
_SAVED = re.compile(
    _FORMULA_ELEMENT + rb"""<(?:\w+:)?v>\s*[^<&\s][^<]*</(?:\w+:)?v>\s*</(?:\w+:)?c>"""
)
_EMPTY_TEXT = re.compile(
    rb"""t\s*=\s*["']str["'][^<>]*>\s*<(?:\w+:)?"""
    + _FORMULA_ELEMENT
    + rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)\s*</(?:\w+:)?c>"""
)

#: References of cells: plainly, and in every spelling (empty without a reference).
_PLAIN_CELLS = re.compile(rb'<c r="([A-Z]+\d+)"')
_CELLS = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?:\s(?:[^<>]*\s)?r\s*=\s*["']([A-Za-z]+\d+)["'])?""")
_LETTERS = bytes(range(65, 91))
_MOST_COLUMNS = 16_384

#: A formula with the result 0, which may be there instead of a result.
_ZERO = re.compile(rb"""(?:</(?:\w+:)?f>|<(?:\w+:)?f\s[^>]*/>)\s*<(?:\w+:)?v>0</""")

#: Digits that serial numbers of dates begin with, besides 4. 60 is a day that never was.
_OTHER_DIGITS = (b"1", b"2", b"3", b"5", b"7", b"8", b"9")

#: Any tag of a formula. A pattern that begins with a letter is found by that letter, at once.
_FORMULA = re.compile(rb"""f(?<=[</:]f)[\s/>]""")

#: A byte or two, which are found many times as fast as more; plain bytes, which are found many
#: times as fast as a pattern; and the pattern that decides.
_SIGNS: tuple[tuple[bytes, tuple[bytes, ...], re.Pattern[bytes]], ...] = (
    (b"e", (b'"e"',), _ERROR_TYPE),
    (b"'", (b"'e'",), _ERROR_TYPE),
    (b"h", (b"hidden",), _HIDDEN_ROW),
    (b"ht", (b'ht="0', b"ht='0", b"ht ="), _HIDDEN_ROW),
    (b"m", (b"mergeCell",), re.compile(rb"<(?:\w+:)?mergeCell\s")),
    *MISREAD,
)


def needs_parsing(
    archive: zipfile.ZipFile,
    part: str,
    styles: Iterable[int] = (),
    more: Sequence[bytes] = (),
) -> bool:
    """True if a sheet has error cells, hidden rows, merged cells, formulas without a computed
    value, cells of one of `styles`, any bytes of `more`, rows that are not in order, XML that
    python-calamine misreads, or an extent too large for memory.
    """
    signs, dates = [*_SIGNS], _OddDates(date_styles(archive))
    if more:
        signs.append((b"", tuple(more), re.compile(b"|".join(map(re.escape, more)))))
    if numbers := b"|".join(b"%d" % style for style in styles):
        pattern = re.compile(rb"""\ss\s*=\s*["'](?:%b)["']""" % numbers)
        signs.append((b"s", (b"s=", b"s ="), pattern))
    awaits = awaits_calculation(archive)
    extent = Extent()
    for piece in _pieces(archive, part):
        if piece is None:
            return True
        extent.see(piece)
        for byte, plain, pattern in signs:
            if byte in piece and any(sign in piece for sign in plain) and pattern.search(piece):
                return True
        if dates.may_be_in(piece):
            return True
        if _FORMULA.search(piece) and (_unsaved(piece) or (awaits and _ZERO.search(piece))):
            return True
    size = archive.getinfo(part).file_size
    return too_sparse(extent.last_row, extent.last_column, size) or not extent.in_order


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes | None]:
    """Yield a sheet's XML in pieces that do not split tags or cells; None if not possible."""
    rest = b""
    for number, block in enumerate(blocks(archive, part)):
        if not number and (huge(block) or odd_encoding(block)):
            yield None
        piece = rest + block
        cut = _cut(piece)
        rest = piece[cut:]
        if len(rest) > _LONGEST_CELL:
            yield None
        if cut:
            yield piece[:cut]
    yield rest


class _OddDates:
    """Search of serial numbers that are formatted as dates, by these styles, and are not dates."""

    def __init__(self, styles: Iterable[int]) -> None:
        self._styles = [b's="%d"' % style for style in styles]
        numbers = b"|".join(b"%d" % style for style in styles)
        self._pattern = re.compile(
            rb"""\ss\s*=\s*["'](?:%b)["'][^<>]*>\s*(?:<(?:\w+:)?%b)?"""
            rb"""<(?:\w+:)?v(?:\s[^<>]*)?>\s*(?:-|0+[.<]|60[.<])""" % (numbers, _FORMULA_ELEMENT)
        )

    def may_be_in(self, piece: bytes) -> bool:
        """True if a piece of XML has such a number."""
        if not self._styles:
            return False
        if b"'" not in piece:
            squeezed = piece.translate(None, b" \t\r\n")
            if all(_all_dates(squeezed, style) for style in self._styles):
                return False
        return self._pattern.search(piece) is not None


def _all_dates(squeezed: bytes, style: bytes) -> bool:
    """True if every cell of a style, in XML without spaces, is blank or has a date for sure.

    Bytes are counted several times as fast as a pattern finds them, and most dates of people's
    lives, from 1982 to 2036, are numbers that begin with 4.
    """
    left = squeezed.count(style)
    for number in (style + b"><v>", style + b't="n"><v>'):
        left -= squeezed.count(number + b"4") if left else 0
    if left:
        left -= squeezed.count(style + b"/>")
    for digit in _OTHER_DIGITS if left else ():
        left -= squeezed.count(style + b"><v>" + digit)
        left -= squeezed.count(style + b't="n"><v>' + digit)
    return not left


def _cut(piece: bytes) -> int:
    """Return the last place in a piece where no tag or cell is open."""
    last = at = piece.rfind(b"<")
    while at > 0 and not _BEGIN.match(piece, at):
        at = piece.rfind(b"<", 0, at)
    if at > 0 or last <= 0:
        return max(at, 0)
    # No cell begins after the first byte: a cell may be longer than the piece, or finished.
    if not _BEGIN.match(piece):
        return last
    whole = _WHOLE_CELL.match(piece)
    over = whole is not None or not _CELL.match(piece)
    return last if over and (whole is None or whole.end() <= last) else 0


def _unsaved(piece: bytes) -> bool:
    """True if any formula may lack a stored result."""
    rest = _SAVED.sub(b"", piece)
    return bool(_FORMULA.search(rest) and _FORMULA.search(_EMPTY_TEXT.sub(b"", rest)))


def may_repeat_cells(archive: zipfile.ZipFile, part: str) -> bool:
    """True if a sheet with its rows in order may have two cells with the same reference."""
    last: list[bytes] = []
    for piece in _pieces(archive, part):
        if piece is None:
            return True
        found = _PLAIN_CELLS.findall(piece)
        if piece.count(b"<c ") != len(found) or b"<c>" in piece or b":c" in piece:
            found = _CELLS.findall(piece)
            if not any(found):
                continue
            if not all(found):
                return True
        found = last + found
        if len(set(found)) != len(found):
            return True
        if found:
            # The row may continue in the next piece.
            row = found[-1].lstrip(_LETTERS)
            last = [name for name in found[-_MOST_COLUMNS:] if name.lstrip(_LETTERS) == row]
    return False


def huge(head: bytes) -> bool:
    """True if the beginning of a sheet's XML declares an extent too large for memory."""
    match = _DIMENSION.search(head)
    if match is None:
        return False
    _, area = parse_range(match[1].decode("ascii", "replace"))
    return (area.bottom or area.top) * (area.right or area.left) > MAX_CELLS
