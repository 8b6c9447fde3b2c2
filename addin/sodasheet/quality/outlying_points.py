"""Points outside the dataset's area, at (0, 0), or with latitude and longitude swapped."""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.model.finding import FindingGroup
from sodasheet.quality.comparison_context import ColumnPair, SourceComparison
from sodasheet.quality.measure_profile import latitude, number
from sodasheet.quality.unusual_values import BELIEVED
from sodasheet.wording import counted_rows


def compare_places(work: SourceComparison) -> Iterator[FindingGroup]:
    """Findings about points and about the coordinates of locations."""
    for pair in work.pairs:
        if pair.is_place and pair.known.filled >= BELIEVED:
            yield from _points(work, pair)


def _points(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    x, y = pair.known.spread, pair.known.spread_y
    if x is None or y is None:
        return
    # The canonical text is long SQL; the planner takes seconds over it where it is repeated.
    kind = pair.known.kind
    source = (
        f"(SELECT *, {number('_text', kind)} AS _lon, {latitude('_text', kind)} AS _lat FROM "
        f"(SELECT *, {pair.projected.canonical} AS _text FROM {work.cells(pair)}))"
    )
    lon, lat = "_lon", "_lat"
    (west, east), (south, north) = (one.stretched(0.01, pair.tolerance) for one in (x, y))
    at_zero = west <= 0 <= east and south <= 0 <= north
    zero = "false" if at_zero else f"({lon} = 0 AND {lat} = 0)"
    outside = (
        f"NOT {zero} AND ({lon} < {west!r} OR {lon} > {east!r} OR {lat} < {south!r} "
        f"OR {lat} > {north!r})"
    )
    swapped = f"{lat} BETWEEN {west!r} AND {east!r} AND {lon} BETWEEN {south!r} AND {north!r}"
    zeros, far, crossed = work.counts_of(source, [zero, outside, f"{outside} AND {swapped}"])
    yield from work.found(
        "zero-point",
        pair,
        zero,
        zeros,
        f"{pair.title} is at latitude 0, longitude 0 in {counted_rows(zeros)}.",
        source,
    )
    area = f"latitude {y.low:.4f} to {y.high:.4f}, longitude {x.low:.4f} to {x.high:.4f}"
    hint = " Latitude and longitude seem to be swapped." if crossed > far / 2 else ""
    yield from work.found(
        "outside-area",
        pair,
        outside,
        far,
        f"{pair.title} lies within {area} in the dataset; {far:,} "
        f"{'point lies' if far == 1 else 'points lie'} far outside.{hint}",
        source,
    )
