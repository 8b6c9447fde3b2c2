"""Headers that are field names, matched when the source is read."""

from __future__ import annotations

import pytest

from sodasheet.matching.by_field_name import by_field_name
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping
from sodasheet.model.method import Method

DATASET = Dataset(
    "https://data.example.gov",
    "abcd-1234",
    "Permits",
    tuple(
        Column(place, field.title(), field, "text", place)
        for place, field in enumerate(("permit_no", "opened", ":id", "note"))
    ),
    row_identifier="note",
)


def job(method: str = "upsert", header_row: int = 1, **mapping: object) -> Job:
    told = Mapping(**{"by_field_name": True, **mapping})  # type: ignore[arg-type]
    source = SourceSpec(path="x.csv", header_row=header_row)
    return Job(DATASET.portal, DATASET.id, Method(method), source, told)


def filled(found: Mapping) -> list[tuple[str | None, str | None]]:
    return [(rule.source, rule.field) for rule in found.columns]


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["permit_no", "opened"], ["permit_no", "opened"]),
        (["PERMIT_NO", "Opened"], ["permit_no", "opened"]),
        (["Permit No"], ["permit no"]),
        ([], []),
    ],
)
def test_a_header_fills_the_column_of_that_field_name(
    headers: list[str], fields: list[str]
) -> None:
    assert filled(by_field_name(job(), headers, DATASET)) == list(zip(headers, fields, strict=True))


def test_an_explicit_rule_outranks_the_field_name() -> None:
    rules = (
        ColumnRule("opened", "opened", formats=("%d.%m.%Y",)),
        ColumnRule("note", ignore=True),
        ColumnRule("gone", ignore=True),
        ColumnRule(constant="x", field="permit_no"),
    )

    found = by_field_name(job(columns=rules, blank=Blank.KEEP), ["Opened", "note", "b"], DATASET)

    assert found.columns[0] == ColumnRule("Opened", "opened", formats=("%d.%m.%Y",))
    assert filled(found)[1:] == [("note", None), ("b", "b"), (None, "permit_no")]
    assert found.columns[2].blank is Blank.KEEP


def test_without_a_header_row_columns_are_the_datasets_in_order() -> None:
    headers = [f"Column {place}" for place in range(1, 5)]

    found = by_field_name(job(header_row=0), headers, DATASET)

    assert [rule.field for rule in found.columns] == ["permit_no", "opened", "note", None]
    assert found.columns[3].ignore


def test_a_delete_takes_its_first_column_for_the_row_identifier() -> None:
    found = by_field_name(job("delete"), ["whatever", "opened"], DATASET)

    assert [(rule.field, rule.ignore) for rule in found.columns] == [("note", False), (None, True)]


def test_a_mapping_with_rules_is_unchanged() -> None:
    plain = job(by_field_name=False)

    assert by_field_name(plain, ["permit_no"], DATASET) is plain.mapping
