"""Survey a sheet in every workbook format."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SourceError
from sodasheet.sources.grid.cell_range import Area, column_letters
from sodasheet.sources.grid.odd_dates import shown_date
from sodasheet.sources.grid.sheet_facts import Survey
from sodasheet.sources.plain_sheet import plain_workbook
from sodasheet.sources.workbook import survey_xlsb, survey_xml
from sodasheet.sources.workbook.cell_formats import (
    cell_format,
    has_percent,
    is_date,
    shows_percent,
)
from sodasheet.sources.workbook.uncomputed_formulas import placeholders_xls
from sodasheet.sources.workbook.workbook_limits import far_apart, too_sparse

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


def survey_sheet(data: bytes, sheet: str, name: str) -> Survey:
    """Survey one sheet of the workbook in `data`; `name` is the file's name for messages.

    Raises SourceError if the values are too far apart to be read, or a row or cell is there twice.
    """
    if not data.startswith(b"PK"):
        return _survey_xls(data, sheet)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = set(archive.namelist())
        if "content.xml" in parts:
            return survey_xml.survey_ods(archive, sheet)
        if "xl/workbook.bin" in parts:
            found, part = survey_xlsb.survey(archive, sheet)
        else:
            found, part = survey_xml.survey(archive, sheet)
        size = archive.getinfo(part).file_size if part else 0
    if found.repeated is not None:
        raise _repeated(name, sheet, *found.repeated)
    if too_sparse(found.last_row, found.last_column, size):
        raise far_apart(name, sheet, found.last_row, found.last_column)
    return found


def _repeated(name: str, sheet: str, row: int, column: int) -> SourceError:
    what = f"cell {column_letters(column)}{row}" if column else f"row {row}"
    return SourceError(
        f"The sheet {sheet} of {name} contains {what} twice, so one of the two would be lost.",
        "Open the workbook in a spreadsheet program, check the row, and save it again.",
    )


def open_sheet(
    data: bytes, workbook: CalamineWorkbook, sheet: str, name: str
) -> tuple[Survey, CalamineSheet]:
    """Survey and open a sheet of the workbook that was loaded from `data`.

    Raises SourceError as `survey_sheet` does.
    """
    survey = survey_sheet(data, sheet, name)
    if survey.misread:
        from python_calamine import CalamineWorkbook

        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = survey_xml.sheet_part(archive, sheet)
        if part is not None:
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(plain_workbook(data, part)))
    return survey, workbook.get_sheet_by_name(sheet)


def _survey_xls(data: bytes, sheet: str) -> Survey:
    import xlrd

    try:
        with xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), on_demand=True, formatting_info=True
        ) as book:
            found = _survey_xls_sheet(book, book.sheet_by_name(sheet))
        for row, column in placeholders_xls(data, sheet):
            found.unsave(row, column, "a formula")
        return found
    except Exception:  # xlrd passes on every error of struct and codecs
        return Survey(complete=False)


def _survey_xls_sheet(book: Any, page: Any) -> Survey:
    import xlrd

    found = Survey()
    forms = _styles(book)
    for row in range(page.nrows):
        if (facts := page.rowinfo_map.get(row)) is not None and (facts.hidden or not facts.height):
            found.hidden.add(row + 1)
        for column, kind in enumerate(page.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                code = page.cell_value(row, column)
                found.error(row + 1, column + 1, xlrd.error_text_from_code.get(code, "#N/A"))
            elif kind == xlrd.XL_CELL_DATE and book.datemode == 0:
                serial = float(page.cell_value(row, column))
                form = book.format_map[book.xf_list[page.cell_xf_index(row, column)].format_key]
                if is_date(form.format_str) and (text := shown_date(serial)) is not None:
                    found.tell(row + 1, column + 1, text)
            elif kind == xlrd.XL_CELL_NUMBER:
                code = forms.get(page.cell_xf_index(row, column), "")
                if has_percent(code):
                    if shows_percent(code, page.cell_value(row, column)):
                        found.percent(row + 1, column + 1)
                elif code:
                    found.show(row + 1, column + 1, code)
    for top, bottom, left, right in page.merged_cells:
        found.merges.append(Area(top + 1, left + 1, bottom, right))
    return found


def _styles(book: Any) -> dict[int, str]:
    """Return, by cell style, the number formats of zeros, and PERCENT for percentages."""
    codes = {
        index: book.format_map.get(style.format_key) for index, style in enumerate(book.xf_list)
    }
    forms = {index: cell_format(code.format_str) for index, code in codes.items() if code}
    return {index: form for index, form in forms.items() if form is not None}
