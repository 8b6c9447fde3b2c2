"""Text of serial numbers that are formatted as dates, but are not dates.

Spreadsheets count days from January 1, 1900. Serial number 60 is February 29, 1900, which never
was; 0 is shown as the day before January 1; and a negative number cannot be shown as a date.
python-calamine reads 60 as February 28, and the others as midnight.
"""

from __future__ import annotations

from sodasheet.sources.grid.cell_text import cell_text


def shown_date(serial: float) -> str | None:
    """Return the text of a cell with this serial number, None if python-calamine reads a date."""
    if serial < 0:
        return cell_text(serial)
    if serial == 0:
        return "1900-01-00"
    if not 60 <= serial < 61:
        return None
    seconds = round((serial - 60) * 86400)
    time = f"T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return "1900-02-29" + (time if seconds else "")
