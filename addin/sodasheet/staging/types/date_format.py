"""Date formats as users declare them: strptime patterns, DataSync's Joda patterns, `ISO8601`.

A pattern becomes two things: a shape (a regular expression of the strings that fit) and a strptime
format for DuckDB. The shape comes first because DuckDB alone takes `24` for a year of four digits
and skips blanks that are not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sodasheet.errors import UsageProblem

ISO = "ISO8601"

#: The format of days that a spreadsheet counts from 1900: 45292 is January 1, 2024.
SERIAL = "serial"
#: The same in a workbook that counts from 1904: 43830 is January 1, 2024.
SERIAL_1904 = "serial 1904"

#: After a format without a day, or without month and day: the first day is meant.
FIRST_DAY = " as first day"

#: `Z` or an offset; no place on Earth is sixteen hours from UTC.
ZONE = "(?:Z|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)"

_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _names(words: list[str], length: int | None = None) -> str:
    return "(?i:" + "|".join(dict.fromkeys(word[:length] for word in words)) + ")"


#: Directive of strptime -> shape. Numbers may come unpadded (`1/2/2024`), names in any case, in
#: English. `%y` is 1969 to 2068, as in POSIX.
_SHAPES = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "f": "[0-9]{1,6}",
    "p": "(?i:[ap]m)",
    # `Sept` and a period after the abbreviation are common, and are removed before parsing.
    "b": "(?i:Sept|" + _names(_MONTHS, 3).removeprefix("(?i:") + r"\.?",
    "B": _names(_MONTHS),
    "a": _names(_DAYS, 3),
    "A": _names(_DAYS),
    "z": ZONE,
    "j": "[0-9]{1,3}",
    "k": "[0-9]{1,2}",
    "K": "[0-9]{1,2}",
} | dict.fromkeys("mdHIMS", "[0-9]{1,2}")
_JODA_ONLY = frozenset("jkK")
_NUMERIC = frozenset("YymdHIMSfjkK")
#: Extra input that Joda's letters accept compared with strptime: a year of four digits for `yy`, a
#: whole name for
#: `MMM` and `EEE`.
_JODA_SHAPES = {"y": "(?:[0-9]{2}|[0-9]{4})", "b": _names([*_MONTHS, *(m[:3] for m in _MONTHS)])}
_JODA_SHAPES |= {"a": _names([*_DAYS, *(day[:3] for day in _DAYS)])}
#: Directives only in Joda, and the strptime directive of the text that `rewrites` makes.
_STRPTIME = {"k": "H", "K": "I"}
#: Two-digit years mean one of the hundred years up to this many after the current year (Joda).
_YEARS_AHEAD = 19
_SHORTHANDS = {"%F": "%Y-%m-%d", "%D": "%m/%d/%y", "%T": "%H:%M:%S", "%R": "%H:%M"}

#: Run of one Joda letter -> directive; other letters cannot be read back.
_JODA = (
    {"y": "Y", "yy": "y", "yyy": "Y", "yyyy": "Y", "M": "m", "MM": "m", "MMM": "b", "MMMM": "B"}
    | {"D": "j", "DD": "j", "DDD": "j", "k": "k", "kk": "k", "K": "K", "KK": "K"}
    | {"d": "d", "dd": "d", "H": "H", "HH": "H", "h": "I", "hh": "I", "m": "M", "mm": "M"}
    | {"s": "S", "ss": "S", "a": "p", "Z": "z", "ZZ": "z", "EEEE": "A"}
    | dict.fromkeys(("E", "EE", "EEE"), "a")
    | {"S" * count: "f" for count in range(1, 7)}
)
_STRPTIME_PARTS = re.compile(r"%[-_0]?(?P<directive>.)|(?P<literal>[^%]+|%$)", re.DOTALL)
_JODA_PARTS = re.compile(
    r"'(?P<quoted>(?:[^']|'')*)'|(?P<run>([A-Za-z])\3*)|(?P<literal>[^A-Za-z']+|'$)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A declared format: an RE2 pattern for its text, and a strptime format to read it.

    `rewrites` are what has to be replaced before: a RE2 pattern and its replacement each.
    """

    shape: str
    strptime: str
    zoned: bool = False
    rewrites: tuple[tuple[str, str], ...] = ()


