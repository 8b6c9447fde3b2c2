"""Numbers keep their digits, and only declared formats are accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Judge = Callable[..., list[Any]]

PLAIN = {
    "0": "0",
    "007": "7",
    "-007.50": "-7.50",
    "+3": "3",
    ".5": "0.5",
    "-.5": "-0.5",
    "5.": "5",
    "00": "0",
    "0.10": "0.10",
    "6.02e+23": "602000000000000000000000",
    "1E3": "1000",
    "1.5e-3": "0.0015",
    "-12.34e1": "-123.4",
    "12345678901234567890123456789012345678.123456789": (
        "12345678901234567890123456789012345678.123456789"
    ),
    "\u00a042\u2003": "42",
    "\u2212007.50": "-7.50",
    "\u2013.5": "-0.5",
    "\uff0d1.5e-3": "-0.0015",
}


def test_a_number_comes_out_as_plain_digits(judge: Judge) -> None:
    assert judge("number", list(PLAIN)) == list(PLAIN.values())


@pytest.mark.parametrize("kind", ["number", "money", "percent"])
def test_what_is_no_number_is_refused(judge: Judge, kind: str) -> None:
    bad = ["N/A", "null", "1,234", "$5", "45%", "1.2.3", "1_000", "inf", "nan", "--5", "1e", "١",
           "0x1F", "1 000", "(5)", "e5", ".", "-", "1e1000", "\u2212-5", "\u2212", "5-",
           "5\u2212"]  # fmt: skip

    assert judge(kind, bad) == ["not-a-number"] * len(bad)


@pytest.mark.parametrize(
    ("example", "good", "bad"),
    [
        (
            "1,234.5",
            {"1,234.5": "1234.5", "1,234,567": "1234567", "1234": "1234", "-1,234.50": "-1234.50",
             "012,345.6": "12345.6", ".5": "0.5", "999": "999"},
            ["1,2345", "12,34.5", "1,234,5", "1.234,5", ",234", "1,", "$5", "1 234"],
        ),
        (
            "$1,234.50",
            {"$1,234.50": "1234.50", "$ 5": "5", "-$5.10": "-5.10", "$-5.10": "-5.10", "7": "7"},
            ["€5", "5$", "$", "$$5", "--$5", "-$-5", "($5)"],
        ),
        ("1e3", {"1e3": "1000", "-2.5E-2": "-0.025"}, ["1e", "1,234e3", "7"]),
        ("1.234,5", {"1.234,5": "1234.5", "1.234": "1234", "-0,50": "-0.50"}, ["1,234.5", "1.5"]),
        ("1 234,5", {"1 234,5": "1234.5", "1\u00a0234": "1234", "1\u202f234,5": "1234.5"},
         ["1.234,5", "12 34"]),
        ("1'234.50", {"1'234.50": "1234.50", "1’234": "1234"}, ["1,234"]),
        ("1234,5", {"1234,5": "1234.5", "5": "5"}, ["1.234,5", "1234.5"]),
        ("(1,234)", {"(1,234)": "-1234", "1,234": "1234", "(5.5)": "-5.5"}, ["(5", "5)", "(-5)"]),
        ("($1,234.50)", {"($5.00)": "-5.00", "$5.00": "5.00", "-5": "-5", "$ (5)": "-5"}, ["(5)$"]),
        ("1.234,50 €", {"1.234,50 €": "1234.50", "5,00€": "5.00", "5": "5"}, ["€5"]),
        ("1,234.50-", {"1,040.25-": "-1040.25", "000085705-": "-85705", "000083328+": "83328",
                       "-5": "-5", "7": "7", "5 -": "-5"}, ["-5-", "5--", "$5-", "5 CR"]),
        ("$1,234.50-", {"$1,040.25-": "-1040.25", "$5": "5"}, ["5-$", "-$5-"]),
        ("1,234.50 CR", {"33.10 CR": "-33.10", "1,033.10CR": "-1033.10", "5 DR": "5", "5": "5"},
         ["-5 CR", "CR 5", "5 C", "5-"]),
        ("$1,234.50", {"\u2212$1,234.50": "-1234.50", "$\u20135": "-5"}, ["\u2212-$5"]),
        ("USD 5", {"USD 5": "5", "5": "5"}, ["EUR 5", "U 5"]),
    ],
)  # fmt: skip
def test_a_declared_format_reads_its_numbers_and_no_others(
    judge: Judge, example: str, good: dict[str, str], bad: list[str]
) -> None:
    assert judge("number", list(good), formats=(example,)) == list(good.values())
    assert judge("number", bad, formats=(example,)) == ["not-a-number"] * len(bad)


@pytest.mark.parametrize(
    ("kind", "hints", "wanted"),
    [
        ("percent", {}, "45.5"),
        ("number", {"percentScale": "100"}, "45.5"),
        ("number", {"percentScale": "1"}, "0.455"),
        ("percent", {"percentScale": "1"}, "0.455"),
        ("number", {}, "0.455"),
    ],
)
def test_a_percent_sign_means_what_the_column_counts_in(
    judge: Judge, kind: str, hints: dict[str, str], wanted: str
) -> None:
    assert judge(kind, ["45.5%", "45.5 %"], formats=("45%",), hints=hints) == [wanted] * 2
    assert judge(kind, ["45.5"], formats=("45%",), hints=hints) == ["not-a-number"]


def test_formats_are_tried_in_order(judge: Judge) -> None:
    values = judge("number", ["45%", "45", "1,5"], formats=("45%", "45", "1,5"))

    assert values == ["0.45", "45", "1.5"]


def test_a_comma_with_two_meanings_in_a_column_is_not_guessed(judge: Judge) -> None:
    values = judge(
        "number", ["4,6", "1,234", "1,234,567", "3.3", "1,234.5"], formats=("1,234.5", "1234,5")
    )

    assert values == ["4.6", "ambiguous-number", "1234567", "3.3", "1234.5"]


@pytest.mark.parametrize("example", ["", "abc", "1,2,3.4.5", "$5$", "(5", "1,234,56", "1.5.5,0"])
def test_a_format_that_is_none_is_told_with_examples(judge: Judge, example: str) -> None:
    with pytest.raises(Exception, match="is not a number format") as raised:
        judge("number", ["1"], formats=(example,))

    assert "1,234.5 or $1,234.50" in str(raised.value)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=None), min_size=1))
def test_every_decimal_survives_exactly(judge: Judge, numbers: list[Decimal]) -> None:
    sane = [number for number in numbers if abs(number.as_tuple().exponent) < 900]
    values = judge("number", [str(number) for number in [Decimal(1), *sane]])

    assert [Decimal(value) for value in values] == [Decimal(1), *sane]
    assert "E" not in json.dumps(values)
