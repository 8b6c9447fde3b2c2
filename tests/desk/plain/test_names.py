"""Names of datasets: entered for confirmation, and shown in sentences."""

from __future__ import annotations

import pytest

from sodasheet.desk.formatting.names import isolated, name_fits, plain
from sodasheet.desk.push.confirmation_words import confirmation
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.method import Method
from sodasheet.push.questions_to_user import Proposal

from ..typed_names import HEBREW, TYPED


@pytest.mark.parametrize(("name", "typed"), TYPED)
def test_a_name_is_typed_as_it_is_seen(name: str, typed: str) -> None:
    assert name_fits(typed, name)
    assert not name_fits(f"{typed}x", name)
    assert not name_fits("", name)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\xa0 \u2060"])
def test_a_name_without_anything_to_type_gives_way_to_the_id(name: str) -> None:
    assert not name_fits("", name)
    assert confirmed(name).name == "abcd-1234"


def test_a_name_that_runs_from_right_to_left_leaves_the_sentence_alone() -> None:
    assert isolated("Fees (2026)") == "Fees (2026)"
    assert isolated(HEBREW) == f"\u2068{HEBREW}\u2069"
    asked = confirmed(HEBREW)
    assert asked.heading == f"Delete 3 rows from \u2068{HEBREW}\u2069?"
    assert asked.name == HEBREW
    assert plain(isolated(HEBREW)) == HEBREW


def confirmed(name: str):
    column = Column(1, "No", "no", "text", 1)
    dataset = Dataset("https://a.example", "abcd-1234", name, (column,), "no")
    return confirmation(Proposal(Method.DELETE, dataset, 3, 0, 10), "fees.csv")
