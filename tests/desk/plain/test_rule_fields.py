"""Rules, accepted findings and levels on the *Map* page, and levels from the *Check* page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sodasheet.desk.check.findings_on_page import with_level, with_release
from sodasheet.desk.map.rule_fields import RuleFields, with_rules
from sodasheet.errors import UsageProblem
from sodasheet.jobs.rule_sentences import parse_rules
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import ColumnSettings, QualitySettings, Release

DATASET = Dataset(
    "https://data.example.gov",
    "abcd-1234",
    "Permits",
    tuple(
        Column(number, name.title(), name, kind, number)
        for number, (name, kind) in enumerate(
            {"id": "text", "fee": "number", "city": "text", "spot": "point"}.items(), 1
        )
    ),
    "id",
)
JOB = Job(
    DATASET.portal,
    DATASET.id,
    Method.UPSERT,
    SourceSpec(path="a.csv"),
    Mapping(
        (
            ColumnRule(None, "city", constant="Avon"),
            ColumnRule("Id", "id"),
            ColumnRule("Amount", "fee"),
            ColumnRule("Lat", ignore=True),
            ColumnRule("Lon", ignore=True),
        ),
        (PointRule("spot", "Lat", "Lon"),),
    ),
    quality=QualitySettings(
        levels={"same-again": "off"},
        released=(Release("outlier", "fee"), Release("truncated")),
        rules=parse_rules("fee is at least 0; city is required; id is unique; fee is at most 9"),
        columns=(ColumnSettings("fee", {"tail": "note"}, 2.0),),
    ),
)


def form_of(job: Job) -> dict[str, str]:
    """The form that a job's page sends if nothing is changed."""
    fields = RuleFields.of(job, DATASET)
    form = {"rules-others": fields.others, "accepted-findings": fields.accepted,
            "finding-levels": fields.levels}  # fmt: skip
    for place, rule in enumerate(job.mapping.columns):
        if rule.source and rule.field:
            form[f"field-{place}"] = rule.field
            form[f"rules-{place}"] = fields.by_field[rule.field]
    return form


def test_a_page_that_is_sent_back_unchanged_changes_nothing() -> None:
    form = form_of(JOB)

    assert with_rules(JOB, form, JOB, DATASET) == JOB
    assert with_rules(JOB, {}, JOB, DATASET) == JOB
    assert form["rules-2"] == "from 0 to 9"
    assert form["rules-others"] == "city is never blank"
    assert form["accepted-findings"] == "outlier in Fee\ntruncated"
    assert form["finding-levels"] == "same-again = off\ntail in Fee = note"


def test_what_is_typed_counts() -> None:
    form = form_of(JOB) | {
        "rules-1": "required; like P-1",
        "rules-others": "",
        "accepted-findings": "far-date",
        "finding-levels": "",
    }

    quality = with_rules(JOB, form, JOB, DATASET).quality

    assert [rule.words for rule in quality.rules] == [
        "fee is at least 0", "fee is at most 9", "id is never blank", "id is written like P-1",
    ]  # fmt: skip
    assert quality.released == (Release("far-date"),)
    assert quality.levels == {}
    assert quality.columns == (ColumnSettings("fee", {}, 2.0),)


def test_rules_go_with_the_column_to_the_dataset_column_that_it_fills_now() -> None:
    form = form_of(JOB) | {"field-2": "city", "rules-2": "up to 9 characters", "rules-others": ""}

    quality = with_rules(JOB, form, JOB, DATASET).quality

    assert [rule.words for rule in quality.rules] == [
        "id has no duplicate values", "city has up to 9 characters",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "what"),
    [
        ("rules-2", "about 5", 'Rules of Amount: "about 5" is not a rule'),
        ("rules-others", "city", '"city" is not a rule'),
        ("accepted-findings", "outlier in Town", 'The dataset has no column "Town"'),
        ("finding-levels", "outlier in Fee = loud", "is not a finding"),
    ],
)
def test_what_cannot_be_meant_is_said(field: str, text: str, what: str) -> None:
    with pytest.raises(UsageProblem, match=what):
        with_rules(JOB, form_of(JOB) | {field: text}, JOB, DATASET)


def test_a_finding_is_moved_for_its_column_or_for_the_job() -> None:
    one = with_level(JOB, "outlier", "Amount", "note").quality
    point = with_level(JOB, "outside-area", "Lat + Lon", "stop").quality
    pair = with_level(JOB, "order", "Id and Amount", "note").quality

    assert one.columns == (ColumnSettings("fee", {"tail": "note", "outlier": "note"}, 2.0),)
    assert point.columns[1] == ColumnSettings("spot", {"outside-area": "stop"})
    assert pair.levels == {"same-again": "off", "order": "note"}
    assert with_release(JOB, "order", "Id and Amount").quality.released[-1] == Release("order")
    assert with_release(JOB, "zero-point", "Lat + Lon").quality.released[-1] == Release(
        "zero-point", "spot"
    )


@pytest.mark.parametrize(
    ("reason", "header", "level"),
    [
        ("not-a-number", "Amount", "note"),
        ("outlier", "Amount", "off"),
        ("outlier", "Gone", "note"),
        ("private-data", "Amount", "note"),
    ],
)
def test_what_cannot_be_moved_is_refused(reason: str, header: str, level: str) -> None:
    with pytest.raises(UsageProblem):
        with_level(replace(JOB), reason, header, level)
