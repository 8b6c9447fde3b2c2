"""Columns that differ from their past as a whole: units, tails, constants, swapped columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.model.method import Method
from sodasheet.quality.comparison_context import ColumnPair, SourceComparison, amount, finding
from sodasheet.quality.measure_profile import number
from sodasheet.quality.profile import ColumnProfile, Spread
from sodasheet.quality.unusual_values import TRUSTED

#: A shift of the median and both quartiles by this factor is not normal monthly variation.
_SHIFT = 1.8

#: Source values that are needed to compare medians.
_FEWEST_FOR_MEDIAN = 15

#: A shift must be this many standard errors of the median.
_ERRORS = 6

#: Logarithms of the shifts of the median and the quartiles differ by at most this for one factor,
#: or by `_ERRORS` standard errors.
_SAME_FACTOR = 0.35

#: Factors between units, and how far the logarithm of a factor may be from the factor's.
_UNITS = {
    1000.0: "thousands",
    100.0: "percent instead of fractions",
    3.28084: "feet instead of meters",
    1.609344: "miles instead of kilometers",
    2.204623: "pounds instead of kilograms",
    12.0: "months instead of years, or inches instead of feet",
}
_NEAR_UNIT = 0.15

#: Share of source values beyond an outer percentile (of 1%) from which a tail is unusual.
_LONG_TAIL = 0.06

#: Probability of a constant column below which it is not a coincidence.
_COINCIDENCE = 1e-6


def find_shifted_distributions(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield findings about whole columns."""
    for pair in comparison.pairs:
        if pair.in_dataset.filled >= TRUSTED:
            yield from _other_unit(comparison, pair)
            yield from _long_tails(comparison, pair)
            yield from _constant(comparison, pair)
    yield from _swapped_columns(comparison)


def _expected_spread(comparison: SourceComparison, pair: ColumnPair) -> Spread | None:
    """Return the distribution of the part of the past that most resembles the source.

    A replace brings all rows of the dataset, so its whole past is expected.
    """
    dataset, source = pair.in_dataset.spread, pair.in_source.spread
    if dataset is None or source is None or comparison.method is Method.REPLACE:
        return dataset
    block = pair.in_dataset.past.nearest(source.middle)
    return dataset if block is None else replace(dataset, quantiles=block)