#: (directive, literal text): exactly one of the two is not empty.
_Part = tuple[str, str]


def read_pattern(text: str) -> DatePattern:
    """Return the pattern of a declared format other than `ISO8601`.

    With a percent sign it is a strptime pattern, else a Joda pattern such as `MM/dd/yyyy`. Raises
    UsageProblem if a letter means nothing, or where year, month or day is missing.
    """
    return _read_pattern(text, datetime.now(UTC).year)


# To suggest a format, the same forty or so formats are tried for every column of dates.
@lru_cache(maxsize=512)
def _read_pattern(text: str, this_year: int) -> DatePattern:
    whole = text
    text = _as_joda(text.removesuffix(FIRST_DAY))
    strptime = "%" in text
    parts = list(_strptime_parts(text) if strptime else _joda_parts(text))
    _complete(parts, whole)
    shapes = [
        _shape(parts, index, joda=not strptime) if directive else re.escape(literal)
        for index, (directive, literal) in enumerate(parts)
    ]
    form = "".join(
        f"%{_directive(directive, joda=not strptime)}" if directive else literal.replace("%", "%%")
        for directive, literal in parts
    )
    zoned = any(directive == "z" for directive, _ in parts)
    rewrites = () if strptime else tuple(_rewrites(parts, shapes, this_year))
    return DatePattern("".join(shapes), form, zoned, rewrites)


def _directive(directive: str, *, joda: bool) -> str:
    return "Y" if joda and directive == "y" else _STRPTIME.get(directive, directive)


def _rewrites(parts: list[_Part], shapes: list[str], this_year: int) -> Iterator[tuple[str, str]]:
    """Yield the pieces that make Joda's text readable for strptime."""
    for index, (directive, _) in enumerate(parts):
        before, behind = "".join(shapes[:index]), "".join(shapes[index + 1 :])
        if directive == "y":
            yield from _centuries(before, behind, this_year)
        elif directive == "k":
            yield f"^({before})24({behind})$", r"\100\2"
        elif directive == "K":
            yield f"^({before})00?({behind})$", r"\112\2"
        elif directive in ("b", "a"):
            yield f"^({before})([A-Za-z]{{3}})[A-Za-z]*({behind})$", r"\1\2\3"


def _centuries(before: str, behind: str, this_year: int) -> Iterator[tuple[str, str]]:
    last = (this_year + _YEARS_AHEAD) % 100
    for century, years in (("20", range(last + 1)), ("19", range(last + 1, 100))):
        listed = "|".join(f"{year:02}" for year in years)
        yield f"^({before})({listed})({behind})$", rf"\1{century}\2\3"


#: Formats as written by users who do not program: MM/DD/YYYY, mm/dd/yyyy, D-MMM-YY, with a time
#: such
#: as h:mm, H:mm:ss or h:mm AM/PM after it.
_PEOPLE = re.compile(
    r"(?i)(?P<date>(?:[mdy]{1,4}|[^a-z%']+)+?)"
    r"(?P<hour>h{1,2})?(?(hour)(?P<rest>:mm(?::ss)?)(?P<half> ?(?:am/pm|a))?(?P<zone> ?z)?)"
)
_WEEKDAY = {3: "EEE", 4: "EEEE"}


def _as_joda(text: str) -> str:
    """Return a format such as MM/DD/YYYY h:mm with Joda's letters; any other format as-is."""
    found = None if "%" in text else _PEOPLE.fullmatch(text)
    if not found:
        return text
    date = found["date"]
    if not re.search("(?i)m", date) and re.search("(?i)d", date):
        return text  # a day of the year, which only Joda has
    date = re.sub("m", "M", date.replace("D", "d").replace("Y", "y"))
    date = re.sub("d+", lambda run: _WEEKDAY.get(len(run[0]), run[0]), date)
    if not found["hour"]:
        return date
    half = found["half"] or ""
    if date == found["date"] and "/" not in half:
        return text  # Joda's own pattern letters; `hh` also needs `a`
    hour = ("h" if half else "H") * len(found["hour"])
    half = half.replace(half.strip(), "a") if half else ""
    return f"{date}{hour}{found['rest'].lower()}{half}{(found['zone'] or '').upper()}"


