"""Data dictionary: the columns of a dataset as a table for its readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sodasheet.describe.column_description_fields import YES
from sodasheet.describe.description import description_of
from sodasheet.describe.description_file import csv_bytes

#: Name of an attached data dictionary, without its ending.
DICTIONARY = "data-dictionary"

_HEADERS = ["Column", "Field name", "Type", "Description", "Row identifier"]


def dictionary_rows(view: Mapping[str, Any]) -> list[list[str]]:
    """Return one row for each column that readers see: names, type, description."""
    return [_HEADERS] + [
        [
            column.name or "",
            column.field,
            column.type,
            column.description or "",
            YES if column.values["identifier"] == YES else "",
        ]
        for column in description_of(view).columns
        if column.values["hidden"] != YES
    ]


def data_dictionary(view: Mapping[str, Any], suffix: str) -> bytes:
    """Return a data dictionary as .xlsx or .csv; the same columns give the same bytes."""
    rows = dictionary_rows(view)
    if suffix == ".csv":
        return csv_bytes(rows)
    from sodasheet.office.sheets.description_sheet import describe_workbook

    return describe_workbook("Data dictionary", rows)
