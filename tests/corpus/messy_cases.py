"""A corpus of small messy files, each with the rows that a careful person would publish.

The files are modeled on tables of towns, permits and inspections; no value comes from a real file.
A case says which columns the dataset has, the rows to be published, and, for files that cannot be
published as they are, the reason that has to be given.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """One file: `columns` are field names and types, `rows` the values to be published.

    `refused` is the reason for which nothing may be published. `answers` are a person's answers to
    questions, by the key of the suggestion: the settings of the column.
    """

    name: str
    data: bytes
    columns: dict[str, str]
    rows: Rows = field(default_factory=list)
    refused: str = ""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    file: str = "t.csv"


def csv(
    name: str, text: str, columns: dict[str, str], rows: Rows | None = None, **more: Any
) -> Case:
    return Case(name, text.encode(), columns, rows or [], **more)


def column(name: str, kind: str, texts: list[str], values: list[Any], **more: Any) -> Case:
    """A CSV with two columns: a row number, and values of this data type."""
    lines = "".join(
        f'{at},"{text.replace(chr(34), chr(34) * 2)}"\n' for at, text in enumerate(texts, 1)
    )
    rows = [{"id": str(at), "v": value} for at, value in enumerate(values, 1)]
    return csv(name, "id,v\n" + lines, {"id": "text", "v": kind}, rows, **more)


def workbook(
    name: str,
    fill: Callable[[Any, Any], None],
    columns: dict[str, str],
    rows: Rows | None = None,
    edit: tuple[bytes, bytes] | None = None,
    **more: Any,
) -> Case:
    """A workbook whose only sheet is written by `fill(book, sheet)`; `edit` changes its XML."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        fill(book, book.add_worksheet())
    data = buffer.getvalue()
    if edit is not None:
        out = io.BytesIO()
        with zipfile.ZipFile(buffer) as before, zipfile.ZipFile(out, "w") as after:
            for part in before.namelist():
                text = before.read(part)
                after.writestr(part, text.replace(*edit) if "sheet1" in part else text)
        data = out.getvalue()
    return Case(name, data, columns, rows or [], file="t.xlsx", **more)


T = {"town": "text", "year": "number", "fee": "number"}


def town(*rows: tuple[Any, ...]) -> Rows:
    return [dict(zip(T, row, strict=True)) for row in rows]


PLAIN = town(("Avon", "2024", "1"), ("Bolton", "2024", "2"))
BODY = "Avon,2024,1\nBolton,2024,2\n"
HEAD = "town,year,fee\n"


def _rows(*rows: list[Any]) -> Callable[[Any, Any], None]:
    def fill(_book: Any, sheet: Any) -> None:
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)

    return fill


def _hidden(_book: Any, sheet: Any) -> None:
    _rows(["town", "year", "fee"], ["Avon", 2024, 1], ["Bolton", 2024, 2])(_book, sheet)
    sheet.set_row(2, options={"hidden": True})


def _merged(book: Any, sheet: Any) -> None:
    _rows(["town", "year", "fee"], ["", 2024, 1], ["", 2024, 2])(book, sheet)
    sheet.merge_range(1, 0, 2, 0, "Avon")


def _formula(book: Any, sheet: Any) -> None:
    _rows(["town", "year", "fee"], ["Avon", 2024])(book, sheet)
    sheet.write_formula(1, 2, "=1+1", None, 4321)


def _zip_codes(book: Any, sheet: Any) -> None:
    _rows(["id", "v"], ["a"], ["b"])(book, sheet)
    for at, code in enumerate((6101, 6102), 1):
        sheet.write_number(at, 1, code, book.add_format({"num_format": "00000"}))


def _dates(book: Any, sheet: Any) -> None:
    _rows(["id", "v"], ["a"], ["b"])(book, sheet)
    day = book.add_format({"num_format": "m/d/yyyy"})
    sheet.write_number(1, 1, 45292, day)
    sheet.write_number(2, 1, 45293, day)


def _spanning(book: Any, sheet: Any) -> None:
    _rows(["town", "", "", "", ""], ["", "fee", "count", "fee", "count"], ["Avon", 1, 2, 3, 4])(
        book, sheet
    )
    sheet.merge_range(0, 1, 0, 2, "A")
    sheet.merge_range(0, 3, 0, 4, "B")
    sheet.write_row(3, 0, ["Bolton", 5, 6, 7, 8])


def _library(_book: Any, sheet: Any) -> None:
    """Formulas without results, as written by xlsxwriter."""
    _rows(["town", "year", "fee"], ["Avon", 2024], ["Bolton", 2024])(_book, sheet)
    sheet.write_formula(1, 2, "=1+1")
    sheet.write_formula(2, 2, "=2+2")


