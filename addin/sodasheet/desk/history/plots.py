"""Small plots: rows sent and left out in a dataset's last pushes, as SVG coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sodasheet.desk.formatting.numbers import amount
from sodasheet.push.runs.history import PastRun

#: Number of pushes in a plot.
POINTS = 12

_WIDTH, _TOP, _BOTTOM, _FOOT = 120.0, 2.0, 22.0, 27.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of rows left out."""

    x: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A line of row counts with bars of rows left out beneath; `label` says the same in text."""

    line: str
    area: str
    bars: tuple[Bar, ...]
    last: tuple[str, str]
    label: str


def plot(name: str, runs: Sequence[PastRun]) -> Plot | None:
    """Return the plot of a dataset's pushes, newest first; None if too few of them have landed."""
    landed = [run for run in runs if run.landed and run.rows_after is not None][:POINTS][::-1]
    if len(landed) < 2:
        return None
    counts = [run.rows_after or 0 for run in landed]
    left = [run.rows.rejected or 0 for run in landed]
    low, high = min(counts), max(counts)
    span, step = max(high - low, 1), _WIDTH / (len(landed) - 1)
    points = [
        (at * step, _BOTTOM - 2 - (count - low) / span * (_BOTTOM - 2 - _TOP))
        for at, count in enumerate(counts)
    ]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    most = max(*left, 1)
    bars = tuple(
        Bar(
            f"{at * step - 1.5:.1f}", f"{_FOOT - number / most * 5:.1f}", f"{number / most * 5:.1f}"
        )
        for at, number in enumerate(left)
        if number
    )
    x, y = points[-1]
    return Plot(
        line,
        f"{line}L{_WIDTH} {_BOTTOM}L0 {_BOTTOM}z",
        bars,
        (f"{x:.1f}", f"{y:.1f}"),
        _words(name, counts, left),
    )


def _words(name: str, counts: Sequence[int], left: Sequence[int]) -> str:
    some = sum(1 for number in left if number)
    out = f"rows left out in {some} of them, {left[-1]:,} in the last" if some else "none left out"
    return (
        f"{name}, last {amount(len(counts), 'push', 'pushes')}: from {counts[0]:,} to"
        f" {amount(counts[-1], 'row')}; {out}"
    )
