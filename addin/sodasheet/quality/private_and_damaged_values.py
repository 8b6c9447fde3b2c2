"""Patterns of private data and of damaged text, recognized offline.

Every mark is an RE2 pattern that DuckDB searches for, and for some a test in Python (check digits,
ranges that are never issued) that removes false hits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sodasheet.staging.sql_quoting import any_of, both, contains

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of private data, or of damaged text.

    `pattern` is searched for in a value; `check` tests its first group, if there is a check.
    `private` is true for data about persons, false for damaged text.
    """

    slug: str
    words: str
    pattern: str
    check: Check | None = None
    private: bool = True

    def search_sql(self, text: str) -> str:
        """SQL that is true if `text` may have the mark."""
        return both(_possible(text) if self.private else _odd(text), contains(text, self.pattern))


def _possible(text: str) -> str:
    """SQL that is cheap, and false for most values without private data."""
    return f"len({text}) >= 7 AND {contains(text, '[0-9@]')}"


def _odd(text: str) -> str:
    """SQL that is true if `text` has a character beyond ASCII."""
    return f"strlen({text}) > len({text})"


def _iban(text: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(text))


def _ssn(text: str) -> bool:
    from stdnum.us import ssn

    return bool(ssn.is_valid("".join(c for c in text if c.isdigit())))


