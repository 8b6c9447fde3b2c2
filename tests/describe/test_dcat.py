"""DCAT-US 3 records against the published schema."""

from __future__ import annotations

from typing import Any

import pytest

from sodasheet.describe.dcat import dcat_record, published_schema, record_problems

VIEW = {
    "id": "abcd-1234",
    "name": "Permits \u2014 issued",
    "description": "Every permit.",
    "category": "Housing",
    "tags": ["permits", "buildings"],
    "attribution": "City of Example",
    "licenseId": "CC0_10",
    "privateMetadata": {"contactEmail": "data@example.gov"},
    "metadata": {"custom_fields": {"Core": {"Frequency": "Weekly"}}},
    "createdAt": 1700000000,
    "rowsUpdatedAt": 1710000000,
    "columns": [],
}


def record(**changed: Any) -> dict[str, Any]:
    """Return the record of a fully described dataset, except for some keys."""
    return dcat_record(VIEW | changed, "https://data.example.gov")


def test_a_described_dataset_gives_a_record_that_the_schema_accepts() -> None:
    found = record()

    assert record_problems(found) == []
    assert found["accrualPeriodicity"].endswith("/frequency/WEEKLY")
    assert found["contactPoint"][0]["hasEmail"] == "mailto:data@example.gov"
    assert found["distribution"][0]["license"].startswith("https://creativecommons.org/")
    assert found["modified"] == "2024-03-09"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"description": ""}, "record: 'description' is a required property"),
        ({"attribution": ""}, "record: 'publisher' is a required property"),
        ({"name": ""}, "record: 'title' is a required property"),
    ],
)
def test_what_the_schema_requires_is_named(changed: dict[str, str], said: str) -> None:
    assert said in record_problems(record(**changed))


def test_formats_and_types_are_checked() -> None:
    wrong = record() | {"modified": "yesterday", "identifier": "x", "landingPage": "no address"}

    assert [one.partition(":")[0] for one in record_problems(wrong)] == [
        "identifier", "landingPage", "modified",
    ]  # fmt: skip
    assert record_problems(record() | {"modified": "2024-03-09T10:00:00Z"}) == []


@pytest.mark.parametrize(
    ("words", "name"), [("Hourly", "HOURLY"), ("R/P2M", "BIMONTHLY"), ("every 2 years", "BIENNIAL")]
)
def test_every_frequency_has_one_name_in_the_catalogs_list(words: str, name: str) -> None:
    metadata = {"custom_fields": {"Core": {"Frequency": words}}}

    assert record(metadata=metadata)["accrualPeriodicity"].endswith(f"/frequency/{name}")


@pytest.mark.parametrize("created", [10**20, -(10**20), True, "1700000000", None])
def test_a_time_that_is_none_is_left_out(created: object) -> None:
    assert "issued" not in record(createdAt=created)


def test_a_license_without_a_known_text_is_named_by_its_id() -> None:
    found = record(licenseId="OUR_OWN")

    assert found["distribution"][0]["license"]["licenseText"] == "OUR_OWN"
    assert record_problems(found) == []


def test_the_schema_is_whole_and_follows_no_other_base() -> None:
    schema = published_schema()

    assert set(schema["definitions"]["Dataset"]["required"]) == {
        "description", "publisher", "title",
    }  # fmt: skip
    assert '"$id"' not in str(schema).replace("'", '"')
