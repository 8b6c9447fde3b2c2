"""Notes about blanks around values, which are removed: one for each column that has some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.staging.check.mapping_findings import about
from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.sql_quoting import Rows, trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.wording import counted


def trimmed_notes(
    stage: Stage, columns: Iterable[Projected], table: Rows
) -> Iterator[FindingGroup]:
    """Yield the notes on `columns`, which have cells that the mapping changes.

    Identifiers have a note of their own, and a trimmed cell that is empty is a blank cell.
    """
    for one in columns:
        if one.edged or len(one.filled.sources) != 1 or one.filled.rule.template is not None:
            continue
        bare = trimmed(one.raw)
        found = stage.connection.execute(
            f"SELECT count(*), min({table.row}) FROM {table.name}"
            f" WHERE {one.raw} <> {bare} AND {bare} <> ''"
        ).fetchone()
        if found is not None and found[0]:
            yield _note(one.filled.label, *found)


def _note(label: str, count: int, row: int) -> FindingGroup:
    """Return the note; the row is its example, since the value may be private."""
    values = counted(count, "value")
    words = {"have": "has", "them": "it"} if count == 1 else {"have": "have", "them": "them"}
    group = about("blanks-trimmed", label, values=values, row=f"{row:,}", **words)
    return replace(group, count=count, examples=(Finding(row, label),))
