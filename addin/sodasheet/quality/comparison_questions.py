"""Every question that a comparison can raise: its level and its text, in one table.

The slugs are stable: programs, jobs and the documentation name them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.finding import Severity


@dataclass(frozen=True, slots=True)
class QualityQuestion:
    """A question: `level` is the level of its findings unless the job sets another level.

    `short` describes a single cell, for a table that shows its row, column and value; blank if only
    the finding's own sentence has the facts. `example` says which cell a finding names.
    """

    slug: str
    level: Severity
    means: str
    remedy: str
    short: str = ""
    example: str = "first"


#: The question about columns that a replace would empty.
EMPTIED = "emptied-columns"

_FIX = "Correct the cells, or accept the finding if they are right."

_ALL = (
    QualityQuestion(
        "near-category",
        Severity.ASK,
        "values that look like misspellings of known values",
        _FIX,
        "Looks like a misspelling of a value in the dataset.",
    ),
    QualityQuestion(
        "case-variant",
        Severity.ASK,
        "known values with different capitalization or spacing",
        _FIX,
        "Differs from the dataset's value only in capitalization or spacing.",
    ),
    QualityQuestion(
        "new-category",
        Severity.NOTE,
        "values that the dataset does not have",
        "Check the spelling.",
        "Not among the dataset's values.",
    ),
    QualityQuestion(
        "unknown-values",
        Severity.ASK,
        "a column in which most values are new to the dataset",
        "Check that the right column is mapped.",
    ),
    QualityQuestion(
        "lost-zeros",
        Severity.ASK,
        "codes that have lost their leading zeros",
        "Store the column as text, or add the zeros back.",
        "Missing the leading zeros that the dataset's codes have.",
    ),
    QualityQuestion(
        "new-shape",
        Severity.ASK,
        "values written differently from all of the dataset's",
        _FIX,
        "Written differently from all of the dataset's values.",
    ),
    QualityQuestion(
        "new-capitals",
        Severity.ASK,
        "text in all capitals, which the dataset does not have",
        _FIX,
        "In all capitals, unlike the dataset's values.",
    ),
    QualityQuestion(
        "outlier",
        Severity.ASK,
        "numbers far outside the dataset's range",
        _FIX,
        "Far outside the dataset's range.",
    ),
    QualityQuestion(
        "negative",
        Severity.ASK,
        "negative numbers in a column that has none in the dataset",
        _FIX,
        "Negative; the dataset has no negative numbers.",
    ),
    QualityQuestion(
        "fraction",
        Severity.ASK,
        "fractions in a column that has only whole numbers in the dataset",
        _FIX,
        "A fraction; the dataset has only whole numbers.",
    ),
    QualityQuestion(
        "future-date",
        Severity.ASK,
        "dates in the future in a column that has none in the dataset",
        _FIX,
        "In the future; the dataset has no future dates.",
    ),
    QualityQuestion(
        "far-date",
        Severity.ASK,
        "dates far outside the dataset's range",
        _FIX,
        "Far outside the dataset's dates.",
    ),
    QualityQuestion(
        "other-unit",
        Severity.ASK,
        "a whole column of numbers that are larger or smaller than before",
        "Check the unit of the column: thousands, percent, feet or meters.",
    ),
    QualityQuestion(
        "tail",
        Severity.ASK,
        "far more very large or very small numbers than before",
        "Check the unit and the source of these rows.",
    ),
    QualityQuestion(
        "new-blanks",
        Severity.ASK,
        "blank cells in a column that is filled in the dataset",
        _FIX,
        "Blank; the dataset has values.",
    ),
    QualityQuestion(
        "constant",
        Severity.ASK,
        "one value in every row of a column that varies in the dataset",
        "Check that the column was filled correctly.",
    ),
    QualityQuestion(
        "swapped-columns",
        Severity.STOP,
        "two columns that are swapped",
        "Swap the two columns in the mapping or in the source.",
    ),
    QualityQuestion(
        "swapped-cells",
        Severity.ASK,
        "rows in which two cells are swapped",
        "Correct the rows, or accept the finding if they are right.",
    ),
    QualityQuestion(
        "order", Severity.ASK, "dates in the wrong order, compared with the dataset", _FIX
    ),
    QualityQuestion(
        "contradiction",
        Severity.ASK,
        "combinations of values that never occur in the dataset",
        _FIX,
    ),
    QualityQuestion(
        "shifted-row",
        Severity.ASK,
        "rows whose cells seem to be in the wrong columns",
        "Look for a missing or an extra separator in these rows.",
    ),
    QualityQuestion(
        "repeated-rows",
        Severity.ASK,
        "rows that are repeated within the source",
        "Remove the copies, or accept the finding if they are intentional.",
    ),
    QualityQuestion(
        "same-again",
        Severity.ASK,
        "a source whose rows are all in the dataset already",
        "Check that this is the new file and not the last one.",
    ),
    QualityQuestion(
        "truncated",
        Severity.ASK,
        "a source that lacks many of the dataset's rows",
        "Check that the export is complete.",
    ),
    QualityQuestion(
        "outside-area",
        Severity.ASK,
        "locations far outside the dataset's area",
        "Check latitude and longitude, their order and their sign.",
        "Far outside the dataset's area.",
        "farthest",
    ),
    QualityQuestion(
        "zero-point",
        Severity.ASK,
        "locations at latitude 0, longitude 0",
        "Clear the cells.",
        "At latitude 0, longitude 0.",
    ),
    QualityQuestion(
        "damaged-text",
        Severity.ASK,
        "damaged characters, such as Ã© for é",
        "Choose the file's actual encoding, or export the file as UTF-8.",
        "Damaged characters, such as Ã© for é.",
    ),
    QualityQuestion(
        "total-row",
        Severity.ASK,
        "rows that total other rows",
        "Remove the row from the source.",
    ),
    QualityQuestion(
        "unmapped-column",
        Severity.ASK,
        "unmapped source columns that look like an unfilled dataset column",
        "Map the column, or accept the finding if it should not be sent.",
    ),
    QualityQuestion(
        EMPTIED,
        Severity.ASK,
        "dataset columns with values that a replace would empty",
        "Map these columns, choose upsert to leave their values, or accept the finding.",
    ),
    QualityQuestion(
        "rule-broken", Severity.STOP, "rows that break a rule of the job", "Correct the rows."
    ),
    QualityQuestion(
        "rule-not-checked",
        Severity.NOTE,
        "job rules for a column that is not filled",
        "Map the column, or remove the rule.",
    ),
    QualityQuestion(
        "private-data",
        Severity.STOP,
        "private data in a column that has none in the dataset",
        "Remove the data, or accept the finding if it may be public.",
    ),
    QualityQuestion(
        "named-private-data",
        Severity.NOTE,
        "phone numbers or email addresses in a new column named for them",
        "Make sure that they may be published.",
    ),
)

QUESTIONS = {question.slug: question for question in _ALL}
