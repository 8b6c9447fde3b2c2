"""The designed sheets: their layout, and that copies of them work."""

from __future__ import annotations

import io
import re
import zipfile
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from sodasheet.excel.sheets.result_rows import LEVELS
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.jobs.sheet.sheet_layout import SheetLayout
from sodasheet.model import sheet_labels as words
from sodasheet.office.cell_styles import SIGNS, STYLES

CONTENT = files("sodasheet.templates").joinpath("sheets.xlsx").read_bytes()
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


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
        "Description": SheetVisibleEnum.Visible,
        "_sodasheet": SheetVisibleEnum.VeryHidden,
    }


def test_the_mapping_sheet_has_its_labels_and_its_table(book):
    layout = SheetLayout.of(Snapshot(rows(book, "Mapping")), "Mapping")
    table = part("xl/tables/table1.xml")

    assert [label for label in words.MAPPING_LABELS if layout.label(label) is None] == []
    assert tuple(layout.heads) == words.MAPPING_HEADERS
    assert {spot.row for spot in layout.heads.values()} == {10}
    assert layout.choices() == [words.IGNORE]
    assert (table.get("name"), table.get("ref")) == ("SodaSheetMapping", "A10:K11")


TABLES = [
    ("Results", words.RESULTS_TITLE, words.RESULTS_LABELS, words.RESULTS_HEADERS, 8),
    ("Preview", words.PREVIEW_TITLE, words.PREVIEW_LABELS, words.PREVIEW_HEADERS, 9),
    ("History", words.HISTORY_TITLE, (words.AS_OF,), words.FRESHNESS_HEADERS, 4),
    ("History", words.HISTORY_TITLE, (words.AS_OF,), words.RUNS_HEADERS, 8),
]


@pytest.mark.parametrize(("sheet", "title", "labels", "headers", "row"), TABLES)
def test_a_sheet_of_results_has_its_labels_and_its_table(book, sheet, title, labels, headers, row):
    seen = Snapshot(rows(book, sheet))
    heads = seen.heads(headers, headers)

    assert seen.text(1, 1) == title
    assert [label for label in labels if seen.find(label) is None] == []
    assert tuple(heads) == headers
    assert {spot.row for spot in heads.values()} == {row}


def test_no_label_is_a_header_of_its_sheet():
    assert not set(words.MAPPING_LABELS) & set(words.MAPPING_HEADERS)
    for _, _, labels, headers, _ in TABLES:
        assert not set(labels) & set(headers)


def test_every_list_is_a_table_with_a_filter():
    tables = [part(f"xl/tables/table{number}.xml") for number in range(1, 6)]

    assert {one.get("name") for one in tables} == {
        "SodaSheetMapping", "SodaSheetFindings", "SodaSheetFreshness", "SodaSheetRuns",
        "SodaSheetPreview",
    }  # fmt: skip
    assert all(one.find(f"{S}autoFilter") is not None for one in tables)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_sheet_fits_a_screen_of_1366_pixels(number):
    columns = part(f"xl/worksheets/sheet{number}.xml").iter(f"{S}col")
    shown = [one for one in columns if not one.get("hidden")]
    width = sum(
        float(one.get("width")) * (int(one.get("max")) - int(one.get("min")) + 1) for one in shown
    )

    assert 150 < width < 175, (
        "in characters of 7 pixels, with room for row numbers and a scroll bar"
    )


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
    from sodasheet.jobs.sheet.cell_words import empty_of, method_of
    from sodasheet.jobs.sheet.settings_cells import percentage
    from sodasheet.model.job import Guards

    found = {
        one.get("sqref"): one for one in part("xl/worksheets/sheet1.xml").iter(f"{S}dataValidation")
    }
    lists = {cell: one.findtext(f"{S}formula1") for cell, one in found.items()}

    methods, empties = lists["B4"].strip('"').split(","), lists["F11:F1010"].strip('"').split(",")
    assert [method_of(one) for one in methods] == list(words.METHODS)
    assert [empty_of(one) for one in empties] == list(words.EMPTIES)
    assert lists["H3"] == f'"{",".join(words.SENDS)}"'
    assert lists["H4"] == f'"{",".join(words.UNDOS)}"'
    assert found["H5"].get("prompt").endswith(f"Blank: {percentage(Guards().max_shrink)}.")
    assert found["H6"].get("prompt").endswith(f"Blank: {Guards().max_rejected}.")
    assert lists["C11:C1010"].startswith("OFFSET($N$1,1,0,")
    assert lists["A11:A1010"].startswith("OFFSET($O$1,1,0,")
    assert all(len(one.get("prompt")) <= 255 for one in found.values())
    assert all(len(one.get("promptTitle")) <= 32 for one in found.values())


def test_the_colors_follow_the_words_of_the_check():
    text = "".join(part("xl/worksheets/sheet1.xml").itertext())

    for word in (*LEVELS.values(), "OK", "Review:"):
        assert f"={chr(34)}{word}{chr(34)}" in text


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
    assert {"Mapping!$10:$10", "Results!$8:$8"} <= set(names)


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
