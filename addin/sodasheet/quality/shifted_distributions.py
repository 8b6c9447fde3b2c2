"""Columns that are unlike their past as a whole: units, tails, constants, changed places."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.model.method import Method
from sodasheet.quality.comparison_context import ColumnPair, SourceComparison, amount, finding
from sodasheet.quality.measure_profile import number
from sodasheet.quality.profile import ColumnProfile, Spread
from sodasheet.quality.unusual_values import BELIEVED

#: A shift of the median and both quartiles by this factor is no ordinary month.
_SHIFT = 1.8

#: The share of the dataset's rows from which on a source has more rows than a few months.
_MONTHS = 0.25

#: Factors with a name.
_UNITS = {
    1000.0: "thousands",
    100.0: "percent against fractions",
    3.28084: "feet against meters",
    1.609344: "miles against kilometers",
    2.204623: "pounds against kilograms",
    12.0: "months against years, or inches against feet",
}


def compare_distributions(work: SourceComparison) -> Iterator[FindingGroup]:
    """Findings about whole columns."""
    for pair in work.pairs:
        if pair.known.filled >= BELIEVED:
            yield from _unit(work, pair)
            yield from _tails(work, pair)
            yield from _constant(work, pair)
    yield from _swapped(work)


def _usual(work: SourceComparison, pair: ColumnPair) -> Spread | None:
    """The distribution to expect: that of the part of the past which is nearest to the source.

    A replace brings the whole of the dataset, so its whole past is what to expect.
    """
    known, seen = pair.known.spread, pair.seen.spread
    if known is None or seen is None or work.method is Method.REPLACE:
        return known
    block = pair.known.past.nearest(seen.middle)
    return known if block is None else replace(known, quantiles=block)


def _unit(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    known, seen = _usual(work, pair), pair.seen.spread
    if pair.known.kind != "number" or known is None or seen is None or pair.seen.filled < 15:
        return
    if pair.known.numbered or min(*known.quantiles, *seen.quantiles) <= 0:
        return
    logs = [math.log(b / a) for a, b in zip(known.quantiles[1:4], seen.quantiles[1:4], strict=True)]
    width = max(math.log(known.quantiles[3] / known.quantiles[1]), 0.02)
    error = 1.25 * width / 1.35 / math.sqrt(pair.seen.filled)
    shift = logs[1]
    together = max(logs) - min(logs) < max(0.35, 6 * error)
    if abs(shift) < math.log(_SHIFT) * pair.tolerance or abs(shift) < 6 * error or not together:
        return
    factor = math.exp(abs(shift))
    unit = next((f" ({u})" for f, u in _UNITS.items() if abs(math.log(factor / f)) < 0.15), "")
    direction = "larger" if shift > 0 else "smaller"
    here = "another number" if pair.hidden else amount(seen.middle)
    yield finding(
        "other-unit",
        f"{pair.title} is {amount(known.middle)} in the middle of the dataset and "
        f"{here} in the source, about {amount(round(factor, 1))} times {direction}{unit}.",
        count=pair.seen.filled,
        column=pair.label,
    )


def _tails(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Far more values beyond the outer percentiles than a hundredth."""
    known, seen = _usual(work, pair), pair.seen.spread
    if pair.known.kind != "number" or known is None or seen is None or pair.known.numbered:
        return
    if pair.known.distinct < BELIEVED or known.quantiles[0] >= known.quantiles[4]:
        return
    low, high = _outer(pair, known)
    value = number(pair.name, "number")
    for side, condition, bound in (
        ("above", f"{value} > {high!r}", high),
        ("below", f"{value} < {low!r}", low),
    ):
        ((count,),) = work.run(f"SELECT count(*) FROM seen WHERE {condition}")
        expected = 0.01 * pair.seen.filled
        usual = max(5.0, 0.06 * pair.seen.filled, expected + 9 * math.sqrt(expected + 1))
        if count > usual * pair.tolerance:
            yield finding(
                "tail",
                f"{pair.title} is {side} {amount(bound)} in 1 of 100 rows of the dataset, and in "
                f"{count / pair.seen.filled:.0%} of the source's rows.",
                count=count,
                column=pair.label,
            )


