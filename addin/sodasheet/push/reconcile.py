"""Reconcile source and dataset by group after a push: row counts, sums and extremes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.model.dataset import Column
from sodasheet.model.mapping import Blank
from sodasheet.model.method import Method
from sodasheet.model.reconciliation import ROWS, GroupDifference, Reconciliation, Total
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import field_name, literal
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.runs.run_recorder import Landed
from sodasheet.quality.measure_profile import kind_of
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.output.rows_to_send import selected_rows
from sodasheet.wording import part_of

#: Maximum groups; a column with more is unsuitable for grouping.
MOST_GROUPS = 1000

#: Columns of which sums and extremes are compared; more would make the address too long.
MOST_COLUMNS = 8

#: Data types whose values are objects.
_OBJECTS = frozenset({"location", "url", "json"})

#: Floating-point sums in a different order differ by this share of their terms.
_ROUNDING = 1e-9


class _NotComparedError(Exception):
    """Reason why the groups cannot be compared, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """A compared column: its position, and its kind."""

    place: int
    projected: Projected
    kind: str

    @property
    def column(self) -> Column:
        return self.projected.filled.column

    @property
    def name(self) -> str:
        return self.column.name


def reconcile(
    work: Prepared, rows: RowsClient, landed: Landed, field: str, *, limited: bool = False
) -> Reconciliation:
    """Compare the rows that were sent with the dataset, grouped by the column `field`.

    `limited` says that the push was a trial with some of the rows.

    Never raises for what the portal does: the rows have landed whatever comes of it. Raises
    Cancelled.
    """
    column = work.dataset.column(field)
    name = column.name if column is not None else field
    try:
        if column is None:
            raise _NotComparedError("the dataset has no such column")
        return _Inquiry(work, rows, landed, column, limited).compared()
    except _NotComparedError as reason:
        return Reconciliation(name, why_not=str(reason))
    except Cancelled:
        raise
    except SodaSheetError as error:
        return Reconciliation(name, why_not=error.what.rstrip("."))


@dataclass(frozen=True, slots=True)
class _Inquiry:
    work: Prepared
    rows: RowsClient
    landed: Landed
    column: Column
    limited: bool

    def compared(self) -> Reconciliation:
        """Return the comparison. Raises _NotComparedError and PortalError."""
        key = next(
            (one for one in self.work.checked.projected if one.filled.column == self.column), None
        )
        if key is None:
            raise _NotComparedError("the push does not fill that column")
        if kind_of(self.column) in ("other", "point") or self.column.type in _OBJECTS:
            raise _NotComparedError("values of its type cannot be grouped")
        where = self._where()
        refused = self._refused()
        measured = self._measured(key, refused)
        source = self._source(key, measured, refused)
        theirs = self._theirs(measured, where)
        if self.work.checked.plan.method is Method.UPSERT and where:
            self._require_written(source, theirs)
        names = tuple(one.name for one in measured)
        groups = sorted(source.keys() | theirs.keys())
        nothing = Total(0)
        counted = tuple(
            (group, source.get(group, nothing).rows, theirs.get(group, nothing).rows)
            for group in groups
        )
        differences = tuple(
            difference
            for group in groups
            for difference in _differences(
                group, source.get(group, nothing), theirs.get(group, nothing), measured
            )
        )
        return Reconciliation(self.column.name, names, counted, differences)

    def _where(self) -> str:
        """SoQL for the rows that this push wrote; empty if these are all rows."""
        checked, state = self.work.checked, self.work.state
        whole = checked.plan.method is Method.REPLACE and not (checked.held or self.limited)
        if whole and not self.work.stage.as_sent:
            return ""
        if state is None:
            raise _NotComparedError("the portal did not show every earlier write before the push")
        if not state.rows:
            return ""
        if not state.changed:
            raise _NotComparedError("the portal does not say when rows were written")
        return f":updated_at > {literal(state.changed, 'date')}"

    def _refused(self) -> list[int]:
        """The source rows that the portal itself refused."""
        count = self.landed.counts.rejected or 0
        known = [one.row for one in self.landed.rejected if one.row is not None]
        if count != len(known):
            raise _NotComparedError("the portal refused rows without saying which")
        return known

    def _measured(self, key: Projected, refused: list[int]) -> list[_Measured]:
        """The columns to compare: numbers and dates whose blanks do not leave values unchanged."""
        able = [
            one
            for one in self.work.checked.projected
            if one.filled.column != key.filled.column
            and kind_of(one.filled.column) in ("number", "date")
        ]
        kept = {key.filled.column.field: key} | {one.filled.column.field: one for one in able}
        keeping = self._keeping(list(kept.values()), refused)
        if key.filled.column.field in keeping:
            raise _NotComparedError("its blank cells keep the dataset's values")
        chosen = [one for one in able if one.filled.column.field not in keeping][:MOST_COLUMNS]
        return [_Measured(n, one, kind_of(one.filled.column)) for n, one in enumerate(chosen)]

    def _keeping(self, columns: list[Projected], refused: list[int]) -> set[str]:
        """Fields with a blank cell that leaves the dataset's value unchanged."""
        if self.work.checked.plan.method is not Method.UPSERT:
            return set()
        some = [one for one in columns if one.filled.blank is Blank.KEEP]
        if not some:
            return set()
        asked = ", ".join(f"count(*) FILTER ({one.blank})" for one in some)
        row = self._run(f"SELECT {asked} FROM {self._cells(some, refused)}")[0]
        return {one.filled.column.field for one, count in zip(some, row, strict=True) if int(count)}

    def _cells(self, columns: list[Projected], refused: list[int]) -> str:
        source = values_from(columns, selected_rows(self.work.checked))
        if not refused:
            return source
        return f"(SELECT * FROM {source} WHERE _row NOT IN ({', '.join(map(str, refused))}))"

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        return self.work.stage.connection.execute(query).fetchall()

    def _source(
        self, key: Projected, measured: list[_Measured], refused: list[int]
    ) -> dict[str, Total]:
        group = key.canonical
        if kind_of(self.column) == "date":
            group = f"left({group}, 4)"
        asked = ["count(*)"]
        for one in measured:
            text = one.projected.canonical
            value = f"TRY_CAST({text} AS DOUBLE)" if one.kind == "number" else text
            total = f"sum({value})" if one.kind == "number" else "NULL"
            asked += [total, f"min({value})", f"max({value})"]
        columns = [key, *(one.projected for one in measured)]
        found = self._run(
            f"SELECT coalesce({group}, '') AS g, {', '.join(asked)} "
            f"FROM {self._cells(columns, refused)} GROUP BY g LIMIT {MOST_GROUPS + 1}"
        )
        spelled = [(_group(group or None, self.column), *values) for group, *values in found]
        return _totals(spelled, measured)

    def _theirs(self, measured: list[_Measured], where: str) -> dict[str, Total]:
        name = field_name(self.column.field)
        by = f"date_trunc_y({name})" if kind_of(self.column) == "date" else name
        asked = [f"{by} as g", "count(*) as n"]
        for one in measured:
            value, at = field_name(one.column.field), one.place
            asked += [f"sum({value}) as s{at}"] if one.kind == "number" else []
            asked += [f"min({value}) as l{at}", f"max({value}) as h{at}"]
        rows = self.rows.grouped(",".join(asked), by, MOST_GROUPS + 1, where)
        found = [
            (
                _group(row.get("g"), self.column),
                int(row.get("n") or 0),
                *(row.get(f"{part}{one.place}") for one in measured for part in "slh"),
            )
            for row in rows
        ]
        return _totals(found, measured)

    def _require_written(self, source: dict[str, Total], theirs: dict[str, Total]) -> None:
        """Raise _NotComparedError if the portal does not mark every sent row as written."""
        sent = sum(one.rows for one in source.values())
        written = sum(one.rows for one in theirs.values())
        if written < sent:
            raise _NotComparedError(
                f"the portal marks {part_of(written, sent, 'row')} as written, and may skip rows "
                "that did not change"
            )


