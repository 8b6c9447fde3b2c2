"""Private data is found by kind and place, and its value is never repeated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sodasheet.model.finding import Severity
from sodasheet.model.quality_settings import QualityRule, QualitySettings, Release
from sodasheet.quality.comparison_findings import compare
from sodasheet.quality.profile import Profile
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


SECRETS = {
    "kind": "SSN 123-45-6789",
    "zip": "123-45-6789",
    "opened": "123-45-6789",
    "value": "123-45-6789",
    "permit": "call (860) 555-0147",
}


@pytest.mark.parametrize("column", SECRETS)
def test_no_other_finding_report_or_file_shows_the_value(
    column: str, checked: Check, known: Profile, tmp_path: Path
) -> None:
    """A new category, a changed shape, a broken rule or a rejected cell names its place only."""
    source = rows(40, 601)
    source[7][column] = SECRETS[column]
    rules = (QualityRule(column, "like", ("ABC",)), QualityRule(column, "unique"))

    found = compare(checked(source), known, QualitySettings(rules=rules))
    found.write_findings(tmp_path / "findings.csv")

    (private,) = [one for one in found.findings if one.reason == "private-data"]
    assert (private.column, private.examples[0].row) == (column, 9)
    assert len(found.findings) > 1
    assert SECRETS[column] not in str(found.findings)
    assert SECRETS[column] not in str(found.rejected_rows(1000))
    assert SECRETS[column] not in (tmp_path / "findings.csv").read_text("utf-8-sig")


def test_identifiers_that_are_private_are_not_in_what_a_portal_refuses(
    checked: Check, known: Profile
) -> None:
    source = rows(40, 601)
    source[7]["permit"] = SECRETS["permit"]

    found = compare(checked(source), known, QualitySettings())
    refused = found.reject("identifier-exists", [(9, SECRETS["permit"])])

    assert refused.rejected == 1
    assert SECRETS["permit"] not in str(refused.findings)
    assert SECRETS["permit"] not in str(refused.rejected_rows(10))


def test_released_values_are_shown_again(checked: Check, known: Profile) -> None:
    source = rows(40, 601)
    source[7]["kind"] = "SSN 123-45-6789"
    settings = QualitySettings(released=(Release("private-data", "kind"),))

    found = compare(checked(source), known, settings)

    assert "SSN 123-45-6789" in str(found.findings)
