"""Scan every byte of a delimited file once, before decoding anything."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sodasheet.model.progress import Progress
from sodasheet.sources.source_file import Metered

#: Separators that the scan knows: the candidates, and the separator of a single column.
SEPARATORS = b",\t;|\x1f"

#: Bytes scanned together: few enough to stay in the processor's cache between two searches, and to
#: be stored without asking the system for memory each time.
_BLOCK = 256 * 1024

#: No record is longer.
_ENDLESS = 8_000_000

#: Maximum samples from a file that is not UTF-8, as evidence of its encoding.
WINDOWS = 48
_REACH = 512
_PLACES = 8
_BEYOND_ASCII = bytes(range(128, 256))

#: Every byte but the C0 controls and delete; a tab is not a control here, line ends are.
_PLAIN = bytes({*range(256)} - {*range(32), 127} | {*b"\t"})
#: The C1 controls in UTF-8.
_C1_CONTROLS = re.compile(b"\xc2[\x80-\x9f]")

#: A carriage return that no line feed follows, or a pair before another line end: a blank line.
_ODD_RETURN = re.compile(b"\r(?:[^\n]|\n[\r\n])")


#: The end mark of DOS programs, Ctrl-Z, alone on the last line.
_END_MARK = re.compile(b"[\r\n]\x1a+[\r\n]*$")
_LAST_BYTES = 256


@dataclass(frozen=True, slots=True)
class QuoteSigns:
    """Characters to search for: the quote, the escape, and bytes that may be next to a quote.

    `quote` and `escape` are one byte or empty; `separators` are all possible separators.
    """

    quote: bytes = b'"'
    escape: bytes = b""
    separators: bytes = SEPARATORS


@dataclass(slots=True)
class Scan:
    """Facts about the bytes of a file.

    `lines` counts physical lines (including a last line without line end) and is right if every
    line ends in LF or CRLF (`even`). `spaced` is True if blanks are next to a quote, where
    readers differ if the quote is not part of a string; `rejoined` if a cell may end and begin
    again; `controls` if there are control characters; `end_mark` if the last line is the end mark
    of DOS. `good` and `bad` count valid and invalid UTF-8 characters, as far as evidence is
    needed; `windows` are samples around invalid characters from all over the file.
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
    rejoined: bool = False
    endless: bool = False
    controls: bool = False
    end_mark: bool = False
    good: int = 0
    bad: int = 0
    windows: list[bytes] = field(default_factory=list)

    @property
    def utf8(self) -> bool:
        """True if the file is valid UTF-8."""
        return self.bad == 0

    @property
    def even(self) -> bool:
        """True if all lines end in LF, or all in CRLF."""
        return self.returns == self.pairs and self.pairs in (0, self.feeds)


def scan_file(path: Path, signs: QuoteSigns, progress: Progress) -> Scan:
    """Scan the whole file once.

    Raises OSError if the file cannot be read, Cancelled if the user stops the scan.
    """
    scan = Scan()
    digest = hashlib.sha256()
    beside = _beside_quotes(signs)
    last = b""
    for block in _whole_lines(path, scan, progress):
        digest.update(block)
        _count(scan, block)
        _characters(scan, block)
        if signs.quote and signs.quote in block:
            scan.quoted = True
            scan.spaced = scan.spaced or _spaced(block, beside)
            scan.rejoined = scan.rejoined or _rejoined(block, signs.quote)
        scan.escaped = scan.escaped or bool(signs.escape and signs.escape in block)
        last = last[-_LAST_BYTES:] + block[-_LAST_BYTES:]
    scan.end_mark = b"\x1a" in last and _END_MARK.search(last) is not None
    scan.sha256 = digest.hexdigest()
    scan.lines = scan.feeds + (scan.size > 0 and not last.endswith(b"\n"))
    return scan


def _whole_lines(path: Path, scan: Scan, progress: Progress) -> Iterator[bytes]:
    """Yield blocks that end with a line feed, so that no character or line is cut in two.

    A line too long for any record is yielded in pieces and marks the scan as endless.
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
    """Count line ends and look for controls.

    Only the few bytes that are controls are counted: to search the whole block for each kind takes
    many times as long.
    """
    signs = block.translate(None, _PLAIN)
    feeds, returns = signs.count(b"\n"), signs.count(b"\r")
    scan.feeds += feeds
    scan.returns += returns
    if len(signs) > feeds + returns:
        scan.controls = True
        scan.nul = scan.nul or b"\0" in signs
    scan.blank = scan.blank or block.startswith((b"\n", b"\r\n"))
    mixed = returns not in (0, feeds) or block.endswith(b"\r")
    if returns and (mixed or _ODD_RETURN.search(block)):
        scan.pairs += block.count(b"\r\n")
        scan.blank = scan.blank or b"\n\r\n" in block
    else:
        scan.pairs += returns
    if b"\n\n" in signs and not scan.blank:
        # CPython finds a pair of equal bytes twice as fast from the right.
        scan.blank = block.rfind(b"\n\n") >= 0


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
    """Count valid and invalid characters, and take samples from several places of the block."""
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
    """Return the position of the next invalid byte after `start`, or -1."""
    start = block.find(b"\n", start) + 1
    if not start:
        return -1
    try:
        block[start:].decode()
    except UnicodeDecodeError as error:
        return start + error.start
    return -1


def _beside_quotes(signs: QuoteSigns) -> tuple[bytes, re.Pattern[bytes], re.Pattern[bytes]]:
    """Return patterns for a blank and a quote at the start of a line or cell, and at a cell's end.

    Each pattern begins with plain bytes, which the regular expression engine finds fast.
    """
    quote = re.escape(signs.quote)
    edge = b"[ \r\n" + re.escape(signs.separators) + b"]"
    before = re.compile(b" " + quote + b"(?<=" + edge + b" " + quote + b")")
    after = re.compile(quote + b" (?=" + edge + b"|$)")
    return b" " + signs.quote, before, after


def _spaced(block: bytes, beside: tuple[bytes, re.Pattern[bytes], re.Pattern[bytes]]) -> bool:
    first, before, after = beside
    return block.startswith(first) or bool(before.search(block) or after.search(block))


def _rejoined(block: bytes, quote: bytes) -> bool:
    """True if a cell may end and begin again, as in `"a" "b"`, which some readers join."""
    return quote + b" " in block and bool(
        re.search(re.escape(quote) + b" +" + re.escape(quote), block)
    )
