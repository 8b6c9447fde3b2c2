"""Rules that a steward wrote in words, checked with SQL over the source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from math import isfinite

from sodasheet.model.dataset import DATE_TYPES, NUMBER_TYPES
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.quality_settings import QualityRule
from sodasheet.quality.comparison_context import EXAMPLES, finding
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.sql_quoting import literal, matches

_BOUNDED = frozenset({"at least", "at most"})
_DATE_LENGTH = len("2024-01-31")
_EMAIL = r"[^\s@,;]+@[^\s@,;.]+(\.[^\s@,;.]+)+"


def check_rules(checked: CheckResult, rules: tuple[QualityRule, ...]) -> Iterator[FindingGroup]:
    """Yield findings about rows that break a rule, and about rules whose column is not filled."""
    filled = {one.filled.column.field: one for one in checked.projected if one.filled.sources}
    for rule in rules:
        missing = [field for field in rule.fields if field not in filled]
        if missing:
            says = f'The rule "{rule.words}" needs the column {missing[0]}, which is not filled.'
            yield finding("rule-not-checked", says)
            continue
        columns = [filled[field] for field in rule.fields]
        if rule.kind in _BOUNDED and not _is_bound(columns[0], rule.values[0]):
            yield _unusable(rule, columns[0])
        else:
            yield from _broken(checked, rule, columns)


def _unusable(rule: QualityRule, column: Projected) -> FindingGroup:
    """Return a finding that stops the push, because a rule that no cell can break is a mistake."""
    kind = "a date" if column.filled.column.type in DATE_TYPES else "a number"
    says = (
        f'The rule "{rule.words}" cannot be checked: "{rule.values[0]}" is not {kind}, and '
        f"{column.filled.column.name} contains {'dates' if kind == 'a date' else 'numbers'}."
    )
    remedy = f"Write {kind} in the rule, such as {'1/31/2024' if kind == 'a date' else '100'}."
    found = finding("rule-not-checked", says, (), 1, column.filled.label, remedy)
    return replace(found, severity=Severity.STOP)


def _broken(
    checked: CheckResult, rule: QualityRule, columns: list[Projected]
) -> Iterator[FindingGroup]:
    source = values_from(columns, checked.stage.table)
    if checked.rejected:
        source = f"(SELECT * FROM {source} WHERE _row NOT IN (SELECT _row FROM rejected))"
    condition = _CONDITIONS[rule.kind](rule, columns, source)
    run = checked.stage.connection.execute
    row = run(f"SELECT count(*) FROM {source} WHERE {condition}").fetchone()
    count = int(row[0]) if row else 0
    if not count:
        return
    label = columns[0].filled.label
    value = "NULL" if label in checked.hidden else f"left({columns[0].text_name}, 200)"
    rows = run(
        f"SELECT _row, {value} FROM {source} WHERE {condition} ORDER BY _row LIMIT {EXAMPLES}"
    ).fetchall()
    examples = tuple(Finding(place, label, text) for place, text in rows)
    breaks = "1 row breaks" if count == 1 else f"{count:,} rows break"
    found = finding("rule-broken", f'{breaks} the rule "{rule.words}".', examples, count, label)
    yield replace(found, severity=Severity(rule.level)) if rule.level else found


def _required(_rule: QualityRule, columns: list[Projected], _source: str) -> str:
    return f"{columns[0].text_name} = ''"


def _unique(_rule: QualityRule, columns: list[Projected], source: str) -> str:
    text = columns[0].text_name
    twice = f"SELECT {text} FROM {source} WHERE {text} <> '' GROUP BY 1 HAVING count(*) > 1"
    return f"{text} IN ({twice})"


def _one_of(rule: QualityRule, columns: list[Projected], _source: str) -> str:
    one = columns[0]
    strange = f"{one.text_name} NOT IN ({', '.join(map(literal, rule.values))})"
    if one.filled.column.type in NUMBER_TYPES:
        # 1.00 is 1; a cell that is not a number is reported separately.
        values = ", ".join(f"TRY_CAST({literal(value)} AS DOUBLE)" for value in rule.values)
        known = f"coalesce({_comparable(one)} IN ({values}), false)"
        return f"{one.text_name} <> '' AND {strange} AND NOT {known}"
    return f"{one.text_name} <> '' AND {strange}"


def _like(rule: QualityRule, columns: list[Projected], _source: str) -> str:
    text = columns[0].text_name
    pattern = "|".join(_pattern(example) for example in rule.values)
    return f"{text} <> '' AND NOT {matches(text, pattern)}"


def _pattern(example: str) -> str:
    """The RE2 pattern of an example: a digit for a digit, a letter for a letter."""
    classes = {"d": "[0-9]", "u": r"\p{Lu}", "l": r"[\p{Ll}\p{Lo}]"}
    return "".join(
        classes["d"]
        if sign.isdigit()
        else classes["u"]
        if sign.isupper()
        else classes["l"]
        if sign.isalpha()
        else re.escape(sign)
        for sign in example
    )


def _at_least(rule: QualityRule, columns: list[Projected], _source: str) -> str:
    return f"{_comparable(columns[0])} < {_bound(columns[0], rule.values[0])}"


def _at_most(rule: QualityRule, columns: list[Projected], _source: str) -> str:
    bound = _bound(columns[0], rule.values[0])
    if columns[0].filled.column.type in DATE_TYPES and len(_day(rule.values[0])) == _DATE_LENGTH:
        # A day lasts until the next one begins.
        return f"{_comparable(columns[0])} >= {bound} + INTERVAL 1 DAY"
    return f"{_comparable(columns[0])} > {bound}"


def _up_to(rule: QualityRule, columns: list[Projected], _source: str) -> str:
    return f"length({columns[0].text_name}) > {int(rule.values[0])}"


def _email(_rule: QualityRule, columns: list[Projected], _source: str) -> str:
    text = columns[0].text_name
    return f"{text} <> '' AND NOT {matches(text, _EMAIL)}"


def _before(_rule: QualityRule, columns: list[Projected], _source: str) -> str:
    return f"{_comparable(columns[0])} >= {_comparable(columns[1])}"


def _not_after(_rule: QualityRule, columns: list[Projected], _source: str) -> str:
    return f"{_comparable(columns[0])} > {_comparable(columns[1])}"


def _implies(rule: QualityRule, columns: list[Projected], _source: str) -> str:
    first, second = (one.text_name for one in columns)
    wanted = f"{second} = ''" if len(rule.values) < 2 else f"{second} <> {literal(rule.values[1])}"
    return f"{first} = {literal(rule.values[0])} AND {wanted}"


def _comparable(one: Projected) -> str:
    """SQL for the cell in its column's order: a number, a timestamp, or text."""
    value = one.parsed_name if one.typed.parsed else f"nullif({one.text_name}, '')"
    if one.filled.column.type in NUMBER_TYPES:
        return f"TRY_CAST({value} AS DOUBLE)"
    if one.filled.column.type in DATE_TYPES:
        return f"TRY_CAST({value} AS TIMESTAMP)"
    return f"nullif({one.text_name}, '')"


def _bound(one: Projected, text: str) -> str:
    """SQL for a bound in the column's order."""
    if one.filled.column.type in NUMBER_TYPES:
        return f"TRY_CAST({literal(text)} AS DOUBLE)"
    if one.filled.column.type in DATE_TYPES:
        return f"TRY_CAST({literal(_day(text))} AS TIMESTAMP)"
    return literal(_day(text))


def _day(text: str) -> str:
    """Return a bound with `today` as a date."""
    return datetime.now().astimezone().date().isoformat() if text == "today" else text


def _is_bound(one: Projected, text: str) -> bool:
    """True if the bound is a value of the column's kind."""
    try:
        if one.filled.column.type in NUMBER_TYPES:
            return isfinite(float(text))
        if one.filled.column.type in DATE_TYPES:
            datetime.fromisoformat(_day(text))
    except ValueError:
        return False
    return True


_CONDITIONS: dict[str, Callable[[QualityRule, list[Projected], str], str]] = {
    "required": _required,
    "unique": _unique,
    "one of": _one_of,
    "like": _like,
    "at least": _at_least,
    "at most": _at_most,
    "up to": _up_to,
    "email": _email,
    "before": _before,
    "not after": _not_after,
    "implies": _implies,
}
