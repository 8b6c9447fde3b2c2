"""Private data is reported by kind and position, and its value is never repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import Severity
from sodasheet.model.quality_settings import QualityRule, QualitySettings, Release
from sodasheet.quality.comparison_findings import compare
from sodasheet.quality.profile import Profile
from sodasheet.staging.check.check import CheckResult

from .conftest import DATASET, profile_of, rows

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
    "000-12-3456 is not a number that was ever issued",
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


@pytest.mark.parametrize("count", [1, 8, 40])
def test_private_values_beside_others_or_many_of_them_are_not_shown(
    count: int, checked: Check, known: Profile
) -> None:
    """The town that the code decides, in a finding about two columns; more than five, and all."""
    source = rows(40, 601)
    for row in source[:count]:
        row["town"] = "123-45-6789"

    found = {one.reason: one for one in compare(checked(source), known, QualitySettings()).findings}

    assert found["private-data"].column == "town"
    about = {1: "contradiction", 8: "contradiction", 40: "constant"}[count]
    assert about in found
    assert "123-45-6789" not in str(found)
    assert all(one.value is None for one in found[about].examples)


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


def named(title: str, kind: str = "text", style: str = "") -> Dataset:
    """The dataset with another name and type of its remarks, shown in a style."""
    shown = {"displayStyle": style} if style else {}
    return replace(
        DATASET,
        columns=tuple(
            replace(column, name=title, type=kind, format=shown)
            if column.field == "notes"
            else column
            for column in DATASET.columns
        ),
    )


@pytest.mark.parametrize(
    ("dataset", "text", "reasons"),
    [
        (named("Contact", "phone"), "(860) 555-0147", []),
        (named("Contact", "email"), "someone@example.org", []),
        (named("Contact", style="phone"), "(860) 555-0147", []),
        (named("Contact", style="email"), "someone@example.org", []),
        # A phone number in a column of email addresses is a wrong address too.
        (named("Contact", style="email"), "(860) 555-0147", ["not-an-email", "private-data"]),
        (named("Phone"), "(860) 555-0147", ["named-private-data"]),
        (named("Phone"), "8605550147", ["named-private-data"]),
        (named("E-mail"), "someone@example.org", ["named-private-data"]),
        (named("Contact"), "(860) 555-0147", ["private-data"]),
        (named("E-mail"), "(860) 555-0147", ["private-data"]),
        (named("Phone"), "SSN 123-45-6789", ["private-data"]),
    ],
)
def test_a_new_dataset_has_the_data_that_its_column_is_for(
    dataset: Dataset, text: str, reasons: list[str], checked: Check
) -> None:
    source = [{**row, "notes": text} for row in rows(5)]

    every = compare(checked(source, dataset=dataset), None, QualitySettings()).findings

    assert sorted(one.reason for one in every) == reasons
    for one in every:
        if one.reason == "not-an-email":
            continue
        assert one.severity is (Severity.STOP if one.reason == "private-data" else Severity.NOTE)
        assert "the dataset has none" not in one.message
        assert text not in str(one)


@pytest.mark.parametrize(
    ("past", "text"),
    [
        ("860555{:04}", "(860) 555-0147"),
        ("(860) 555-{:04}", "call 8605550147 after five"),
        ("someone{}@example.org", "another@example.org"),
    ],
)
def test_a_dataset_of_such_values_is_not_said_to_have_none(
    past: str, text: str, checked: Check
) -> None:
    before = [{**row, "notes": past.format(n)} for n, row in enumerate(rows(200))]
    known = profile_of(checked(before, dataset=named("Phone")))
    source = [{**row, "notes": text} for row in rows(5, 601)]

    found = compare(checked(source, dataset=named("Phone")), known, QualitySettings()).findings

    assert "private-data" not in [one.reason for one in found]


def test_a_dataset_of_few_such_values_is_said_to_have_them(checked: Check) -> None:
    before = rows(1200)
    before[7]["notes"] = "call (860) 555-0147 after five"
    known = profile_of(checked(before))
    source = rows(5, 1201)
    source[2]["notes"] = "(860) 555-0148"

    (found,) = compare(checked(source), known, QualitySettings()).findings

    assert (
        "phone numbers in 1 cell; in the dataset, that column has 1 in 1,200 values."
        in found.message
    )
