"""Find the error cells of a sheet in every workbook format."""

from __future__ import annotations

import io
import zipfile

from sodasheet.errors import SourceError
from sodasheet.sources.grid.survey import MAX_CELLS, Survey
from sodasheet.sources.workbook import errors_xlsb, errors_xml


def survey_sheet(data: bytes, sheet: str, name: str) -> Survey:
    """Survey one sheet of the workbook in `data`; `name` is the file's, for messages.

    Raises SourceError if the values are too far apart to be read.
    """
    if not data.startswith(b"PK"):
        return _survey_xls(data, sheet)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = set(archive.namelist())
        if "content.xml" in parts:
            return errors_xml.survey_ods(archive, sheet)
        if "xl/workbook.bin" in parts:
            found = errors_xlsb.survey(archive, sheet)
        else:
            found = errors_xml.survey(archive, sheet)
    if found.last_row * found.last_column > MAX_CELLS:
        raise SourceError(
            f"The sheet {sheet} of {name} has values as far as row {found.last_row:,} and "
            f"column {found.last_column:,}: too many cells to read.",
            "Delete the stray cells at the far end of the sheet, or copy the rows to a new "
            "workbook.",
        )
    return found


def _survey_xls(data: bytes, sheet: str) -> Survey:
    import xlrd

    found = Survey()
    try:
        with xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True) as book:
            page = book.sheet_by_name(sheet)
            for row in range(page.nrows):
                for column, kind in enumerate(page.row_types(row)):
                    if kind == xlrd.XL_CELL_ERROR:
                        code = page.cell_value(row, column)
                        word = xlrd.error_text_from_code.get(code, "#N/A")
                        found.error(row + 1, column + 1, word)
    except Exception:  # xlrd passes on every error of struct and codecs
        found.complete = False
    return found
