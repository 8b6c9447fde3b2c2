"""Unusual files: adjacent tables, three header rows, encodings of old programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from messy_cases import BODY, HEAD, PLAIN, Case, T, column, csv, workbook


def _cells(*rows: list[Any], top: int = 0, left: int = 0) -> Any:
    def fill(_book: Any, sheet: Any) -> None:
        for at, row in enumerate(rows):
            sheet.write_row(top + at, left, row)

    return fill


def _other_sheet_first(book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["internal", "notes"])
    sheet.write_row(1, 0, ["x", "y"])
    sheet.hide()
    data = book.add_worksheet("Data")
    for at, row in enumerate([["town", "year", "fee"], ["Avon", 2024, 1], ["Bolton", 2024, 2]]):
        data.write_row(at, 0, row)
    data.activate()


def _errors(book: Any, sheet: Any) -> None:
    _cells(["town", "year", "fee"], ["Avon", 2024, 1])(book, sheet)
    sheet.write_row(2, 0, ["Bolton", 2024])
    sheet.write_formula(2, 2, "=Sheet9!A1", None, "#REF!")


def _serials(book: Any, sheet: Any) -> None:
    day = book.add_format({"num_format": "m/d/yyyy"})
    sheet.write_row(0, 0, ["id", "v"])
    sheet.write(1, 0, "a")
    sheet.write_datetime(1, 1, dt.datetime(2024, 1, 31), day)
    sheet.write_row(2, 0, ["b", 45323])
    sheet.write_row(3, 0, ["c", "2/15/2024"])
    sheet.write(4, 0, "d")
    sheet.write_datetime(4, 1, dt.datetime(2024, 2, 16), day)


def _merged_labels(book: Any, sheet: Any) -> None:
    _cells(["town", "year", "fee"], ["", 2023, 1], ["", 2024, 2], ["Bolton", 2024, 3])(book, sheet)
    sheet.merge_range(1, 0, 2, 0, "Avon")


def _one_table_of_two(book: Any, sheet: Any) -> None:
    sheet.write(0, 0, "Prepared by the clerk")
    sheet.add_table(
        "B4:D6",
        {
            "data": [["Avon", 2024, 1], ["Bolton", 2024, 2]],
            "columns": [{"header": "town"}, {"header": "year"}, {"header": "fee"}],
        },
    )


NAMES = {"id": "text", "v": "text"}
ACCENTS = [{"id": "1", "v": "José Núñez"}, {"id": "2", "v": "Zoë"}]
ACCENTED = "id,v\n1,José Núñez\n2,Zoë\n"
THREE = {
    "town": "text",
    **dict.fromkeys(("homes_2023_fee", "homes_2024_fee", "shops_2023_fee"), "number"),
}

THREE_ROWS = [
    tuple(line)
    for line in (["Avon", *"123"], ["Bolton", *"456"], ["Canton", *"789"], ["Derby", *"123"])
]

CASES: tuple[Case, ...] = (
    csv(
        "two tables beside each other",
        "town,year,fee,,school,pupils\nAvon,2024,1,,North,310\nBolton,2024,2,,South,250\n"
        ",,,,East,120\n",
        T,
        PLAIN,
    ),
    workbook(
        "a table that starts in C5",
        _cells(["town", "year", "fee"], ["Avon", 2024, 1], ["Bolton", 2024, 2], top=4, left=2),
        T,
        PLAIN,
    ),
    csv(
        "headers of three rows",
        "town,Homes,,Shops\n,2023,2024,2023\n,Fee,Fee,Fee\nAvon,1,2,3\nBolton,4,5,6\nCanton,7,8,9\n"
        "Derby,1,2,3\n",
        THREE,
        [dict(zip(THREE, row, strict=True)) for row in THREE_ROWS],
    ),
    workbook("merged labels of groups", _merged_labels, T, refused="merged-cell"),
    csv(
        "columns of only blanks",
        "town, ,year,fee,  \nAvon, ,2024,1, \nBolton, ,2024,2, \n",
        T,
        PLAIN,
    ),
    column("thousands with apostrophes", "number", ["1'250.50", "12'000"], ["1250.50", "12000"]),
    column("thousands with blanks", "number", ["1 250,5", "12 000"], ["1250.5", "12000"]),
    column("thin blanks in numbers", "number", ["1\u202f250", "12\u00a0000"], ["1250", "12000"]),
    column("fiscal years", "number", ["2023-24", "2024-25"], [], refused="not-a-number"),
    column("fiscal years as text", "text", ["2023-24", "FY25"], ["2023-24", "FY25"]),
    column("quarters", "calendar_date", ["2024 Q1", "Q2 2024"], [], refused="not-a-date"),
    column(
        "the end of the day as 24:00",
        "calendar_date",
        ["2024-01-31 24:00", "2024-02-01 08:30"],
        [],
        refused="not-a-date",
    ),
    workbook(
        "serial dates beside dates and texts",
        _serials,
        {"id": "text", "v": "calendar_date"},
        [
            {"id": "a", "v": "2024-01-31T00:00:00.000"},
            {"id": "b", "v": "2024-02-01T00:00:00.000"},
            {"id": "c", "v": "2024-02-15T00:00:00.000"},
            {"id": "d", "v": "2024-02-16T00:00:00.000"},
        ],
    ),
    column(
        "phones that a program made numbers",
        "phone",
        ["8605551234.0", "8605551235.0"],
        ["8605551234", "8605551235"],
    ),
    column("ZIP beside ZIP+4", "text", ["06101", "06101-2345"], ["06101", "06101-2345"]),
    csv(
        "ZIP of which some lost a zero beside ZIP+4",
        "id,zip\n1,6101\n2,06103-2345\n3,06105\n",
        {"id": "text", "zip": "text"},
        [
            {"id": "1", "zip": "06101"},
            {"id": "2", "zip": "06103-2345"},
            {"id": "3", "zip": "06105"},
        ],
    ),
    column("T, F, and blanks", "checkbox", ["T", "F", ""], [True, False, None]),
    column("T, F, and a question mark", "checkbox", ["T", "F", "?"], [True, False, None]),
    Case("accents of Windows", ACCENTED.encode("cp1252"), NAMES, ACCENTS),
    Case("accents of an old Mac", ACCENTED.encode("mac_roman"), NAMES, ACCENTS),
    Case(
        "UTF-16 with the other byte order",
        ("\ufeff" + ACCENTED).encode("utf-16-be"),
        NAMES,
        ACCENTS,
    ),
    Case("UTF-16 without a byte order mark", ACCENTED.encode("utf-16-le"), NAMES, ACCENTS),
    csv(
        "a quote that is never closed",
        HEAD + 'Avon,2024,1\n"Bolton,2024,2\nCanton,2024,3\n',
        T,
        refused="unclosed-quote",
    ),
    csv(
        "inches in a text",
        'id,v\n1,2" pipe\n2,"4"" pipe"\n',
        NAMES,
        [{"id": "1", "v": '2" pipe'}, {"id": "2", "v": '4" pipe'}],
    ),
    Case("NUL bytes in cells", b"id,v\n1,a\x00b\n2,c\n", NAMES, refused="nul"),
    Case("NUL bytes behind the last line", (HEAD + BODY).encode() + b"\x00" * 20, T, PLAIN),
    csv("a header twice", "town,year,fee,fee\nAvon,2024,1,9\nBolton,2024,2,9\n", T, PLAIN),
    csv(
        "lines that end with two separators",
        "town,year,fee,,\nAvon,2024,1,,\nBolton,2024,2,,\n",
        T,
        PLAIN,
    ),
    csv("separators behind the values only", HEAD + "Avon,2024,1,\nBolton,2024,2,\n", T, PLAIN),
    csv(
        "a footer of several lines",
        HEAD + BODY + "\nNotes:\n1 Fees are in dollars.\n2 Years are fiscal years.\n"
        "For questions call the clerk.\n",
        T,
        PLAIN,
    ),
    csv(
        "a footer with a date and a page",
        HEAD + BODY + ",,\nRun date: 3/1/2024,,Page 1 of 1\n",
        T,
        PLAIN,
    ),
    workbook("a hidden sheet in front", _other_sheet_first, T, PLAIN),
    workbook("a table below a note", _one_table_of_two, T, PLAIN),
    workbook("a reference that is gone", _errors, T, refused="error-cell"),
    csv(
        "dashes in whole rows", HEAD + "Avon,2024,1\n-,-,-\nBolton,2024,2\nN/A,N/A,N/A\n", T, PLAIN
    ),
    csv(
        "spaces around everything",
        "town , year , fee \n Avon ,2024 , 1\nBolton , 2024, 2 \n",
        T,
        PLAIN,
    ),
    csv(
        "angles in two columns",
        'id,latitude,longitude\n1,"41°45\'36""N","72°41\'02""W"\n2,"41 40 12 N","72 30 0 W"\n',
        {"id": "text", "place": "point"},
        [
            {"id": "1", "place": {"type": "Point", "coordinates": ["-72.6838889", "41.76"]}},
            {"id": "2", "place": {"type": "Point", "coordinates": ["-72.5", "41.67"]}},
        ],
    ),
    csv(
        "years as headers below a title",
        "Fees of all towns,,\ntown,2023,2024\nAvon,1,2\nBolton,3,4\n",
        {"town": "text", "_2023": "number", "_2024": "number"},
        [
            {"town": "Avon", "_2023": "1", "_2024": "2"},
            {"town": "Bolton", "_2023": "3", "_2024": "4"},
        ],
    ),
)
