"""What is said of speed and remaining time, and when nothing is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.desktop.pace import Pace, duration


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def going(total: int | None, steps: list[tuple[float, int]]) -> Pace:
    """A pace after steps of (seconds, amount)."""
    clock = Clock()
    pace = Pace(total, clock)
    for seconds, amount in steps:
        clock.now += seconds
        pace.advance(amount)
    return pace


@pytest.mark.parametrize(
    ("total", "steps"),
    [
        (1000, [(1, 100), (1, 100)]),  # too early
        (1000, []),  # nothing done
        (1000, [(10, 0)]),  # a rate of nothing
        (None, [(10, 100)]),  # nobody knows the end
        (10_000_000, [(10, 10)]),  # more than days
        (1000, [(10, 1000)]),  # done
        (1000, [(10, 1200)]),  # more than was said
    ],
)
def test_no_remaining_time_is_said_that_nobody_should_believe(
    total: int | None, steps: list[tuple[float, int]]
) -> None:
    assert going(total, steps).left is None


def test_rate_and_remaining_time_are_those_of_late() -> None:
    slow_then_fast = [(1.0, 1)] * 60 + [(1.0, 100)] * 30

    pace = going(10_000, slow_then_fast)

    assert pace.rate == pytest.approx(100, rel=0.02)
    assert pace.left == pytest.approx((10_000 - 3060) / 100, rel=0.02)


def test_work_that_stands_still_is_no_longer_forecast() -> None:
    assert going(1000, [(1.0, 10)] * 20 + [(30.0, 0)] * 3).left is None


@given(st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 10**9)), max_size=50))
def test_a_forecast_is_positive_and_within_days(steps: list[tuple[float, int]]) -> None:
    left = going(10**9, steps).left
    assert left is None or 0 < left <= 2 * 86_400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds"), (42, "40 seconds"), (89, "90 seconds"), (600, "10 minutes"),
        (5399, "90 minutes"), (7200, "2.0 hours"),
    ],
)  # fmt: skip
def test_time_is_told_as_exactly_as_anybody_can_use_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words