def _group(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    if kind_of(column) == "date":
        return text[:4]
    return _plain(float(text)) if kind_of(column) == "number" else text


def _totals(found: list[tuple[Any, ...]], measured: list[_Measured]) -> dict[str, Total]:
    if len(found) > MOST_GROUPS:
        raise _NotComparedError(f"there are more than {MOST_GROUPS:,} groups")
    totals: dict[str, Total] = {}
    for group, rows, *values in found:
        sums: dict[str, float | None] = {}
        lows: dict[str, str] = {}
        highs: dict[str, str] = {}
        for one in measured:
            total, low, high = values[3 * one.place : 3 * one.place + 3]
            sums[one.name] = None if total is None else float(total)
            lows[one.name], highs[one.name] = _end(low, one.kind), _end(high, one.kind)
        total = Total(int(rows), sums, lows, highs)
        # A portal counts cells without a value and empty strings separately; both are blank here.
        totals[group] = _merged(totals[group], total, measured) if group in totals else total
    return totals


def _merged(first: Total, second: Total, measured: list[_Measured]) -> Total:
    """Return the total of two parts of a group."""
    sums: dict[str, float | None] = {}
    lows: dict[str, str] = {}
    highs: dict[str, str] = {}
    for one in measured:
        name, key = one.name, float if one.kind == "number" else str
        known = [total for part in (first, second) if (total := part.sums[name]) is not None]
        sums[name] = sum(known) if known else None
        low = [end for part in (first, second) if (end := part.lows[name])]
        high = [end for part in (first, second) if (end := part.highs[name])]
        lows[name] = min(low, key=key, default="")
        highs[name] = max(high, key=key, default="")
    return Total(first.rows + second.rows, sums, lows, highs)


def _end(value: Any, kind: str) -> str:
    """An extreme as text that is equal for equal values."""
    if value is None:
        return ""
    if kind == "number":
        return _plain(float(value))
    text = str(value).rstrip("Z")
    try:
        return datetime.fromisoformat(text).isoformat(timespec="milliseconds")
    except ValueError:
        return text


def _plain(number: float) -> str:
    return f"{number:.15g}"


def _differences(
    group: str, source: Total, theirs: Total, measured: list[_Measured]
) -> Iterator[GroupDifference]:
    if source.rows != theirs.rows:
        yield GroupDifference(group, ROWS, f"{source.rows:,}", f"{theirs.rows:,}")
    for one in measured:
        mine, other = source.sums.get(one.name), theirs.sums.get(one.name)
        if one.kind == "number" and not _equal(mine, other, source, one.name):
            yield GroupDifference(group, f"sum of {one.name}", _shown(mine), _shown(other))
        for word, ends in (("smallest", "lows"), ("largest", "highs")):
            a, b = getattr(source, ends).get(one.name, ""), getattr(theirs, ends).get(one.name, "")
            if a != b:
                yield GroupDifference(group, f"{word} {one.name}", a or "blank", b or "blank")


def _equal(mine: float | None, other: float | None, source: Total, name: str) -> bool:
    if mine is None or other is None:
        return (mine or 0.0) == (other or 0.0)
    ends = (source.lows.get(name), source.highs.get(name))
    largest = max((abs(float(end)) for end in ends if end), default=0.0)
    return math.isclose(mine, other, rel_tol=_ROUNDING, abs_tol=_ROUNDING * largest * source.rows)


def _shown(value: float | None) -> str:
    return "blank" if value is None else f"{value:,.10g}"
