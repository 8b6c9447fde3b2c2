"""Points outside the dataset's or the source's area, at (0, 0), or swapped."""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.quality.comparison_context import EXAMPLES, ColumnPair, SourceComparison, finding
from sodasheet.quality.measure_profile import COORDINATES, kind_of, latitude, number
from sodasheet.quality.profile import Profile
from sodasheet.quality.unusual_values import BELIEVED
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.wording import counted_rows

#: Places that tell where the source's others should be, and degrees around them that are near.
_FEWEST_PLACES = 10
_NEAR = 1.0


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


def own_places(checked: CheckResult, known: Profile | None) -> Iterator[FindingGroup]:
    """Findings about places unlike the source's others, if the dataset does not tell its area."""
    for one in checked.projected:
        field, kind = one.filled.column.field, kind_of(one.filled.column)
        past = known.columns.get(field) if known is not None else None
        told = past is not None and past.kind in COORDINATES and past.filled >= BELIEVED
        if kind in COORDINATES and one.filled.sources and not told:
            yield from _unlike_others(checked, one, kind)


def _unlike_others(checked: CheckResult, one: Projected, kind: str) -> Iterator[FindingGroup]:
    rejected = " WHERE _row NOT IN (SELECT _row FROM rejected)" if checked.rejected else ""
    run = checked.stage.connection.execute
    run(
        f"CREATE OR REPLACE TEMP TABLE places AS SELECT _row, {number('_text', kind)} AS lon,"
        f" {latitude('_text', kind)} AS lat FROM (SELECT _row, {one.canonical} AS _text"
        f" FROM {values_from([one], checked.stage.table)}{rejected})"
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

    title, outside = one.filled.column.name, f"NOT {within('lon', 'lat')}"
    for slug, condition, is_so in (
        ("zero-point", "lon = 0 AND lat = 0", "is at latitude 0, longitude 0"),
        ("outside-area", within("lat", "lon"), "lies far from the source's other places"),
    ):
        where = f"FROM places WHERE {outside} AND {condition}"
        ((found,),) = run(f"SELECT count(*) {where}").fetchall()
        if not found:
            continue
        rows = run(f"SELECT _row {where} ORDER BY _row LIMIT {EXAMPLES}").fetchall()
        examples = tuple(Finding(row, one.filled.label) for (row,) in rows)
        says = f"{title} {is_so} in {counted_rows(found)}."
        if slug == "outside-area":
            says += " Latitude and longitude seem to be swapped."
        yield finding(slug, says, examples, found, one.filled.label)
