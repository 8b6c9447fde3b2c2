"""Rules are written to a Frictionless Table Schema and read back."""

from __future__ import annotations

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.model.quality_settings import QualityRule
from sodasheet.quality.rules_as_table_schema import rules_of, schema_of

from .conftest import DATASET

RULES = (
    QualityRule("permit", "required"),
    QualityRule("permit", "unique"),
    QualityRule("kind", "one of", ("Electrical", "Plumbing")),
    QualityRule("value", "at least", ("1",)),
    QualityRule("value", "at most", ("90000",)),
)


def test_rules_survive_a_schema() -> None:
    schema, left = schema_of(DATASET, RULES)

    assert rules_of(schema) == (RULES, [])
    assert left == []
    assert schema["primaryKey"] == ["permit"]


def test_what_a_schema_cannot_hold_is_named() -> None:
    rule = QualityRule("opened", "not after", (), "closed")

    assert schema_of(DATASET, (rule,))[1] == ["opened is not after closed"]


def test_what_a_rule_cannot_hold_is_named() -> None:
    schema = {"fields": [{"name": "a", "constraints": {"minLength": 3, "required": False}}]}

    assert rules_of(schema) == ((), ["a: minLength"])


def test_an_example_becomes_a_pattern() -> None:
    schema, _ = schema_of(DATASET, (QualityRule("zip", "like", ("06103", "A-1.5")),))
    (field,) = [one for one in schema["fields"] if one["name"] == "zip"]

    assert field["constraints"]["pattern"] == r"[0-9]{5}|[A-Z]{1}\-[0-9]{1}\.[0-9]{1}"


@pytest.mark.parametrize("data", [[], {}, {"fields": [1]}, {"fields": [{"type": "string"}]}])
def test_what_is_not_a_schema_is_refused(data: object) -> None:
    with pytest.raises(UsageProblem, match="not a Frictionless Table Schema"):
        rules_of(data)
