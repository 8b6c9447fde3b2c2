"""Every question that a comparison can raise: its level and its words, in one table.

The slugs are stable: programs, jobs and the documentation name them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Question:
    """One question: `level` is what a finding does unless the job says otherwise."""

    slug: str
    level: Severity
    means: str
    remedy: str


_FIX = "Correct the cells, or accept the finding if they are right."

_ALL = (
    Question("near-category", Severity.ASK, "values that look like misspelled known ones", _FIX),
    Question("case-variant", Severity.ASK, "known values in other capitals or spacing", _FIX),
    Question(
        "new-category",
        Severity.NOTE,
        "values that the dataset does not have",
        "Check the spelling.",
    ),
    Question(
        "unknown-values",
        Severity.ASK,
        "a column most of whose values the dataset does not have",
        "Check that the right column is mapped.",
    ),
    Question(
        "lost-zeros",
        Severity.ASK,
        "codes that are shorter than the dataset's by leading zeros",
        "Store the column as text, or let the zeros be added back.",
    ),
    Question("new-shape", Severity.ASK, "values written unlike all of the dataset's", _FIX),
    Question("new-capitals", Severity.ASK, "texts in capitals where the dataset has none", _FIX),
    Question("outlier", Severity.ASK, "numbers far outside the dataset's range", _FIX),
    Question("negative", Severity.ASK, "negative numbers where the dataset has none", _FIX),
    Question("fraction", Severity.ASK, "fractions where the dataset has whole numbers", _FIX),
    Question("future-date", Severity.ASK, "dates in the future where the dataset has none", _FIX),
    Question("far-date", Severity.ASK, "dates far outside the dataset's range", _FIX),
    Question(
        "other-unit",
        Severity.ASK,
        "numbers that are larger or smaller as a whole",
        "Check the unit of the column: thousands, percent, feet or meters.",
    ),
    Question(
        "tail",
        Severity.ASK,
        "far more very large or very small numbers than before",
        "Check the unit and the source of these rows.",
    ),
    Question("new-blanks", Severity.ASK, "blank cells where the dataset has values", _FIX),
    Question(
        "constant",
        Severity.ASK,
        "one value in every row of a column that varies",
        "Check that the column was filled as it should be.",
    ),
    Question(
        "swapped-columns",
        Severity.STOP,
        "two columns that have changed places",
        "Swap the two columns in the mapping or in the source.",
    ),
    Question(
        "swapped-cells",
        Severity.ASK,
        "rows in which two cells have changed places",
        "Correct the rows, or accept the finding if they are right.",
    ),
    Question("order", Severity.ASK, "dates in an order that the dataset never has", _FIX),
    Question("contradiction", Severity.ASK, "values that never go together in the dataset", _FIX),
    Question(
        "shifted-row",
        Severity.ASK,
        "rows whose cells seem to stand in the wrong columns",
        "Look for a missing or an extra separator in these rows.",
    ),
    Question(
        "repeated-rows",
        Severity.ASK,
        "rows that occur again within the source",
        "Remove the copies, or accept the finding if they are meant.",
    ),
    Question(
        "same-again",
        Severity.ASK,
        "a source whose rows the dataset has already",
        "Check that this is the new file and not the last one.",
    ),
    Question(
        "truncated",
        Severity.ASK,
        "a source that lacks many of the dataset's rows",
        "Check that the export is complete.",
    ),
    Question(
        "outside-area",
        Severity.ASK,
        "places far outside the dataset's area",
        "Check latitude and longitude, their order and their sign.",
    ),
    Question("zero-point", Severity.ASK, "places at latitude 0, longitude 0", "Clear the cells."),
    Question(
        "damaged-text",
        Severity.ASK,
        "damaged characters, such as Ã© for é",
        "Choose the encoding that the file is in, or export the file as UTF-8.",
    ),
    Question(
        "total-row",
        Severity.ASK,
        "rows that sum up other rows",
        "Leave the row out of the source.",
    ),
    Question(
        "unmapped-column",
        Severity.ASK,
        "source columns left out that look like a dataset column left empty",
        "Map the column, or accept the finding if it is to stay out.",
    ),
    Question(
        "rule-broken", Severity.STOP, "rows that break a rule of the job", "Correct the rows."
    ),
    Question(
        "rule-not-checked",
        Severity.NOTE,
        "rules of the job about a column that is not filled",
        "Map the column, or remove the rule.",
    ),
    Question(
        "private-data",
        Severity.STOP,
        "private data in a column where the dataset has none",
        "Remove the data, or release the column if it may be public.",
    ),
)

QUESTIONS = {question.slug: question for question in _ALL}
