"""Text on its way into a cell: always entered as text."""

from __future__ import annotations

#: Maximum characters in a cell (Excel specifications and limits).
LONGEST = 32_767

#: Characters of text that a program could mistake for a date, and some more.
_LONGEST_DATE = 50

#: Control characters become their picture (Unicode block 2400); tab and line feed may stay.
_PICTURES = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}


def as_text(text: str) -> str:
    """Return `text` in a form that makes the cell contain exactly this text, no formula or number.

    An apostrophe in front, which every spreadsheet program takes away again, is put before whatever
    does not begin like a word. Only what cannot be in a cell at all is changed.
    """
    clean = cell_content(text)
    return clean if _like_a_word(clean) else f"'{clean}"


def cell_content(text: str) -> str:
    """Return the content of a cell after entering the result of `as_text`."""
    clean = text.translate(_PICTURES).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return clean[: LONGEST - 1]


def _like_a_word(text: str) -> bool:
    """True if the text begins with a letter or a parenthesized letter, such as `(ignore)`.

    `true` would become a logical value, and `Mar 2024` a date.
    """
    if not text.removeprefix("(")[:1].isalpha():
        return not text
    dated = len(text) <= _LONGEST_DATE and any(map(str.isdigit, text))
    return not dated and text.casefold() not in ("true", "false")
