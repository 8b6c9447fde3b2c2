"""What the drop-downs of a mapping sheet offer, and what is said where a cell is chosen."""

from __future__ import annotations

METHODS = ("replace", "append", "upsert", "delete")
BLANKS = ("clear", "keep", "refuse")
SENDS = ("all rows", "only what changed")
KEEPS = ("always", "where possible", "never")

#: Label -> what its drop-down offers (nothing where any value may be written), and what it means.
CELLS: dict[str, tuple[tuple[str, ...], str]] = {
    "Method": (
        METHODS,
        "replace: the dataset holds these rows and no others. append: adds them. upsert: updates "
        "rows by identifier, adds the rest. delete: removes them.",
    ),
    "Send": (
        SENDS,
        "only what changed: rows that are in the dataset already, just as they are, are not sent "
        "again. For replace and upsert with a row identifier.",
    ),
    "Keep a way back": (
        KEEPS,
        "Whether the rows that a push touches are kept first, for Undo last push. where possible: "
        "the push goes on where that fails. never: it cannot be undone.",
    ),
    "May lose at most": (
        (),
        "How much of its rows the dataset may lose in one replace or delete, such as 20 %. A push "
        "that would remove more is stopped. Blank: 20 %.",
    ),
    "Rows that may stay behind": (
        (),
        "How many rows with findings may be left out of a push, such as 25. Where there are more, "
        "the push is stopped. Blank: 0.",
    ),
}
