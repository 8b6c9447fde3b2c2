"""Rules as sentences, such as `opened is not after closed`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from sodasheet.errors import UsageProblem
from sodasheet.model.quality_settings import RULE_LEVELS, QualityRule
from sodasheet.sources.grid.cell_range import range_reference
from sodasheet.wording import listed

#: A value: in quotes, or up to the words that follow in the sentence.
_VALUE = r'(?P<value>"(?:[^"]|"")*"|.+?)'
_FORMS = (
    (rf"if (?P<field>.+?) is {_VALUE},? then (?P<other>.+?) is (?P<then>.+)", "implies"),
    (rf"if (?P<field>.+?) is {_VALUE}, (?P<other>.+?) is (?P<then>.+)", "implies"),
    (r"(?P<field>.+?) (?:is never blank|is required|must be filled)", "required"),
    (r"(?P<field>.+?) (?:has no duplicate values|has no value twice|is unique)", "unique"),
    (r"(?P<field>.+?) is one of:? (?P<values>.+)", "one of"),
    (r"(?P<field>.+?) (?:is written like|looks like|is like) (?P<examples>.+)", "like"),
    (r"(?P<field>.+?) is (?:at least|on or after) (?P<bound>.+)", "at least"),
    (r"(?P<field>.+?) is (?:at most|on or before) (?P<bound>.+)", "at most"),
    (r"(?P<field>.+?) (?:has|is) (?:up to|at most) (?P<length>[0-9]{1,6}) characters?", "up to"),
    (r"(?P<field>.+?) is an e-?mail(?: address)?", "email"),
    (r"(?P<field>.+?) is (?:not after|never after|not greater than) (?P<other>.+)", "not after"),
    (r"(?P<field>.+?) is (?:always )?before (?P<other>.+)", "before"),
)
_AMOUNT = re.compile(r"[-+]?\$?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-+]?\$[0-9]+(?:\.[0-9]+)?")
_LEVEL = re.compile(rf"\s*\((?P<level>stop|{'|'.join(RULE_LEVELS)})\)$", re.IGNORECASE)

EXAMPLES = (
    "permit_no is never blank; permit_no has no duplicate values; status is one of Open, Closed; "
    "district is one of Lists!A2:A40; permit_no is written like BP-2024-0001; value is at least 0; "
    "opened is not after closed; if status is Closed, closed is not blank"
)


def parse_rule(words: str, names: Mapping[str, str] | None = None) -> QualityRule:
    """Return the rule in a sentence.

    `names` are field names by display name: both may be written. Raises UsageProblem with examples
    of sentences, or with the columns that there are.
    """
    text = plain_words(words)
    text, level = split_level(text)
    for pattern, kind in _FORMS:
        if found := re.fullmatch(pattern, text, re.IGNORECASE):
            parts = {name: part for name, part in found.groupdict().items() if part}
            field = field_of(parts["field"], names)
            return rule_of(QualityRule(field, kind, level=level), parts, names)
    raise UsageProblem(f'"{text}" is not a rule.', f"Write a rule such as: {EXAMPLES}.")


def parse_rules(words: str, names: Mapping[str, str] | None = None) -> tuple[QualityRule, ...]:
    """Return the rules in several sentences, separated by semicolons or line breaks."""
    return tuple(parse_rule(sentence, names) for sentence in split_words(words, ";\n"))


def plain_words(words: str) -> str:
    """Return words with single blanks and without a final period."""
    return " ".join(words.split()).rstrip(".")


def split_level(text: str) -> tuple[str, str]:
    """Return a rule's words without the level, and the level, empty if none."""
    found = _LEVEL.search(text)
    if found is None:
        return text, ""
    level = found["level"].casefold()
    return text[: found.start()], level if level in RULE_LEVELS else ""


def split_words(text: str, signs: str) -> Iterator[str]:
    """Yield the parts of a string between separators, ignoring separators in quotes."""
    for found in re.finditer(rf'(?:"(?:[^"]|"")*"|[^{signs}])+', text):
        if part := found[0].strip():
            yield part


def _values(text: str) -> tuple[str, ...]:
    """Return the values of a comma-separated list; a value may be in quotes."""
    return tuple(map(_unquoted, split_words(text, ",")))


def _examples(text: str) -> tuple[str, ...]:
    """Return the examples of a list separated by commas or `or`."""
    parts = re.split(r'((?:"(?:[^"]|"")*"))|\s+or\s+|,\s*', text, flags=re.IGNORECASE)
    return tuple(_unquoted(part.strip()) for part in parts if part and part.strip())


def _unquoted(text: str) -> str:
    """Return a value without surrounding quotes."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text


def _listed(text: str) -> str:
    """Return the workbook range named as a list of allowed values; empty for plain values."""
    named = text.startswith("=")
    return range_reference(text.removeprefix("=").strip(), named=named)


def bound_of(text: str) -> str:
    """Return a bound in the job's form: a date as 2024-01-31, `today`, 1000 for $1,000."""
    plain = _unquoted(text)
    if plain.casefold() == "today":
        return "today"
    for form in ("%m/%d/%Y", "%B %d, %Y", "%b %d, %Y"):
        try:
            return datetime.strptime(plain, form).date().isoformat()
        except ValueError:
            continue
    return plain.replace(",", "").replace("$", "") if _AMOUNT.fullmatch(plain) else plain


def bound_words(bound: str) -> str:
    """Return a bound in the form for users: a date as 1/31/2024."""
    try:
        day = date.fromisoformat(bound)
    except ValueError:
        return bound
    return f"{day.month}/{day.day}/{day.year:04}" if day.isoformat() == bound else bound


def field_of(name: str, names: Mapping[str, str] | None) -> str:
    """Return the field name of a column given by its field name or display name.

    Raises UsageProblem with the columns that there are; without `names` any field is accepted.
    """
    plain = name.strip().strip("“”\"'")
    if not names or plain in names.values():
        return plain
    by_fold = {shown.casefold(): field for shown, field in names.items()}
    if plain.casefold() not in by_fold:
        raise UsageProblem(
            f'The dataset has no column "{plain}".', f"Choose {listed(names, 'or')}."
        )
    return by_fold[plain.casefold()]


def rule_of(
    rule: QualityRule, found: Mapping[str, str], names: Mapping[str, str] | None
) -> QualityRule:
    """Return the rule with the values and the other column that a sentence form found."""
    if "other" in found:
        rule = replace(rule, other=field_of(found["other"], names))
    if rule.kind == "implies":
        return replace(rule, values=_implied(found["value"], found["then"]))
    if "values" in found:
        listed = _listed(found["values"])
        return replace(rule, listed=listed, values=() if listed else _values(found["values"]))
    if "examples" in found:
        return replace(rule, values=_examples(found["examples"]))
    if "digits" in found:
        return replace(rule, values=("0" * int(found["digits"]),))
    if "bound" in found:
        return replace(rule, values=(bound_of(found["bound"]),))
    return replace(rule, values=(found["length"],)) if "length" in found else rule


def _implied(value: str, then: str) -> tuple[str, ...]:
    """Return the values of an `implies` rule: the second only if a value is given."""
    if then.casefold() in ("not blank", "filled", "never blank"):
        return (_unquoted(value),)
    return _unquoted(value), _unquoted(then)
