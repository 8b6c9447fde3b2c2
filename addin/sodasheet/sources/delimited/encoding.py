"""Detect the character encoding of a file."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from sodasheet.errors import UsageProblem
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.sources.delimited.byte_scan import Scan
from sodasheet.sources.source_file import MARK

#: Longest first: the mark of UTF-32 begins with the mark of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: Codecs of Python that are not encodings of files.
_NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw-unicode-escape", "unicode-escape"}
_NO_CHARSETS |= {"utf-7", "undefined", "raw_unicode_escape"}

#: Encodings for which charset-normalizer is reliable: scripts with unmistakable bytes. Among
#: Latin code pages it guesses; Excel writes Windows-1252 in Western Europe and the Americas.
_SURE_AT_SIGHT = {"big5", "big5hkscs", "cp932", "cp949", "cp950", "euc_jis_2004", "euc_jp"}
_SURE_AT_SIGHT |= {"euc_kr", "gb18030", "gb2312", "gbk", "johab", "shift_jis", "shift_jis_2004"}
_SURE_IN_ITS_LANGUAGE = {"cp1251", "cp1253", "cp1255", "cp1256", "cp866", "cp874", "iso8859_5"}
_SURE_IN_ITS_LANGUAGE |= {"iso8859_6", "iso8859_7", "iso8859_8", "koi8_r", "koi8_u", "tis_620"}
_COHERENT = 0.4

_WESTERN, _OLD_MAC = "cp1252", "mac_roman"

#: Within a word of small letters: bytes that are small letters of Mac OS Roman only, and of
#: Windows-1252 only. Quotation marks and dashes of Windows are also letters on the Mac, and show
#: nothing.
_MAC_LETTER = re.compile(
    rb"[a-z][\x87-\x8b\x8d-\x90\x98\x9b\x9d\x9e\x9f](?=[a-z])|[a-z][\x8e\x8f\x90]"
)
_WINDOWS_LETTER = re.compile(rb"[a-zA-Z][\xdf-\xf6\xf8-\xff]")

#: Bytes that are not characters of Windows-1252.
_NO_WESTERN = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")

#: Bytes beyond ASCII below which nothing but Windows-1252 is guessed, and below which a guess is
#: doubtful: two bytes are a character of the large character sets, so that these are 10 and 50.
_MANY, _PROVEN = 20, 100

_RUN = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec; `guessed` is False if the encoding is explicit, marked or proven.

    `doubtful` says that the few bytes beyond ASCII fit other encodings as well.
    """

    codec: str
    guessed: bool = False
    doubtful: bool = False

    @property
    def label(self) -> str:
        """Common name of the encoding."""
        known = {"cp1252": "Windows-1252", "utf-8-sig": "UTF-8", _OLD_MAC: "Mac OS Roman"}
        return known.get(self.codec, self.codec.upper())

    @property
    def ascii_alike(self) -> bool:
        """True if ASCII text has the same bytes in this encoding."""
        plain = bytes(range(128))
        return plain.decode(self.codec, "replace").encode("utf-8") == plain


#: UTF-8, with or without a mark.
UTF_8 = Encoding("utf-8-sig")


def choose_encoding(explicit: str, scan: Scan) -> Encoding:
    """Return the encoding of a scanned file; a byte order mark outranks the explicit encoding.

    Raises UsageProblem for a name that is not an encoding.
    """
    wanted = None if explicit.strip().lower() in ("", "auto") else explicit_codec(explicit)
    marked = next((codec for mark, codec in _MARKS if scan.head.startswith(mark)), None)
    if marked or wanted:
        return Encoding(marked or wanted or "")
    if scan.nul and (wide := _without_mark(scan.head)):
        return Encoding(wide, guessed=True)
    if scan.good >= scan.bad:
        return Encoding("utf-8-sig")
    return _guess(b"\n".join(scan.windows))


def explicit_codec(name: str) -> str:
    """Return the Python codec of an encoding's name; raises UsageProblem if unknown."""
    try:
        codec = codecs.lookup(name.strip()).name
        "".encode(codec)  # raises for codecs that are not text encodings (hex, rot13, zip)
    except (LookupError, UnicodeError, ValueError) as error:
        raise _unknown(name) from error
    if codec in _NO_CHARSETS:
        raise _unknown(name)
    return "utf-8-sig" if codec == "utf-8" else codec


def _unknown(name: str) -> UsageProblem:
    return UsageProblem(
        f"{name!r} is not a known encoding.",
        "Use auto, utf-8, utf-16, windows-1252 or the name of another character set.",
    )


def _without_mark(head: bytes) -> str | None:
    """Recognize UTF-16 without a mark by the NUL in every other byte of Western text."""
    half = len(head) // 2
    if head[1::2].count(0) > half * 0.4 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if head[::2].count(0) > half * 0.4 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _guess(sample: bytes) -> Encoding:
    import charset_normalizer

    if not _in_words(sample):
        if _from_old_mac(sample):
            return Encoding(_OLD_MAC, guessed=True, doubtful=True)
        return Encoding(_WESTERN, guessed=True)
    beyond = sum(map(len, _RUN.findall(sample)))
    doubtful = beyond < _PROVEN
    if beyond < _MANY and not _NO_WESTERN.search(sample):
        # This few bytes are valid in many encodings; Western files are the most frequent.
        return Encoding(_WESTERN, guessed=True, doubtful=True)
    best = charset_normalizer.from_bytes(sample).best()
    if best is None:
        return Encoding(_WESTERN, guessed=True, doubtful=True)
    sure = best.encoding in _SURE_AT_SIGHT or (
        best.encoding in _SURE_IN_ITS_LANGUAGE and best.coherence >= _COHERENT
    )
    codec = best.encoding if sure else _WESTERN
    return Encoding(codec, guessed=True, doubtful=doubtful or not sure)


def _from_old_mac(sample: bytes) -> bool:
    """True if letters within words are letters only on an old Mac: `José` is `JosŽ` on Windows."""
    found = len(_MAC_LETTER.findall(sample))
    return found > 2 * len(_WINDOWS_LETTER.findall(sample))


def _in_words(sample: bytes) -> bool:
    """True if bytes beyond ASCII are mostly adjacent, as in scripts other than Latin."""
    beyond = _RUN.findall(sample)
    return sum(len(run) for run in beyond if len(run) > 1) > 0.7 * sum(map(len, beyond))


#: The reason for a note about an encoding that may well be wrong.
DOUBTFUL = "encoding-doubtful"


def guessed_note(encoding: Encoding) -> FindingGroup:
    """Return the note that the file declares no encoding and which encoding was assumed."""
    if encoding.doubtful:
        return FindingGroup(
            reason=DOUBTFUL,
            severity=Severity.NOTE,
            message="The file is not UTF-8, declares no encoding, and has few letters that show"
            f" which encoding is right; it was read as {encoding.label}.",
            remedy="Check the accented or foreign letters, then set the encoding.",
        )
    return FindingGroup(
        reason="encoding-guessed",
        severity=Severity.NOTE,
        message=f"The file is not UTF-8 and declares no encoding; it was read as {encoding.label}.",
        remedy="Check a few accented letters; if they are wrong, set the right encoding.",
    )


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Replace undecodable bytes with a lone surrogate, which no file can contain."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error(MARK, _mark)
