"""Rules of a column as the text of a cell: `required; one of: A, B; from 0 to 100`.

The column is not named, because the cell is next to it. Whole sentences are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sodasheet.errors import UsageProblem
from sodasheet.jobs.rule_sentences import (
    bound_of,
    bound_words,
    parse_rule,
    plain_words,
    rule_of,
    split_level,
    split_words,
)
from sodasheet.model.quality_settings import (
    QualityRule,
    allowed_words,
    implied_words,
    length_words,
    quoted,
)
from sodasheet.wording import counted

_VALUE = r'(?P<value>"(?:[^"]|"")*"|.+?)'
_FORMS = (
    (r"(?:required|never blank|is required)", "required"),
    (r"(?:unique|no duplicate values|no value twice|is unique)", "unique"),
    (r"(?:is )?one of:? (?P<values>.+)", "one of"),
    (r"(?P<digits>1(?= digit$)|[0-9]{1,2}(?= digits$)) digits?", "like"),
    (r"(?:is )?(?:written )?like:? (?P<examples>.+)", "like"),
    (r"up to (?P<length>[0-9]{1,6}) characters?", "up to"),
    (r"from (?P<low>.+?) to (?P<high>.+)", "range"),
    (r"(?P<low>[-+$]?[0-9]\S*) to (?P<high>\S+)", "range"),
    (r"(?:at least|on or after|from|≥|>=) ?(?P<bound>.+)", "at least"),
    (r"(?:at most|on or before|≤|<=) ?(?P<bound>.+)", "at most"),
    (r"(?:is )?(?:an )?e-?mail(?: address)?", "email"),
    (r"(?:is )?(?:not after|never after) (?P<other>.+)", "not after"),
    (r"(?:is )?before (?P<other>.+)", "before"),
    (rf"if {_VALUE},? then (?P<other>.+?) is (?P<then>.+)", "implies"),
    (rf"if {_VALUE}, (?P<other>.+?) is (?P<then>.+)", "implies"),
)

#: Forms that a cell accepts, for users.
FORMS = (
    "required; unique; one of: Open, Closed; one of: Lists!A2:A40; from 0 to 100; at least 0; "
    "on or after 1/1/2000; like BP-2024-0001; 5 digits; up to 50 characters; email; "
    "before Closed; if Closed, Closed Date is not blank"
)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|today")


def cell_words(rules: Iterable[QualityRule], names: Mapping[str, str] | None = None) -> str:
    """Return the rules of a column in one cell; `names` are field names by display name."""
    shown = {field: name for name, field in (names or {}).items()}
    listed = list(rules)
    parts: list[str] = []
    while listed:
        rule = listed.pop(0)
        if listed and _is_range(rule, listed[0]):
            high = listed.pop(0)
            low, top = bound_words(rule.values[0]), bound_words(high.values[0])
            parts.append(f"from {low} to {top}" + _level(rule))
        else:
            parts.append(_words(rule, shown.get(rule.other, rule.other)) + _level(rule))
    return "; ".join(parts)


def parse_cell(
    words: str, field: str, names: Mapping[str, str] | None = None
) -> tuple[QualityRule, ...]:
    """Return the rules in a cell next to the column `field`.

    Raises UsageProblem with the part that is not a rule, and the forms that there are.
    """
    rules: list[QualityRule] = []
    for part in split_words(words, ";\n"):
        rules += _parsed(plain_words(part), field, names)
    return tuple(dict.fromkeys(rules))


def _is_range(low: QualityRule, high: QualityRule) -> bool:
    if (low.kind, high.kind, low.level) != ("at least", "at most", high.level):
        return False
    return all(quoted(one.values[0]) == one.values[0] for one in (low, high)) and not any(
        re.search(r"\bto\b", one.values[0]) for one in (low, high)
    )


def _level(rule: QualityRule) -> str:
    return f" ({rule.level})" if rule.level else ""


def _words(rule: QualityRule, other: str) -> str:
    if rule.kind == "one of":
        return f"one of: {allowed_words(rule)}"
    if rule.kind == "like":
        (first, *more) = rule.values
        if not more and set(first) == {"0"} and len(first) < 100:
            return counted(len(first), "digit")
        return f"like {' or '.join(map(quoted, rule.values))}"
    if rule.kind == "implies":
        return f"if {implied_words(rule, other)}"
    if rule.kind in ("at least", "at most"):
        bound = rule.values[0]
        dated = {"at least": "on or after", "at most": "on or before"}
        lead = dated[rule.kind] if _ISO_DATE.fullmatch(bound) else rule.kind
        return f"{lead} {bound_words(bound) if bound_words(bound) != bound else quoted(bound)}"
    words = {
        "required": "required",
        "unique": "unique",
        "up to": f"up to {length_words(rule)}",
        "email": "email",
        "before": f"before {other}",
        "not after": f"not after {other}",
    }
    return words[rule.kind]


def _parsed(text: str, field: str, names: Mapping[str, str] | None) -> Sequence[QualityRule]:
    plain, level = split_level(text)
    for pattern, kind in _FORMS:
        if found := re.fullmatch(pattern, plain, re.IGNORECASE):
            parts = {k: v for k, v in found.groupdict().items() if v}
            return _rules(QualityRule(field, kind, level=level), parts, names)
    try:
        return (parse_rule(text, names),)
    except UsageProblem as problem:
        if "is not a rule" not in str(problem.what):
            raise
        raise UsageProblem(f'"{text}" is not a rule.', f"Write rules such as: {FORMS}.") from None


def _rules(
    rule: QualityRule, found: Mapping[str, str], names: Mapping[str, str] | None
) -> Sequence[QualityRule]:
    if rule.kind != "range":
        return (rule_of(rule, found, names),)
    low, high = bound_of(found["low"]), bound_of(found["high"])
    return (
        replace(rule, kind="at least", values=(low,)),
        replace(rule, kind="at most", values=(high,)),
    )
