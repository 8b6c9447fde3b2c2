"""Suggestions for text columns: lost zeros, spreadsheet text, misspelled words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from sodasheet.model.suggestion import DatasetValues, SuggestedChange, Suggestion
from sodasheet.staging.check.mapping_sql import POINT_ZERO
from sodasheet.staging.sql_quoting import literal, matches
from sodasheet.staging.suggest.distinct_values import Values
from sodasheet.wording import first_listed, part_of

#: A column with this few distinct values is a list of words, each used often.
_MOST_WORDS = 60
_LEAST_CELLS = 10
#: A word is a typo if a nearly identical word is this many times as frequent.
_TIMES_RARER = 5
_SHORTEST = 4

#: Headers of codes, and the digits that these have in the United States.
_CODES = ((re.compile(r"(?i)(?:^|[^a-z])(?:zip|postal)"), 5), (re.compile(r"(?i)county fips"), 5))

_ZIP = re.compile(r"(?i)(?:^|[^a-z])zip")

_DIGITS = "regexp_full_match(t, '[0-9]+')"


def text_suggestions(values: Values, field: str, known: DatasetValues) -> Iterator[Suggestion]:
    """Yield suggestions for a text column; `known` are values in the dataset."""
    steps = (
        _unwrap(values, field),
        _pad(values, field, known.digits),
        _recode(values, field, known.words),
    )
    for found in steps:
        if found is not None:
            yield found


def _unwrap(values: Values, field: str) -> Suggestion | None:
    wrapped = "regexp_full_match(t, '=\"[^\"]*\"|''[0-9][^'']*')"
    count = values.number(f"SELECT sum(n) FROM {{values}} WHERE {wrapped}")
    message = (
        "are written the way spreadsheets keep digits, such "
        'as ="06103"; the characters around the digits can be removed.'
    )
    if not count:
        wrapped = matches("t", POINT_ZERO)
        count = values.number(f"SELECT sum(n) FROM {{values}} WHERE {wrapped}")
        message = "are codes that a program mistook for numbers; the .0 after them can be removed."
    # Among other strings a few such values are more likely numbers.
    if not count or (".0" in message and 2 * count < values.count):
        return None
    return Suggestion(
        f"unwrap:{field}",
        f"{part_of(count, values.count, 'value')} {message}",
        SuggestedChange(unwrap=True),
        values.header,
        field,
        count,
        values.count,
        values.examples(wrapped),
    )


def _pad(values: Values, field: str, usual_digits: int) -> Suggestion | None:
    """Suggest zeros if a column has codes with fewer digits than usual."""
    widths = dict(
        values.rows(f"SELECT length(t), sum(n) FROM {{values}} WHERE {_DIGITS} GROUP BY 1")
    )
    if not widths:
        return None
    width = _known_width(values.header, usual_digits)
    usual = max(widths, key=lambda size: (widths[size], size))
    digits = sum(widths.values())
    if not width and usual > 1 and usual == max(widths) and 2 * widths[usual] > digits:
        zeros = f"{_DIGITS} AND length(t) = {usual} AND starts_with(t, '0')"
        width = usual if values.number(f"SELECT count(*) FROM {{values}} WHERE {zeros}") else 0
    short = sum(int(count) for size, count in widths.items() if width - 2 <= size < width)
    if not short:
        return None
    condition = f"{_DIGITS} AND length(t) < {width}"
    return Suggestion(
        f"pad:{field}",
        f"{part_of(short, values.count, 'value')} {'has' if short == 1 else 'have'} fewer than"
        f" {width} digits: leading zeros seem to be missing, and can be added.",
        SuggestedChange(pad=width),
        values.header,
        field,
        values.count,
        values.count,
        values.examples(condition),
    )


def _known_width(header: str, usual_digits: int) -> int:
    """Return the number of digits of a column's codes; 0 if unknown from header and dataset.

    A dataset whose ZIP codes have lost their zeros must not hide that others lose theirs.
    """
    named = named_width(header)
    return max(named, usual_digits) if _ZIP.search(header) else usual_digits or named


def named_width(header: str) -> int:
    """Return the number of digits of US codes under this header; 0 if unknown."""
    return next((size for named, size in _CODES if named.search(header)), 0)


def _recode(values: Values, field: str, words: Sequence[str]) -> Suggestion | None:
    """Suggest known words for nearly identical unknown words."""
    if not words and (values.different > _MOST_WORDS or values.count < _LEAST_CELLS):
        return None
    if values.different > _MOST_WORDS:
        return None
    counts = {
        text: int(n) for text, n in values.rows("SELECT t, n FROM {values} ORDER BY n DESC, t")
    }
    pairs = []
    for text, count in counts.items():
        known = words or [other for other, often in counts.items() if often >= _TIMES_RARER * count]
        target = None if text in known else _nearest(text, known)
        if target is not None:
            pairs.append((text, target))
    if not pairs:
        return None
    old = ", ".join(literal(text) for text, _ in pairs)
    shown = first_listed((f"{text} to {target}" for text, target in pairs), 5)
    cells = sum(counts[text] for text, _ in pairs)
    return Suggestion(
        f"recode:{field}",
        f"{part_of(cells, values.count, 'value')} {'looks' if cells == 1 else 'look'} like another"
        f" spelling: {shown}.",
        SuggestedChange(recode=tuple(pairs)),
        values.header,
        field,
        values.count,
        values.count,
        values.examples(f"t IN ({old})"),
    )


def _nearest(text: str, known: Sequence[str]) -> str | None:
    """Return the known word that differs in capitals or by one slip, if only one word fits."""
    same = [word for word in known if word.lower() == text.lower()]
    if same:
        return same[0]
    if len(text) < _SHORTEST or any(letter.isdigit() for letter in text):
        return None
    near = [
        word
        for word in known
        if len(word) >= _SHORTEST
        and word[0].lower() == text[0].lower()
        and OSA.distance(word.lower(), text.lower(), score_cutoff=1) <= 1
    ]
    return near[0] if len(near) == 1 else None
