"""A copy of a file in UTF-8, for readers that know no other encoding."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import BinaryIO

from sodasheet.model.progress import Progress
from sodasheet.sources.source_file import Metered, source_problem

_BLOCK = 1024 * 1024


def to_utf8(path: Path, codec: str, folder: Path, progress: Progress) -> Path | None:
    """Copy the file into `folder` as UTF-8; None if some bytes are invalid in the encoding.

    Line ends are kept. Raises OSError if the file cannot be read, SourceError if the disk
    is full, Cancelled.
    """
    target = folder / "utf-8.csv"
    try:
        with Metered(path, progress) as source, target.open("wb") as copy:
            decoder = codecs.getincrementaldecoder(codec)("strict")
            while block := source.read(_BLOCK):
                _write(copy, decoder.decode(block), target)
            _write(copy, decoder.decode(b"", final=True), target)
    except UnicodeError:
        target.unlink(missing_ok=True)
        return None
    return target


def _write(file: BinaryIO, text: str, path: Path) -> None:
    try:
        file.write(text.encode())
    except OSError as error:
        raise source_problem(path, error) from error
