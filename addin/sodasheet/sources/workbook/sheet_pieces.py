"""A large sheet's XML, cut between rows into pieces that are read one after another."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from sodasheet.model.loading_fallback import Why
from sodasheet.sources.sheet_columns import NotPlain
from sodasheet.sources.workbook.shared_texts import in_utf8
from sodasheet.sources.zip_package import blocks

#: Bytes by which a piece may exceed its size because of a long row.
_LONGEST_ROW = 64_000_000

#: Bytes that are unpacked at once.
_BLOCK = 1024 * 1024

#: Bytes within which the rows begin: widths and styles of 16,384 columns come before them.
_LONGEST_HEAD = 16_000_000

_ROOT = re.compile(rb"<((?:\w+:)?)worksheet(?:\s[^>]*)?>")
_ROWS = re.compile(rb"<((?:\w+:)?)sheetData\s*>")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_NUMBER = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d+)["']""")


@dataclass(frozen=True, slots=True)
class SheetPiece:
    """XML of some rows; the first row has a number."""

    first_row: int
    rows: bytes


class SheetPieces:
    """The rows of a sheet, cut into pieces.

    `root` is the start tag of the sheet's XML, with the names that the rows use; `prefix` is the
    prefix of all names. Raises NotPlain for XML that cannot be cut safely.
    """

    def __init__(self, archive: zipfile.ZipFile, part: str, size: int) -> None:
        self._blocks = blocks(archive, part, min(size, _BLOCK))
        self._size = size
        head = b""
        while (rows := _ROWS.search(head)) is None:
            block = next(self._blocks, b"")
            if not block or len(head) > _LONGEST_HEAD:
                raise NotPlain(Why.NOT_PLAIN)
            head += block
        root = _ROOT.search(head)
        if root is None or root[1] != rows[1] or not in_utf8(head[: root.start()]):
            raise NotPlain(Why.NOT_PLAIN)
        self.root, self.prefix = root[0], root[1]
        self._start = b"<%brow " % self.prefix
        self._rest = head[rows.end() :]

    def __iter__(self) -> Iterator[SheetPiece]:
        end = b"</%bsheetData" % self.prefix
        rest, ended = self._rest, False
        while not ended:
            text, at = self._more(rest)
            # A comment, or a string between marks, might contain anything, even tags.
            if b"<!" in text:
                raise NotPlain(Why.NOT_PLAIN)
            if (last := text.find(end)) >= 0:
                at, ended = last, True
            elif at < 0:
                raise NotPlain(Why.NOT_PLAIN)
            if (begin := text.find(b"<", 0, at)) >= 0:
                yield SheetPiece(_number(text, begin), text[begin:at])
            rest = text[at:]

    def _more(self, rest: bytes) -> tuple[bytes, int]:
        """Return enough XML for a piece, and the start of its last row; -1 at the end."""
        parts, size = [rest], len(rest)
        while block := next(self._blocks, b""):
            parts.append(block)
            size += len(block)
            if size < self._size:
                continue
            text = b"".join(parts)
            if (at := text.rfind(self._start)) > 0:
                return text, at
            if size > self._size + _LONGEST_ROW:
                raise NotPlain(Why.LONG_RECORDS)
            parts = [text]
        return b"".join(parts), -1

    def between(self, piece: SheetPiece, first: int, last: int | None) -> SheetPiece | None:
        """Return the rows of a piece from one to another, or to the end; None if there are none.

        Raises NotPlain if a row up to there has no number.
        """
        rows = piece.rows
        if piece.first_row >= first and (
            last is None or _number(rows, rows.rfind(self._start)) <= last
        ):
            return piece
        found, begin, end = None, 0, len(rows)
        for row in _ROW.finditer(rows):
            number = _number(rows, row.start())
            if last is not None and number > last:
                end = row.start()
                break
            if found is None and number >= first:
                found, begin = number, row.start()
                if last is None:
                    break
        return None if found is None else SheetPiece(found, rows[begin:end])


def _number(text: bytes, at: int) -> int:
    """Return the number of the row at a place. Raises NotPlain without a number."""
    match = _NUMBER.match(text, at)
    if match is None:
        raise NotPlain(Why.NOT_PLAIN)
    return int(match[1])
