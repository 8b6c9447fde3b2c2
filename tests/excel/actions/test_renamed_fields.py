"""Dataset columns that were renamed are tracked by their id."""

from __future__ import annotations

from sodasheet.excel.actions.renamed_fields import healed
from sodasheet.matching import drift
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Fingerprint, Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method

JOB = Job(
    "https://data.example.gov",
    "abcd-1234",
    Method.APPEND,
    SourceSpec("active"),
    Mapping((ColumnRule("Fee", "fee", match="confirmed"),), (PointRule("place", "Lat", "Lon"),)),
    fingerprint=Fingerprint((), ((1, "fee", "number"), (2, "place", "point"), (3, "x", "text"))),
)


def dataset(*columns: tuple[int, str, str]) -> Dataset:
    made = tuple(Column(one, field.title(), field, kind, one) for one, field, kind in columns)
    return Dataset("https://data.example.gov", "abcd-1234", "D", made)


def test_rules_and_points_follow_a_renamed_column() -> None:
    now = dataset((1, "amount", "number"), (2, "spot", "point"), (3, "x", "text"))

    job, told = healed(JOB, now)

    assert job.mapping.columns[0] == ColumnRule("Fee", "amount", match="confirmed")
    assert job.mapping.points[0].field == "spot"
    assert told == [
        "The dataset column fee is now called amount; the mapping follows it.",
        "The dataset column place is now called spot; the mapping follows it.",
    ]
    assert drift(job.fingerprint, [], now) == ()


def test_a_name_that_another_column_took_over_is_not_followed() -> None:
    now = dataset((1, "amount", "number"), (9, "fee", "number"), (2, "place", "point"))

    job, told = healed(JOB, now)

    assert (job, told) == (JOB, [])
