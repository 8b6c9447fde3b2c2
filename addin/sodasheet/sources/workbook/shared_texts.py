"""The shared strings of a workbook, unpacked to a file, and the XML of rows without them.

A workbook stores each text once, and its cells refer to the strings by number (ECMA-376 part 1,
18.4). A library that reads a sheet holds all strings in memory, however few rows it reads.
"""

from __future__ import annotations

import mmap
import re
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryFile

from sodasheet.model.loading_fallback import Why
from sodasheet.sources.sheet_columns import NotPlain
from sodasheet.sources.zip_package import blocks

#: Name of the part for which the libraries look, in small letters.
SHARED_TEXTS = "xl/sharedstrings.xml"

#: The root element, and the prefix of all names.
_ROOT = re.compile(rb"<((?:\w+:)?)sst[\s>/]")

#: The declaration of an encoding in which the bytes of a string cannot be put into another part.
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)

#: A cell with a shared text: plainly, and with anything else that a program may write.
_PLAIN = re.compile(rb' t="s"><v>(\d+)</v>')
_GENERAL = re.compile(
    rb"""\st\s*=\s*["']s["']([^>]*)>\s*<(?:\w+:)?v\s*>\s*(\d+)\s*</(?:\w+:)?v\s*>"""
)
_LEFT = re.compile(rb"""\st\s*=\s*["']s["']""")


#: What a cell has instead of its type and string number.
_OPEN, _CLOSE = b' t="inlineStr"><is>', b"</is>"


class SharedTexts:
    """Strings by number, each in the form of an inline string in a cell.

    The text with the number n is in the file from `starts[n]` to `starts[n + 1]`.
    """

    def __init__(self, file: mmap.mmap | None, starts: array[int]) -> None:
        self._file = file
        self._starts = starts

    def put_into(self, rows: bytes) -> bytes:
        """Return the XML of rows with the strings in place of their numbers.

        Raises NotPlain if a cell with a shared text is not recognized.
        """
        parts = _PLAIN.split(rows)
        parts[1::2] = self._elements(parts[1::2])
        found = b"".join(parts)
        return self._put_generally(found) if b'"s"' in found or b"'s'" in found else found

    def _put_generally(self, rows: bytes) -> bytes:
        parts = _GENERAL.split(rows)
        elements = self._elements(parts[2::3])
        # The attributes between the type and the end of the tag remain attributes.
        parts[1::3] = [b"%b%b" % pair for pair in zip(parts[1::3], elements, strict=True)]
        parts[2::3] = [b""] * len(elements)
        found = b"".join(parts)
        if _LEFT.search(found):
            raise NotPlain(Why.NOT_PLAIN)
        return found

    def _elements(self, numbers: list[bytes]) -> list[bytes]:
        """Return the end of a cell's XML, after its attributes, for strings with these numbers."""
        starts, file = self._starts, self._file
        if file is None:
            if numbers:
                raise NotPlain(Why.NOT_PLAIN)
            return []
        try:
            found = [file[starts[at] : starts[at + 1]] for at in map(int, numbers)]
        except IndexError as error:
            raise NotPlain(Why.NOT_PLAIN) from error
        if hasattr(mmap, "MADV_DONTNEED"):
            # Used strings need not stay in memory: the next rows have different strings.
            file.madvise(mmap.MADV_DONTNEED)
        return found


def shared_texts_part(archive: zipfile.ZipFile, larger_than: int) -> str | None:
    """Return the path of the part with the shared strings if larger than a number of bytes."""
    for part in archive.infolist():
        if part.filename.lower() == SHARED_TEXTS and part.file_size > larger_than:
            return part.filename
    return None


@contextmanager
def unpacked_texts(
    archive: zipfile.ZipFile, part: str | None, folder: Path
) -> Iterator[SharedTexts]:
    """Unpack the shared strings of a workbook into `folder` for as long as needed.

    Raises NotPlain if their XML is unusual.
    """
    if part is None:
        yield SharedTexts(None, array("Q"))
        return
    starts = array("Q", [0])
    with TemporaryFile(dir=folder) as file:
        for text, lengths in _texts(archive, part):
            file.write(text)
            starts.extend(accumulate(lengths, initial=starts.pop()))
        file.flush()
        if not file.tell():
            yield SharedTexts(None, starts)
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            yield SharedTexts(memory, starts)


def _texts(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, list[int]]]:
    """Yield the XML of several strings at a time, in the form of cells, and their lengths."""
    rest, prefix = b"", None
    start = end = b""
    for block in blocks(archive, part):
        piece = rest + block
        if prefix is None:
            root = _ROOT.search(piece)
            if root is None or not in_utf8(piece):
                raise NotPlain(Why.NOT_PLAIN)
            prefix = root[1]
            start, end = b"<%bsi>" % prefix, b"</%bsi>" % prefix
            piece = piece[root.end() :]
        if b"<!" in piece:
            raise NotPlain(Why.NOT_PLAIN)
        piece = piece.replace(b"<%bsi/>" % prefix, start + end)
        if (last := piece.rfind(end)) < 0:
            rest = piece
            continue
        whole, rest = piece[: last + len(end)], piece[last + len(end) :]
        if not whole.count(start) == whole.count(end) == whole.count(start[:-1]):
            raise NotPlain(Why.NOT_PLAIN)
        text = whole[whole.find(start) :].replace(start, _OPEN).replace(end, _CLOSE)
        yield text, [len(_OPEN) + len(inner) for inner in text.split(_OPEN)[1:]]
    if prefix is None or start[:-1] in rest:
        raise NotPlain(Why.NOT_PLAIN)


def in_utf8(head: bytes) -> bool:
    """True if the beginning of an XML part declares no encoding other than UTF-8."""
    return _OTHER_ENCODING.search(head) is None