def _outer(pair: ColumnPair, usual: Spread) -> tuple[float, float]:
    """The outer percentiles to expect.

    What the newest part of the past has goes on: model years of next year come in every autumn. A
    source of more rows than a few months, such as a copy of the dataset, is as varied as the whole
    past.
    """
    parts = (usual.quantiles, *pair.known.past.blocks[-1:])
    low, high = min(part[0] for part in parts), max(part[4] for part in parts)
    known = pair.known.spread
    if known is None or pair.seen.filled <= _MONTHS * pair.known.filled:
        return low, high
    return min(low, known.quantiles[0]), max(high, known.quantiles[4])


def _constant(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """The same value everywhere, unless the dataset itself comes in blocks of equal values."""
    known, seen = pair.known, pair.seen
    if seen.distinct != 1 or seen.filled < 10 or seen.rows < 10 or known.distinct < 3:
        return
    if known.top_share > 0.8 or seen.filled <= 2 * known.run:
        return
    if math.log(max(known.top_share, 1e-9)) * seen.filled > math.log(1e-6):
        return
    value = None if pair.hidden else next(iter(seen.values))
    shown = "one value" if value is None else f'"{value}"'
    rows = work.run(f"SELECT _row FROM seen WHERE {pair.name} IS NOT NULL ORDER BY 1 LIMIT 1")
    yield finding(
        "constant",
        f"{pair.title} has {known.distinct:,} different values in the dataset, and {shown} in "
        "every row of the source.",
        tuple(Finding(row, pair.label, value) for (row,) in rows),
        seen.filled,
        pair.label,
    )


def _swapped(work: SourceComparison) -> Iterator[FindingGroup]:
    """Two columns that fit each other's past better than their own."""
    able = [p for p in work.pairs if p.known.filled >= BELIEVED and p.seen.filled >= 5]
    for one, other in combinations(able, 2):
        if one.known.kind != other.known.kind:
            continue
        own = likeness(one.known, one.seen), likeness(other.known, other.seen)
        crossed = likeness(one.known, other.seen), likeness(other.known, one.seen)
        if (max(own) < 0.5 and min(crossed) > 0.8) or (
            sum(own) + 0.8 < sum(crossed) and min(crossed) > 0.7 and min(own) < 0.4
        ):
            yield finding(
                "swapped-columns",
                f"{one.title} has the dataset's values of {other.title}, and vice versa.",
                column=one.label,
            )


def likeness(known: ColumnProfile, seen: ColumnProfile) -> float:
    """Return how well the seen values fit the known values: 0 to 1."""
    if known.spread is not None and seen.spread is not None:
        return _overlap(known.spread, seen.spread)
    if not known.listed or not seen.filled:
        return 0.0
    if known.complete:
        return sum(n for v, n in seen.values.items() if v in known.values) / max(
            sum(seen.values.values()), 1
        )
    shapes = sum(seen.shapes.values()) or 1
    if known.few_shapes:
        return sum(n for v, n in seen.shapes.items() if v in known.shapes) / shapes
    common = sum(n for v, n in seen.values.items() if v in known.values)
    alike = sum(n for v, n in seen.shapes.items() if v in known.shapes)
    return max(common / max(sum(seen.values.values()), 1), alike / shapes)


def _overlap(known: Spread, seen: Spread) -> float:
    """The share of the seen middle half that lies within the known range's 1 to 99 percent."""
    low, high = known.quantiles[0], known.quantiles[4]
    width = max(high - low, 1e-9)
    distance = sum(
        abs(a - b) for a, b in zip(known.quantiles[1:4], seen.quantiles[1:4], strict=True)
    )
    inside = sum(low - 0.1 * width <= q <= high + 0.1 * width for q in seen.quantiles[1:4]) / 3
    return inside * max(0.0, 1 - distance / 3 / width)
