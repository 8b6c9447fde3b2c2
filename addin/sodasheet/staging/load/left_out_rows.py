"""Leave out the rows that the job names as no data, and report every one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.sources.row_notes import ROW_NOTES
from sodasheet.sources.spool import Spool
from sodasheet.staging.load.blank_rows import number_rows
from sodasheet.staging.load.non_data_rows import UnusualRow, unusual_faults, unusual_rows

if TYPE_CHECKING:
    import duckdb

#: Rows that are shown with their text.
_EXAMPLES = 20

_NAMES = {
    "totals": "total",
    "notes": "note",
    "headers": "repeated header",
    "units": "units",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A spool without the rows that are left out, and their numbers: `rows` and `faults`."""

    spool: Spool
    rows: int = 0
    faults: int = 0


def leave_out(connection: duckdb.DuckDBPyConnection, spool: Spool) -> LeftOut:
    """Delete the rows that `spool.leave_out` names from the tables `source` and `faults`."""
    if not spool.leave_out:
        return LeftOut(spool)
    rows = unusual_rows(connection, spool, spool.leave_out)
    broken = unusual_faults(connection, spool.leave_out)
    if rows and not spool.numbered:
        spool = number_rows(connection, spool)
    for table, found in (("source", rows), ("faults", broken)):
        if found:
            connection.execute(
                f"DELETE FROM {table} WHERE _row IN (SELECT unnest(?::BIGINT[]))",
                [[one.row for one in found]],
            )
    notes = tuple(_note(kind, [*rows, *broken]) for kind in spool.leave_out)
    spool = replace(spool, findings=spool.findings + tuple(note for note in notes if note))
    return LeftOut(spool, len(rows), len(broken))


def _note(kind: str, found: list[UnusualRow]) -> FindingGroup | None:
    rows = sorted((one for one in found if one.kind == kind), key=lambda one: one.row)
    if not rows:
        return None
    name = f"{_NAMES[kind]} row" if kind in _NAMES else kind.replace("rows", "row")
    what = (
        f"1 {name} was" if len(rows) == 1 else f"{len(rows):,} {name.replace('row', 'rows')} were"
    )
    return FindingGroup(
        reason="rows-left-out",
        severity=Severity.NOTE,
        message=f"{what} left out, as the source's settings say.",
        remedy=ROW_NOTES["rows-left-out"][1],
        count=len(rows),
        examples=tuple(Finding(one.row, None, one.text) for one in rows[:_EXAMPLES]),
    )