#: Directive of strptime -> letters that people write; of touching numbers all digits are shown.
_WORDS = {
    "Y": "YYYY", "y": "YY", "m": "M", "b": "MMM", "B": "MMMM", "d": "D", "H": "H", "I": "h",
    "M": "mm", "S": "ss", "p": "AM/PM", "a": "DDD", "A": "DDDD", "z": "Z",
}  # fmt: skip


def exchanged(form: str) -> str:
    """Return a date format with day and month exchanged; empty unless both are numbers."""
    if "%d" not in form or "%m" not in form:
        return ""
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def date_words(form: str) -> str:
    """Return a strptime format in readable form: `M/D/YYYY` for `%m/%d/%Y`.

    Anything else, and a format that has no such form, is returned unchanged.
    """
    text = form.removesuffix(FIRST_DAY)
    if "%" not in text:
        return form
    try:
        parts = list(_strptime_parts(text))
        words = "".join(_part_words(parts, index) for index in range(len(parts)))
        there = read_pattern(words + form[len(text) :]).strptime
        same = there == read_pattern(form).strptime.replace("%y", "%Y")
    except (KeyError, UsageProblem):
        return form
    return words + form[len(text) :] if same else form


def _part_words(parts: list[_Part], index: int) -> str:
    directive, literal = parts[index]
    if not directive:
        return literal
    beside = [parts[place][0] for place in (index - 1, index + 1) if 0 <= place < len(parts)]
    touching = any(other in _NUMERIC for other in beside if other)
    words = _WORDS[directive]
    return words * 2 if touching and directive in "mdHI" else words


def _strptime_parts(text: str) -> Iterator[_Part]:
    for short, long in _SHORTHANDS.items():
        text = text.replace(short, long)
    for part in _STRPTIME_PARTS.finditer(text):
        directive = part["directive"]
        if directive == "%":
            yield "", "%"
        elif directive is not None and (directive not in _SHAPES or directive in _JODA_ONLY):
            raise _unreadable(text, f"%{directive}")
        else:
            yield directive or "", part["literal"] or ""


def _joda_parts(text: str) -> Iterator[_Part]:
    for part in _JODA_PARTS.finditer(text):
        run = part["run"]
        if run is not None and run not in _JODA:
            raise _unreadable(text, run)
        quoted = part["quoted"]
        if quoted is not None:
            yield "", quoted.replace("''", "'") or "'"
        else:
            yield _JODA[run] if run else "", part["literal"] or ""


def _shape(parts: list[_Part], index: int, *, joda: bool) -> str:
    """Require padding of adjacent numbers, because nothing else separates them."""
    directive = parts[index][0]
    beside = [parts[place][0] for place in (index - 1, index + 1) if 0 <= place < len(parts)]
    touching = any(other in _NUMERIC for other in beside if other)
    if touching and directive in "mdHIMSkK":
        return "[0-9]{2}"
    if touching and directive == "j":
        return "[0-9]{3}"
    if joda and directive in _JODA_SHAPES and not (touching and directive == "y"):
        return _JODA_SHAPES[directive]
    return _SHAPES[directive]


def _complete(parts: list[_Part], text: str) -> None:
    found = [directive for directive, _ in parts if directive]
    twice = {directive for directive in found if found.count(directive) > 1}
    year, month, day = (
        ("Y" in found or "y" in found),
        bool({"m", "b", "B"} & {*found}),
        "d" in found,
    )
    in_year = "j" in found
    halves = bool({"I", "K"} & {*found}) != ("p" in found)
    if text.endswith(FIRST_DAY):
        month, day = (month or not day), not day
    dated = in_year != (month and day) and not (in_year and (month or day))
    if not (year and dated) or twice or halves:
        raise UsageProblem(
            f"{text!r} is not a complete date format.",
            "It needs a year, a month and a day, each once, and AM or PM with a twelve-hour "
            "clock, such as M/D/YYYY or M/D/YYYY h:mm AM/PM.",
        )


def _unreadable(text: str, part: str) -> UsageProblem:
    return UsageProblem(
        f"{part!r} in the date format {text!r} cannot be read.",
        "Write M/D/YYYY, D-MMM-YY or M/D/YYYY h:mm AM/PM, or use strptime (%Y %y %m %b %B %d %H "
        "%I %M %S %f %p %a %A %z), Joda letters (y M d D H h K k m s S a E Z, other text in single "
        "quotes), or ISO8601.",
    )
