"""Points outside the dataset's or the source's area, at (0, 0), or swapped."""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.quality.comparison_context import EXAMPLES, ColumnPair, SourceComparison, finding
from sodasheet.quality.measure_profile import COORDINATES, kind_of, latitude, number
from sodasheet.quality.profile import Profile
from sodasheet.quality.unusual_values import TRUSTED
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.wording import counted, counted_rows

#: Minimum places for finding the source's own area, and degrees around it that count as near.
_FEWEST_PLACES = 10
_NEAR = 1.0


def find_outlying_points(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield findings about points and about the coordinates of locations."""
    for pair in comparison.pairs:
        if pair.is_place and pair.in_dataset.filled >= TRUSTED:
            yield from _outside_area(comparison, pair)


def _outside_area(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    x, y = pair.in_dataset.spread, pair.in_dataset.spread_y
    if x is None or y is None:
        return
    # The SQL for the canonical text is long; repeating it makes the planner take seconds.
    kind = pair.in_dataset.kind
    source = (
        f"(SELECT *, {number('_text', kind)} AS _lon, {latitude('_text', kind)} AS _lat FROM "
        f"(SELECT *, {pair.projected.canonical} AS _text FROM {comparison.cells(pair)}))"
    )
    (west, east), (south, north) = (spread.stretched(0.01, pair.tolerance) for spread in (x, y))
    covers_zero = west <= 0 <= east and south <= 0 <= north
    is_zero = "false" if covers_zero else "(_lon = 0 AND _lat = 0)"
    is_outside = (
        f"NOT {is_zero} AND "
        f"(_lon < {west!r} OR _lon > {east!r} OR _lat < {south!r} OR _lat > {north!r})"
    )
    is_swapped = f"_lat BETWEEN {west!r} AND {east!r} AND _lon BETWEEN {south!r} AND {north!r}"
    zeros, outside, swapped = comparison.counts_of(
        source, [is_zero, is_outside, f"{is_outside} AND {is_swapped}"]
    )
    yield from comparison.cell_findings(
        "zero-point",
        pair,
        is_zero,
        zeros,
        f"{pair.title} is at latitude 0, longitude 0 in {counted_rows(zeros)}.",
        source,
    )
    area = (
        f"between latitudes {y.low:.4f} and {y.high:.4f} and longitudes {x.low:.4f} and"
        f" {x.high:.4f}"
    )
    # Degrees beyond the area.
    beyond_x = f"greatest({west!r} - _lon, _lon - {east!r}, 0)"
    beyond_y = f"greatest({south!r} - _lat, _lat - {north!r}, 0)"
    hint = " Latitude and longitude seem to be swapped." if swapped > outside / 2 else ""
    if outside:
        farthest = f"greatest({beyond_x}, {beyond_y}) DESC, _row"
        yield finding(
            "outside-area",
            f"In the dataset, {pair.title} is {area}; "
            f"{counted(outside, 'point is', 'points are')} far outside.{hint}",
            comparison.examples(pair, is_outside, source, farthest),
            outside,
            pair.label,
        )


def find_points_unlike_others(
    checked: CheckResult, known: Profile | None
) -> Iterator[FindingGroup]:
    """Yield findings about points far from the source's others, if the dataset has too few."""
    for column in checked.projected:
        field, kind = column.filled.column.field, kind_of(column.filled.column)
        profile = known.columns.get(field) if known is not None else None
        has_area = profile is not None and profile.kind in COORDINATES and profile.filled >= TRUSTED
        if kind in COORDINATES and column.filled.sources and not has_area:
            yield from _far_from_others(checked, column, kind)


def _far_from_others(checked: CheckResult, column: Projected, kind: str) -> Iterator[FindingGroup]:
    rejected = " WHERE _row NOT IN (SELECT _row FROM rejected)" if checked.rejected else ""
    run = checked.stage.connection.execute
    run(
        f"CREATE OR REPLACE TEMP TABLE places AS SELECT _row, {number('_text', kind)} AS lon,"
        f" {latitude('_text', kind)} AS lat FROM (SELECT _row, {column.canonical} AS _text"
        f" FROM {values_from([column], checked.stage.table)}{rejected})"
    )
    # A tenth of the places may be wrong without moving the area of the others.
    ((count, west, east, south, north),) = run(
        "SELECT count(*), quantile_cont(lon, 0.1), quantile_cont(lon, 0.9),"
        " quantile_cont(lat, 0.1), quantile_cont(lat, 0.9) FROM places"
        " WHERE lon IS NOT NULL AND lat IS NOT NULL"
    ).fetchall()
    if count < _FEWEST_PLACES:
        return

    def within(lon: str, lat: str) -> str:
        return (
            f"({lon} BETWEEN {west - _NEAR!r} AND {east + _NEAR!r}"
            f" AND {lat} BETWEEN {south - _NEAR!r} AND {north + _NEAR!r})"
        )

    title = column.filled.column.name
    distance = f"greatest(abs(lon - {(west + east) / 2!r}), abs(lat - {(south + north) / 2!r}))"
    for slug, condition, is_so, hint in (
        ("zero-point", "lon = 0 AND lat = 0", "is at latitude 0, longitude 0", ""),
        (
            "outside-area",
            within("lat", "lon"),
            "is far from the source's other locations",
            " Latitude and longitude seem to be swapped.",
        ),
    ):
        rows_meant = f"FROM places WHERE NOT {within('lon', 'lat')} AND {condition}"
        ((count,),) = run(f"SELECT count(*) {rows_meant}").fetchall()
        if not count:
            continue
        order = f"{distance} DESC, _row"
        rows = run(f"SELECT _row {rows_meant} ORDER BY {order} LIMIT {EXAMPLES}").fetchall()
        examples = tuple(Finding(row, column.filled.label) for (row,) in rows)
        sentence = f"{title} {is_so} in {counted_rows(count)}.{hint}"
        yield finding(slug, sentence, examples, count, column.filled.label)
