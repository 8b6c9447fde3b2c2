"""Source columns that are left out although the dataset has a column of that meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sodasheet.model.finding import FindingGroup
from sodasheet.quality.comparison_context import SAMPLED, SourceComparison, finding
from sodasheet.quality.measure_profile import MeasuredTable, measure_values, shapes_of
from sodasheet.quality.profile import ColumnProfile
from sodasheet.quality.shifted_distributions import likeness
from sodasheet.quality.unusual_values import BELIEVED
from sodasheet.staging.sql_quoting import literal

#: Left-out columns that are looked at.
_MOST = 20

#: Share of a column's values that must fit.
_ALIKE = 0.9


@dataclass(frozen=True, slots=True)
class _Unfilled:
    """A dataset column that the push leaves empty and the dataset does not."""

    field: str
    title: str
    known: ColumnProfile


def compare_columns(work: SourceComparison) -> Iterator[FindingGroup]:
    """Findings about columns without a rule that look like a dataset column left empty."""
    empty = list(_unfilled(work))
    left_out = work.undecided[:_MOST]
    if not empty or not left_out:
        return
    table = _table(work, [index for index, _ in left_out])
    for place, (_, header) in enumerate(left_out):
        scores = [(_score(table, f"v{place}", one.known), one) for one in empty]
        best, meant = max(scores, key=lambda score: score[0])
        if best >= _ALIKE:
            yield finding(
                "unmapped-column",
                f"The source column {header} is left out, and its values are like those of "
                f"{meant.title}, which the dataset has and this push does not fill.",
                count=work.rows,
                column=header,
            )


def _unfilled(work: SourceComparison) -> Iterator[_Unfilled]:
    filled = {one.filled.column.field for one in work.checked.projected}
    for column in work.checked.plan.dataset.fillable:
        known = work.known.columns.get(column.field)
        if column.field in filled or known is None or known.filled < BELIEVED:
            continue
        if known.filled > known.rows / 2:
            yield _Unfilled(column.field, column.name, known)


def _table(work: SourceComparison, indexes: list[int]) -> MeasuredTable:
    """The table `spare`: the texts of these source columns."""
    stage = work.checked.stage
    step = max(1, -(-work.rows // SAMPLED))
    row = stage.table.row
    values = "".join(f", nullif(trim(c{index}), '') AS v{n}" for n, index in enumerate(indexes))
    stage.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE spare AS SELECT {row} AS _row{values} "
        f"FROM {stage.table.name} WHERE {row} % {step} = 0"
    )
    return MeasuredTable(stage.connection, "spare", ())


def _score(table: MeasuredTable, name: str, known: ColumnProfile) -> float:
    """Return how much of the column's values the dataset's column would hold, 0 to 1."""
    if known.kind == "text":
        if not (known.category or known.code) or known.longest < 3:
            return 0.0
        seen = measure_values(table, name, "text", shapes_of(table, [name])[name])
        return likeness(known, seen) if seen.distinct > 1 else 0.0
    if known.kind == "date":
        return _dates(table, name, known)
    return 0.0  # numbers of any meaning look alike


def _dates(table: MeasuredTable, name: str, known: ColumnProfile) -> float:
    """The share of dates that lie in the dataset's range, or not long after."""
    if known.spread is None:
        return 0.0
    patterns = ", ".join(map(literal, ("%m/%d/%Y", "%d.%m.%Y", "%m/%d/%Y %H:%M")))
    parsed = f"epoch(coalesce(TRY_CAST({name} AS TIMESTAMP), try_strptime({name}, [{patterns}])))"
    low, high = known.spread.low, known.spread.high + 400 * 86_400
    ((values, inside),) = table.run(
        f"SELECT count({name}), count(*) FILTER ({parsed} BETWEEN {low!r} AND {high!r}) "
        f"FROM {table.name}"
    )
    return inside / values if values >= 5 else 0.0
