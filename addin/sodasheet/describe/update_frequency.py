"""Update frequency: a single value on a sheet, several custom fields on a portal.

Groups of custom fields have different words for the same frequency (`Daily`, `R/P1D`). A table
of a description says which word each field takes; without a line there, the field's own choices
are searched for the same period.
"""

from __future__ import annotations

import re

from sodasheet.describe.custom_fields import CustomField
from sodasheet.describe.description import FREQUENCY, Description, same_text
from sodasheet.portal.update_frequency import is_frequency_field, parse_frequency

_ISO = re.compile(r"R/P\S+", re.IGNORECASE)


def frequency_fields(description: Description) -> list[tuple[str, str]]:
    """Return the custom fields of a dataset for the update frequency."""
    return [key for key in description.custom if is_frequency_field(key[1])]


def frequency_texts(now: Description, wanted: Description) -> dict[tuple[str, str], str]:
    """Return the custom fields that a frequency fills, with each field's own words.

    A field that is written by itself on the sheet is not among them.
    """
    word = wanted.fields.get(FREQUENCY)
    if word is None or same_text(word, now.fields.get(FREQUENCY, "")):
        return {}
    return {
        key: _word_for(now, wanted, key, word)
        for key in frequency_fields(now)
        if same_text(wanted.custom.get(key, now.custom[key]), now.custom[key])
    }


def _word_for(now: Description, wanted: Description, key: tuple[str, str], word: str) -> str:
    table = {said.casefold(): text for said, text in wanted.frequencies.get(key, {}).items()}
    if not word or word.casefold() in table:
        return table.get(word.casefold(), "")
    defined = next((one for one in now.defined if one.key == key), CustomField(*key))
    same = [one for one in defined.options if one.casefold() == word.casefold()]
    meant = parse_frequency(word)
    if same or meant is None:
        return same[0] if same else word
    for option in defined.options:
        found = parse_frequency(option)
        if found is not None and found.is_like(meant.period):
            return option
    if _ISO.fullmatch(now.custom[key]):
        return meant.standard.iso if meant.standard is not None else word
    return word
