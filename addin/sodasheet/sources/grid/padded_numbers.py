"""Text of numbers whose format adds digits: 6101 with the format `00000` is shown as 06101."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'0|\\(.)|"([^"]*)"|(.)')


def shown(value: object, code: str) -> object:
    """Return the text that a cell with this format displays; only whole numbers are changed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if value < 0 or not float(value).is_integer():
        return value
    zeros = code.count("0")
    digits = str(int(value)).rjust(zeros, "0")
    if zeros == len(code):
        return digits
    tokens = list(_TOKEN.finditer(code))
    # Digits beyond the zeros belong to the first zero.
    extra = len(digits) - zeros
    text, at, first = "", 0, True
    for token in tokens:
        if token[0] == "0":
            take = 1 + (extra if first else 0)
            text, at, first = text + digits[at : at + take], at + take, False
        else:
            text += token[1] or token[2] or token[3] or ""
    return text
