"""The designed sheets: what stands where, and that a copy of them keeps working."""

from __future__ import annotations

import io
import re
import zipfile
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from sodasheet.office.styles import SIGNS, STYLES

CONTENT = files("sodasheet.templates").joinpath("sheets.xlsx").read_bytes()
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LABELS = [
    "SodaSheet mapping", "Portal", "Dataset", "Dataset id", "Link", "Row identifier", "Method",
    "Source", "Header row", "Last checked", "Last pushed", "Send", "Keep a way back",
    "May lose at most", "Rows that may stay behind",
]  # fmt: skip
HEADERS = [
    "Sheet column", "Sample", "Dataset column", "Type", "Match", "If blank",
    "Format or constant", "Check",
]  # fmt: skip


def part(name):
    with zipfile.ZipFile(io.BytesIO(CONTENT)) as package:
        return ElementTree.fromstring(package.read(name))


@pytest.fixture(scope="module")
def book():
    return CalamineWorkbook.from_filelike(io.BytesIO(CONTENT))


def rows(book, sheet):
    found = book.get_sheet_by_name(sheet)
    return found.to_python(skip_empty_area=False)


def test_the_sheet_for_settings_can_only_be_shown_by_a_program(book):
    seen = {one.name: one.visible for one in book.sheets_metadata}

    assert seen == {
        "Mapping": SheetVisibleEnum.Visible,
        "Results": SheetVisibleEnum.Visible,
        "History": SheetVisibleEnum.Visible,
        "Preview": SheetVisibleEnum.Visible,
        "_sodasheet": SheetVisibleEnum.VeryHidden,
    }


def test_the_mapping_sheet_has_its_labels_and_its_table_where_the_design_says(book):
    sheet = rows(book, "Mapping")
    table = part("xl/tables/table1.xml")

    assert [row[0] for row in sheet[:15]] == LABELS
    assert sheet[18][:8] == HEADERS
    assert sheet[17][9] == "Dataset columns not filled"
    assert [sheet[0][15], sheet[1][15]] == ["Choices", "(ignore)"]
    assert (table.get("name"), table.get("ref")) == ("SodaSheetMapping", "A19:H20")


def test_the_result_sheet_begins_with_the_counts_and_has_both_headings(book):
    sheet = rows(book, "Results")
    words = [row[0] for row in sheet]

    assert words[:8] == [
        "SodaSheet results", "Outcome", "Rows in the source", "Sent", "Created", "Updated",
        "Deleted", "Rejected",
    ]  # fmt: skip
    assert sheet[words.index("Findings") + 1][0] == "Count"
    assert sheet[words.index("Rejected rows") + 1] == ["Row", "Column", "Value", "Reason", "Go to"]


def test_the_history_has_the_headings_that_are_written_to_it(book):
    from sodasheet.excel.sheets import history_rows
    from sodasheet.office.sheets import history

    sheet = rows(book, "History")
    words = [row[0] for row in sheet]

    assert words[0] == history_rows.TITLE == history.TITLE
    fresh = words.index(history_rows.FRESHNESS) + 1
    assert tuple(sheet[fresh][:3]) == history_rows.FRESHNESS_HEADERS
    assert tuple(sheet[words.index(history_rows.RUNS) + 1]) == history_rows.RUNS_HEADERS


def test_the_preview_has_the_labels_and_the_table_that_are_written_to_it(book):
    from sodasheet.excel.sheets import preview_rows

    sheet, table = rows(book, "Preview"), part("xl/tables/table2.xml")

    words = [row[0] for row in sheet]
    assert words[0] == preview_rows.TITLE
    assert tuple(words[1 : 1 + len(preview_rows.LABELS)]) == preview_rows.LABELS
    head = words.index("Kind")
    assert tuple(sheet[head]) == preview_rows.HEADERS
    assert table.get("name") == "SodaSheetPreview"
    assert table.get("ref") == f"A{head + 1}:G{head + 2}"
    assert table.find(f"{S}autoFilter") is not None


