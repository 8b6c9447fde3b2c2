"""Handwritten sheets, as produced by other programs, read in both ways."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import duckdb
from hypothesis import strategies as st

from sodasheet.errors import SodaSheetError
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.sources.sheet_columns import NotPlain
from sodasheet.sources.spool import Source, Spool
from sodasheet.staging.load.csv_loader import load
from sodasheet.staging.load.sheet_columns_loader import load_columns

#: Number formats by the index of their style.
STYLES = ["General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss.000", "[h]:mm:ss", "0.00%", "hh:mm:ss"]
PLAIN, DATE, MOMENT, DURATION, PERCENT, TIME = range(6)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


@dataclass(frozen=True)
class Cell:
    """A cell as written: its type, its style, and its content; None for nothing."""

    kind: str = "n"
    value: str | None = None
    style: int = PLAIN


@dataclass(frozen=True)
class Sheet:
    """Rows of cells, None for none, from a corner on; how they are written down."""

    rows: list[list[Cell | None]]
    top: int = 1
    left: int = 1
    referenced: bool = True
    shuffled: bool = False
    date_1904: bool = False
    dimension: bool = True
    table: tuple[str, ...] = ()


def number(value: float | str, style: int = PLAIN) -> Cell:
    return Cell("n", str(value), style)


def shared(value: str) -> Cell:
    return Cell("s", value)


def letters(column: int) -> str:
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def write(path: Path, sheet: Sheet) -> None:
    """The workbook with this sheet, as if written by another program."""
    texts: list[str] = []
    body = sheet_xml(sheet, texts)
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    formats = "".join(
        f'<numFmt numFmtId="{170 + place}" formatCode={quoteattr(text)}/>'
        for place, text in enumerate(STYLES)
    )
    styles = "".join(f'<xf numFmtId="{170 + place}"/>' for place in range(len(STYLES)))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f'<workbookPr date1904="{int(sheet.date_1904)}"/>'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>'
        f"<cellXfs>{styles}</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": body,
    }
    if sheet.table:
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(("table", "../tables/table1.xml"))
        parts["xl/tables/table1.xml"] = table_xml(sheet)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, HEAD + text)


def relations(*targets: tuple[str, str]) -> str:
    found = "".join(
        f'<Relationship Id="rId{place}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'


def table_xml(sheet: Sheet) -> str:
    last = f"{letters(sheet.left + len(sheet.table) - 1)}{sheet.top + len(sheet.rows) - 1}"
    columns = "".join(
        f'<tableColumn id="{place}" name={quoteattr(name)}></tableColumn>'
        for place, name in enumerate(sheet.table, 1)
    )
    return (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" '
        f'ref="{letters(sheet.left)}{sheet.top}:{last}"><tableColumns>{columns}</tableColumns>'
        "</table>"
    )


def sheet_xml(sheet: Sheet, texts: list[str]) -> str:
    rows = []
    for place, cells in enumerate(sheet.rows):
        row = sheet.top + place
        inner = "".join(
            cell_xml(cell, f"{letters(column)}{row}" if sheet.referenced else "", texts)
            for column, cell in enumerate(cells, sheet.left)
            if cell is not None
        )
        rows.append(f'<row r="{row}">{inner}</row>' if sheet.referenced else f"<row>{inner}</row>")
    if sheet.shuffled:
        rows.reverse()
    size = f'<dimension ref="A1:{letters(sheet.left + 5)}{sheet.top + 9}"/>' * sheet.dimension
    return f'<worksheet xmlns="{MAIN}">{size}<sheetData>{"".join(rows)}</sheetData></worksheet>'


def cell_xml(cell: Cell, reference: str, texts: list[str]) -> str:
    place = f' r="{reference}"' if reference else ""
    style = f' s="{cell.style}"' if cell.style else ""
    if cell.value is None:
        return f"<c{place}{style}/>"
    if cell.kind == "s":
        texts.append(cell.value)
        return f'<c{place}{style} t="s"><v>{len(texts) - 1}</v></c>'
    kind = f' t="{cell.kind}"' * (cell.kind != "n")
    if cell.kind == "inlineStr":
        text = f'<is><t xml:space="preserve">{escape(cell.value)}</t></is>'
        return f"<c{place}{style}{kind}>{text}</c>"
    formula = "<f>X()</f>" * (cell.kind in ("str", "e"))
    return f"<c{place}{style}{kind}>{formula}<v>{escape(cell.value)}</v></c>"


Told = tuple[object, ...]


@cache
def connected() -> duckdb.DuckDBPyConnection:
    """One database for all tables: opening a database takes longer than filling tables."""
    return duckdb.connect()


def cleared() -> duckdb.DuckDBPyConnection:
    """The database without the tables of the sheet before."""
    connection = connected()
    tables = connection.execute("SELECT table_type, table_name FROM information_schema.tables")
    for kind, name in tables.fetchall():
        connection.execute(f"DROP {kind.removeprefix('BASE ')} {name}")
    return connection


def by_columns(source: Source, folder: Path) -> Told | None:
    """All that is told of a source that is read by columns; None if that is not done."""
    try:
        spool = source.spool(folder, Silent())
    except SodaSheetError:
        return None
    if spool.columns is None:
        return None
    try:
        known = load_columns(cleared(), spool, spool.columns)
    except NotPlain:
        return None
    return told(connected(), known)


def with_care(source: Source, folder: Path) -> Told | str:
    """Return all facts about a source from the careful reading, or the reason for its refusal."""
    try:
        spool = source.spool(folder, Silent(), careful=True)
    except SodaSheetError as error:
        return str(error)
    load(cleared(), spool)
    return told(connected(), spool)


def told(connection: duckdb.DuckDBPyConnection, spool: Spool) -> Told:
    rows = connection.execute("SELECT * FROM source").fetchall()
    kinds = connection.execute("SELECT column_type FROM (DESCRIBE source)").fetchall()
    natives = list(zip(spool.headers, spool.natives or (), strict=True))
    return (natives, spool.findings, spool.sha256, spool.rows, spool.faults, kinds, rows)


def both(sheet: Sheet, options: dict[str, Any]) -> tuple[Told | None, Told | str]:
    """Return the facts about a sheet from either reading."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "b.xlsx", sheet)
        source = open_source(SourceSpec(kind="workbook", path="b.xlsx", **options), folder)
        return by_columns(source, folder), with_care(source, folder)


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t #'"),
    max_size=6,
) | st.sampled_from(
    ["N/A", "NULL", "", " ", "#N/A", "#5", "Err:502", "PT26H00M00S", "_x000D_", "_x0041_", "'1",
     "a\nb", "a\r\nb", "1", "nan", "-", "0012", "=1+1", "1e5"]
)  # fmt: skip
WILD = st.floats(allow_nan=False, allow_infinity=False).map(repr)
NUMBERS = (
    st.floats(-1e6, 1e6).map(lambda value: repr(round(value, 2)))
    | st.integers(-(10**6), 10**6).map(str)
    | st.floats(1e-4, 1).map(repr)
    | st.sampled_from(
        ["-0", "0", "-0.0", "1e14", "999999999999999", "0.0001", "0.1", "0.30000000000000004",
         "12.50", "123456789012.34567"]
    )
)  # fmt: skip
LONG = st.sampled_from(
    ["1E+300", "1e15", "1000000000000000.1", "-999999999999999", "1234567890123456789", "1e16",
     "1e-5", "5e-324", "9007199254740993"]
)  # fmt: skip
SERIALS = (
    st.integers(1463, 70000).map(str)
    | st.floats(1463, 80000).map(lambda value: repr(round(value, 5)))
    | st.sampled_from(
        ["45000.5", "45000.001", "45000.00000000001", "44999.99999999999", "45000.0000116"]
    )
)  # fmt: skip
EARLY_AND_LATE = st.sampled_from(
    ["-1", "0", "0.5", "1", "59", "60", "61", "1461", "1462", "1462.5", "2958465", "2958466", "3e6"]
)
CELLS = {
    "shared": TEXTS.map(shared),
    "inline": TEXTS.map(lambda text: Cell("inlineStr", text)),
    "formula": TEXTS.map(lambda text: Cell("str", text)),
    "number": NUMBERS.map(number),
    "wild": (NUMBERS | WILD | LONG).map(number),
    "percent": NUMBERS.map(lambda text: number(text, PERCENT)),
    "date": st.integers(1500, 60000).map(lambda day: number(day, DATE)),
    "moment": SERIALS.map(lambda text: number(text, MOMENT)),
    "duration": SERIALS.map(lambda text: number(text, DURATION)),
    "time": SERIALS.map(lambda text: number(text, TIME)),
    "early": (EARLY_AND_LATE | SERIALS).map(lambda text: number(text, MOMENT)),
    "short": (EARLY_AND_LATE | st.floats(-2, 2).map(repr)).map(lambda text: number(text, DURATION)),
    "boolean": st.sampled_from("01").map(lambda bit: Cell("b", bit)),
}
ODD = st.sampled_from(
    [Cell("e", "#N/A"), Cell("e", "#DIV/0!"), Cell("d", "2024-01-02"),
     Cell("d", "2024-01-02T03:04:05"), shared("N/A"), shared("x"), number("7"), Cell("b", "1"),
     number("45000", DATE), shared("")]
)  # fmt: skip
BLANK = st.sampled_from([None, None, Cell(), Cell(style=DATE)])
HEADERS = st.sampled_from(
    [shared("Id"), shared("Fee"), shared("Fee_1"), shared("FEE"), shared(" a \n b "), shared("N/A"),
     Cell("inlineStr", "x"), Cell("str", "y"), number("2020"), number("-0"), number("1e22"),
     Cell("b", "1"), number("45000", DATE), Cell("e", "#N/A"), shared("__UNNAMED__1"), shared(""),
     shared(" "), None]
) | st.integers(0, 99).map(lambda place: shared(f"Column {place}"))  # fmt: skip


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Sheets of which most columns are of one kind."""
    width, height = draw(st.integers(1, 4)), draw(st.integers(0, 6))
    columns = []
    for place in range(width):
        kind = CELLS[draw(st.sampled_from(sorted(CELLS)))]
        cells: st.SearchStrategy[Cell | None] = kind
        if draw(st.integers(0, 2)) == 0:
            cells = kind | BLANK
        if draw(st.integers(0, 9)) == 0:
            cells = cells | ODD
        plain = draw(st.integers(0, 4))
        header = draw(HEADERS) if not plain else shared(f"Name {place}")
        columns.append([header, *draw(st.lists(cells, min_size=height, max_size=height))])
    rows = [list(row) for row in zip(*columns, strict=True)]
    above = draw(st.sampled_from([0, 0, 0, 1, 2]))
    titles = st.sampled_from([None, shared("Title"), number("1")])
    rows = [[draw(titles)] for _ in range(above)] + rows
    return Sheet(
        rows,
        top=draw(st.sampled_from([1, 1, 1, 5])),
        left=draw(st.sampled_from([1, 1, 1, 3])),
        referenced=draw(st.integers(0, 9)) > 0,
        shuffled=draw(st.integers(0, 19)) == 0,
        date_1904=draw(st.integers(0, 4)) == 0,
        dimension=draw(st.booleans()),
        table=tuple(f"T{place}" for place in range(width)) if draw(st.booleans()) else (),
    )


OPTIONS = st.sampled_from(
    [{}, {}, {}, {"header_row": 0}, {"header_row": 2}, {"header_row": 3}, {"range": "A1:B4"},
     {"range": "C5"}, {"range": "B2:F9", "header_row": 0}, {"range": "A:C"}, {"range": "A1:D2"},
     {"sheet": "s"}, {"sheet": "Other"}, {"table": "T"}, {"table": "t"}, {"header_row": -1}]
)  # fmt: skip
