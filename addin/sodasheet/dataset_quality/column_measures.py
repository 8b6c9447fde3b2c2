"""Measures of a published dataset's columns: extremes, different values, most common values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sodasheet.dataset_quality.portal_counts import ask_columns
from sodasheet.errors import PortalError
from sodasheet.model.dataset import GEOMETRY_TYPES, Column, Dataset
from sodasheet.model.progress import Silent
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import field_name
from sodasheet.quality.dataset_profile import DatasetProfiles
from sodasheet.quality.measure_profile import MOST_VALUES, kind_of
from sodasheet.quality.profile import ColumnProfile, Profile
from sodasheet.staging.staged_table import Stage
from sodasheet.system.folders import scratch_folder

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: How many columns' extremes one request asks for.
_EXTREMES = 12

#: Types of columns whose values a portal cannot group, or whose groups would be meaningless.
_UNGROUPED = GEOMETRY_TYPES | {"document", "photo", "blob", "json"}


@dataclass(frozen=True, slots=True)
class ColumnMeasure:
    """Values of a column, in the portal's spelling; unknown values are None or empty.

    `distinct` counts the different values, `lowest` and `highest` are only there for values that
    have an order, `common` is the most common value, if any occurs more than once, and `times`
    says how often it occurs.
    """

    column: Column
    distinct: int | None = None
    lowest: str = ""
    highest: str = ""
    common: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class DatasetMeasures:
    """Measures of a dataset: its columns by field, and the current and earlier profiles.

    A profile is None if there is none: `now` if there are too few rows to compare, `before` if
    this computer has not seen the dataset before its last change.
    """

    dataset: Dataset
    columns: Mapping[str, ColumnMeasure]
    now: Profile | None = None
    before: Profile | None = None


def read_measures(session: PortalSession, dataset_id: str) -> DatasetMeasures:
    """Measure a dataset: one request for each column, and the requests of its profile.

    Raises PortalError, and SodaSheetError if the newest rows cannot be saved for measuring.
    """
    dataset = read_dataset(session, dataset_id)
    rows = RowsClient(session, dataset)
    state = rows.state()
    profiles = DatasetProfiles.here()
    now = before = None
    if state is not None:
        with (
            scratch_folder() as folder,
            Stage.bare(dataset.name, len(dataset.columns), folder, Silent()) as stage,
        ):
            now = profiles.of(session, dataset, stage, state)
        before = profiles.earlier(dataset, state)
    columns = [one for one in dataset.columns if not one.system]
    ordered = [one for one in columns if _has_order(one, now)]
    extremes = dict(_extremes(rows, ordered))
    return DatasetMeasures(
        dataset,
        {one.field: _measure(rows, one, extremes, now) for one in columns},
        now,
        before,
    )


def _has_order(column: Column, now: Profile | None) -> bool:
    """True if the extremes are meaningful: for numbers, dates, codes and short lists."""
    if kind_of(column) in ("number", "date"):
        return True
    known = now.columns.get(column.field) if now is not None else None
    return column.type == "text" and known is not None and _is_code_or_list(known)


def _is_code_or_list(known: ColumnProfile) -> bool:
    """True for values with an order, unlike addresses and phone numbers (by their marks)."""
    return not known.marks and (known.code or known.fixed_length or known.category)


def _extremes(rows: RowsClient, columns: list[Column]) -> Iterator[tuple[str, tuple[str, str]]]:
    def asked(name: str) -> Mapping[str, str]:
        return {"a": f"min({name})", "b": f"max({name})"}

    for column, found in ask_columns(rows, columns, asked, _EXTREMES):
        if found:
            yield column.field, (found.get("a", ""), found.get("b", ""))


def _measure(
    rows: RowsClient,
    column: Column,
    extremes: Mapping[str, tuple[str, str]],
    now: Profile | None,
) -> ColumnMeasure:
    lowest, highest = extremes.get(column.field, ("", ""))
    groups = _groups(rows, column)
    if groups is None:
        return ColumnMeasure(column, None, lowest, highest)
    known = now.columns.get(column.field) if now is not None and now.whole else None
    distinct = known.distinct if known is not None else None
    if len(groups) <= MOST_VALUES:
        distinct = len(groups)
    common, times = groups[0] if groups else ("", 0)
    if times < 2:
        common, times = "", 0
    return ColumnMeasure(column, distinct, lowest, highest, common, times)


def _groups(rows: RowsClient, column: Column) -> list[tuple[str, int]] | None:
    """Return the most common values with their counts; None if the portal cannot count them."""
    if column.type in _UNGROUPED:
        return None
    name = field_name(column.field)
    try:
        found = rows.grouped(
            f"{name} as v,count(*) as n", name, MOST_VALUES + 1, f"{name} is not null"
        )
    except PortalError as error:
        if error.status != 400:
            raise
        return None
    return [(_text(row.get("v")), int(str(row.get("n", 0)))) for row in found]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("url") or json.dumps(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
