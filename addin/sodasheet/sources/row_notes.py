"""Notes about source rows that a push treats differently, in one table."""

from __future__ import annotations

#: Reason of a note -> its meaning, for the documentation, and its remedy.
ROW_NOTES = {
    "rows-left-out": (
        "Rows that are not data were left out, as the source's settings say.",
        "Change the rows to leave out if these rows are data.",
    ),
    "rows-emptied": (
        "Rows without a value in any column that is sent, such as rows of dashes, were left out.",
        "Map the columns that have values, or change the missing-value markers, if these are data.",
    ),
    "end-mark": (
        "The file ends with Ctrl-Z, an end mark of old programs, which was not read as a row.",
        "Nothing is missing; no correction is needed.",
    ),
    "hidden-rows-read": (
        "Hidden or filtered rows were read too.",
        "Set the source to visible rows only to leave hidden rows out.",
    ),
    "rows-hidden": (
        "Hidden or filtered rows were left out.",
        "Set the source to all rows to send hidden rows too.",
    ),
}