def _other_unit(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield a finding if the median and both quartiles are larger or smaller by one factor."""
    expected, source = _expected_spread(comparison, pair), pair.in_source.spread
    if pair.in_dataset.kind != "number" or expected is None or source is None:
        return
    if pair.in_source.filled < _FEWEST_FOR_MEDIAN or pair.in_dataset.numbered:
        return
    if min(*expected.quantiles, *source.quantiles) <= 0:
        return
    # All is compared in logarithms, in which a factor is a distance.
    shifts = [
        math.log(after / before)
        for before, after in zip(expected.quartiles, source.quartiles, strict=True)
    ]
    shift = shifts[1]
    error = _error_of_median(expected, pair.in_source.filled)
    is_one_factor = max(shifts) - min(shifts) < max(_SAME_FACTOR, _ERRORS * error)
    is_large = abs(shift) >= max(math.log(_SHIFT) * pair.tolerance, _ERRORS * error)
    if not is_large or not is_one_factor:
        return
    factor = math.exp(abs(shift))
    direction = "larger" if shift > 0 else "smaller"
    in_dataset = f"{amount(expected.middle)} in the dataset"
    if expected != pair.in_dataset.spread:
        # The part with the nearest median is the part with the largest or the smallest.
        limit = "most" if shift > 0 else "least"
        in_dataset = f"at {limit} {amount(expected.middle)} in any part of the dataset"
    in_source = "a different number" if pair.hidden else amount(source.middle)
    yield finding(
        "other-unit",
        f"The median {pair.title} is {in_dataset} and {in_source} in the source, about "
        f"{amount(round(factor, 1))} times {direction}{_unit_hint(factor)}.",
        count=pair.in_source.filled,
        column=pair.label,
    )


def _error_of_median(spread: Spread, values: int) -> float:
    """Return the standard error of the logarithm of the median of a number of values.

    In a normal distribution the quartiles are 1.35 standard deviations apart, and the median's
    error is 1.25 times that of the mean.
    """
    lower, _, upper = spread.quartiles
    deviation = max(math.log(upper / lower), 0.02) / 1.35
    return 1.25 * deviation / math.sqrt(values)


def _unit_hint(factor: float) -> str:
    for known, words in _UNITS.items():
        if abs(math.log(factor / known)) < _NEAR_UNIT:
            return f" (possibly {words})"
    return ""


def _long_tails(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield a finding if far more than 1% of the values are beyond an outer percentile."""
    dataset = pair.in_dataset.spread
    if pair.in_dataset.kind != "number" or dataset is None or pair.in_source.spread is None:
        return
    if pair.in_dataset.numbered or pair.in_dataset.distinct < TRUSTED:
        return
    if dataset.percentile_1 >= dataset.percentile_99:
        return
    low, high = _outer_percentiles(pair, dataset)
    values, value_sql = pair.in_source.filled, number(pair.name, "number")
    for side, is_beyond, bound in (
        ("above", f"{value_sql} > {high!r}", high),
        ("below", f"{value_sql} < {low!r}", low),
    ):
        ((count,),) = comparison.run(f"SELECT count(*) FROM seen WHERE {is_beyond}")
        expected_count = 0.01 * values
        by_chance = expected_count + 9 * math.sqrt(expected_count + 1)
        if count > max(5.0, _LONG_TAIL * values, by_chance) * pair.tolerance:
            yield finding(
                "tail",
                f"{pair.title} is {side} {amount(bound)} in 1% of the dataset's rows but in "
                f"{count / values:.0%} of the source's.",
                count=count,
                column=pair.label,
            )


def _outer_percentiles(pair: ColumnPair, dataset: Spread) -> tuple[float, float]:
    """Return the percentiles of the dataset, or of its newest rows if these are further out.

    A trend in the newest rows continues; for example, next year's model years appear every fall.
    An older part of the past says less: its rows may be sorted by value.
    """
    parts = [dataset.quantiles, *pair.in_dataset.past.blocks[-1:]]
    return min(part[0] for part in parts), max(part[4] for part in parts)


def _constant(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield a finding if all cells have the same value, unlike any run of rows in the dataset."""
    dataset, source = pair.in_dataset, pair.in_source
    if source.distinct != 1 or source.filled < 10 or dataset.distinct < 3:
        return
    if dataset.top_share > 0.8 or source.filled <= 2 * dataset.run:
        return
    if math.log(max(dataset.top_share, 1e-9)) * source.filled > math.log(_COINCIDENCE):
        return
    value = None if pair.hidden else next(iter(source.values))
    shown = "one value" if value is None else f'"{value}"'
    rows = comparison.run(f"SELECT _row FROM seen WHERE {pair.name} IS NOT NULL ORDER BY 1 LIMIT 1")
    yield finding(
        "constant",
        f"{pair.title} has {dataset.distinct:,} distinct values in the dataset but {shown} in "
        "every row of the source.",
        tuple(Finding(row, pair.label, value) for (row,) in rows),
        source.filled,
        pair.label,
    )


def _swapped_columns(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield a finding for two columns that fit each other's past better than their own."""
    able = [
        pair
        for pair in comparison.pairs
        if pair.in_dataset.filled >= TRUSTED and pair.in_source.filled >= 5
    ]
    for pair, other in combinations(able, 2):
        if pair.in_dataset.kind == other.in_dataset.kind and _fit_better_swapped(pair, other):
            yield finding(
                "swapped-columns",
                f"The values of {pair.title} and {other.title} appear to be swapped.",
                column=pair.label,
            )


def _fit_better_swapped(pair: ColumnPair, other: ColumnPair) -> bool:
    """True if neither column fits its own past and both fit the other's well, or almost."""
    own = likeness(pair.in_dataset, pair.in_source), likeness(other.in_dataset, other.in_source)
    swapped = likeness(pair.in_dataset, other.in_source), likeness(other.in_dataset, pair.in_source)
    if max(own) < 0.5 and min(swapped) > 0.8:
        return True
    return sum(swapped) > sum(own) + 0.8 and min(swapped) > 0.7 and min(own) < 0.4


def likeness(dataset: ColumnProfile, source: ColumnProfile) -> float:
    """Return how well the source's values fit the dataset's column: 0 to 1.

    Numbers and dates are compared by their distributions. Strings are compared by values if the
    dataset has a complete list of values, by shapes if there are few; otherwise the better counts.
    """
    if dataset.spread is not None and source.spread is not None:
        return _overlap(dataset.spread, source.spread)
    if not dataset.listed or not source.filled:
        return 0.0
    if dataset.complete:
        return _share_known(source.values, dataset.values)
    if dataset.few_shapes:
        return _share_known(source.shapes, dataset.shapes)
    return max(
        _share_known(source.values, dataset.values), _share_known(source.shapes, dataset.shapes)
    )


def _share_known(counts: Mapping[str, int], known: Mapping[str, int]) -> float:
    """Return the share of counted strings that are known."""
    return sum(n for text, n in counts.items() if text in known) / max(sum(counts.values()), 1)


def _overlap(dataset: Spread, source: Spread) -> float:
    """Return how well the source's quartiles fit the dataset's distribution: 0 to 1.

    This is the share of the quartiles that lie between the dataset's outer percentiles, or a tenth
    of their distance beyond, reduced by the average distance between the quartiles of both.
    """
    low, high = dataset.percentile_1, dataset.percentile_99
    width = max(high - low, 1e-9)
    margin = 0.1 * width
    inside = sum(low - margin <= value <= high + margin for value in source.quartiles) / 3
    distances = [abs(a - b) for a, b in zip(dataset.quartiles, source.quartiles, strict=True)]
    return inside * max(0.0, 1 - sum(distances) / 3 / width)
