"""The shared texts of a workbook, unpacked into a file, and the XML of rows without them.

A workbook stores each text once, and its cells refer to the texts by number (ECMA-376 part 1,
18.4). A library that reads a sheet holds all texts in memory, however few rows it reads.
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

#: The declaration of an encoding in which the bytes of a text cannot be put into another part.
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)

#: A cell with a shared text: plainly, and with anything else that a program may write.
_PLAIN = re.compile(rb' t="s"><v>(\d+)</v>')
_GENERAL = re.compile(
    rb"""\st\s*=\s*["']s["']([^>]*)>\s*<(?:\w+:)?v\s*>\s*(\d+)\s*</(?:\w+:)?v\s*>"""
)
_LEFT = re.compile(rb"""\st\s*=\s*["']s["']""")


class SharedTexts:
    """Texts by number, each the XML inside of its element, which a cell may contain as well."""

    def __init__(self, file: mmap.mmap | None, ends: array[int]) -> None:
        self._file = file
        self._ends = ends

    def put_into(self, rows: bytes) -> bytes:
        """Return the XML of rows with the texts in place of their numbers.

        Raises NotPlain if a cell with a shared text is not recognized.
        """
        texts, numbers = self._cut(rows)
        parts = [b""] * (len(texts) + len(numbers))
        parts[0::2] = texts
        parts[1::2] = self._elements(numbers)
        found = b"".join(parts)
        return self._put_generally(found) if b'"s"' in found or b"'s'" in found else found

    @staticmethod
    def _cut(rows: bytes) -> tuple[list[bytes], list[bytes]]:
        parts = _PLAIN.split(rows)
        return parts[0::2], parts[1::2]

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
        """Return what follows the other attributes of a cell, for texts of these numbers."""
        ends, file = self._ends, self._file
        if file is None:
            if numbers:
                raise NotPlain(Why.NOT_PLAIN)
            return []
        try:
            found = [
                b' t="inlineStr"><is>%b</is>' % file[ends[at] : ends[at + 1]]
                for at in map(int, numbers)
            ]
        except IndexError as error:
            raise NotPlain(Why.NOT_PLAIN) from error
        if hasattr(mmap, "MADV_DONTNEED"):
            # What was looked at need not stay in memory: the next rows have other texts.
            file.madvise(mmap.MADV_DONTNEED)
        return found


def shared_texts_part(archive: zipfile.ZipFile, larger_than: int) -> str | None:
    """Return the path of the part with the shared texts if larger than so many bytes."""
    for part in archive.infolist():
        if part.filename.lower() == SHARED_TEXTS and part.file_size > larger_than:
            return part.filename
    return None


@contextmanager
def unpacked_texts(
    archive: zipfile.ZipFile, part: str | None, folder: Path
) -> Iterator[SharedTexts]:
    """Unpack the shared texts of a workbook into `folder` for as long as needed.

    Raises NotPlain if their XML is unusual.
    """
    if part is None:
        yield SharedTexts(None, array("Q"))
        return
    ends = array("Q", [0])
    with TemporaryFile(dir=folder) as file:
        for texts in _texts(archive, part):
            file.writelines(texts)
            ends.extend(accumulate(map(len, texts), initial=ends.pop()))
        file.flush()
        if not file.tell():
            yield SharedTexts(None, ends)
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            yield SharedTexts(memory, ends)


def _texts(archive: zipfile.ZipFile, part: str) -> Iterator[list[bytes]]:
    """Yield the XML inside of the elements, some of them at a time."""
    rest, prefix = b"", None
    start = end = blank = b""
    for block in blocks(archive, part):
        piece = rest + block
        if prefix is None:
            root = _ROOT.search(piece)
            if root is None or not in_utf8(piece):
                raise NotPlain(Why.NOT_PLAIN)
            prefix = root[1]
            start, end, blank = b"<%bsi>" % prefix, b"</%bsi>" % prefix, b"<%bsi/>" % prefix
            piece = piece[root.end() :]
        if b"<!" in piece:
            raise NotPlain(Why.NOT_PLAIN)
        *found, rest = piece.replace(blank, start + end).split(end)
        if any(text.count(start[:-1]) != 1 or start not in text for text in found):
            raise NotPlain(Why.NOT_PLAIN)
        yield [text.rpartition(start)[2] for text in found]
    if prefix is None or start[:-1] in rest:
        raise NotPlain(Why.NOT_PLAIN)


def in_utf8(head: bytes) -> bool:
    """True if the beginning of an XML part declares no other encoding than UTF-8."""
    return _OTHER_ENCODING.search(head) is None
