"""A column type's input and output: SQL, not values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sodasheet.model.dataset import Column

#: (slug of a reason, SQL condition).
SqlCondition = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a column as seen by the type compilers.

    `text` is SQL for its text, trimmed where the mapping trims, never NULL and not blank when the
    type is asked. `parsed` is the name under which the type finds its own `TypedColumn.parsed`
    again. `formats` are those of the column's rule, `timezone` the zone of dates that name none,
    which is `zone_assumed` where nobody has chosen it.
    """

    column: Column
    text: str
    parsed: str = "parsed"
    formats: tuple[str, ...] = ()
    timezone: str = "UTC"
    zone_assumed: bool = False


@dataclass(frozen=True, slots=True)
class PlainCells:
    """The plainest cells of a type: `fits` is SQL that is true of these and of no bad cell.

    `typed` is what the type gives for a column that has no others, with less work.
    """

    fits: str
    typed: TypedColumn


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """A type compiled for a column.

    `value` is SQL for the JSON text of the canonical value, NULL if the cell has none;
    `problems` are tried in order and the first that is true keeps the row from being sent;
    `notes` are independent of each other and only told. `key` is SQL for the text by which the
    portal tells two identifiers of this type apart (portal-api.md B.2 point 8). `parsed` is SQL
    worked out once per cell, to which the others refer; `good` is SQL that is true if there is
    no problem, so that good cells need not be tried against every one. `bare` is SQL for the text
    of a value whose JSON is nothing but that text in quotes. `tidy` spares most of this where a
    column can be tidy. `plain` is SQL for the text by which values are compared, where the type
    knows a shorter way than by their JSON (staging/types/canonical_text.py). `wkt` is SQL for a
    good place as WKT, empty for other types. `settled` makes SQL over a
    string that is cheap and true only of a cell that no blanks surround and that is tidy, without a
    problem or a note; it may be false or NULL for such a cell too. Each of `suffixes` is SQL that
    is true of cells, and the text that makes of their own strings what the portal reads as `bare`
    if
    put behind them.
    """

    value: str
    problems: tuple[SqlCondition, ...] = ()
    notes: tuple[SqlCondition, ...] = ()
    key: str = ""
    parsed: str = ""
    good: str = "false"
    bare: str = ""
    tidy: PlainCells | None = None
    plain: str = ""
    wkt: str = ""
    settled: Callable[[str], str] | None = None
    suffixes: tuple[tuple[str, str], ...] = ()
