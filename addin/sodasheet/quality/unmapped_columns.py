"""Source columns that are not mapped although they look like a dataset column left empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sodasheet.model.finding import FindingGroup
from sodasheet.quality.comparison_context import SAMPLED, SourceComparison, finding
from sodasheet.quality.measure_profile import MeasuredTable, measure_values, shapes_of
from sodasheet.quality.profile import ColumnProfile
from sodasheet.quality.shifted_distributions import likeness
from sodasheet.quality.unusual_values import TRUSTED
from sodasheet.staging.sql_quoting import literal

#: Unmapped columns that are compared.
_MOST = 20

#: Share of a column's values that must fit.
_ALIKE = 0.9


@dataclass(frozen=True, slots=True)
class _Unfilled:
    """A dataset column with values that the push leaves empty."""

    field: str
    title: str
    profile: ColumnProfile


def find_unmapped_columns(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield findings about columns without a rule that look like a dataset column left empty."""
    unfilled = list(_unfilled(comparison))
    unmapped = comparison.unmapped[:_MOST]
    if not unfilled or not unmapped:
        return
    table = _table(comparison, [index for index, _ in unmapped])
    for place, (_, header) in enumerate(unmapped):
        scores = [(_score(table, f"v{place}", column.profile), column) for column in unfilled]
        best, meant = max(scores, key=lambda score: score[0])
        if best >= _ALIKE:
            yield finding(
                "unmapped-column",
                f"The source column {header} is not mapped, but its values look like those of the "
                f"dataset column {meant.title}, which this push leaves empty.",
                count=comparison.rows,
                column=header,
            )


def _unfilled(comparison: SourceComparison) -> Iterator[_Unfilled]:
    filled = {column.filled.column.field for column in comparison.checked.projected}
    for column in comparison.checked.plan.dataset.fillable:
        profile = comparison.dataset_profile.columns.get(column.field)
        if column.field in filled or profile is None or profile.filled < TRUSTED:
            continue
        if profile.filled > profile.rows / 2:
            yield _Unfilled(column.field, column.name, profile)


def _table(comparison: SourceComparison, indexes: list[int]) -> MeasuredTable:
    """Return the table `unmapped`, the strings of these source columns, sampled evenly."""
    stage = comparison.checked.stage
    step = max(1, -(-comparison.rows // SAMPLED))
    row = stage.table.row
    values = "".join(f", nullif(trim(c{index}), '') AS v{n}" for n, index in enumerate(indexes))
    stage.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE unmapped AS SELECT {row} AS _row{values} "
        f"FROM {stage.table.name} WHERE {row} % {step} = 0"
    )
    return MeasuredTable(stage.connection, "unmapped", ())


def _score(table: MeasuredTable, name: str, dataset: ColumnProfile) -> float:
    """Return the share of the column's values that fit the dataset's column, 0 to 1."""
    if dataset.kind == "text":
        if not (dataset.category or dataset.code) or dataset.longest < 3:
            return 0.0
        source = measure_values(table, name, "text", shapes_of(table, [name])[name])
        return likeness(dataset, source) if source.distinct > 1 else 0.0
    if dataset.kind == "date":
        return _share_of_dates(table, name, dataset)
    return 0.0  # numbers of any meaning look alike


def _share_of_dates(table: MeasuredTable, name: str, dataset: ColumnProfile) -> float:
    """Return the share of values that are dates in the dataset's range, or not long after."""
    if dataset.spread is None:
        return 0.0
    patterns = ", ".join(map(literal, ("%m/%d/%Y", "%d.%m.%Y", "%m/%d/%Y %H:%M")))
    parsed = f"epoch(coalesce(TRY_CAST({name} AS TIMESTAMP), try_strptime({name}, [{patterns}])))"
    low, high = dataset.spread.low, dataset.spread.high + 400 * 86_400
    ((values, inside),) = table.run(
        f"SELECT count({name}), count(*) FILTER ({parsed} BETWEEN {low!r} AND {high!r}) "
        f"FROM {table.name}"
    )
    return inside / values if values >= 5 else 0.0
