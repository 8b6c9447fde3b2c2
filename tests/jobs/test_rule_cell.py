"""Rules of a column in one cell: every kind is written and read; invalid rules are reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.errors import UsageProblem
from sodasheet.jobs.rule_cell import cell_words, parse_cell
from sodasheet.jobs.rule_sentences import parse_rules
from sodasheet.model.quality_settings import RULE_KINDS, RULE_LEVELS, QualityRule

NAMES = {"Status": "status", "Date Closed": "closed"}

CELLS = [
    ("required", QualityRule("status", "required")),
    ("unique (ask)", QualityRule("status", "unique", level="ask")),
    ("one of: Open, Closed", QualityRule("status", "one of", ("Open", "Closed"))),
    ('one of: Open, "A, B"', QualityRule("status", "one of", ("Open", "A, B"))),
    ("one of: Lists!A2:A40", QualityRule("status", "one of", listed="Lists!A2:A40")),
    ("one of: =Districts", QualityRule("status", "one of", listed="Districts")),
    ("like BP-2024-0001 or X9", QualityRule("status", "like", ("BP-2024-0001", "X9"))),
    ("5 digits", QualityRule("status", "like", ("00000",))),
    ("at least 0", QualityRule("status", "at least", ("0",))),
    ("at most 9.5 (note)", QualityRule("status", "at most", ("9.5",), level="note")),
    ("on or after 1/1/2000", QualityRule("status", "at least", ("2000-01-01",))),
    ("on or before today", QualityRule("status", "at most", ("today",))),
    ("up to 50 characters", QualityRule("status", "up to", ("50",))),
    ("email", QualityRule("status", "email")),
    ("before Date Closed", QualityRule("status", "before", (), "closed")),
    ("not after Date Closed", QualityRule("status", "not after", (), "closed")),
    ("if Closed, Date Closed is not blank",
     QualityRule("status", "implies", ("Closed",), "closed")),
    ("if Void, Date Closed is 0", QualityRule("status", "implies", ("Void", "0"), "closed")),
]  # fmt: skip


def test_there_is_a_cell_of_every_kind() -> None:
    assert {rule.kind for _, rule in CELLS} == set(RULE_KINDS)


@pytest.mark.parametrize(("words", "rule"), CELLS, ids=[words for words, _ in CELLS])
def test_a_cell_means_its_rule_and_shows_it(words: str, rule: QualityRule) -> None:
    assert parse_cell(words, "status", NAMES) == (rule,)
    assert cell_words((rule,), NAMES) == words
    spaced = f" {words.upper() if rule.kind == 'email' else words} ;"
    assert parse_cell(spaced, "status", NAMES) == (rule,)


def test_a_range_is_two_rules_in_one() -> None:
    rules = parse_cell("required; from 0 to 1,000; 1/1/2000 to today (ask)", "value")

    assert rules == (
        QualityRule("value", "required"),
        QualityRule("value", "at least", ("0",)),
        QualityRule("value", "at most", ("1000",)),
        QualityRule("value", "at least", ("2000-01-01",), level="ask"),
        QualityRule("value", "at most", ("today",), level="ask"),
    )
    assert cell_words(rules) == "required; from 0 to 1000; from 1/1/2000 to today (ask)"


def test_whole_sentences_are_rules_too() -> None:
    assert parse_cell("status is one of A, B; Date Closed is required", "status", NAMES) == (
        QualityRule("status", "one of", ("A", "B")),
        QualityRule("closed", "required"),
    )


@pytest.mark.parametrize("words", ["nice", "one of", "0 to", "required, unique", "5 digit"])
def test_what_is_no_rule_is_answered_with_the_forms(words: str) -> None:
    with pytest.raises(UsageProblem) as error:
        parse_cell(words, "status", NAMES)
    assert error.value.what == f'"{words}" is not a rule.'
    assert "from 0 to 100" in error.value.remedy


def test_a_column_that_there_is_not_is_named() -> None:
    with pytest.raises(UsageProblem, match='no column "Shut"'):
        parse_cell("before Shut", "status", NAMES)


def test_words_of_a_rule_within_a_value_stay_a_value() -> None:
    for value in ("not blank", "x.", "A or", "B then", "is", "5 digits", "a (ask)", '"', "=A"):
        rules = (
            QualityRule("status", "implies", (value, value), "closed"),
            QualityRule("status", "one of", (value,)),
        )
        assert parse_cell(cell_words(rules, NAMES), "status", NAMES) == rules
        assert parse_rules("; ".join(rule.words for rule in rules), NAMES) == rules


TEXT = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).map(
    lambda text: " ".join(text.split())
).filter(bool)  # fmt: skip
RULES = st.builds(
    QualityRule,
    st.just("status"),
    st.just("one of"),
    st.lists(TEXT, min_size=1, max_size=4).map(tuple),
    level=st.sampled_from(("", *RULE_LEVELS)),
) | st.builds(
    lambda value, then, level: QualityRule("status", "implies", (value, then), "closed", "", level),
    TEXT,
    TEXT,
    st.sampled_from(("", *RULE_LEVELS)),
)


@given(st.lists(RULES, max_size=4, unique=True).map(tuple))
def test_no_value_changes_on_its_way_through_words(rules: tuple[QualityRule, ...]) -> None:
    assert parse_cell(cell_words(rules, NAMES), "status", NAMES) == rules
    assert parse_rules("; ".join(rule.words for rule in rules), NAMES) == rules