def test_drop_downs_and_colours_refer_to_no_other_sheet():
    formulas = [
        one.text
        for name in (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3, 4))
        for one in part(name).iter()
        if one.tag in (f"{S}formula1", f"{S}formula")
    ]

    assert len(formulas) > 15
    assert [one for one in formulas if "!" in one or "_sodasheet" in one] == []
    assert all(len(one) <= 255 for one in formulas)


def test_the_drop_downs_offer_what_the_program_understands():
    from sodasheet.jobs.sheet.settings_cells import KEEPS, SENDS, percentage
    from sodasheet.model.job import Guards
    from sodasheet.model.mapping import Blank
    from sodasheet.model.method import Method

    found = {
        one.get("sqref"): one for one in part("xl/worksheets/sheet1.xml").iter(f"{S}dataValidation")
    }
    lists = {cell: one.findtext(f"{S}formula1") for cell, one in found.items()}

    assert lists["B7"] == f'"{",".join(Method)}"'
    assert lists["B12"] == f'"{",".join(SENDS)}"'
    assert lists["B13"] == f'"{",".join(KEEPS)}"'
    assert found["B14"].get("prompt").endswith(f"Blank: {percentage(Guards().max_shrink)}.")
    assert found["B15"].get("prompt").endswith(f"Blank: {Guards().max_rejected}.")
    assert lists["F20:F1019"] == f'"{",".join(Blank)}"'
    assert lists["C20:C1019"].startswith("OFFSET($P$1,1,0,")


def test_the_colours_follow_the_words_of_matching():
    from sodasheet.matching import match_reasons
    from sodasheet.model.mapping import CONFIRMED

    text = "".join(part("xl/worksheets/sheet1.xml").itertext())

    for word in (
        CONFIRMED,
        match_reasons.SAME_FIELD,
        match_reasons.SAME_NAME,
        match_reasons.NO_MATCH,
        match_reasons.NOT_USED,
    ):
        assert f'="{word}"' in text or f'<>"{word}"' in text


def test_every_style_is_listed_by_a_name_that_cannot_be_the_users_own():
    styles = part("xl/styles.xml")
    names = {one.get("name"): int(one.get("xfId")) for one in styles.iter(f"{S}cellStyle")}
    shared = styles.find(f"{S}cellStyleXfs")
    pointing = [int(one.get("xfId")) for one in styles.find(f"{S}cellXfs")]

    assert set(names) == {"Normal", *STYLES}
    assert all(name.startswith("SodaSheet ") for name in STYLES)
    assert sorted(names.values()) == list(range(len(shared)))
    assert set(names.values()) <= set(pointing)


def test_text_that_came_from_elsewhere_lands_in_cells_that_hold_text():
    formats = part("xl/styles.xml").find(f"{S}cellXfs")
    columns = {
        int(one.get("min")): int(one.get("style"))
        for one in part("xl/worksheets/sheet1.xml").iter(f"{S}col")
        if one.get("style")
    }

    assert [formats[columns[at]].get("numFmtId") for at in range(1, 9)] == ["49"] * 8  # 49 is @


@pytest.mark.parametrize("sheet", ["sheet1", "sheet2"])
def test_it_prints_on_the_width_of_a_page_with_its_headings(sheet):
    page = part(f"xl/worksheets/{sheet}.xml")

    assert page.find(f"{S}pageSetup").get("orientation") == "landscape"
    assert page.find(f"{S}pageSetup").get("fitToHeight") == "0"
    assert page.find(f"{S}sheetPr/{S}pageSetUpPr").get("fitToPage") == "1"
    names = [one.text for one in part("xl/workbook.xml").iter(f"{S}definedName")]
    assert {"Mapping!$19:$19", "Results!$1:$1"} <= set(names)


def luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("name", "look"), {**STYLES, **SIGNS}.items())
def test_every_look_can_be_read_by_eyes_that_need_contrast(name, look):
    ink, paper = look.get("font_color", "#1F2A37"), look.get("bg_color", "#FFFFFF")
    light, dark = sorted([luminance(ink), luminance(paper)], reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_no_cell_holds_a_formula():
    for sheet in ("sheet1", "sheet2", "sheet3", "sheet4"):
        assert list(part(f"xl/worksheets/{sheet}.xml").iter(f"{S}f")) == []
    assert not re.search(rb"<externalReference", CONTENT)
