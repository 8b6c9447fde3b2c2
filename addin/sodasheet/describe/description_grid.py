"""Descriptions as cells: the same grid on a sheet, in a workbook and in a CSV file.

A block of labels and values, an empty row, and a table with one row for each column. Below it there
may be a table with the portal's words for frequencies. The grid is read by its labels and headers,
so that its rows and columns may stand in any order. An empty cell leaves the portal's value as it
is; `(clear)` removes the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sodasheet.describe.column_description_fields import COLUMN_VALUES, ValueProblem
from sodasheet.describe.description import FIELDS, ColumnDescription, Description
from sodasheet.errors import UsageProblem

#: Text of a cell that removes the portal's value.
CLEAR = "(clear)"

#: Header of the column's field name, which comes first and finds the table.
FIELD_NAME = "Field name"
HEADERS = (FIELD_NAME, *(one.label for one in COLUMN_VALUES.values()))

#: Headers of the table of frequencies: the word on the sheet, the custom field, its own word.
FREQUENCY_HEADERS = ("Frequency", "Custom field", "Word there")

BETWEEN = " / "
_LABELS = {one.label.casefold(): key for key, one in FIELDS.items()}

Rows = list[tuple[int, list[str]]]


def grid_of(description: Description) -> list[list[str]]:
    """Return the description as rows of cells."""
    rows = [["Field", "Value"]]
    rows += [[one.label, description.fields.get(key, "")] for key, one in FIELDS.items()]
    rows += [[BETWEEN.join(key), text] for key, text in description.custom.items()]
    rows += [[], list(HEADERS)]
    rows += [
        [column.field, *(column.values.get(key, "") for key in COLUMN_VALUES)]
        for column in description.columns
    ]
    lines = [
        [word, BETWEEN.join(key), text]
        for key, words in description.frequencies.items()
        for word, text in words.items()
    ]
    return rows + ([[], list(FREQUENCY_HEADERS), *lines] if lines else [])


def description_from(rows: Iterable[Sequence[str]], name: str) -> Description:
    """Read the description in rows of cells; `name` is the subject of what is wrong with them.

    Raises UsageProblem naming the row.
    """
    block: Rows = []
    tables: dict[str, tuple[dict[str, int], Rows]] = {}
    lines = block
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        found = {cell.casefold(): place for place, cell in enumerate(cells)}
        kind = _kind(found)
        if kind and kind not in tables:
            lines = []
            tables[kind] = (found, lines)
        elif any(cells):
            lines.append((number, cells))
    fields, custom = _block(block, name)
    if not (tables or fields or custom):
        raise UsageProblem(
            f"{name} contains no description.",
            "Write the description of the dataset to a file first, and edit that.",
        )
    headers, columns = tables.get(FIELD_NAME, ({}, []))
    words, frequencies = tables.get(FREQUENCY_HEADERS[0], ({}, []))
    return Description(
        fields,
        custom,
        _table(columns, headers, name),
        frequencies=_frequencies(frequencies, words, name),
    )


def _kind(headers: dict[str, int]) -> str:
    """Return the first header of the table that begins in a row; empty if none does."""
    if all(header.casefold() in headers for header in FREQUENCY_HEADERS):
        return FREQUENCY_HEADERS[0]
    return FIELD_NAME if FIELD_NAME.casefold() in headers else ""


def _block(rows: Rows, name: str) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    fields: dict[str, str] = {}
    custom: dict[tuple[str, str], str] = {}
    for number, cells in rows:
        label, text = cells[0], cells[1] if len(cells) > 1 else ""
        if not label or label.casefold() == "field" or not text:
            continue
        key = _LABELS.get(label.casefold())
        group, between, field = label.partition(BETWEEN)
        if key is not None and key not in fields:
            fields[key] = meant(text)
        elif key is None and between and (group, field) not in custom:
            custom[group, field] = meant(text)
        else:
            wrong = "occurs twice" if key is not None or between else "is not a field"
            labels = ", ".join(one.label for one in FIELDS.values())
            raise UsageProblem(
                f'{name}, row {number}: "{label}" {wrong}.',
                f"Use each of these once: {labels}; a custom field is written GROUP / NAME.",
            )
    return fields, custom


def _table(rows: Rows, headers: dict[str, int], name: str) -> tuple[ColumnDescription, ...]:
    columns: dict[str, ColumnDescription] = {}
    for number, cells in rows:
        field = _cell(cells, headers, FIELD_NAME)
        if not field:
            raise UsageProblem(
                f"{name}, row {number}: the field name is missing.",
                "Write the column's field name there, or remove the row.",
            )
        if field in columns:
            raise UsageProblem(
                f'{name}, row {number}: the column "{field}" occurs twice.', "Remove one of them."
            )
        texts = {key: _cell(cells, headers, one.label) for key, one in COLUMN_VALUES.items()}
        columns[field] = ColumnDescription(field, settled(texts, f"{name}, row {number}"))
    return tuple(columns.values())


def settled(texts: dict[str, str], where: str) -> dict[str, str]:
    """Return the values of a column's cells, without empty cells. Raises UsageProblem."""
    found = {}
    for key, text in texts.items():
        if text:
            try:
                found[key] = COLUMN_VALUES[key].settled(meant(text))
            except ValueProblem as problem:
                wrong, remedy = problem.args
                raise UsageProblem(f"{where}: {wrong}.", str(remedy)) from None
    return found


def _frequencies(
    rows: Rows, headers: dict[str, int], name: str
) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for number, cells in rows:
        word, label, text = (_cell(cells, headers, header) for header in FREQUENCY_HEADERS)
        group, between, field = label.partition(BETWEEN)
        if not (word and between and text):
            raise UsageProblem(
                f"{name}, row {number}: the frequency is not complete.",
                "Write a frequency, a custom field as GROUP / NAME, and the word that it takes.",
            )
        found.setdefault((group, field), {})[word] = text
    return found


def _cell(cells: Sequence[str], headers: dict[str, int], header: str) -> str:
    place = headers.get(header.casefold())
    return cells[place] if place is not None and place < len(cells) else ""


def meant(text: str) -> str:
    """Return the value that a text in a cell means."""
    return "" if text.casefold() == CLEAR else text
