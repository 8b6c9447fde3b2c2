"""Sentences about changes in the shape of the source or the dataset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sodasheet.matching import drift, fingerprint
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Fingerprint


def column(field, name="", kind="text", **more):
    return Column(more.pop("id"), name or field, field, kind, 1, **more)


def dataset(*columns):
    return Dataset("https://data.example.gov", "abcd-1234", "Permits", columns)


BEFORE = dataset(
    column("permit_no", "Permit No", id=1),
    column("opened", "Opened", "calendar_date", id=2),
    column(":@computed_region", id=3),
)
HEADERS = ("Permit No", "Opened")
SEEN = fingerprint(HEADERS, BEFORE)


def test_a_fingerprint_contains_headers_and_fillable_columns():
    columns = ((1, "permit_no", "text"), (2, "opened", "calendar_date"))

    assert Fingerprint(HEADERS, columns) == SEEN
    assert fingerprint(HEADERS, replace(BEFORE, row_identifier="opened")).identifier == "opened"


@pytest.mark.parametrize(
    ("headers", "sentences"),
    [
        (("Opened", "Permit No"), ()),
        (
            ("Permit No", "Opened", "Fee"),
            ('The source column "Fee" is new since the mapping was confirmed.',),
        ),
        (("Permit No",), ('The source column "Opened" is no longer there.',)),
        (
            ("Permit #", "Opened on"),
            (
                'The source columns "Permit #" and "Opened on" are new since the mapping was '
                "confirmed.",
                'The source columns "Permit No" and "Opened" are no longer there.',
            ),
        ),
    ],
)
def test_new_and_missing_headers_are_named(headers, sentences):
    assert drift(SEEN, headers, BEFORE) == sentences


def test_many_headers_are_counted():
    (sentence,) = drift(SEEN, [*HEADERS, *(f"c{at}" for at in range(500))], BEFORE)

    assert '"c9", and 490 more are new' in sentence


@pytest.mark.parametrize(
    ("columns", "sentences"),
    [
        ([column("opened", kind="calendar_date", id=2), column("permit_no", id=1)], ()),
        (
            [column("permit_number", id=1), column("opened", kind="calendar_date", id=2)],
            ("The dataset column permit_no is now called permit_number.",),
        ),
        (
            [column("opened", id=1), column("permit_no", kind="calendar_date", id=2)],
            (
                "The dataset column permit_no is now called opened.",
                "The dataset column opened is now called permit_no.",
            ),
        ),
        ([column("permit_no", id=1)], ("The dataset column opened no longer exists.",)),
        (
            [
                column("permit_no", id=1),
                column("opened", kind="calendar_date", id=2),
                column("fee", "Fee", id=9),
            ],
            ("The dataset has a new column, Fee · fee.",),
        ),
        (
            [column("permit_no", id=1), column("opened", kind="text", id=2)],
            ("The dataset column opened was Date and is now Text.",),
        ),
        (
            [
                column("permit_no", id=1, computed=True),
                column("opened", kind="calendar_date", id=2),
            ],
            ("The dataset column permit_no can no longer be filled.",),
        ),
        ([column("permit_no", id=11), column("opened", kind="calendar_date", id=12)], ()),
    ],
)
def test_dataset_columns_that_changed_are_named(columns, sentences):
    assert drift(SEEN, HEADERS, dataset(*columns)) == sentences


def test_without_a_fingerprint_there_is_no_drift():
    assert drift(Fingerprint(), ("a",), BEFORE) == ()
