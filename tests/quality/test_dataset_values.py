"""Words and text lengths learned from the dataset."""

from __future__ import annotations

from dataclasses import replace

from sodasheet.model.suggestion import DatasetValues
from sodasheet.quality.dataset_values import dataset_values
from sodasheet.quality.profile import ColumnProfile, Profile

CODES = ColumnProfile(
    "text", 100, 100, 90, shapes={"99999": 99, "9999": 1}, few_shapes=True, longest=5
)
WORDS = ColumnProfile(
    "text", 100, 100, 2, values={"Open": 60, "Closed": 40}, complete=True, longest=6
)


def _values(column: ColumnProfile) -> DatasetValues | None:
    return dataset_values(Profile(rows=100, sampled=100, columns={"v": column})).get("v")


def test_codes_of_one_width_have_digits() -> None:
    assert _values(CODES) == DatasetValues(digits=5)
    assert _values(replace(CODES, shapes={"99999": 90, "9999": 10})) is None
    assert _values(replace(CODES, shapes={"A9999": 100})) is None
    assert _values(replace(CODES, few_shapes=False)) is None


def test_a_list_of_words_has_its_words() -> None:
    assert _values(WORDS) == DatasetValues(("Open", "Closed"))
    assert _values(replace(WORDS, complete=False)) is None
    assert _values(replace(WORDS, kind="number")) is None
    assert dataset_values(None) == {}