def clerks_report(book: Any, sheet: Any) -> None:
    """A town clerk's report: a merged title, codes, a total, a note, a hidden row."""
    code = book.add_format({"num_format": "00000"})
    sheet.merge_range(0, 0, 0, 3, "Fees collected in 2024")
    sheet.write_row(2, 0, ["Town", "ZIP", "Opened", "Fee"])
    towns = (("Avon", 6001, "1/31/2024", 1200), ("Bolton", 6043, "2/1/2024", "n/a"))
    for at, (name, zip_code, opened, fee) in enumerate(towns, 3):
        sheet.write_string(at, 0, name)
        sheet.write_number(at, 1, zip_code, code)
        sheet.write_string(at, 2, opened)
        sheet.write(at, 3, fee)
    sheet.set_row(4, options={"hidden": True})
    sheet.write_string(5, 0, "Total")
    sheet.write_formula(5, 3, "=SUM(D4:D5)", None, 1200)
    sheet.write_string(7, 0, "Source: town clerks")


SPANNED = dict.fromkeys(("a_fee", "a_count", "b_fee", "b_count"), "number")
SPANNED_ROWS: Rows = [
    dict(zip(("town", *SPANNED), row, strict=True))
    for row in (("Avon", "1", "2", "3", "4"), ("Bolton", "5", "6", "7", "8"))
]
CLERKS = {"town": "text", "zip": "text", "opened": "calendar_date", "fee": "number"}


def day(*days: str | None) -> list[str | None]:
    return [None if one is None else f"{one}T00:00:00.000" for one in days]


YES = [True, False, True]

