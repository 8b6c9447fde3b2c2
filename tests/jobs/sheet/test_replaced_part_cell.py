"""The part of a dataset to replace, in one cell of a mapping sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.replaced_part_cell import part_of, part_words
from sodasheet.jobs.sheet.settings_cells import settings_values, with_settings
from sodasheet.model.job import Job, SourceSpec, Within
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method

JOB = Job("https://data.example.gov", "abcd-1234", Method.REPLACE, SourceSpec(), Mapping())

_VALUE = some.text(some.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9)
_VALUES = some.lists(_VALUE.filter(lambda text: text.strip() == text), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("year = 2026", Within("year", ("2026",))),
        ("year=2025|2026", Within("year", ("2025", "2026"))),
        (
            " Department Name = Parks & Rec | Fire ",
            Within("Department Name", ("Parks & Rec", "Fire")),
        ),
        ("kind = a=b: c", Within("kind", ("a=b: c",))),
        ("district", Within("district")),
        ("opened: Month", Within("opened", (), "month")),
        ("", None),
        ("  ", None),
    ],
)
def test_words_name_a_part(words: str, part: Within | None) -> None:
    assert part_of(words) == part


@given(some.sampled_from(["year", "opened_on"]), _VALUES)
def test_every_part_comes_back_from_its_words(field: str, values: list[str]) -> None:
    part = Within(field, tuple(values))

    assert part_of(part_words(part)) == part


@pytest.mark.parametrize("words", ["=2026", "year =", "year = |", "opened: week", ": month", "a|b"])
def test_what_names_no_part_is_told(words: str) -> None:
    with pytest.raises(UsageProblem, match="does not name a part of a dataset") as found:
        part_of(words)
    assert "year = 2025 | 2026" in found.value.remedy


def test_a_cell_sets_and_clears_the_part_of_a_job() -> None:
    limited = with_settings(JOB, {"Replace within": "year = 2026"})

    assert limited.within == Within("year", ("2026",))
    assert settings_values(limited)["Replace within"] == "year = 2026"
    assert with_settings(limited, {}) == limited
    assert with_settings(limited, {"Replace within": ""}) == replace(JOB)
    with pytest.raises(UsageProblem, match='The cell next to "Replace within": "year =" does'):
        with_settings(JOB, {"Replace within": "year ="})
