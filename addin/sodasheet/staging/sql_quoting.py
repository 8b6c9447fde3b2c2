"""Names, strings and blanks for SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: Every character that Unicode calls white space, and three more invisible characters
#: (zero width space, word joiner, byte order mark).
BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"
)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in SQL: its name, and the expression of a row's number."""

    name: str
    row: str


def literal(text: str) -> str:
    """Return `text` as an SQL string; NUL, which SQL text cannot contain, is spelled out."""
    body = text.replace("'", "''").replace("\0", "'||chr(0)||'")
    return f"('{body}')" if "\0" in text else f"'{body}'"


#: Ranges of characters that are visible: most strings begin and end with one of them. A string is
#: compared as a whole; the second bound excludes the few that begin with it and continue.
_VISIBLE = (
    ("!", "~~"),
    ("\u00a1", "\u167f"),
    ("\u2070", "\u2fff"),
    ("\u3001", "\ufefe"),
    ("\uff00", "\U0010ffff"),
)


def clean(text: str) -> str:
    """Return SQL that is true only if `text` begins and ends with a visible character.

    The last character by its place from the end: `right` would walk through the whole text.
    """
    return f"{visible(text)} AND {visible(f'({text})[-1]')}"


def visible(text: str) -> str:
    """Return SQL that is true only if `text` begins with a visible character."""
    return any_of(
        f"{text} BETWEEN {literal(first)} AND {literal(last)}" for first, last in _VISIBLE
    )


def trimmed(text: str) -> str:
    """Return SQL for `text` without surrounding blanks.

    Most cells are `clean` or empty, and most others have spaces only; to trim a set of thirty
    characters takes thirty times as long.
    """
    spaces = f"trim({text})"
    ascii_ends = f"{spaces} BETWEEN '!' AND '~~' AND ({spaces})[-1] BETWEEN '!' AND '~'"
    return (
        f"CASE WHEN {text} = '' OR {clean(text)} THEN {text} WHEN {ascii_ends} THEN {spaces}"
        f" ELSE trim({text}, {literal(BLANKS)}) END"
    )


def matches(text: str, pattern: str) -> str:
    """Return SQL that is true if all of `text` matches the RE2 `pattern`."""
    return f"regexp_full_match({text}, {literal(pattern)})"


def contains(text: str, pattern: str) -> str:
    """Return SQL that is true if part of `text` matches the RE2 `pattern`."""
    return f"regexp_matches({text}, {literal(pattern)})"


def any_of(conditions: Iterable[str]) -> str:
    """Return SQL that is true if any of `conditions` is."""
    return "(" + " OR ".join(conditions) + ")"


def both(cheap: str, dear: str) -> str:
    """Return SQL that is true if both are true; `AND` would evaluate `dear` for every row."""
    return f"CASE WHEN {cheap} THEN {dear} ELSE false END"


def first_of(choices: Iterable[tuple[str, str]], otherwise: str = "NULL") -> str:
    """Return SQL for the value of the first (condition, value) whose condition is true."""
    cases = " ".join(f"WHEN {condition} THEN {value}" for condition, value in choices)
    return f"CASE {cases} ELSE {otherwise} END" if cases else otherwise
