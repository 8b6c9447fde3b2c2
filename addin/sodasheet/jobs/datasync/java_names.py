"""Convert Java's date patterns, time zones and encodings."""

from __future__ import annotations

import codecs
import re
import zoneinfo

from sodasheet.errors import UsageProblem
from sodasheet.sources.delimited.encoding import explicit_codec
from sodasheet.staging.types.date_format import ISO, read_pattern

#: Common abbreviations of time zones in North America; Java knows some of them.
_ZONES = {
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MDT": "America/Denver",
    "CST": "America/Chicago", "CDT": "America/Chicago", "EDT": "America/New_York",
    "AKST": "America/Anchorage", "AKDT": "America/Anchorage", "Z": "UTC",
}  # fmt: skip
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2})(?::?00)?")

#: Directive of strptime -> Joda letters (staging/types/date_format.py reads them the other way).
_LETTERS = {
    "Y": "yyyy", "y": "yy", "m": "MM", "b": "MMM", "B": "MMMM", "d": "dd", "H": "HH", "I": "hh",
    "M": "mm", "S": "ss", "f": "SSS", "p": "a", "a": "EEE", "A": "EEEE", "z": "Z",
    "F": "yyyy-MM-dd", "D": "MM/dd/yy", "T": "HH:mm:ss", "R": "HH:mm", "%": "%",
}  # fmt: skip
_DIRECTIVE = re.compile(r"%[-_0]?(.)|([^%]+)", re.DOTALL)


def readable(pattern: str) -> bool:
    """True if a date pattern of DataSync can be used unchanged."""
    if pattern == ISO:
        return True
    try:
        read_pattern(pattern)
    except UsageProblem:
        return False
    # Joda has no percent sign; a pattern with one would be read as a strptime pattern.
    return "%" not in pattern


def to_joda(pattern: str) -> str | None:
    """Return a date format in DataSync's form; None if the text is not a date format."""
    try:
        if pattern != ISO:
            read_pattern(pattern)
    except UsageProblem:
        return None
    if pattern == ISO or "%" not in pattern:
        return pattern
    parts = _DIRECTIVE.findall(pattern)
    return "".join(_LETTERS[letter] if letter else _quoted(text) for letter, text in parts)


def _quoted(text: str) -> str:
    """Quote the letters of literal text, which Joda would read as pattern letters."""
    return re.sub("[A-Za-z']+", lambda run: "'" + run[0].replace("'", "''") + "'", text)


def time_zone(name: str) -> str | None:
    """Return the tz database zone of a Java name; None if there is none."""
    wanted = _ZONES.get(name.upper(), name)
    offset = _OFFSET.fullmatch(wanted)
    if offset and int(offset[2]) <= 14:
        # The names of fixed zones count westward.
        wanted = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}"
    try:
        zoneinfo.ZoneInfo(wanted)
    except (KeyError, ValueError, OSError):
        return None
    return wanted


def encoding(name: str) -> str:
    """Return the encoding of a Java charset name. Raises UsageProblem if there is none."""
    plain = name.lower().removeprefix("x-").removesuffix("-bom")
    for wanted in (name, plain, plain.replace("windows-", "cp").replace("ibm", "cp")):
        try:
            explicit_codec(wanted)
        except UsageProblem:
            continue
        return wanted.lower()
    raise UsageProblem(
        f'it names an encoding that is not known here: "{name[:40]}".',
        "Write utf-8, windows-1252 or another name of a character set.",
    )


#: Python's name of an encoding -> Java's, if they differ in more than case.
_JAVA = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "ascii": "US-ASCII", "latin-1": "ISO-8859-1",
    "iso8859-1": "ISO-8859-1", "iso8859-15": "ISO-8859-15", "mac-roman": "x-MacRoman",
    "shift_jis": "Shift_JIS", "cp932": "windows-31j", "euc_jp": "EUC-JP", "euc_kr": "EUC-KR",
    "gb2312": "GB2312", "gbk": "GBK", "gb18030": "GB18030", "big5": "Big5", "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE", "koi8-r": "KOI8-R", "cp437": "IBM437",
    "cp850": "IBM850",
}  # fmt: skip
_ISO_8859 = re.compile(r"iso8859-(\d+)")
_WINDOWS = re.compile(r"cp(125\d)")


def java_encoding(name: str) -> str:
    """Return Java's name of an encoding; the name itself if Java has no other."""
    try:
        plain = codecs.lookup(name).name
    except LookupError:
        return name
    if (windows := _WINDOWS.fullmatch(plain)) is not None:
        return f"windows-{windows[1]}"
    if (iso := _ISO_8859.fullmatch(plain)) is not None:
        return f"ISO-8859-{iso[1]}"
    return _JAVA.get(plain, name)
