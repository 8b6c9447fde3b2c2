"""SQL that joins source rows with dataset rows and classifies each pair.

Two steps keep it small. First the rows are joined by their identifiers and told apart by a number
of 128 bits made of their values; then only those that differ are looked at cell by cell. Rows that
are known to be equal (staging/diff/equal_lines.py) take part in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from sodasheet.model.dataset import Column
from sodasheet.model.mapping import Blank
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.diff.dataset_rows import DatasetRows
from sodasheet.staging.sql_quoting import Rows, any_of
from sodasheet.staging.types.canonical_text import canonical_from_portal, row_hash


class Kind(IntEnum):
    """The outcome for a row, as in the table `compared`."""

    SAME = 0
    CHANGED = 1
    DELETED = 2
    NEW = 3


@dataclass(frozen=True, slots=True)
class CellPair:
    """A column of the dataset, its source, and its place in `held`.

    `keeps` says that a blank cell leaves the dataset's cell alone.
    """

    column: Column
    projected: Projected | None
    place: int
    keeps: bool

    @property
    def new(self) -> str:
        """SQL for the cell as after the push, over the names of `cells_of`."""
        return "CAST(NULL AS VARCHAR)" if self.projected is None else f"o{self.place}"

    @property
    def differs(self) -> str:
        """SQL that is true if the cell would change."""
        kept = f"{self.new} IS NOT NULL AND " if self.keeps else ""
        return f"({kept}v{self.place} IS DISTINCT FROM {self.new})"


def paired(checked: CheckResult, held: DatasetRows | None) -> Iterator[CellPair]:
    """Yield the columns to compare: all for a replace, the filled columns for an upsert."""
    filled = {one.filled.column.field: one for one in checked.projected}
    method = checked.plan.method
    columns = checked.plan.dataset.columns if held is None else held.columns
    upsert = method is Method.UPSERT
    for place, column in enumerate(columns):
        own = filled.get(column.field)
        if own is not None or (held is not None and not upsert):
            keeps = (
                upsert
                and own is not None
                and own.filled.blank is Blank.KEEP
                and own.blanks != 0  # without a blank cell, no value is kept
            )
            yield CellPair(column, own, place, keeps)


def cells_of(checked: CheckResult, pairs: Sequence[CellPair], only: str = "") -> str:
    """Return SQL for the rows to send: `_row` and the canonical text of each filled cell.

    `only` is SQL for the table whose `_row` names the few that are wanted of them.
    """
    return _texts_of(checked, pairs, lambda one: one.canonical, only)


def likely_cells_of(checked: CheckResult, pairs: Sequence[CellPair]) -> str:
    """Return the same SQL with the text that a portal most probably returns."""
    return _texts_of(checked, pairs, lambda one: one.likely)


def _texts_of(
    checked: CheckResult,
    pairs: Sequence[CellPair],
    text: Callable[[Projected], str],
    only: str = "",
) -> str:
    projected = [pair.projected for pair in pairs if pair.projected]
    texts = "".join(f", {text(p.projected)} AS o{p.place}" for p in pairs if p.projected)
    table = checked.stage.table
    where = "" if only else f" WHERE _row NOT IN ({LEFT_OUT})"
    if only:
        # Selected before anything is computed from them.
        row = f"{table.name}._row" if table.row == "_row" else table.row
        table = Rows(f"{table.name} SEMI JOIN {only} AS chosen ON chosen._row = {row}", row)
    return f"SELECT _row{texts} FROM {values_from(projected, table)}{where}"


@dataclass(frozen=True, slots=True)
class Rest:
    """The rows that are not known to be equal (staging/diff/equal_lines.py).

    `equal` counts the pairs of equal rows, `left` the other rows to send. `chosen` is SQL that
    chooses the other raw rows of the dataset, None if none of them is left; `is_few` is true if
    these are few.
    """

    equal: int
    left: int
    chosen: str | None = ""
    is_few: bool = False

    #: SQL for the table whose `_row` names the other rows to send, as `cells_of` takes it.
    rows = "(SELECT _row FROM unequal WHERE _row IS NOT NULL)"


def _keyed(checked: CheckResult) -> str:
    """Return SQL for `_row` and row identifier `mk` of the sendable rows."""
    identifier = checked.identifier
    if identifier is None:
        return (
            f"SELECT _row, CAST(NULL AS VARCHAR) AS mk FROM source WHERE _row NOT IN ({LEFT_OUT})"
        )
    table = values_from([identifier], checked.stage.table)
    return f"SELECT _row, {identifier.canonical} AS mk FROM {table} WHERE _row NOT IN ({LEFT_OUT})"


def index_rows(
    checked: CheckResult, held: DatasetRows, pairs: Sequence[CellPair], rest: Rest | None = None
) -> None:
    """Read what `joined` needs to distinguish the dataset's rows.

    That is the hash `th` of what is compared as a whole, and the cells that a blank would keep.
    """
    if checked.plan.method is Method.DELETE:
        held.index({}, ())
        return
    sure, kept = _sides(pairs)
    values = {"th": _hash(sure, mine=False)} | {f"v{pair.place}": f"v{pair.place}" for pair in kept}
    if rest is not None and rest.chosen and rest.is_few:
        held.index_few(values, rest.chosen)
        return
    held.index(values, [pair.place for pair in pairs], rest.chosen if rest else "")


def _sides(pairs: Sequence[CellPair]) -> tuple[list[CellPair], list[CellPair]]:
    """Return the columns that are compared together, and the columns compared individually."""
    return [one for one in pairs if not one.keeps], [one for one in pairs if one.keeps]


def joined(
    checked: CheckResult,
    held: DatasetRows | None,
    pairs: tuple[CellPair, ...],
    rest: Rest | None = None,
) -> str:
    """Return SQL for the rows in question: source row, `:id`, row identifier and `Kind`.

    `rest` is what `index_rows` was given; all others are known to be the same, and left out.
    """
    method = checked.plan.method
    if held is None:
        return (
            f"SELECT _row, CAST(NULL AS VARCHAR) AS rid, mk AS k, {Kind.NEW:d} AS kind"
            f" FROM ({_keyed(checked)})"
        )
    if method is Method.DELETE:
        return (
            f"SELECT _row, id AS rid, k, {Kind.DELETED:d} AS kind"
            f" FROM ({_keyed(checked)}) JOIN (SELECT id, k FROM held_index) ON mk = k"
        )
    only = "" if rest is None else rest.rows
    if checked.plan.dataset.identifier is None:
        return _whole_rows(checked, pairs, only)
    return _by_identifier(checked, pairs, only)


def _by_identifier(checked: CheckResult, pairs: tuple[CellPair, ...], only: str) -> str:
    sure, kept = _sides(pairs)
    outer = "FULL" if checked.plan.method is Method.REPLACE else "LEFT"
    identifier = checked.plan.dataset.row_identifier
    key = next(pair for pair in pairs if pair.column.field == identifier)
    own = "".join(f", o{pair.place}" for pair in kept)
    old = "".join(f", v{pair.place}" for pair in kept)
    differs = any_of(["mh <> th", *(pair.differs for pair in kept)])
    return f"""
        {_removed(checked)}SELECT _row, rid, coalesce(k, mk) AS k,
            CASE WHEN rid IS NULL THEN {Kind.NEW:d}
            WHEN _row IS NULL THEN {Kind.DELETED:d} WHEN {differs} THEN {Kind.CHANGED:d}
            ELSE {Kind.SAME:d} END AS kind
        FROM (SELECT _row, o{key.place} AS mk, {_hash(sure, mine=True)} AS mh{own}
            FROM ({cells_of(checked, pairs, only)}))
        {outer} JOIN (SELECT id AS rid, k, th{old} FROM held_index)
        ON mk = k"""


def _removed(checked: CheckResult) -> str:
    """Return SQL for the rows that an upsert also deletes, with UNION ALL; empty if none."""
    column = checked.plan.dataset.identifier
    if not checked.removals or column is None or checked.removed_by != column.field:
        return ""
    value = canonical_from_portal(column, "value")
    return (
        f"SELECT CAST(NULL AS BIGINT) AS _row, id AS rid, k, {Kind.DELETED:d} AS kind"
        f" FROM held_index SEMI JOIN (SELECT {value} AS gone FROM removals) ON gone = k UNION ALL "
    )


def _whole_rows(checked: CheckResult, pairs: tuple[CellPair, ...], only: str) -> str:
    """Match equal rows in order, because they are interchangeable without an identifier."""
    mine = (
        f"SELECT _row, {_hash(pairs, mine=True)} AS mh, row_number() OVER"
        f" (PARTITION BY mh ORDER BY _row) AS mn FROM ({cells_of(checked, pairs, only)})"
    )
    theirs = (
        "SELECT id AS rid, th, row_number() OVER (PARTITION BY th ORDER BY id) AS tn"
        " FROM held_index"
    )
    return f"""
        SELECT _row, rid, CAST(NULL AS VARCHAR) AS k, CASE WHEN rid IS NULL THEN {Kind.NEW:d}
            WHEN _row IS NULL THEN {Kind.DELETED:d} ELSE {Kind.SAME:d} END AS kind
        FROM ({mine}) FULL JOIN ({theirs}) ON mh = th AND mn = tn"""


def _hash(pairs: Sequence[CellPair], *, mine: bool) -> str:
    return row_hash([pair.new if mine else f"v{pair.place}" for pair in pairs])
