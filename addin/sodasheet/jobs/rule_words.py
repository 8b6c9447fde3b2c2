"""Rules as sentences: `opened is not after closed` and the rule meant."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sodasheet.errors import UsageProblem
from sodasheet.model.quality_settings import QualityRule

_FORMS = (
    (r"if (?P<field>.+?) is (?P<value>.+?),? then (?P<other>.+?) is (?P<then>.+)", "implies"),
    (r"if (?P<field>.+?) is (?P<value>.+?), (?P<other>.+?) is (?P<then>.+)", "implies"),
    (r"(?P<field>.+?) (?:is never blank|is required|must be filled)", "required"),
    (r"(?P<field>.+?) (?:has no value twice|is unique)", "unique"),
    (r"(?P<field>.+?) is one of:? (?P<values>.+)", "one of"),
    (r"(?P<field>.+?) (?:is written like|looks like|is like) (?P<examples>.+)", "like"),
    (r"(?P<field>.+?) is at least (?P<value>.+)", "at least"),
    (r"(?P<field>.+?) is at most (?P<value>.+)", "at most"),
    (r"(?P<field>.+?) is (?:not after|never after|not greater than) (?P<other>.+)", "not after"),
)

EXAMPLES = (
    "permit_no is never blank; permit_no has no value twice; status is one of Open, Closed; "
    "permit_no is written like BP-2024-0001; value is at least 0; opened is not after closed; "
    "if status is Closed, closed is not blank"
)


def parse_rule(words: str, names: Mapping[str, str] | None = None) -> QualityRule:
    """Return the rule that a sentence means.

    `names` are field names by display name: both may be written. Raises UsageProblem with examples
    of sentences, or with the columns that there are.
    """
    text = " ".join(words.split()).rstrip(".")
    for pattern, kind in _FORMS:
        if found := re.fullmatch(pattern, text, re.IGNORECASE):
            return _rule(kind, {k: v for k, v in found.groupdict().items() if v}, names or {})
    raise UsageProblem(f"“{text}” is not a rule.", f"Write a rule such as: {EXAMPLES}.")


def parse_rules(words: str, names: Mapping[str, str] | None = None) -> tuple[QualityRule, ...]:
    """Return the rules of several sentences, divided by semicolons or line breaks."""
    sentences = (part for part in re.split(r"[;\n]", words) if part.strip())
    return tuple(parse_rule(sentence, names) for sentence in sentences)


def _rule(kind: str, found: Mapping[str, str], names: Mapping[str, str]) -> QualityRule:
    field = _field(found["field"], names)
    other = _field(found["other"], names) if "other" in found else ""
    values: tuple[str, ...]
    if kind == "implies":
        then = found["then"]
        blank = then.casefold() in ("not blank", "filled", "never blank")
        values = (found["value"],) if blank else (found["value"], then)
    elif "values" in found:
        values = tuple(part.strip() for part in found["values"].split(",") if part.strip())
    elif "examples" in found:
        values = tuple(part.strip() for part in re.split(r" or |, ", found["examples"]))
    else:
        values = (found["value"],) if "value" in found else ()
    return QualityRule(field, kind, values, other)


def _field(name: str, names: Mapping[str, str]) -> str:
    """The field name of a column that is written by its field name or its display name."""
    plain = name.strip().strip("“”\"'")
    if not names or plain in names.values():
        return plain
    by_fold = {shown.casefold(): field for shown, field in names.items()}
    if plain.casefold() not in by_fold:
        raise UsageProblem(
            f"The dataset has no column “{plain}”.", f"Choose one of {', '.join(names)}."
        )
    return by_fold[plain.casefold()]
