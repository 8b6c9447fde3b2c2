"""Formats are suggested only where one reading fits every value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sodasheet.staging.check.fitting_formats import suggest_formats

Fixture = Callable[..., Any]


@pytest.mark.parametrize(
    ("kind", "values", "wanted"),
    [
        ("calendar_date", ["01/02/2024", "01/13/2024"], ("%m/%d/%Y",)),
        ("calendar_date", ["01/02/2024", "13/01/2024"], ("%d/%m/%Y",)),
        ("calendar_date", ["01/02/2024", "03/04/2024"], ()),
        ("calendar_date", ["01/13/2024", "13/01/2024"], ()),
        ("calendar_date", ["2024-01-02", ""], ()),
        ("calendar_date", ["1/2/2024 1:00 PM", "1/22/2024 2:00 am"], ("%m/%d/%Y %I:%M %p",)),
        ("calendar_date", ["05-Jan-2024", ""], ("%d-%b-%Y",)),
        ("calendar_date", ["20240131"], ("%Y%m%d",)),
        ("date", ["1/22/2024 2:00:00 am -0500"], ("%m/%d/%Y %I:%M:%S %p %z",)),
        ("number", ["1,234.5", "7"], ("1,234.5",)),
        ("number", ["1,234", "7"], ()),
        ("calendar_date", ["5 May 2024"], ("%d %b %Y",)),
        ("number", ["1,234,567"], ("1,234.5",)),
        ("money", ["$5", "$1,000.00"], ("$1,234.50",)),
        ("number", ["1.234,50"], ("1.234,5",)),
        ("number", ["1,100", "2,250", "12,50"], ()),
        ("number", ["1,100", "2,250", "1,5"], ()),
        ("number", ["1,100", "0,25", "12,50"], ("1234,5",)),
        ("money", ["€1,100", "€2,250", "€12,50"], ()),
        ("number", ["1 234,500", "1,250"], ("1 234,5",)),
        ("number", ["1 234"], ("1 234,5",)),
        ("percent", ["45%", "50 %"], ("45%",)),
        ("number", ["(5.00)", "7"], ("(1,234.50)",)),
        ("number", ["5", "7.5"], ()),
        ("number", ["5", "x"], ()),
        ("checkbox", ["Yes", "no", ""], ("yes/no",)),
        ("checkbox", ["y", "N"], ("Y/N",)),
        ("checkbox", ["1", "0"], ("1/0",)),
        ("checkbox", ["true", "False"], ()),
        ("checkbox", ["yes", "N"], ()),
        ("text", ["1/2/2024"], ()),
        ("number", ["", " "], ()),
    ],
)
def test_the_one_format_that_fits_is_suggested(
    open_stage: Fixture, column: Fixture, kind: str, values: list[str], wanted: tuple[str, ...]
) -> None:
    stage = open_stage(("V",), [(value,) for value in values])

    assert suggest_formats(stage, "V", column("v", kind)) == wanted


def test_a_header_that_is_not_there_has_no_format(open_stage: Fixture, column: Fixture) -> None:
    assert suggest_formats(open_stage(("V",), [("1",)]), "W", column("v", "number")) == ()


def test_one_value_far_down_is_enough_to_rule_a_format_out(
    open_stage: Fixture, column: Fixture
) -> None:
    rows = [("01/02/2024",)] * 20_000

    stage = open_stage(("V",), [*rows, ("31/01/2024",)])

    assert suggest_formats(stage, "V", column("v", "calendar_date")) == ("%d/%m/%Y",)


@pytest.mark.parametrize(
    ("scale", "written", "sent"),
    [("100", "0.35", "35"), ("100", "1", "100"), ("100", "-.005", "-0.5"), ("1", "0.35", "0.35")],
)
def test_fraction_reads_a_spreadsheets_percentages(
    scale: str, written: str, sent: str, judge: Fixture
) -> None:
    hints = {"percentScale": scale}

    assert judge("number", [written], formats=("fraction",), hints=hints) == [sent]
    assert judge("number", ["35%"], formats=("fraction",), hints=hints) == ["not-a-number"]
