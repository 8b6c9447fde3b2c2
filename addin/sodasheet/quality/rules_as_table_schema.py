"""Rules as a Frictionless Table Schema, and the schema's constraints as rules.

The form is that of https://specs.frictionlessdata.io/table-schema/ : `fields` with a name, a type
and `constraints`. Rules that have no counterpart are omitted and listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.model.quality_settings import QualityRule

_TYPES = {
    "number": "number",
    "money": "number",
    "percent": "number",
    "checkbox": "boolean",
    "calendar_date": "datetime",
    "date": "datetime",
    "point": "geojson",
    "json": "object",
}


#: Kinds of rules that have a counterpart in a schema.
_KEPT = frozenset({"required", "unique", "one of", "like", "at least", "at most", "up to"})


def schema_of(dataset: Dataset, rules: tuple[QualityRule, ...]) -> tuple[dict[str, Any], list[str]]:
    """Return the schema of the columns that a push fills, and the rules without counterpart."""
    left = [rule.words for rule in rules if not _is_kept(rule)]
    fields = [
        {
            "name": column.field,
            "title": column.name,
            "type": _TYPES.get(column.type, "string"),
            **({"constraints": found} if (found := _constraints(column.field, rules)) else {}),
        }
        for column in dataset.fillable
    ]
    schema: dict[str, Any] = {"fields": fields}
    if dataset.row_identifier:
        schema["primaryKey"] = [dataset.row_identifier]
    return schema, left


def _is_kept(rule: QualityRule) -> bool:
    """True if the rule means the same on any day and without a workbook."""
    return rule.kind in _KEPT and not rule.listed and rule.values != ("today",)


def _constraints(field: str, rules: tuple[QualityRule, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for rule in rules:
        if rule.field != field or not _is_kept(rule):
            continue
        if rule.kind in ("required", "unique"):
            made[rule.kind] = True
        elif rule.kind == "one of":
            made["enum"] = list(rule.values)
        elif rule.kind == "like":
            made["pattern"] = "|".join(map(_pattern, rule.values))
        elif rule.kind == "at least":
            made["minimum"] = rule.values[0]
        elif rule.kind == "at most":
            made["maximum"] = rule.values[0]
        elif rule.kind == "up to":
            made["maxLength"] = int(rule.values[0])
    return made


def _pattern(example: str) -> str:
    """The pattern of an example, in the regular expressions of XML Schema."""
    shape = re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "9", example)))
    runs = re.finditer(r"9+|A+|a+|.", shape)
    classes = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}
    return "".join(
        f"{classes[run[0][0]]}{{{len(run[0])}}}" if run[0][0] in classes else re.escape(run[0])
        for run in runs
    )


def rules_of(schema: Any) -> tuple[tuple[QualityRule, ...], list[str]]:
    """Return the rules of a schema, and its constraints that no rule can express.

    Raises UsageProblem for anything that is not a schema.
    """
    fields = schema.get("fields") if isinstance(schema, Mapping) else None
    if not isinstance(fields, list) or not all(_is_field(one) for one in fields):
        raise UsageProblem(
            "This is not a Frictionless Table Schema.",
            'Choose a JSON file with a list of "fields", each with a "name".',
        )
    rules: list[QualityRule] = []
    left: list[str] = []
    for one in fields:
        for name, value in dict(one.get("constraints") or {}).items():
            found = list(_rules(one["name"], name, value))
            rules += found
            if not found and value not in (False, None):
                left.append(f"{one['name']}: {name}")
    return tuple(rules), left


def _is_field(one: Any) -> bool:
    return isinstance(one, Mapping) and isinstance(one.get("name"), str)


def _rules(field: str, name: str, value: Any) -> Iterator[QualityRule]:
    if name in ("required", "unique") and value is True:
        yield QualityRule(field, name)
    elif name == "enum" and isinstance(value, list) and value:
        yield QualityRule(field, "one of", tuple(str(one) for one in value))
    elif name == "minimum":
        yield QualityRule(field, "at least", (str(value),))
    elif name == "maximum":
        yield QualityRule(field, "at most", (str(value),))
    elif name == "maxLength" and isinstance(value, int) and not isinstance(value, bool):
        yield QualityRule(field, "up to", (str(value),))
