"""Descriptions as cells: the same grid on a sheet, in a workbook and in a CSV file.

A block of labels and values, an empty row, and a table with one row for each column. Below it there
may be a table with the portal's words for frequencies. The grid is read by its labels and headers,
so that its rows and columns can be in any order. An empty cell keeps the portal's value; `(clear)`
removes the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sodasheet.describe.column_description_fields import COLUMN_VALUES, ValueProblem
from sodasheet.describe.custom_fields import Key, custom_key, custom_label
from sodasheet.describe.description import FIELDS, ColumnDescription, Description
from sodasheet.describe.licenses import license_id
from sodasheet.errors import UsageProblem
from sodasheet.sources.grid.cell_text import is_error

#: Text of a cell that removes the portal's value.
CLEAR = "(clear)"

#: Header of the column's field name, which comes first and finds the table.
FIELD_NAME = "Field name"
HEADERS = (FIELD_NAME, *(one.label for one in COLUMN_VALUES.values()))

#: Header of the labels in the block above the table.
_FIELD = "Field"

#: Headers of the table of frequencies: the word on the sheet, the custom field, its own word.
FREQUENCY_HEADERS = ("Frequency", "Custom field", "Value on the portal")

#: Header that files of earlier versions have -> the header of today.
_EARLIER_HEADERS = {"word there": FREQUENCY_HEADERS[2]}

_LABELS = {one.label.casefold(): key for key, one in FIELDS.items()}

Rows = list[tuple[int, list[str]]]


def grid_of(description: Description) -> list[list[str]]:
    """Return the description as rows of cells."""
    rows = [[_FIELD, "Value"]]
    rows += [[one.label, description.fields.get(key, "")] for key, one in FIELDS.items()]
    rows += [[custom_label(key), text] for key, text in description.custom.items()]
    rows += [[], list(HEADERS)]
    rows += [
        [column.field, *(column.values.get(key, "") for key in COLUMN_VALUES)]
        for column in description.columns
    ]
    lines = [
        [word, custom_label(key), text]
        for key, words in description.frequencies.items()
        for word, text in words.items()
    ]
    return rows + ([[], list(FREQUENCY_HEADERS), *lines] if lines else [])


def is_first_cell(text: str) -> bool:
    """True for a label or a header that can begin a grid."""
    known = {*_LABELS, *(one.casefold() for one in (_FIELD, *HEADERS, *FREQUENCY_HEADERS))}
    return text.casefold() in known or ("\n" not in text and custom_key(text, ())[1] != "")


def description_from(rows: Iterable[Sequence[str]], name: str) -> Description:
    """Read the description in rows of cells; `name` is the subject of error messages.

    Raises UsageProblem naming the row.
    """
    block: Rows = []
    tables: dict[str, tuple[dict[str, int], Rows]] = {}
    lines = block
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        for cell in cells:
            require_no_error(cell, f"{name}, row {number}")
        headers_of_today = [_EARLIER_HEADERS.get(cell.casefold(), cell) for cell in cells]
        found = {header.casefold(): place for place, header in enumerate(headers_of_today)}
        kind = _kind(found)
        if kind and kind not in tables:
            _require_headers(headers_of_today, kind, f"{name}, row {number}")
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
    lines_of_words = [
        (number, [_cell(cells, words, header) for header in FREQUENCY_HEADERS])
        for number, cells in frequencies
    ]
    return Description(
        fields,
        custom,
        _table(columns, headers, name),
        frequencies=frequency_words(lines_of_words, name),
    )


def _kind(headers: dict[str, int]) -> str:
    """Return the first header of a table that begins in this row; empty if none does."""
    if all(header.casefold() in headers for header in FREQUENCY_HEADERS):
        return FREQUENCY_HEADERS[0]
    return FIELD_NAME if FIELD_NAME.casefold() in headers else ""


def _require_headers(cells: Sequence[str], kind: str, where: str) -> None:
    """Raise UsageProblem if a table has a repeated or unknown header."""
    known = FREQUENCY_HEADERS if kind in FREQUENCY_HEADERS else HEADERS
    seen: set[str] = set()
    for header in filter(None, cells):
        twice = header.casefold() in seen
        if twice or header.casefold() not in {one.casefold() for one in known}:
            wrong = "occurs twice" if twice else "is not a header of this table"
            raise UsageProblem(
                f'{where}: "{header}" {wrong}.', f"Use each of these once: {', '.join(known)}."
            )
        seen.add(header.casefold())


def _block(rows: Rows, name: str) -> tuple[dict[str, str], dict[Key, str]]:
    fields: dict[str, str] = {}
    custom: dict[Key, str] = {}
    for number, cells in rows:
        label, text = cells[0], cells[1] if len(cells) > 1 else ""
        if any(cells[2:]):
            raise UsageProblem(
                f'{name}, row {number}: "{label}" has more than one value.',
                "In a CSV file, put quotation marks around text that contains commas.",
            )
        if not label or label.casefold() == _FIELD.casefold() or not text:
            continue
        key = _LABELS.get(label.casefold())
        group, field = custom_key(label, ())
        if key is not None and key not in fields:
            fields[key] = meant(license_id(text) if key == "license" else text)
        elif key is None and field and (group, field) not in custom:
            custom[group, field] = meant(text)
        else:
            wrong = "occurs twice" if key is not None or field else "is not a field"
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


def frequency_words(
    rows: Iterable[tuple[int, Sequence[str]]], name: str
) -> dict[Key, dict[str, str]]:
    """Return the wording in the frequency table, by custom field and then by frequency.

    Rows are numbers with the cells in the order of FREQUENCY_HEADERS. Raises UsageProblem naming
    the row.
    """
    found: dict[Key, dict[str, str]] = {}
    for number, (word, label, text) in rows:
        group, field = custom_key(label, ())
        if not (word and field and text):
            raise UsageProblem(
                f"{name}, row {number}: the frequency is not complete.",
                "Write a frequency, a custom field as GROUP / NAME, and the word that it uses.",
            )
        found.setdefault((group, field), {})[word] = text
    return found


def _cell(cells: Sequence[str], headers: dict[str, int], header: str) -> str:
    place = headers.get(header.casefold())
    return cells[place] if place is not None and place < len(cells) else ""


def require_no_error(text: str, where: str) -> None:
    """Raise UsageProblem if a cell contains a formula error."""
    if is_error(text):
        raise UsageProblem(
            f"{where}: a formula returns the error {text}.", "Correct the formula, or enter text."
        )


def meant(text: str) -> str:
    """Return the value of a cell's text."""
    return "" if text.casefold() == CLEAR else text