#: Prefixes and lengths of the numbers of payment cards.
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|(?:6011|64[4-9]\d|65\d\d|352[89]|35[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
)


def _card(text: str) -> bool:
    from stdnum import luhn

    digits = "".join(c for c in text if c.isdigit())
    return bool(_ISSUED.fullmatch(digits)) and len(set(digits)) > 1 and bool(luhn.is_valid(digits))


#: Words that show that a name is not a person's.
_NO_PERSON = """
    academy agency apartment apartments apts associates association authority auto avenue bakery
    bank bar barber board boulevard brewery builders building buildings cafe care carwash center
    centre chapel church city cleaners clinic club co college commission committee community
    company condominium condominiums construction contracting contractors cooperative corner
    corp corporation council county daycare deli dental department dept design development diner
    district drive electric electrical elementary engineering enterprises equipment estates
    facility farm farms fitness florist foods foundation fund garage garden gardens gas grill
    grocery group grove gym hardware health healthcare heating high highway home homes hospital
    hotel housing inc industries inn inspection institute insurance international kitchen
    laboratory labs landscaping lane laundry library liquor llc llp location lot ltd mall
    management manor market medical meeting memorial middle mill mosque motel motors museum
    nails north office parish parking partners paving permit pharmacy pizza pizzeria place plaza
    plumbing police pool post preschool primary production products project properties property
    public pub realty recreation rehabilitation repair residences restaurant road roofing salon
    school schools senior service services shelter shop shopping site society solutions south
    spa square state station store street studio sunday supermarket supplies supply sushi
    synagogue systems tavern technologies temple tenants terrace theater theatre tire tower
    towers town trust union unit university utilities valley village warehouse water west works
    east monday tuesday wednesday thursday friday saturday january february march april june
    july august september october november december the at near from new old at for and permits
    address
    """
_NO_PERSON_WORDS = frozenset(_NO_PERSON.split())


def _person(text: str) -> bool:
    """True if a capitalized name may be a person's: its last two words do not name a business."""
    words = [word.strip(".,'’").lower() for word in text.split()]
    last = [word for word in words if len(word) > 1][-2:]
    return len(last) == 2 and not any(word in _NO_PERSON_WORDS for word in last)


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = (
    rf"(?:[01]?\d[/.-][0-3]?\d[/.-](?:19|20)?\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d|"
    rf"{_MONTH} [0-3]?\d,? (?:19|20)\d\d|[0-3]?\d {_MONTH} (?:19|20)\d\d)"
)
_STREET = (
    r"(?:st|street|ave|avenue|rd|road|blvd|boulevard|ln|lane|dr|drive|ct|court|pl|place|way|"
    r"ter|terrace|cir|circle|pkwy|parkway|hwy)"
)

_WORD = "[A-ZÀ-Þ][A-Za-zÀ-ÿ'’-]+"

MARKS = (
    Mark(
        "social-security-number",
        "social security numbers",
        r"(?:^|[^\d-])(\d{3}[-–]\d{2}[-–]\d{4}|\d{3} \d{2} \d{4})(?:[^\d-]|$)",
        _ssn,
    ),
    Mark(
        "labeled-social-security-number",
        "social security numbers",
        r"(?i)\b(?:ssn|ss#|soc(?:ial)?\.? ?sec(?:urity)?(?: (?:no|num|number|nr)\b)?\.?)[ :#]{0,3}"
        r"(?:is )?(\d{9}|\d{3}.?\d{2}.?\d{4})\b",
        None,
    ),
    Mark(
        "payment-card",
        "payment card numbers",
        r"(?:^|[^\d.-])([2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})"
        r"(?:[^\d-]|$)",
        _card,
    ),
    Mark(
        "bank-account",
        "bank account numbers",
        r"(?:^|\W)([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)(?:\W|$)",
        _iban,
    ),
    Mark(
        "labeled-bank-account",
        "bank account numbers",
        r"(?i)\b(?:acct|account|routing|aba|rtn|bank a/?c)(?: ?(?:no|num|number|nr|#))?\.?"
        r"[ :#]{0,3}(?:is |ending )?(\d[\d -]{6,16}\d)\b",
        None,
    ),
    Mark(
        "email-address",
        "email addresses",
        r"(?i)[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}",
    ),
    Mark(
        "phone-number",
        "phone numbers",
        r"(?:^|[^\d.-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}"
        r"(?:[^\d-]|$)|(?:^|[^\d.])\+[1-9]\d{0,2}[ .-]\(?\d{1,4}\)?(?:[ .-]\d{2,5}){1,4}(?:\D|$)",
    ),
    Mark(
        "labeled-phone-number",
        "phone numbers",
        r"(?i)\b(?:phone|ph|cell|cellphone|mobile|tel|telephone|call|text)"
        r"(?: ?(?:no|num|number|nr|at|#))?\.?[ :#(]{0,3}(?:is )?1?[2-9]\d{9}\b",
    ),
    Mark(
        "birth-date",
        "birth dates",
        rf"(?i)\b(?:dob|d\.o\.b\.?|born(?: on)?|birth ?(?:date|day)|date of birth)[ :]{{0,3}}"
        rf"(?:is |was )?{_DAY}",
    ),
    Mark(
        "driver-license",
        "driver's license numbers",
        r"(?i)\b(?:c?d\.?l\.?(?: ?(?:no|num|number|nr|#))?\.?[ :#]{1,3}"
        r"|(?:driver'?s? ?(?:lic(?:en[sc]e)?|id)\.?|(?:drv|op) ?lic\.?)"
        r"(?: ?(?:no|num|number|nr|#))?\.?[ :#]{0,3})(?:is )?([a-z]{0,2}\d[\da-z-]{4,13})\b",
    ),
    Mark(
        "name-with-address",
        "names with a home address",
        rf"\b({_WORD}(?: [A-Z]\.)?(?: {_WORD}){{1,2}})[ ,:;(–-]+(?:[a-z]+ ){{0,4}}\d{{1,5}} "
        rf"(?:[NSEW]\.? )?(?:[A-Z0-9][A-Za-z0-9'’]*\.? ){{1,3}}(?i:{_STREET})\b",
        _person,
    ),
    Mark(
        "damaged-text",
        "damaged characters",
        "Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Â[\u00a0-\u00bf]|ï»¿|\ufffd",
        private=False,
    ),
)

#: Characters of the shortest value that may have a private mark.
SHORTEST = 7


def maybe_marked(text: str, marks: Sequence[Mark] = MARKS, least: int = SHORTEST) -> str:
    """SQL that is true if `text` may have any of the marks, before their own tests.

    All private marks are searched for as one pattern, which takes no longer than one mark, in
    values of at least `least` characters.
    """
    pattern = "|".join(f"(?:{mark.pattern})" for mark in marks if mark.private)
    damaged = [mark.search_sql(text) for mark in marks if not mark.private]
    private = [both(f"strlen({text}) >= {least}", contains(text, pattern))] if pattern else []
    return any_of([*private, *damaged]) if private or damaged else "false"


__all__ = ["MARKS", "Mark", "maybe_marked"]
