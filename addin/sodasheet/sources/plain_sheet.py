"""Rewrite a sheet's XML in the plain form that python-calamine understands.

python-calamine 0.9 ends a number at a comment or a character reference, reads marked text
(`<![CDATA[…]]>`) as a blank, and rejects a whole sheet for an error value that is newer than it.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from sodasheet.sources.zip_package import blocks

#: Constructs that python-calamine misreads, each as a byte that hints at it, byte strings that
#: narrow it down, and a deciding pattern: comments, marked strings, instructions,
#: and character references in numbers and in the tags of rows and cells.
MISREAD: tuple[tuple[bytes, tuple[bytes, ...], re.Pattern[bytes]], ...] = (
    (b"!", (b"<!",), re.compile(rb"<!")),
    (b"?", (b"<?",), re.compile(rb"<\?(?!xml\s)")),
    (
        b"&",
        (b"&#",),
        re.compile(
            rb"<(?:\w+:)?v(?:\s[^<>]*)?>[^<]*&#"
            rb"|<(?:\w+:)?(?:c|f|v|row|mergeCell|dimension)\s[^<>]*&#"
        ),
    ),
)

#: The declaration of another encoding than UTF-8, or the marks of UTF-16.
_OTHER_ENCODING = re.compile(
    rb"""\xff\xfe|\xfe\xff|<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE
)

#: Error values that python-calamine knows.
_KNOWN_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


def odd_encoding(head: bytes) -> bool:
    """True if the beginning of an XML part is not in UTF-8."""
    return _OTHER_ENCODING.match(head) is not None


def is_known_error(text: str) -> bool:
    """True if python-calamine reads a cell with this error value."""
    return text in _KNOWN_ERRORS


def is_misread(archive: zipfile.ZipFile, part: str) -> bool:
    """True if a sheet's XML has anything that python-calamine reads wrongly."""
    rest = b""
    for number, block in enumerate(blocks(archive, part)):
        if not number and odd_encoding(block):
            return True
        piece = rest + block
        for byte, plain, pattern in MISREAD:
            if byte in piece and any(sign in piece for sign in plain) and pattern.search(piece):
                return True
        # A tag or a number that is cut by the end of a block is searched with the next block.
        rest = piece[max(piece.rfind(b"<", 0, piece.rfind(b"<")), 0) :][-_LONGEST_NUMBER:]
    return False


#: Maximum bytes of a tag and a number.
_LONGEST_NUMBER = 64 * 1024


def plain_workbook(data: bytes, part: str) -> bytes:
    """Return the workbook with one sheet's XML rewritten."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(file, "w") as found:
        for name in dict.fromkeys(archive.namelist()):
            with found.open(name, "w", force_zip64=True) as target:
                if name != part:
                    for block in blocks(archive, name):
                        target.write(block)
                    continue
                writer = _Writer()
                parser = expat.ParserCreate()
                parser.StartElementHandler = writer.start
                parser.EndElementHandler = writer.end
                parser.CharacterDataHandler = writer.text
                for block in blocks(archive, name):
                    parser.Parse(block)
                    target.write(writer.taken())
                parser.Parse(b"", True)
                target.write(writer.taken())
    return file.getvalue()


class _Writer:
    """Expat handlers that write the same elements plainly."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._type = ""
        self._value: list[str] | None = None

    def taken(self) -> bytes:
        """Return the XML since the last call."""
        out, self._out = "".join(self._out), []
        return out.encode()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        local = name.rpartition(":")[2]
        if local == "c":
            self._type = attributes.get("t", "n")
        elif local == "v":
            self._value = []
        shown = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self._out.append(f"<{name}{shown}>")

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if self._value is not None and name.rpartition(":")[2] == "v":
            self._out.append(_plain(self._plain_value("".join(self._value))))
            self._value = None
        self._out.append(f"</{name}>")

    def _plain_value(self, text: str) -> str:
        if self._type == "e":
            return text if is_known_error(text) else "#N/A"
        return text if self._type == "str" else text.strip()

    def text(self, data: str) -> None:
        """Handle text inside an element."""
        if self._value is None:
            self._out.append(_plain(data))
        else:
            self._value.append(data)


def _plain(text: str) -> str:
    return escape(text, {"\r": "&#13;"})
