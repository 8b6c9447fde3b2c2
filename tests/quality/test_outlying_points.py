"""Points are questioned by their coordinates, in columns of points and of locations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from sodasheet.model.finding import Severity
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.quality.comparison_findings import compare
from sodasheet.staging.check.check import CheckResult

from .conftest import DATASET, Row, profile_of, rows

Check = Callable[..., CheckResult]

LOCATED = replace(
    DATASET,
    columns=tuple(
        replace(column, type="location") if column.field == "place" else column
        for column in DATASET.columns
    ),
)


def bare(latitude: str, longitude: str) -> str:
    return f"({latitude}, {longitude})"


def addressed(latitude: str, longitude: str) -> str:
    return f"{longitude[-3:]} Main Street\nAvon, CT 06001\n({latitude}, {longitude})"


def as_object(latitude: str, longitude: str) -> str:
    return json.dumps({"latitude": latitude, "longitude": longitude})


def addressed_only(number: int) -> str:
    return json.dumps({"human_address": json.dumps({"address": f"{number} Oak Street"})})


def located(source: list[Row], form: Callable[[str, str], str]) -> list[Row]:
    """Write every place as a location."""
    made = []
    for row in source:
        longitude, latitude = row["place"].removeprefix("POINT (").removesuffix(")").split()
        made.append({**row, "place": form(latitude, longitude)})
    return made


@pytest.mark.parametrize("form", [bare, addressed, as_object])
def test_a_location_far_from_all_others_is_asked_about(
    form: Callable[[str, str], str], checked: Check
) -> None:
    known = profile_of(checked(located(rows(600), form), dataset=LOCATED))
    source = located(rows(80, 601), form)

    def found(place: str) -> dict[str, str]:
        changed = [{**row, "place": place} if n == 3 else row for n, row in enumerate(source)]
        result = compare(checked(changed, dataset=LOCATED), known, QualitySettings())
        return {one.reason: one.message for one in result.findings}

    assert found(source[3]["place"]) == {}
    assert set(found(form("0", "0"))) == {"zero-point"}
    far = found(form("-72.68", "41.76"))
    assert set(far) == {"outside-area"}
    assert (
        "1 point is far outside. Latitude and longitude seem to be swapped."
        in (far["outside-area"])
    )


def test_addresses_without_coordinates_are_no_places_far_away(checked: Check) -> None:
    few = [
        {**row, "place": addressed_only(n) if n > 5 else "(41.76, -72.68)"}
        for n, row in enumerate(rows(600))
    ]
    known = profile_of(checked(few, dataset=LOCATED))

    source = located(rows(80, 601), bare)

    found = compare(checked(source, dataset=LOCATED), known, QualitySettings()).findings
    assert [one.reason for one in found] == []


@pytest.mark.parametrize("past", [None, "few"])
def test_places_of_a_new_dataset_are_compared_with_each_other(
    past: str | None, checked: Check
) -> None:
    known = None if past is None else profile_of(checked(rows(20)))
    source = rows(40, 601)
    source[3]["place"], source[7]["place"] = "POINT (0 0)", "POINT (41.7 -72.6)"

    found = {one.reason: one for one in compare(checked(source), known, QualitySettings()).findings}

    assert found["zero-point"].message == ("Place is at latitude 0, longitude 0 in 1 row. Row 5.")
    assert found["outside-area"].message == (
        "Place is far from the source's other locations in 1 row."
        " Latitude and longitude seem to be swapped. Row 9."
    )
    assert found["outside-area"].severity is found["zero-point"].severity is Severity.ASK


def test_a_place_that_is_only_far_away_is_not_asked_about(checked: Check) -> None:
    source = rows(40, 601)
    source[3]["place"] = "POINT (2.35 48.85)"

    found = compare(checked(source), None, QualitySettings()).findings

    assert not {"zero-point", "outside-area"} & {one.reason for one in found}


def test_the_point_farthest_from_the_area_is_named_first(checked: Check) -> None:
    source = rows(80, 601)
    source[3]["place"] = "POINT (-72.2 41.75)"
    source[7]["place"], source[9]["place"] = "POINT (72.65 41.75)", "POINT (-72.65 -41.75)"

    found = compare(checked(source), profile_of(checked(rows(600))), QualitySettings()).findings

    (outside,) = [group for group in found if group.reason == "outside-area"]
    assert "3 points are far outside. The farthest is row 9: " in outside.message
    assert [example.row for example in outside.examples] == [9, 11, 5]
