"""Description files: workbooks, CSV and JSON, read and written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sodasheet.describe.description import Description
from sodasheet.describe.description_grid import description_from, grid_of, is_first_cell
from sodasheet.errors import UsageProblem
from sodasheet.sources.grid.cell_text import cell_text

#: Name of the sheet in a workbook; without this sheet, the first sheet is read.
SHEET = "Describe"

_LARGEST = 16 * 1024 * 1024


def read_description(path: Path) -> Description:
    """Read a description file. Raises UsageProblem or SourceError naming the file and the row."""
    if path.suffix.lower() == ".json":
        return description_from(_from_json(path), path.name)
    if path.suffix.lower() == ".csv":
        return description_from(_from_csv(path), path.name)
    return description_from(_from_workbook(path), path.name)


def written(description: Description, suffix: str) -> bytes:
    """Return a description file of the type `suffix`: .csv, .json or .xlsx.

    Raises UsageProblem for another kind.
    """
    rows = grid_of(description)
    if suffix.lower() == ".json":
        return (json.dumps({"rows": rows}, ensure_ascii=False, indent=1) + "\n").encode()
    if suffix.lower() == ".csv":
        return csv_bytes(rows)
    if suffix.lower() == ".xlsx":
        from sodasheet.office.sheets.description_workbook import describe_workbook

        return describe_workbook(SHEET, rows)
    raise UsageProblem(
        f'A description cannot be written as "{suffix}".', "Use a file that ends in .xlsx or .csv."
    )


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as CSV that spreadsheet programs open as UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be read: {error.strerror or error}.", "Check the path."
        ) from error
    if len(data) > _LARGEST:
        raise UsageProblem(f"{path.name} is too large for a description.", "Choose another file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from None


def _from_csv(path: Path) -> list[list[str]]:
    text = _text(path)
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    limit = csv.field_size_limit(_LARGEST)
    try:
        return list(reader)
    except csv.Error as error:
        raise UsageProblem(
            f"{path.name}, line {reader.line_num} is not CSV: {error}.",
            "Save it again as CSV from a spreadsheet program.",
        ) from None
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """Return the separator: a spreadsheet program may have used semicolons or tabs."""
    first = text.lstrip("\r\n,;\t")
    begins = (one for one in ",;\t" if is_first_cell(first.partition(one)[0].strip(' "')))
    return next(begins, ",")


def _from_json(path: Path) -> list[list[str]]:
    try:
        body: Any = json.loads(_text(path))
    except (ValueError, RecursionError):
        raise UsageProblem(f"{path.name} is not JSON.", "Write the description again.") from None
    rows = body.get("rows") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise UsageProblem(f"{path.name} contains no description.", "Write the description again.")
    return [
        [_from_value(cell, f"{path.name}, row {number}") for cell in row]
        for number, row in enumerate(rows, start=1)
    ]


def _from_value(value: Any, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return cell_text(value)
    raise UsageProblem(f"{where}: a cell is {json.dumps(value)[:40]}.", "Write text there.")


def _from_workbook(path: Path) -> list[list[str]]:
    from sodasheet.sources.workbook.inspect_workbook import closed_workbook

    with closed_workbook(path) as book:
        sheet = SHEET if SHEET in book.sheets else book.sheets[0]
        return [[cell_text(cell) for cell in row] for row in book.cells(sheet)]
