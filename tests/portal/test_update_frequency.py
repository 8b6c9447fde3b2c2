"""Declared update frequencies: the terms of portals and catalogs, and when data is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sodasheet.portal.dataset import declared_frequency
from sodasheet.portal.update_frequency import parse_frequency

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Daily", 1),
        ("daily (weekdays)", 3),
        ("Weekdays", 3),
        ("Weekly", 7),
        ("Biweekly", 14),
        ("Every two weeks", 14),
        ("Monthly", 31),
        ("Bi-monthly", 62),
        ("Quarterly", 92),
        ("Twice a year", 184),
        ("Biannually", 184),
        ("Semiannual", 184),
        ("Annually", 366),
        ("Yearly", 366),
        ("Biennial", 731),
        ("R/P1D", 1),
        ("R/P0.5M", 15.5),
        ("R/P3M", 93),
        ("R/P1Y", 366),
        ("Hourly", 1 / 24),
        ("R/PT1H", 1 / 24),
        ("R/PT1S", 1 / 24),
        ("Several times per day", 1),
        ("Every other week", 14),
        ("Every 2 months", 62),
        ("Every 3 months", 92),
        ("Every four months", 123),
        ("Every six months", 184),
        ("Every 12 months", 368),
        ("Updated every 4 weeks", 28),
        ("Every 10 days", 10),
        ("Every 24 hours", 1),
        ("Every 15 minutes", 1 / 24),
        ("Every 2 quarters", 184),
        ("Every two years", 731),
        ("Every 3 years", 1096),
        ("Every five years", 1827),
        ("Every ten years", 3653),
        ("Every week", 7),
    ],
)
def test_words_of_frequencies(words: str, days: float) -> None:
    found = parse_frequency(words)

    assert found is not None
    assert found.period == timedelta(days=days)


@pytest.mark.parametrize(
    "words",
    [
        "", "As needed", "Irregular", "Historical data", "Never", "irregular", "Other", "R/", "R/P",
        "R/P.D", "R/P1.2.3D", "R/P" + "9" * 400 + "D", "Every 0 hens",
    ],
)  # fmt: skip
def test_words_that_say_nothing_about_time(words: str) -> None:
    assert parse_frequency(words) is None


@pytest.mark.parametrize(
    ("words", "hours", "late"),
    [("Daily", 47, False), ("Daily", 50, True), ("Monthly", 35 * 24, False),
     ("Monthly", 40 * 24, True), ("Weekdays", 72 + 20, False), ("Annually", 400 * 24, False)],
)  # fmt: skip
def test_a_little_late_is_not_late(words: str, hours: int, late: bool) -> None:
    frequency = parse_frequency(words)

    assert frequency is not None
    assert (frequency.late_by(NOW - timedelta(hours=hours), NOW) is not None) is late


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ({"metadata": {"custom_fields": {"Update": {"Update Frequency": " Daily "}}}}, "Daily"),
        ({"metadata": {"custom_fields": {"a": {"x": "1"}, "b": {"frequency": "R/P1D"}}}}, "R/P1D"),
        ({"metadata": {"custom_fields": {"Update": {"Update Frequency": ""}}}}, ""),
        ({"metadata": {"custom_fields": []}}, ""),
        ({"metadata": {"custom_fields": {"Update": None}}}, ""),
        ({"metadata": None}, ""),
        ({}, ""),
    ],
)
def test_what_the_metadata_declares(view: dict[str, Any], words: str) -> None:
    assert declared_frequency(view) == words
