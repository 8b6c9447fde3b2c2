"""Notes about removed blanks: around values, and cells that contain nothing else."""

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
    """Yield the notes about `columns`, which have cells that the mapping changes.

    Identifiers have a separate note, and a cell of ordinary spaces is a blank cell without a
    note.
    """
    for one in columns:
        if one.edged or len(one.filled.sources) != 1 or one.filled.rule.template is not None:
            continue
        bare = trimmed(one.raw)
        found = stage.connection.execute(
            f"SELECT count(*) FILTER ({bare} <> ''),"
            f" min({table.row}) FILTER ({bare} <> ''), count(*) FILTER ({bare} = ''),"
            f" min({table.row}) FILTER ({bare} = '') FROM {table.name}"
            f" WHERE {one.raw} <> {bare}"
            f" AND ({bare} <> '' OR strlen({one.raw}) > length({one.raw}))"
        ).fetchone()
        count, row, blanks, blank = found or (0, 0, 0, 0)
        if count:
            yield _note(one.filled.label, count, row)
        if blanks:
            yield _invisible(one.filled.label, blanks, blank)


def _invisible(label: str, count: int, row: int) -> FindingGroup:
    """Return the note about cells that look blank but are not empty."""
    one = count == 1
    group = about(
        "invisible-blank",
        label,
        values=counted(count, "cell"),
        row=f"{row:,}",
        have="has" if one else "have",
        count_as="counts as a blank cell" if one else "count as blank cells",
    )
    return replace(group, count=count, examples=(Finding(row, label),))


def _note(label: str, count: int, row: int) -> FindingGroup:
    """Return the note; the row is its example, because the value may be private."""
    values = counted(count, "value")
    words = {"have": "has", "them": "it"} if count == 1 else {"have": "have", "them": "them"}
    group = about("blanks-trimmed", label, values=values, row=f"{row:,}", **words)
    return replace(group, count=count, examples=(Finding(row, label),))
