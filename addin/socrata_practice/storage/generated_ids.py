"""The names that a portal generates: row identifiers, row versions, dataset ids, field names."""

from __future__ import annotations

import re
import secrets

# Letters and digits without the ones that are easily confused; 32 of them, so five bits each.
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
_SEPARATORS = "-._~"
_MASK = (1 << 64) - 1
# Two letters per ten bits keep the table small; four per twenty bits would not.
_PAIRS = [ALPHABET[number & 31] + ALPHABET[number >> 5] for number in range(1 << 10)]
# Neighboring rows get dissimilar ids, so that the ids are not mistaken for an order.
_SCRAMBLE = 0x9E3779B97F4A7C15
_UNSCRAMBLE = pow(_SCRAMBLE, -1, 1 << 64)
_NAME = re.compile(
    rf"[a-z]+-([{ALPHABET}]{{4}})([-._~])([{ALPHABET}]{{4}})([-._~])([{ALPHABET}]{{4}})"
)
_DATASET = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")


def made_up(prefix: str, number: int) -> str:
    """Return `row-xxxx-xxxx-xxxx` for a positive number, always the same name for a number."""
    bits = (number * _SCRAMBLE) & _MASK
    # Unrolled for speed, because every row that is read has such an id.
    return (
        f"{prefix}-{_PAIRS[bits & 1023]}{_PAIRS[bits >> 10 & 1023]}"
        f"{_SEPARATORS[bits >> 60 & 3]}{_PAIRS[bits >> 20 & 1023]}{_PAIRS[bits >> 30 & 1023]}"
        f"{_SEPARATORS[bits >> 62]}{_PAIRS[bits >> 40 & 1023]}{_PAIRS[bits >> 50 & 1023]}"
    )


def number_of(name: str) -> int | None:
    """Return the number of a generated name; None for any other text."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    bits = 0
    for place, letter in enumerate(match[1] + match[3] + match[5]):
        bits |= ALPHABET.index(letter) << (5 * place)
    bits |= _SEPARATORS.index(match[2]) << 60 | _SEPARATORS.index(match[4]) << 62
    number = (bits * _UNSCRAMBLE) & _MASK
    return number if number < 1 << 63 else None


def row_name(sid: int) -> str:
    """Return the `:id` of the row kept under `sid`."""
    return made_up("row", sid)


def version_name(version: int) -> str:
    """Return the `:version` of a row."""
    return made_up("rv", version)


def row_number(name: object, plain: bool = False) -> int | None:
    """Return the row number of an `:id`; None if the text is not an `:id`.

    `plain` also takes the bare numbers that classic datasets show.
    """
    if plain and not isinstance(name, bool) and str(name).isdecimal() and len(str(name)) < 19:
        return int(str(name))
    return number_of(name) if isinstance(name, str) and name.startswith("row-") else None


def new_dataset_id() -> str:
    """Return a random dataset id."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def is_dataset_id(text: str) -> bool:
    """Return True if the text has the form of a dataset id."""
    return _DATASET.fullmatch(text) is not None


def field_name(display_name: str, taken: set[str]) -> str:
    """Return the field name for a display name, as observed in portal-api.md G.1."""
    base = re.sub(r"[^a-z0-9]+", "_", display_name.lower()).strip("_") or "column"
    base = f"_{base}" if base[0].isdigit() else base
    name, turn = base, 0
    while name in taken:
        turn += 1
        name = f"{base}_{turn}"
    return name
