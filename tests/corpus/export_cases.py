"""Files as exported by other systems: permits, requests, incidents, budgets, office sheets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from messy_cases import BODY, HEAD, PLAIN, Case, T, column, csv, town, workbook

PERMITS = {
    "record_number": "text",
    "date_opened": "calendar_date",
    "valuation": "number",
    "status": "text",
}
PERMIT_ROWS = [
    {
        "record_number": "BLD-24-00017",
        "date_opened": "2024-01-31T00:00:00.000",
        "valuation": "12500.00",
        "status": "Issued",
    },
    {
        "record_number": "BLD-24-00018",
        "date_opened": "2024-02-01T00:00:00.000",
        "valuation": "900.50",
        "status": "In Review",
    },
]
PERMIT_LINES = (
    "Record Number\tDate Opened\tValuation\tStatus\r\n"
    "BLD-24-00017\t1/31/2024\t$12,500.00\tIssued\r\n"
    "BLD-24-00018\t2/1/2024\t$900.50\tIn Review\r\n"
)

REQUESTS = {
    "request_id": "text",
    "created": "calendar_date",
    "closed": "calendar_date",
    "site": "location",
}


def _table_with_totals(book: Any, sheet: Any) -> None:
    sheet.add_table(
        "A1:C4",
        {
            "data": [["Avon", 2024, 1], ["Bolton", 2024, 2]],
            "total_row": True,
            "columns": [
                {"header": "town", "total_string": "Total"},
                {"header": "year"},
                {"header": "fee", "total_function": "sum", "total_value": 3},
            ],
        },
    )


def _text_dates(book: Any, sheet: Any) -> None:
    day = book.add_format({"num_format": "m/d/yyyy"})
    sheet.write_row(0, 0, ["id", "v"])
    sheet.write_row(1, 0, ["a"])
    sheet.write_datetime(1, 1, datetime(2024, 1, 31), day)
    sheet.write_row(2, 0, ["b", "2/1/2024"])
    sheet.write_row(3, 0, ["c", "2/15/2024"])


def _cells(*rows: list[Any]) -> Any:
    def fill(book: Any, sheet: Any) -> None:
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)

    return fill


CASES: tuple[Case, ...] = (
    Case(
        "permits in UTF-16 with tabs",
        PERMIT_LINES.encode("utf-16"),
        PERMITS,
        PERMIT_ROWS,
    ),
    csv(
        "requests with addresses of several lines",
        "Request ID,Created,Closed,Site\n"
        '00101,01/31/2024 02:15:00 PM,N/A,"1 Main St\nAvon, CT 06001\n(41.8, -72.8)"\n'
        '00102,02/01/2024 09:05:10 AM,02/15/2024 10:00:00 AM,"(41.7, -72.6)"\n',
        REQUESTS,
        [
            {
                "request_id": "00101",
                "created": "2024-01-31T14:15:00.000",
                "closed": None,
                "site": {
                    "latitude": "41.8",
                    "longitude": "-72.8",
                    "human_address": (
                        '{"address":"1 Main St","city":"Avon","state":"CT","zip":"06001"}'
                    ),
                },
            },
            {
                "request_id": "00102",
                "created": "2024-02-01T09:05:10.000",
                "closed": "2024-02-15T10:00:00.000",
                "site": {"latitude": "41.7", "longitude": "-72.6"},
            },
        ],
    ),
    csv(
        "incidents of which some have no place",
        "case_number,offense,latitude,longitude\n0012345,Theft,41.7,-72.6\n0012346,Fraud,,\n",
        {"case_number": "text", "offense": "text", "location": "point"},
        [
            {
                "case_number": "0012345",
                "offense": "Theft",
                "location": {"type": "Point", "coordinates": ["-72.6", "41.7"]},
            },
            {"case_number": "0012346", "offense": "Fraud", "location": None},
        ],
    ),
    csv(
        "a budget with losses in parentheses and totals",
        "Department,Adopted,Change\n"
        'Police,"$1,200,000","$(15,000)"\nParks,"$310,500","$2,000"\nLibrary,$-,$-\n'
        'Total,"$1,510,500","$(13,000)"\n',
        {"department": "text", "adopted": "number", "change": "number"},
        [
            {"department": "Police", "adopted": "1200000", "change": "-15000"},
            {"department": "Parks", "adopted": "310500", "change": "2000"},
            {"department": "Library", "adopted": "0", "change": "0"},
        ],
    ),
    csv(
        "years as columns",
        "town,2022,2023,2024\nAvon,1,2,3\nBolton,4,5,6\n",
        {"town": "text", "_2022": "number", "_2023": "number", "_2024": "number"},
        [
            {"town": "Avon", "_2022": "1", "_2023": "2", "_2024": "3"},
            {"town": "Bolton", "_2022": "4", "_2023": "5", "_2024": "6"},
        ],
    ),
    csv(
        "two tables below each other",
        HEAD + BODY + "\nschool,pupils,rooms\nNorth,310,12\n",
        T,
        refused="not-a-number",
    ),
    csv(
        "the same table twice",
        HEAD + "Avon,2024,1\n\n" + HEAD + "Bolton,2024,2\n",
        T,
        PLAIN,
    ),
    csv(
        "headers in German",
        "Straße;Größe;Gebühr\nHauptstraße 1;12,5;3\nAm Graben 2;7,25;4\n",
        {"strasse": "text", "grosse": "number", "gebuhr": "number"},
        [
            {"strasse": "Hauptstraße 1", "grosse": "12.5", "gebuhr": "3"},
            {"strasse": "Am Graben 2", "grosse": "7.25", "gebuhr": "4"},
        ],
    ),
    csv(
        "an export of the European kind",
        'id;v;day\n1;"1.234,50 €";31.12.2024\n2;"0,75 €";01.01.2025\n',
        {"id": "text", "v": "number", "day": "calendar_date"},
        [
            {"id": "1", "v": "1234.50", "day": "2024-12-31T00:00:00.000"},
            {"id": "2", "v": "0.75", "day": "2025-01-01T00:00:00.000"},
        ],
    ),
    csv(
        "separators within quotes",
        'town;year;fee\n"Avon; East";2024;1\nBolton;2024;2\n',
        T,
        town(("Avon; East", "2024", "1"), ("Bolton", "2024", "2")),
    ),
    csv(
        "a byte order mark and headers in quotes",
        '\ufeff"town","year","fee"\r\n"Avon","2024","1"\r\n"Bolton","2024","2"\r\n',
        T,
        PLAIN,
    ),
    csv(
        "a separator at the end of every line",
        "town,year,fee,\nAvon,2024,1,\nBolton,2024,2,\n",
        T,
        PLAIN,
    ),
    csv(
        "line breaks in headers",
        'town,year,"fee\nUSD"\nAvon,2024,1\n',
        {"town": "text", "year": "number", "fee_usd": "number"},
        [{"town": "Avon", "year": "2024", "fee_usd": "1"}],
    ),
    csv(
        "a comment above the headers",
        "# exported by the permit system on 3/1/2024\ntown,year,fee\nAvon,2024,1\nBolton,2024,2\n",
        T,
        PLAIN,
    ),
    workbook("a table with a totals row", _table_with_totals, T, PLAIN),
    workbook(
        "dates of which some are text",
        _text_dates,
        {"id": "text", "v": "calendar_date"},
        [
            {"id": "a", "v": "2024-01-31T00:00:00.000"},
            {"id": "b", "v": "2024-02-01T00:00:00.000"},
            {"id": "c", "v": "2024-02-15T00:00:00.000"},
        ],
    ),
    workbook(
        "numbers as text with blanks that do not break",
        _cells(["town", "year", "fee"], ["Avon", "2024", "1,200\xa0"], ["Bolton", "2024", "\xa02"]),
        T,
        town(("Avon", "2024", "1200"), ("Bolton", "2024", "2")),
    ),
    workbook(
        "true and false of a workbook",
        _cells(["id", "v"], ["a", True], ["b", False]),
        {"id": "text", "v": "checkbox"},
        [{"id": "a", "v": True}, {"id": "b", "v": False}],
    ),
    column(
        "phones with extensions",
        "phone",
        ["860-555-0101 x12", "(860) 555-0102"],
        ["860-555-0101 x12", "(860) 555-0102"],
    ),
    column("currencies in letters", "number", ["USD 5.00", "USD 1,250.75"], ["5.00", "1250.75"]),
    column("signs behind numbers", "number", ["5-", "7"], ["-5", "7"]),
    column("two currencies", "number", ["$5.00", "€7.00"], [], refused="not-a-number"),
    column("hours behind units", "number", ["2 hrs", "3.5 hrs"], [], refused="not-a-number"),
    column(
        "percents beside fractions",
        "number",
        ["45%", "0.5", "30%"],
        ["0.45", "0.5", "0.30"],
    ),
    column("percents beside larger numbers", "number", ["45%", "12"], [], refused="not-a-number"),
    column(
        "months in French",
        "calendar_date",
        ["5 janvier 2024", "1 mai 2024"],
        [],
        refused="not-a-date",
    ),
    column(
        "checks and blanks",
        "checkbox",
        ["x", "", "X"],
        [True, None, True],
    ),
)
