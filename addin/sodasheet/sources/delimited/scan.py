"""One fast look at every byte of a delimited file, before anything is read as text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sodasheet.model.progress import Progress
from sodasheet.sources.file_access import Metered

#: Separators that the scan looks out for: those that are searched for, and the one of one column.
SEPARATORS = b",\t;|\x1f"

#: Bytes looked at together: few enough to stay in the processor's cache between one look and the
#: next, and to be held without asking the system for memory each time.
_BLOCK = 256 * 1024

#: No record is longer.
_ENDLESS = 8_000_000

#: Places of a file that is no UTF-8 from which evidence of its encoding is taken.
WINDOWS = 48
_REACH = 512
_PLACES = 8
_BEYOND_ASCII = bytes(range(128, 256))

#: Every C0 control but tab, line feed and carriage return; delete; and the C1 controls in UTF-8.
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})
_C1_CONTROLS = re.compile(b"\xc2[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Watch:
    """What the scan looks for besides: the quote, the escape, and what may stand next to a quote.

    `quote` and `escape` are one byte or empty; `separators` all bytes that may be the separator.
    """

    quote: bytes = b'"'
    escape: bytes = b""
    separators: bytes = SEPARATORS


@dataclass(slots=True)
class Scan:
    """What the bytes of a file say.

    `lines` counts physical lines (a last one without line end too) and is right where every line
    ends in LF or CRLF, which `even` says. `spaced` says that blanks stand beside a quote, where
    readers differ. `controls` says that there are control characters. `good` and `bad` count
    characters that are and are not UTF-8, as far as evidence is needed; `windows` are stretches
    around bad ones from all over the file.
    """

    head: bytes = b""
    size: int = 0
    sha256: str = ""
    lines: int = 0
    returns: int = 0
    pairs: int = 0
    feeds: int = 0
    ascii: bool = True
    nul: bool = False
    blank: bool = False
    quoted: bool = False
    escaped: bool = False
    spaced: bool = False
    endless: bool = False
    controls: bool = False
    good: int = 0
    bad: int = 0
    windows: list[bytes] = field(default_factory=list)

    @property
    def utf8(self) -> bool:
        """Whether every byte is part of a UTF-8 character."""
        return self.bad == 0

    @property
    def even(self) -> bool:
        """Whether all lines end the same way, in LF or in CRLF."""
        return self.returns == self.pairs and self.pairs in (0, self.feeds)


def scan_file(path: Path, watch: Watch, progress: Progress) -> Scan:
    """Scan the whole file once; several hundred MB a second.

    Raises OSError where it cannot be read, Cancelled where the user stops it.
    """
    scan = Scan()
    digest = hashlib.sha256()
    beside = _beside_quotes(watch)
    last = b""
    for block in _whole_lines(path, scan, progress):
        digest.update(block)
        _count(scan, block)
        _characters(scan, block)
        if watch.quote and watch.quote in block:
            scan.quoted = True
            scan.spaced = scan.spaced or _spaced(block, beside)
        scan.escaped = scan.escaped or bool(watch.escape and watch.escape in block)
        last = block[-1:]
    scan.sha256 = digest.hexdigest()
    scan.lines = scan.feeds + (scan.size > 0 and last != b"\n")
    return scan


def _whole_lines(path: Path, scan: Scan, progress: Progress) -> Iterator[bytes]:
    """Blocks that end with a line feed, so that no character and no line is cut in two.

    A stretch without one that is too long for any record is given as it comes and called endless.
    """
    rest = b""
    with Metered(path, progress) as file:
        while block := file.read(_BLOCK):
            scan.head = scan.head or block[:4096]
            scan.size += len(block)
            block = rest + block
            cut = block.rfind(b"\n") + 1
            if not cut and len(block) > _ENDLESS:
                scan.endless, cut = True, len(block)
            rest = block[cut:]
            if cut:
                yield block[:cut]
    if rest:
        yield rest


def _count(scan: Scan, block: bytes) -> None:
    scan.feeds += block.count(b"\n")
    scan.nul = scan.nul or b"\0" in block
    scan.controls = scan.controls or len(block.translate(None, _CONTROLS)) < len(block)
    if b"\r" in block:
        scan.returns += block.count(b"\r")
        scan.pairs += block.count(b"\r\n")
        scan.blank = scan.blank or b"\n\r\n" in block
    # Searched from the right, CPython finds a pair of equal bytes twice as fast.
    scan.blank = scan.blank or block.startswith((b"\n", b"\r\n")) or block.rfind(b"\n\n") >= 0


def _characters(scan: Scan, block: bytes) -> None:
    if block.isascii():
        return
    scan.ascii = False
    scan.controls = scan.controls or _C1_CONTROLS.search(block) is not None
    try:
        scan.good += len(block) - len(block.decode())
    except UnicodeDecodeError as error:
        _evidence(scan, block, error.start)


def _evidence(scan: Scan, block: bytes, place: int) -> None:
    """Count good and bad characters, and take stretches from several places of the block."""
    if len(scan.windows) >= WINDOWS:
        return
    text = block.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    scan.bad += max(bad, 1)
    scan.good += len(text) - len(block.translate(None, _BEYOND_ASCII)) - bad
    for _ in range(_PLACES):
        # Whole lines, so that no character of a two-byte encoding is cut in two.
        start = block.rfind(b"\n", max(0, place - _REACH), place) + 1 or max(0, place - _REACH)
        stop = block.find(b"\n", place, place + _REACH) + 1 or place + _REACH
        window = block[start:stop]
        scan.windows.append(window)
        place = _next_bad(block, max(stop, start + len(block) // _PLACES))
        if place < 0:
            break


def _next_bad(block: bytes, start: int) -> int:
    """Where the next byte that is not UTF-8 stands after `start`, or -1."""
    start = block.find(b"\n", start) + 1
    if not start:
        return -1
    try:
        block[start:].decode()
    except UnicodeDecodeError as error:
        return start + error.start
    return -1


def _beside_quotes(watch: Watch) -> tuple[bytes, re.Pattern[bytes], re.Pattern[bytes]]:
    """A blank and a quote at the start of a line, at the start of a cell, at the end of one.

    Each pattern begins with plain bytes, which the regular expression engine searches fast.
    """
    quote = re.escape(watch.quote)
    edge = b"[ \r\n" + re.escape(watch.separators) + b"]"
    before = re.compile(b" " + quote + b"(?<=" + edge + b" " + quote + b")")
    after = re.compile(quote + b" (?=" + edge + b"|$)")
    return b" " + watch.quote, before, after


def _spaced(block: bytes, beside: tuple[bytes, re.Pattern[bytes], re.Pattern[bytes]]) -> bool:
    first, before, after = beside
    return block.startswith(first) or bool(before.search(block) or after.search(block))