CASES: tuple[Case, ...] = (
    # Nothing wrong
    csv("plain", HEAD + BODY, T, PLAIN),
    csv("plain with a byte order mark", "\ufeff" + HEAD + BODY, T, PLAIN),
    csv("semicolons", (HEAD + BODY).replace(",", ";"), T, PLAIN),
    csv("a line that names the separator", "sep=;\n" + (HEAD + BODY).replace(",", ";"), T, PLAIN),
    Case("UTF-16", (HEAD + BODY).encode("utf-16"), T, PLAIN),
    csv("headers in capitals with spaces", " TOWN ,Year, Fee\n" + BODY, T, PLAIN),
    # Rows that are not data
    csv("lines of commas", HEAD + "Avon,2024,1\n,,\nBolton,2024,2\n,,\n", T, PLAIN),
    csv("blank cells of spaces", HEAD + BODY + " , ,\n", T, PLAIN),
    csv("a total", HEAD + BODY + "Total,,3\n", T, PLAIN),
    csv("a grand total with a year", HEAD + BODY + "Grand Total,2024,3\n", T, PLAIN),
    csv("subtotals", HEAD + "Avon,2024,1\nSubtotal,,1\nBolton,2024,2\nSubtotal,,2\n", T, PLAIN),
    csv("a source below", HEAD + BODY + "Source: town clerks,,\n", T, PLAIN),
    csv("a note with too few cells", HEAD + BODY + "Note: estimated\n", T, PLAIN),
    csv("a footnote with a star", HEAD + BODY + "* estimated,,\n", T, PLAIN),
    csv("total and notes", HEAD + BODY + "Total,,3\n,,\nData as of 1/1/2024,,\n", T, PLAIN),
    csv("headers repeated", HEAD + "Avon,2024,1\n" + HEAD + "Bolton,2024,2\n", T, PLAIN),
    csv("a row of units", HEAD + ",years,USD\n" + BODY, T, PLAIN),
    csv(
        "a shop named Total",
        HEAD + "Total Wine,2024,1\nBolton,2024,2\n",
        T,
        town(("Total Wine", "2024", "1"), ("Bolton", "2024", "2")),
    ),
    csv(
        "a row without a name",
        HEAD + "Avon,2024,1\n,2024,2\n",
        T,
        town(("Avon", "2024", "1"), (None, "2024", "2")),
    ),
    # Where the headers are
    csv("a title above", "Fees of 2024,,\n" + HEAD + BODY, T, PLAIN),
    csv("a title without commas", "Fees of 2024\n" + HEAD + BODY, T, PLAIN),
    csv("a title and a blank line", "Fees of 2024\n\n" + HEAD + BODY, T, PLAIN),
    csv("two titles", "Town of Avon,,\nFees,,\n" + HEAD + BODY, T, PLAIN),
    workbook(
        "a title in a workbook",
        _rows(["Fees"], [], ["town", "year", "fee"], ["Avon", 2024, 1], ["Bolton", 2024, 2]),
        T,
        PLAIN,
    ),
    # Missing values
    column("N/A in numbers", "number", ["1", "N/A", "3"], ["1", None, "3"]),
    column("dashes in numbers", "number", ["1", "-", "3"], ["1", None, "3"]),
    column("dots in numbers", "number", ["1", ".", "3"], ["1", None, "3"]),
    column("NULL in dates", "calendar_date", ["2024-01-31", "NULL"], day("2024-01-31", None)),
    column("TBD in dates", "calendar_date", ["2024-01-31", "TBD"], day("2024-01-31", None)),
    column("N/A in text", "text", ["a", "N/A"], ["a", None]),
    column("N/A among yes and no", "checkbox", ["Yes", "No", "N/A"], [True, False, None]),
    column("none in numbers", "number", ["1", "none"], ["1", None]),
    # Numbers
    column("thousands beside small numbers", "number", ["6,718", "776"], ["6718", "776"]),
    column("dollars", "number", ["$1,200.50", "$3.00"], ["1200.50", "3.00"]),
    column("dollars beside bare numbers", "number", ["$1,200", "3"], ["1200", "3"]),
    column(
        "parentheses beside a dash", "number", ["(12.00)", "-", "5.00"], ["-12.00", None, "5.00"]
    ),
    column("percent signs", "number", ["45%", "7.5%"], ["0.45", "0.075"]),
    column("decimal commas", "number", ["1,5", "2,25"], ["1.5", "2.25"]),
    column("European thousands", "number", ["1.234,50", "2,25"], ["1234.50", "2.25"]),
    column(
        "one word among numbers",
        "number",
        ["1,200", "2,300", "3,400", "closed"],
        [],
        refused="not-a-number",
    ),
    # Checkboxes
    column("yes and no", "checkbox", ["Yes", "No", "yes"], YES),
    column("YES, no and Y", "checkbox", ["YES", "no", "Y"], YES),
    column("ones and zeros", "checkbox", ["1", "0", "1"], YES),
    column("T and F", "checkbox", ["T", "F", "T"], YES),
    column(
        "words of one's own",
        "checkbox",
        ["Active", "Retired", "Active"],
        YES,
        answers={"formats:v": {"recode": (("Active", "true"), ("Retired", "false"))}},
    ),
    column("a third word", "checkbox", ["yes", "no", "maybe"], [], refused="not-a-checkbox"),
    # Dates
    column(
        "month first", "calendar_date", ["1/31/2024", "2/1/2024"], day("2024-01-31", "2024-02-01")
    ),
    column(
        "day first", "calendar_date", ["31/1/2024", "1/2/2024"], day("2024-01-31", "2024-02-01")
    ),
    column(
        "day or month first",
        "calendar_date",
        ["1/2/2024", "2/3/2024"],
        day("2024-01-02", "2024-02-03"),
        answers={"formats:v": {"formats": ("%m/%d/%Y",)}},
    ),
    column(
        "day and month first",
        "calendar_date",
        ["1/31/2024", "31/1/2024"],
        [],
        refused="ambiguous-date",
    ),
    column(
        "Sept and a period",
        "calendar_date",
        ["Sept 5, 2024", "Jan. 31, 2024", "May 1, 2024"],
        day("2024-09-05", "2024-01-31", "2024-05-01"),
    ),
    column(
        "months in full",
        "calendar_date",
        ["September 5, 2024", "May 1, 2024"],
        day("2024-09-05", "2024-05-01"),
    ),
    column(
        "two-digit years", "calendar_date", ["1/31/24", "12/31/99"], day("2024-01-31", "1999-12-31")
    ),
    column("years alone", "calendar_date", ["2023", "2024"], day("2023-01-01", "2024-01-01")),
    column(
        "months alone", "calendar_date", ["Jan 2024", "Feb 2024"], day("2024-01-01", "2024-02-01")
    ),
    column("serial days", "calendar_date", ["45292", "45293"], day("2024-01-01", "2024-01-02")),
    column(
        "ISO beside month first",
        "calendar_date",
        ["2024-01-31", "2/15/2024", "2024-03-01"],
        day("2024-01-31", "2024-02-15", "2024-03-01"),
    ),
    column(
        "a day that does not exist",
        "calendar_date",
        ["2024-02-28", "2024-02-30"],
        [],
        refused="no-such-date",
    ),
    column(
        "times of twelve hours",
        "calendar_date",
        ["1/31/2024 1:05 PM", "2/1/2024 12:30 AM"],
        ["2024-01-31T13:05:00.000", "2024-02-01T00:30:00.000"],
    ),
    # Codes
    column("codes as formulas", "text", ['="06103"', '="06104"'], ["06103", "06104"]),
    column("codes behind an apostrophe", "text", ["'00123", "'00124"], ["00123", "00124"]),
    csv(
        "bare ZIP codes",
        "id,zip\n1,6101\n2,06102\n",
        {"id": "text", "zip": "text"},
        [{"id": "1", "zip": "06101"}, {"id": "2", "zip": "06102"}],
    ),
    column(
        "codes of which some lost zeros",
        "text",
        ["0123", "0456", "789", "0777"],
        ["0123", "0456", "0789", "0777"],
    ),
    column("shortened numbers", "number", ["1.23457E+14x"], [], refused="not-a-number"),
    workbook(
        "ZIP codes of a workbook",
        _zip_codes,
        {"id": "text", "v": "text"},
        [{"id": "a", "v": "06101"}, {"id": "b", "v": "06102"}],
    ),
    # Words
    column(
        "a slip among words",
        "text",
        [*["Open"] * 12, *["Closed"] * 8, "Opne", "OPEN"],
        [*["Open"] * 12, *["Closed"] * 8, "Open", "Open"],
    ),
    column(
        "links without a scheme",
        "url",
        ["www.avonct.gov/fees", "https://boltonct.gov"],
        [{"url": "https://www.avonct.gov/fees"}, {"url": "https://boltonct.gov"}],
    ),
    # Places
    column(
        "a pair without brackets",
        "point",
        ["41.76,-72.68", "41.5, -72.5"],
        [
            {"type": "Point", "coordinates": ["-72.68", "41.76"]},
            {"type": "Point", "coordinates": ["-72.5", "41.5"]},
        ],
    ),
    column(
        "longitude first",
        "point",
        ["-101.76, 41.68", "-102.5, 41.5"],
        [
            {"type": "Point", "coordinates": ["-101.76", "41.68"]},
            {"type": "Point", "coordinates": ["-102.5", "41.5"]},
        ],
    ),
    column(
        "longitude first without a sign of it",
        "point",
        ["-72.68, 41.76", "-72.5, 41.5"],
        [
            {"type": "Point", "coordinates": ["-72.68", "41.76"]},
            {"type": "Point", "coordinates": ["-72.5", "41.5"]},
        ],
    ),
    column(
        "degrees, minutes and seconds",
        "point",
        ["41°45'36\"N, 72°41'02\"W", "41°30'00\"N, 72°30'00\"W"],
        [
            {"type": "Point", "coordinates": ["-72.6838889", "41.76"]},
            {"type": "Point", "coordinates": ["-72.5", "41.5"]},
        ],
    ),
    column("angles as numbers", "number", ["41°45'36\"N", "41°30'N"], ["41.76", "41.5"]),
    column(
        "a polygon among polygons",
        "multipolygon",
        ["POLYGON ((0 0, 0 1, 1 1, 0 0))", "MULTIPOLYGON (((0 0, 0 2, 1 1, 0 0)))"],
        ["MULTIPOLYGON (((0 0, 0 1, 1 1, 0 0)))", "MULTIPOLYGON (((0 0, 0 2, 1 1, 0 0)))"],
    ),
    column(
        "a hair beyond the edge of the map",
        "point",
        ["POINT (180.00000000000006 65.1)"],
        ["POINT (180 65.1)"],
    ),
    # Workbooks
    workbook(
        "a plain workbook",
        _rows(["town", "year", "fee"], ["Avon", 2024, 1], ["Bolton", 2024, 2]),
        T,
        PLAIN,
    ),
    workbook("hidden rows", _hidden, T, PLAIN),
    workbook("merged cells", _merged, T, refused="merged-cell"),
    workbook(
        "formulas without results",
        _formula,
        T,
        refused="formula-unsaved",
        edit=(b"<v>4321</v>", b"<v></v>"),
    ),
    workbook(
        "an error cell",
        _formula,
        T,
        refused="error-cell",
        edit=(b"<f>1+1</f><v>4321</v>", b"<f>NA()</f><v>#N/A</v>"),
    ),
    workbook(
        "dates of a workbook",
        _dates,
        {"id": "text", "v": "calendar_date"},
        [{"id": "a", "v": "2024-01-01T00:00:00.000"}, {"id": "b", "v": "2024-01-02T00:00:00.000"}],
    ),
    workbook(
        "a total in a workbook",
        _rows(["town", "year", "fee"], ["Avon", 2024, 1], ["Bolton", 2024, 2], ["Total", "", 3]),
        T,
        PLAIN,
    ),
    # Headers of several rows
    csv(
        "headers that span columns",
        "town,a,,b,\n,fee,count,fee,count\nAvon,1,2,3,4\nBolton,5,6,7,8\n",
        {"town": "text", **SPANNED},
        SPANNED_ROWS,
    ),
    csv(
        "a title, and headers that span columns",
        "Fees of 2024,,,,\n\ntown,a,,b,\n,fee,count,fee,count\nAvon,1,2,3,4\nBolton,5,6,7,8\n",
        {"town": "text", **SPANNED},
        SPANNED_ROWS,
    ),
    workbook(
        "headers that span columns of a workbook",
        _spanning,
        {"town": "text", **SPANNED},
        SPANNED_ROWS,
    ),
    # Several columns, one field
    csv(
        "first and last names apart",
        "id,First Name,Last Name\n1,Ann,Lee\n2,Eva,de la Cruz\n",
        {"id": "text", "name": "text"},
        [{"id": "1", "name": "Ann Lee"}, {"id": "2", "name": "Eva de la Cruz"}],
    ),
    csv(
        "names to split at the comma",
        'id,Owner Name\n1,"Lee, Ann"\n2,"de la Cruz, Eva"\n',
        {"id": "text", "owner_first_name": "text", "owner_last_name": "text"},
        [
            {"id": "1", "owner_first_name": "Ann", "owner_last_name": "Lee"},
            {"id": "2", "owner_first_name": "Eva", "owner_last_name": "de la Cruz"},
        ],
    ),
    csv(
        "parts of an address",
        "id,Street Address,Town,State,Zip Code\n1,1 Main St,Avon,CT,06001\n",
        {"id": "text", "site": "location"},
        [
            {
                "id": "1",
                "site": {
                    "human_address": (
                        '{"address":"1 Main St","city":"Avon","state":"CT","zip":"06001"}'
                    )
                },
            }
        ],
    ),
    # As they come
    workbook(
        "a clerk's report",
        clerks_report,
        CLERKS,
        [
            {"town": "Avon", "zip": "06001", "opened": "2024-01-31T00:00:00.000", "fee": "1200"},
            {"town": "Bolton", "zip": "06043", "opened": "2024-02-01T00:00:00.000", "fee": None},
        ],
    ),
    csv(
        "an export with everything at once",
        "sep=,\nFees of 2024,,,\nPrinted 3/1/2024,,,\n\nTown,ZIP,Opened,Fee\n"
        'Avon,"=""06001""",1/31/2024,"$1,200.50"\nBolton,"=""06043""",2/1/2024,-\n,,,\n'
        'Total,,,"$1,200.50"\nSource: town clerks,,,\n',
        CLERKS,
        [
            {"town": "Avon", "zip": "06001", "opened": "2024-01-31T00:00:00.000", "fee": "1200.50"},
            {"town": "Bolton", "zip": "06043", "opened": "2024-02-01T00:00:00.000", "fee": None},
        ],
    ),
    Case(
        "letters of Windows",
        (HEAD + "Ca\u00f1on \u201cEast\u201d,2024,1\nBolton,2024,2\n").encode("cp1252"),
        T,
        town(("Ca\u00f1on \u201cEast\u201d", "2024", "1"), ("Bolton", "2024", "2")),
    ),
    csv("bars between cells", (HEAD + BODY).replace(",", "|"), T, PLAIN),
    csv("tabs in a .csv", (HEAD + BODY).replace(",", "\t"), T, PLAIN),
    csv("line breaks of an old Mac", (HEAD + BODY).replace("\n", "\r"), T, PLAIN),
    column(
        "days of the week",
        "calendar_date",
        ["Thursday, September 5, 2024", "Wednesday, May 1, 2024"],
        day("2024-09-05", "2024-05-01"),
    ),
    column("notes behind numbers", "number", ["1,234*", "2,345"], [], refused="not-a-number"),
    column("units behind numbers", "number", ["12 acres", "7 acres"], [], refused="not-a-number"),
    column("ranges", "number", ["10-20", "21-30", "5"], [], refused="not-a-number"),
    workbook("formulas of a library", _library, T, refused="formula-unsaved"),
    # Broken files
    csv("a cell too many", HEAD + "Avon,2024,1,9\nBolton,2024,2\n", T, refused="too-many-cells"),
    csv(
        "a quote never closed", HEAD + 'Avon,2024,1\n"Bolton,2024,2\n', T, refused="unclosed-quote"
    ),
)
