"""Percentages are recognized by their number format."""

from __future__ import annotations

import pytest

from sodasheet.excel.live.number_formats import ColumnFormats, is_percent
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.sources.spool import NativeCounts
from sodasheet.staging.check.check_plan import with_fractions


@pytest.mark.parametrize(
    ("form", "percent"),
    [
        ("0%", True),
        ("0.00 %", True),
        ("[Red]0%;-0%", True),
        ("General", False),
        ('0.0" % of total"', False),
        (r"0.0\%", False),
        ("_%0", False),
        ("@", False),
    ],
)
def test_a_percent_sign_counts_where_it_multiplies(form: str, percent: bool) -> None:
    assert is_percent(form) is percent


def test_the_numbers_tell_where_only_some_sections_are_percentages() -> None:
    formats = ColumnFormats(((2, 4), (6, 6)), sections=((3, 4, "[<1]0%;0"),))

    assert formats.shows_percent(2, 35)
    assert formats.shows_percent(3, 0.35)
    assert not formats.shows_percent(4, 35)
    assert formats.shows_percent(6, 35)
    assert formats.rows_by_section == 2


def test_percentages_get_the_format_fraction_where_the_dataset_counts_in_hundredths() -> None:
    dataset = Dataset(
        "https://data.example.gov",
        "abcd-1234",
        "D",
        (
            Column(1, "A", "a", "number", 1, {"percentScale": "100"}),
            Column(2, "B", "b", "number", 2),
            Column(3, "C", "c", "text", 3),
            Column(4, "D", "d", "percent", 4),
        ),
    )
    headers = ("A", "B", "C", "D", "E")
    shown = NativeCounts(number=5, percent=5)
    mixed = NativeCounts(number=5, percent=4)
    mapping = Mapping(
        (
            ColumnRule("A", "a"),
            ColumnRule("B", "b"),
            ColumnRule("C", "c"),
            ColumnRule("D", "d", formats=("45%",)),
            ColumnRule("E", "d"),
        )
    )

    found = with_fractions(mapping, headers, (shown, shown, shown, shown, mixed), dataset)

    assert [rule.formats for rule in found.columns] == [("fraction",), (), (), ("45%",), ()]
    assert with_fractions(mapping, headers, None, dataset) == mapping


def test_the_format_of_a_row_is_that_of_its_stretch() -> None:
    formats = ColumnFormats(digits=((2, 3, "00000"), (5, 5, "000"), (9, 20, "00")))

    found = [formats.code(row) for row in (1, 2, 3, 4, 5, 6, 9, 20, 21)]

    assert found == [None, "00000", "00000", None, "000", None, "00", "00", None]
    assert ColumnFormats().code(1) is None
