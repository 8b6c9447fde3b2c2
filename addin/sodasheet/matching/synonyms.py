"""Synonyms in the sheets of public offices."""

from __future__ import annotations

from sodasheet.matching.name_words import Words

# Intentionally omitted: `st` alone (street, state, saint), `est` (estimated, established),
# `x`/`y` for longitude/latitude (they may be in feet), `mobile` for phone (often both occur).
_SAME = """
address: addr
amount: amt
average: avg, mean
birth date: dob, date of birth, birthdate, birthday
building: bldg
center: centre
code: cd
color: colour
count: cnt
date: dt
department: dept
description: desc, descr
email: e mail, email address, e mail address
first name: fname, given name, forename
id: identifier, ident
last name: lname, surname, family name
latitude: lat
license: licence, lic
longitude: lon, lng, long
maximum: max
minimum: min
name: nm
number: num, nbr, nr, numero
organization: org, organisation
percent: pct, percentage, perc
phone: telephone, tel, phone number, telephone number
quantity: qty
reference: ref
street address: st address
street name: st name
street number: st number
url: link, website, web site, web page, webpage, homepage, home page, web address, web link
year: yr
zip: zip code, zipcode, postal code, postalcode, postcode, post code
"""


def _read(table: str) -> dict[Words, Words]:
    meanings = {}
    for line in table.strip().splitlines():
        meaning, phrases = line.split(":")
        for phrase in phrases.split(","):
            meanings[tuple(phrase.split())] = tuple(meaning.split())
    return meanings


_MEANINGS = _read(_SAME)
_LONGEST = max(map(len, _MEANINGS))


def meaning(parts: Words) -> Words:
    """Return the words with every known phrase, longest first, replaced by its meaning."""
    result: list[str] = []
    at = 0
    while at < len(parts):
        length = _phrase_length(parts, at)
        phrase = parts[at : at + max(length, 1)]
        result.extend(_MEANINGS.get(phrase, phrase))
        at += len(phrase)
    return tuple(result)


def _phrase_length(parts: Words, at: int) -> int:
    lengths = range(_LONGEST, 0, -1)
    return next((length for length in lengths if parts[at : at + length] in _MEANINGS), 0)
