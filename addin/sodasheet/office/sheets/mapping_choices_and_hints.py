"""Choices of a mapping sheet's drop-downs, and the hints that Excel shows next to a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sodasheet.model.sheet_labels import (
    ACCEPTED,
    ALLOW_UNDO,
    CLEANUP,
    DATASET_COLUMN,
    EMPTIES,
    EMPTY_CELLS,
    FINDING_LEVELS,
    FORMAT,
    HEADER_ROW,
    LEFT_OUT,
    MARKERS,
    MATCH,
    METHOD,
    METHODS,
    REJECTED_ROWS,
    RULES,
    SEND,
    SENDS,
    SHEET_COLUMN,
    SHRINK,
    SOURCE,
    UNDOS,
    WITHIN,
)


@dataclass(frozen=True, slots=True)
class CellList:
    """The choices of a cell, none if any text may be entered, and its hint.

    An `open` list accepts other strings after a warning: Check data reviews them.
    """

    hint: str
    choices: Sequence[str] = ()
    open: bool = False


#: Label -> entry of its value.
CELLS = {
    METHOD: CellList(
        "Replace: the dataset will have only these rows. Append: adds them. Upsert: updates rows "
        "with the same identifier and adds the rest. Delete: removes the listed rows.",
        tuple(METHODS.values()),
    ),
    WITHIN: CellList(
        "Only for Replace: the part of the dataset whose rows are replaced. year = 2026, or "
        "district for the districts in the source, or opened: month. Blank: all rows."
    ),
    SOURCE: CellList(
        "Sheet: Permits, Table: tblPermits, Range: 'Permits'!A3:F200, or File: permits.csv. "
        "Or press Choose source."
    ),
    HEADER_ROW: CellList("The row with the column headers; 0 if there are none."),
    SEND: CellList(
        "Only changes: rows that are already on the portal, unchanged, are not sent again. For "
        "replace and upsert with a row identifier.",
        tuple(SENDS),
    ),
    ALLOW_UNDO: CellList(
        "Always: the rows a push touches are saved first, so that Undo last push works. If "
        "possible: push even when saving fails. Never: this push cannot be undone.",
        tuple(UNDOS),
    ),
    SHRINK: CellList(
        "The largest share of its rows that one replace or delete may remove, such as 20%. A push "
        "that would remove more is stopped. Blank: 20%."
    ),
    REJECTED_ROWS: CellList(
        "How many rows with findings a push may skip, such as 25. With more, the push is stopped. "
        "Blank: 0."
    ),
    LEFT_OUT: CellList(
        "Rows that are not data: totals, notes, headers, units, or rows starting with TEXT. "
        "Several: separate with |. keep totals: they are data. Blank: you are asked."
    ),
    MARKERS: CellList(
        "Values that mean an empty cell in every column, such as N/A | -. For one column, use "
        "Cleanup."
    ),
    ACCEPTED: CellList(
        "Findings of the comparison with the dataset that are not asked about again, such as "
        "outlier in Value | same-again. Several: separate with |. Their names are in the column "
        "reason of the list All findings."
    ),
    FINDING_LEVELS: CellList(
        "What a finding does: stop, ask, note or off, such as outlier in Value = note | "
        "far-date = stop. Several: separate with |. Blank: as designed."
    ),
}

#: Header -> entry of the cells below; those of the first two lists are written to hidden columns.
COLUMNS = {
    SHEET_COLUMN: CellList(
        "The header in your sheet. In a row marked (not filled), choose the sheet column that "
        "fills it, or (constant), or (computed).",
        open=True,
    ),
    DATASET_COLUMN: CellList(
        "The dataset column this sheet column fills. (ignore) leaves it out.", open=True
    ),
    MATCH: CellList(
        "Choose Confirmed to accept a match marked Review. Scheduled runs use accepted matches "
        "only.",
        ("Confirmed",),
        open=True,
    ),
    EMPTY_CELLS: CellList(
        "Clear: an empty cell empties the value on the portal. Leave: the value on the portal "
        "stays. Reject: the row is a finding.",
        tuple(EMPTIES.values()),
    ),
    FORMAT: CellList(
        "How the values are written: M/D/YYYY, $1,234.50, yes/no, fraction. Several: separate "
        "with |. For (constant): the value itself. For (computed): {First} {Last}, {today}."
    ),
    CLEANUP: CellList(
        "Steps before a value is checked: N/A = (empty), Opne = Open, 5 digits for leading zeros, "
        "remove signs. Several: separate with |."
    ),
    RULES: CellList(
        "required; unique; one of: Open, Closed; one of: Lists!A2:A40; from 0 to 100; at least 0; "
        "on or after 1/1/2000; like BP-2024-0001; up to 50 characters; before Closed. Add (ask) or "
        "(note) to a rule that should not stop the push."
    ),
}
