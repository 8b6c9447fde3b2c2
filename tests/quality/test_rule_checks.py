"""Rules in words stop exactly the rows that violate them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.json_keys import Part
from sodasheet.jobs.file.quality_section import quality_from_json, quality_to_json
from sodasheet.model.finding import Severity
from sodasheet.model.quality_settings import QualityRule, QualitySettings
from sodasheet.quality.comparison_findings import compare
from sodasheet.staging.check.check import CheckResult

from .conftest import rows

Check = Callable[..., CheckResult]

CASES = [
    (QualityRule("notes", "required"), {"notes": ""}),
    (QualityRule("zip", "one of", tuple(f"0610{n}" for n in range(8))), {"zip": "99999"}),
    (QualityRule("permit", "like", ("P-2024-0001",)), {"permit": "Q/1"}),
    (QualityRule("value", "at least", ("1",)), {"value": "0.5"}),
    (QualityRule("value", "at most", ("90000",)), {"value": "90001"}),
    (QualityRule("opened", "not after", (), "closed"),
     {"opened": "2024-03-01T00:00:00.000", "closed": "2024-02-01T00:00:00.000"}),
    (QualityRule("opened", "at least", ("2024-01-01",)), {"opened": "2023-12-31T00:00:00.000"}),
    (QualityRule("kind", "implies", ("Solar",), "notes"), {"kind": "Solar", "notes": ""}),
    (
        QualityRule("kind", "implies", ("Solar", "Avon"), "town"),
        {"kind": "Solar", "town": "Canton"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "cells"), CASES, ids=lambda one: getattr(one, "words", ""))
def test_the_row_that_breaks_a_rule_is_named(
    rule: QualityRule, cells: dict[str, str], checked: Check
) -> None:
    source = rows(10)
    kept = compare(checked(source), None, QualitySettings(rules=(rule,))).findings
    source[4] |= cells

    (found,) = compare(checked(source), None, QualitySettings(rules=(rule,))).findings

    assert kept == ()
    assert (found.reason, found.severity, found.count) == ("rule-broken", Severity.STOP, 1)
    assert found.examples[0].row == 6
    assert rule.words in found.message


def test_values_that_must_be_unique(checked: Check) -> None:
    source = rows(10)
    source[7]["notes"] = source[2]["notes"]

    settings = QualitySettings(rules=(QualityRule("notes", "unique"),))
    (found,) = compare(checked(source), None, settings).findings

    assert [example.row for example in found.examples] == [4, 9]


def test_a_rule_about_a_column_that_is_not_filled_is_reported(checked: Check) -> None:
    settings = QualitySettings(rules=(QualityRule("owner", "required"),))
    (found,) = compare(checked(rows(10)), None, settings).findings

    assert found.reason == "rule-not-checked"


def test_rules_survive_a_job_file() -> None:
    settings = QualitySettings(rules=tuple(rule for rule, _ in CASES))

    assert quality_from_json(Part(quality_to_json(settings))) == settings


@pytest.mark.parametrize(
    "rule",
    [
        {"field": "a", "rule": "sometimes"},
        {"field": "a", "rule": "one of"},
        {"field": "a", "rule": "at least", "values": ["1", "2"]},
        {"field": "a", "rule": "not after"},
        {"field": "a", "rule": "required", "other": "b"},
    ],
)
def test_a_rule_that_means_nothing_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(UsageProblem):
        quality_from_json(Part({"rules": [rule]}))
