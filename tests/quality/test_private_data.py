"""Private data is found by kind and place, and its value is never repeated."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sodasheet.model.finding import Severity
from sodasheet.model.quality import QualitySettings
from sodasheet.quality.compare import compare
from sodasheet.staging.check.check import CheckResult

from .conftest import rows

Check = Callable[..., CheckResult]

PRIVATE = (
    "SSN 123-45-6789 on file",
    "paid with 4111 1111 1111 1111 today",
    "account no 000123456789 at the bank",
    "IBAN DE89 3704 0044 0532 0130 00",
    "write to someone.else@example.org",
    "call (860) 555-0147 after five",
    "DOB 03/14/1962, lives alone",
    "driver's license 123456789 seen",
    "Mary Jones of 14 Oak Street complained",
)

PLAIN = (
    "Permit 123-45-678 of the parcel",
    "order 4111 1111 1111 1112 of parts",  # the check digit is wrong
    "see plan sheet A-2, detail 14",
    "lot 860-555 north of the mill",
    "opened 03/14/2024, closed the day after",
    "14 Oak Street, rear building",
    "meter reading 000123456789 kWh",
    "000-12-3456 is no number that was ever issued",
)


@pytest.mark.parametrize("text", PRIVATE)
def test_private_data_stops_the_push_and_is_not_repeated(text: str, checked: Check) -> None:
    source = rows(5)
    source[2]["notes"] = text

    (found,) = compare(checked(source), None, QualitySettings()).findings

    assert (found.reason, found.severity, found.column) == (
        "private-data",
        Severity.STOP,
        "notes",
    )
    assert [example.row for example in found.examples] == [4]
    assert text not in str(found)
    assert found.examples[0].value is None


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_alike_is_left_alone(text: str, checked: Check) -> None:
    source = rows(5)
    source[2]["notes"] = text

    assert compare(checked(source), None, QualitySettings()).findings == ()
