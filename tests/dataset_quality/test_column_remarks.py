"""Remarks about a column on the quality sheet: changes since the last push, unusual values."""

from __future__ import annotations

import pytest

from sodasheet.dataset_quality.column_measures import ColumnMeasure
from sodasheet.dataset_quality.column_remarks import since_last_push, worth_a_look
from sodasheet.dataset_quality.completeness_freshness_findings import Completeness
from sodasheet.model.dataset import Column
from sodasheet.quality.profile import ColumnProfile, Spread

#: Midnight of January 1, 2026, in seconds since 1970.
NEW_YEAR = 1_767_225_600.0


def measure(
    kind: str = "text", distinct: int | None = 7, highest: str = "", name: str = "Notes"
) -> ColumnMeasure:
    return ColumnMeasure(Column(1, name, "notes", kind, 1), distinct, highest=highest)


def filled(count: int | None, rows: int = 1000) -> Completeness:
    return Completeness("Notes", "notes", count, rows)


def before(count: int, distinct: int = 7, high: float | None = None) -> ColumnProfile:
    spread = None if high is None else Spread(0.0, high, (0.0,) * 5)
    return ColumnProfile("text", 1000, count, distinct, spread=spread)


@pytest.mark.parametrize(
    ("measured", "now", "then", "whole", "words"),
    [
        (measure(), 1000, before(1000), True, "as before"),
        (measure(), 880, before(970), True, "filled 97% before"),
        (measure(), 1000, before(996), True, "as before"),
        (measure(), 900, before(999), True, "filled 99% before"),
        (measure(), 900, before(1), True, "filled 1% before"),
        (measure(), 1000, before(0), True, "filled 0% before"),
        (measure(distinct=27), 1000, before(1000), True, "+20 values"),
        (measure(distinct=6), 1000, before(1000), True, "-1 value"),
        (measure(distinct=27), 1000, before(1000), False, "as before"),
        (measure(distinct=None), 1000, before(1000), True, "as before"),
        (measure(), None, before(1000), True, "as before"),
        (measure("calendar_date", 9, "2026-01-21T00:00:00.000"), 1000,
         before(1000, high=NEW_YEAR), True, "20 days newer"),
        (measure("calendar_date", 7, "2026-01-01T23:00:00.000"), 1000,
         before(1000, high=NEW_YEAR), True, "as before"),
        (measure("date", 7, "2026-01-02T00:00:00.000Z"), 1000,
         before(1000, high=NEW_YEAR), True, "1 day newer"),
        (measure("number", 7, "9"), 1000, before(1000, high=5.0), True, "as before"),
    ],
)  # fmt: skip
def test_what_differs_is_said_in_the_words_of_the_first_difference(
    measured: ColumnMeasure, now: int | None, then: ColumnProfile, whole: bool, words: str
) -> None:
    assert since_last_push(measured, filled(now), then, whole=whole) == words


@pytest.mark.parametrize(
    ("measured", "count", "marks", "then", "words"),
    [
        (measure(), 1000, {}, before(1000), ""),
        (measure(), 0, {}, before(1000), "never filled"),
        (measure(), 880, {}, before(970), "9 points emptier"),
        (measure(), 960, {}, before(1000), ""),
        (measure(distinct=1), 1000, {}, None, "always the same value"),
        (measure(distinct=1), 900, {}, None, ""),
        (measure(), 1000, {"social-security-number": 2}, None, "possible private data"),
        (measure(), 1000, {"damaged-text": 2}, None, "damaged characters"),
        (measure(name="Contact E-mail"), 1000, {"email-address": 900}, None, ""),
        (measure("phone"), 1000, {"phone-number": 900}, None, ""),
    ],
)
def test_the_first_reason_to_look_at_a_column(
    measured: ColumnMeasure,
    count: int,
    marks: dict[str, int],
    then: ColumnProfile | None,
    words: str,
) -> None:
    now = ColumnProfile("text", 1000, count, 7, marks=marks)

    assert worth_a_look(measured, filled(count), now, then) == words


@pytest.mark.parametrize(
    ("count", "share"), [(1000, 1), (999_999, 0.999), (0, 0), (1, 0.001), (None, None)]
)
def test_no_rounding_makes_a_share_whole_or_nothing(count: int | None, share: float | None) -> None:
    rows = 1000 if count == 1000 else 1_000_000

    assert filled(count, rows).shown_share == share
