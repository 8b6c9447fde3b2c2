"""Declared frequencies are read as people and DCAT-US write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sodasheet.dataset_quality.update_frequency import UpdateFrequency, declared_frequency, period

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Daily", 1),
        ("every day at noon", 1),
        ("Every weekday", 7),
        ("Weekly", 7),
        ("Bi-weekly", 14),
        ("MONTHLY", 31),
        ("Updated monthly, by the 15th", 31),
        ("Quarterly", 92),
        ("Semi-annually", 183),
        ("Annual", 366),
        ("yearly", 366),
        ("R/P1M", 31),
        ("R/P0.5M", 15.5),
        ("R/PT1H", 1),
        ("R/P1Y", 366),
        ("As needed", None),
        ("Historical", None),
        ("irregular", None),
    ],
)
def test_periods(words: str, days: float | None) -> None:
    assert period(words) == days


def test_the_declaration_is_found_among_custom_fields() -> None:
    custom = {("Contact", "Department"): "Weekly Office", ("Core", "Update Frequency"): " Monthly "}

    assert declared_frequency(custom) == UpdateFrequency("Monthly", 31)
    assert declared_frequency({("Contact", "Department"): "Weekly Office"}) is None
    assert declared_frequency({("Core", "Update Frequency"): " "}) is None


@pytest.mark.parametrize(("age", "late"), [(20, 0), (31, 0), (38, 0), (45, 14)])
def test_an_update_is_overdue_after_a_period_and_a_quarter(age: int, late: float) -> None:
    assert UpdateFrequency("Monthly", 31).late(NOW - timedelta(days=age), NOW) == late


def test_what_names_no_period_is_never_overdue() -> None:
    assert UpdateFrequency("As needed", None).late(NOW - timedelta(days=4000), NOW) == 0
