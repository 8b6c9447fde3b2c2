"""Survey a sheet in every workbook format."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from sodasheet.sources.grid.cell_range import Area
from sodasheet.sources.grid.sheet_facts import Survey
from sodasheet.sources.workbook import survey_xlsb, survey_xml
from sodasheet.sources.workbook.cell_formats import PERCENT, cell_format
from sodasheet.sources.workbook.uncomputed_formulas import placeholders_xls
from sodasheet.sources.workbook.workbook_limits import far_apart, too_sparse


def survey_sheet(data: bytes, sheet: str, name: str) -> Survey:
    """Survey one sheet of the workbook in `data`; `name` is the file's, for messages.

    Raises SourceError if the values are too far apart to be read.
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
    if too_sparse(found.last_row, found.last_column, size):
        raise far_apart(name, sheet, found.last_row, found.last_column)
    return found


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
        if (facts := page.rowinfo_map.get(row)) is not None and facts.hidden:
            found.hidden.add(row + 1)
        for column, kind in enumerate(page.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                code = page.cell_value(row, column)
                found.error(row + 1, column + 1, xlrd.error_text_from_code.get(code, "#N/A"))
            elif kind == xlrd.XL_CELL_NUMBER:
                form = forms.get(page.cell_xf_index(row, column))
                if form == PERCENT:
                    found.percent(row + 1, column + 1)
                elif form is not None:
                    found.show(row + 1, column + 1, form)
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
