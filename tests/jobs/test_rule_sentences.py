"""Rules in words: every kind is written and read; invalid rules are reported."""

from __future__ import annotations

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.jobs.rule_sentences import parse_rule, parse_rules
from sodasheet.model.quality_settings import RULE_KINDS, QualityRule

RULES = (
    QualityRule("permit_no", "required"),
    QualityRule("permit_no", "unique"),
    QualityRule("status", "one of", ("Open", "Closed", "On hold")),
    QualityRule("permit_no", "like", ("BP-2024-0001", "X9")),
    QualityRule("value", "at least", ("0",)),
    QualityRule("opened", "at most", ("2030-01-01",)),
    QualityRule("opened", "not after", (), "closed"),
    QualityRule("status", "implies", ("Closed",), "closed"),
    QualityRule("status", "implies", ("Void", "0"), "value"),
    QualityRule("opened", "before", (), "closed"),
    QualityRule("notes", "up to", ("50",)),
    QualityRule("contact", "email", level="note"),
    QualityRule("status", "one of", listed="Lists!A2:A40"),
    QualityRule("status", "one of", listed="'My lists'!$A$2:$A$40", level="ask"),
    QualityRule("status", "one of", listed="[lists.xlsx]Lists!A:A"),
    QualityRule("status", "one of", listed="Districts"),
    QualityRule("status", "one of", listed="tblTypes[Type]"),
    QualityRule("town", "one of", ("Hartford, CT", "A; B", 'The "Hub"', "=x", "L!A1", "B (ask)")),
    QualityRule("town", "like", ("A or B", "C, D")),
    QualityRule("town", "implies", ("A, B is C", "D, then"), "zip"),
    QualityRule("opened", "at most", ("today",)),
)


def test_there_is_a_sentence_of_every_kind() -> None:
    assert {rule.kind for rule in RULES} == set(RULE_KINDS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.words)
def test_the_words_of_a_rule_mean_the_rule(rule: QualityRule) -> None:
    assert parse_rule(rule.words) == rule
    if '"' not in rule.words:
        assert parse_rule(f"  {rule.words.replace(' ', '  ')}. ") == rule


def test_several_sentences_are_read_and_written_as_one_text() -> None:
    assert parse_rules("; ".join(rule.words for rule in RULES)) == RULES
    assert parse_rules("a is required\n\nb is unique;") == (
        QualityRule("a", "required"),
        QualityRule("b", "unique"),
    )


def test_columns_may_be_named_as_people_see_them() -> None:
    names = {"Date Opened": "opened", "Date Closed": "closed"}

    assert parse_rule("date opened is not after Date Closed", names) == RULES[6]
    assert parse_rule("opened is not after closed", names) == RULES[6]
    with pytest.raises(UsageProblem, match='no column "Opening"'):
        parse_rule("Opening is required", names)


@pytest.mark.parametrize("words", ["", "permit_no", "permit_no should be nice", "is required"])
def test_what_is_no_rule_is_answered_with_examples(words: str) -> None:
    with pytest.raises(UsageProblem) as error:
        parse_rule(words)
    assert "opened is not after closed" in error.value.remedy
