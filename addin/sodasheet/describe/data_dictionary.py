"""Data dictionary: the columns of a dataset as a table for its readers."""

from __future__ import annotations

from sodasheet.describe.column_description_fields import YES
from sodasheet.describe.description import Description
from sodasheet.describe.description_file import csv_bytes
from sodasheet.system.csv_formulas import disarmed

#: Kinds of files that a data dictionary can be.
KINDS = ("xlsx", "csv")

#: Name of an attached data dictionary, without its ending.
DICTIONARY = "data-dictionary"

_HEADERS = ["Column", "Field name", "Type", "Description", "Row identifier"]


def dictionary_rows(description: Description) -> list[list[str]]:
    """Return one row for each column that readers see: names, type, description."""
    return [_HEADERS] + [
        [
            column.name or "",
            column.field,
            column.type,
            column.description or "",
            YES if column.values.get("identifier") == YES else "",
        ]
        for column in description.columns
        if column.values.get("hidden") != YES
    ]


def data_dictionary(description: Description, suffix: str) -> bytes:
    """Return a data dictionary as .xlsx or .csv; the same columns give the same bytes.

    Raises UsageProblem for a string that is too long for a cell of a workbook.
    """
    rows = dictionary_rows(description)
    if suffix == ".csv":
        # Readers open the file in a spreadsheet program, which would run a formula.
        return csv_bytes([[disarmed(cell) for cell in row] for row in rows])
    from sodasheet.office.sheets.description_workbook import describe_workbook

    return describe_workbook("Data dictionary", rows)
