"""Rows of a push with edits by others, which deleting the rows would lose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sodasheet.staging.diff.dataset_rows import quoted, read_raw
from sodasheet.staging.staged_table import Stage

#: The portal's fields for when a row was added and when it was written last.
CREATED_AT, UPDATED_AT = ":created_at", ":updated_at"


@dataclass(frozen=True, slots=True)
class OthersRows:
    """Edits by others in the rows of a push.

    `columns` are the fields of columns that the snapshot does not have, `overwritten` how many
    rows of an append were updates of rows that others had added just before.
    """

    columns: tuple[str, ...] = ()
    overwritten: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields to download in addition to the fields of the snapshot."""
        times = (CREATED_AT, UPDATED_AT) if self.overwritten else ()
        return (*self.columns, *times)


def note_others(stage: Stage, pages: Sequence[Path], others: OthersRows, *, whole: bool) -> None:
    """Make the table `way` count such rows as changed if the undo would delete them.

    `pages` are the rows of now. With `whole` all rows are written again.
    """
    run = stage.connection.execute
    if others.columns:
        run("CREATE TABLE entered (id VARCHAR)")
        filled = " OR ".join(f"nullif({quoted(one)}, '') IS NOT NULL" for one in others.columns)
        for rows in read_raw(stage, pages, dict.fromkeys(others.columns, "VARCHAR")):
            run(f"INSERT INTO entered SELECT {quoted(':id')} FROM {rows} WHERE {filled}")
        deleted = "has" if whole else "has AND NOT had"
        run(f"{_CHANGED} {deleted} AND nid IN (SELECT id FROM entered)")
    if others.overwritten:
        run("CREATE TABLE updated (id VARCHAR)")
        times = {CREATED_AT: "VARCHAR", UPDATED_AT: "VARCHAR"}
        later = f"{quoted(CREATED_AT)} IS DISTINCT FROM {quoted(UPDATED_AT)}"
        for rows in read_raw(stage, pages, times):
            run(f"INSERT INTO updated SELECT {quoted(':id')} FROM {rows} WHERE {later}")
        # If the portal does not say when rows were added, each may be such a row.
        told = "nid IN (SELECT id FROM updated) OR NOT EXISTS (SELECT 1 FROM updated)"
        run(f"{_CHANGED} has AND NOT had AND ({told})")


_CHANGED = "UPDATE way SET as_before = false, as_sent = false WHERE"
