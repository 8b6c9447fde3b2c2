"""Descriptions as cells: the same grid on a sheet, in a workbook and in a CSV file.

A block of labels and values, an empty row, and a table with one row for each column. The grid is
read by its labels and headers, so that its rows and columns may stand in any order. An empty cell
leaves the portal's value as it is; `(clear)` removes the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sodasheet.describe.description import FIELDS, ColumnDescription, Description
from sodasheet.errors import UsageProblem

#: Text of a cell that removes the portal's value.
CLEAR = "(clear)"

#: Headers of the table of columns: the field name comes first and finds the table.
FIELD_NAME, DISPLAY_NAME, ABOUT, WIDTH = "Field name", "Display name", "Description", "Width"
HEADERS = (FIELD_NAME, DISPLAY_NAME, ABOUT, WIDTH)

_BETWEEN = " / "
_LABELS = {one.label.casefold(): key for key, one in FIELDS.items()}


def grid_of(description: Description) -> list[list[str]]:
    """Return the description as rows of cells."""
    rows = [["Field", "Value"]]
    rows += [[one.label, description.fields.get(key, "")] for key, one in FIELDS.items()]
    rows += [
        [f"{group}{_BETWEEN}{name}", text] for (group, name), text in description.custom.items()
    ]
    rows += [[], list(HEADERS)]
    for column in description.columns:
        width = "" if column.width is None else str(column.width)
        rows.append([column.field, column.name or "", column.description or "", width])
    return rows


def description_from(rows: Iterable[Sequence[str]], name: str) -> Description:
    """Read the description in rows of cells; `name` is the subject of what is wrong with them.

    Raises UsageProblem naming the row.
    """
    block: list[tuple[int, Sequence[str]]] = []
    table: list[tuple[int, Sequence[str]]] = []
    headers: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        found = {cell.casefold(): place for place, cell in enumerate(cells)}
        if not headers and FIELD_NAME.casefold() in found:
            headers = found
        elif any(cells):
            (table if headers else block).append((number, cells))
    fields, custom = _block(block, name)
    if not (headers or fields or custom):
        raise UsageProblem(
            f"{name} contains no description.",
            "Write the description of the dataset to a file first, and edit that.",
        )
    return Description(fields, custom, _table(table, headers, name))


def _block(
    rows: Iterable[tuple[int, Sequence[str]]], name: str
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    fields: dict[str, str] = {}
    custom: dict[tuple[str, str], str] = {}
    for number, cells in rows:
        label, text = cells[0], cells[1] if len(cells) > 1 else ""
        if not label or label.casefold() == "field" or not text:
            continue
        key = _LABELS.get(label.casefold())
        group, between, field = label.partition(_BETWEEN)
        if key is not None and key not in fields:
            fields[key] = _value(text)
        elif key is None and between and (group, field) not in custom:
            custom[group, field] = _value(text)
        else:
            wrong = "occurs twice" if key is not None or between else "is not a field"
            labels = ", ".join(one.label for one in FIELDS.values())
            raise UsageProblem(
                f'{name}, row {number}: "{label}" {wrong}.',
                f"Use each of these once: {labels}; a custom field is written GROUP / NAME.",
            )
    return fields, custom


def _table(
    rows: Iterable[tuple[int, Sequence[str]]], headers: dict[str, int], name: str
) -> tuple[ColumnDescription, ...]:
    columns: dict[str, ColumnDescription] = {}
    for number, cells in rows:

        def cell(header: str, cells: Sequence[str] = cells) -> str | None:
            place = headers.get(header.casefold())
            text = cells[place] if place is not None and place < len(cells) else ""
            return _value(text) if text else None

        field = cell(FIELD_NAME)
        if not field:
            raise UsageProblem(
                f"{name}, row {number}: the field name is missing.",
                "Write the column's field name there, or remove the row.",
            )
        if field in columns:
            raise UsageProblem(
                f'{name}, row {number}: the column "{field}" occurs twice.', "Remove one of them."
            )
        columns[field] = ColumnDescription(
            field, cell(DISPLAY_NAME), cell(ABOUT), _width(cell(WIDTH), f"{name}, row {number}")
        )
    return tuple(columns.values())


def _value(text: str) -> str:
    return "" if text.casefold() == CLEAR else text


def _width(text: str | None, where: str) -> int | None:
    if text is None:
        return None
    plain = text.removesuffix(".0")
    if not plain.isdigit() or not int(plain):
        raise UsageProblem(f'{where}: the width is "{text}".', "Write a whole number of pixels.")
    return int(plain)
