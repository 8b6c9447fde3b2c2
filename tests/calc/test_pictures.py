"""The sheets of SodaSheet can be printed: one page wide, with nothing cut off.

Their pictures are compared with those of the documentation.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ..pictures import keep
from .conftest import Steward
from .test_describe import fill, write

#: com.sun.star.table.CellVertJustify2.TOP
_TOP = 1

TEMPLATES = Path(__file__).parents[2] / "templates"


def _as_designed(document: Any, sheet: Any) -> None:
    """Restore what LibreOffice loses when copying a sheet from one workbook to another.

    Words in a conditional format no longer equal the words in cells until they are entered again,
    and the style it lays over a cell brings an alignment of its own.
    """
    styles = document.StyleFamilies.getByName("CellStyles")
    for rule in sheet.ConditionalFormats.getConditionalFormats():
        for place in range(rule.Count):
            entry = rule.getByIndex(place)
            if not hasattr(entry, "Formula1"):  # a bar, which has no text
                continue
            entry.Formula1 = str(entry.Formula1)
            styles.getByName(entry.StyleName).VertJustify = _TOP
    document.calculateAll()


@pytest.fixture
def pushed(steward: Steward) -> Steward:
    """The sample permits, checked and pushed."""
    path = steward.folder / "permits.xlsx"
    shutil.copyfile(TEMPLATES / "permits.xlsx", path)
    steward.open(path)
    dataset = next(one for one in steward.portal.datasets if one.name == "Building Permits")
    steward.press("choose_dataset", f"{steward.portal.url}/d/{dataset.id}")
    steward.choose("Permit No", "Rules", "required; like BP-2024-0001")
    steward.choose("Opened", "Rules", "on or after 1/1/2000")
    steward.press("check_data", False, False)
    steward.press("preview_changes")
    steward.wait()
    steward.press("push", True, True)
    steward.wait()
    return steward


def pictured(steward: Steward, lead: str) -> str:
    """Return the text of a sheet in print; its picture is stored or compared."""
    from xlcalc.engine import properties

    sheet = steward.sheet(lead)
    document = steward.book.api
    _one_page_wide(document, sheet.api, lead)
    _as_designed(document, sheet.api)
    for other in steward.book.sheets:
        other.visible = other.name == sheet.name
    pdf = steward.folder / f"{lead}.pdf"
    document.storeToURL(pdf.as_uri(), properties(FilterName="calc_pdf_Export"))
    target = steward.folder / f"sheet-{lead.lower()}"
    page = ["-r", "100", "-png", "-f", "1", "-singlefile"]
    subprocess.run(["pdftoppm", *page, str(pdf), str(target)], check=True)
    assert target.with_suffix(".png").stat().st_size > 20_000
    assert keep(target.with_suffix(".png"), f"sheet-{lead.lower()}.png") == ""
    text = ["pdftotext", "-layout", str(pdf), "-"]
    return subprocess.run(text, check=True, capture_output=True, text=True).stdout


def _one_page_wide(document: Any, sheet: Any, name: str) -> None:
    """Give a sheet the page style of its template, which LibreOffice loses when copying."""
    styles = document.StyleFamilies.getByName("PageStyles")
    styles.insertByName(name, document.createInstance("com.sun.star.style.PageStyle"))
    style = styles.getByName(name)
    style.IsLandscape, style.HeaderIsOn, style.FooterIsOn = True, False, False
    style.Width, style.Height = 29_700, 17_000
    style.ScaleToPagesX, style.ScaleToPagesY = 1, 0
    for side in ("Left", "Right", "Top", "Bottom"):
        setattr(style, f"{side}Margin", 700)
    sheet.PageStyle = name


def test_the_sheets_show_what_they_say(pushed: Steward) -> None:
    preview = pictured(pushed, "Preview")
    for other in pushed.book.sheets:
        other.visible = True
    mapping = pictured(pushed, "Map")
    for other in pushed.book.sheets:
        other.visible = True
    results = pictured(pushed, "Result")
    for other in pushed.book.sheets:
        other.visible = True
    pushed.press("run_history")
    history = pictured(pushed, "Run")

    for words in ("SodaSheet mapping", "Building Permits", "Permit Number · permit_no", "fraction",
                  "on or after 1/1/2000", "Row 83: not a date.", "Not filled"):  # fmt: skip
        assert words in mapping
    for words in (
        "SodaSheet preview",
        "An upsert would add",
        "Now on the portal",
    ):
        assert words in preview
    for words in ("Stopped, nothing sent", "310", "What to do", "Row 83", "Findings by level"):
        assert words in results
    for words in ("SodaSheet run history", "Stopped", "Permits in permits.xlsx"):
        assert words in history


def test_the_description_sheet_shows_what_it_says(steward: Steward) -> None:
    path = steward.folder / "permits.xlsx"
    shutil.copyfile(TEMPLATES / "permits.xlsx", path)
    steward.open(path)
    dataset = next(one for one in steward.portal.datasets if one.name == "Building Permits")
    steward.press("choose_dataset", f"{steward.portal.url}/d/{dataset.id}")
    steward.press("describe_dataset")
    steward.address = f"{steward.portal.url}/d/{dataset.id}"
    fill(steward, "Update frequency", "Daily")
    write(steward, "Description", "opened", "The day on which the application came in.")
    write(steward, "Description", "permit_type", "What is built, altered or wrecked.")
    steward.press("check_data")

    shown = pictured(steward, "Describe")

    for words in ("SodaSheet description", "Permit Number", "Accrual periodicity", "Changed:",
                  "Missing: description", "4 changes to send", "Yes/No"):  # fmt: skip
        assert words in shown


def test_the_quality_workbook_shows_what_it_says(steward: Steward) -> None:
    path = steward.folder / "permits.xlsx"
    shutil.copyfile(TEMPLATES / "permits.xlsx", path)
    steward.open(path)
    dataset = next(one for one in steward.portal.datasets if one.name == "Building Permits")
    steward.press("choose_dataset", f"{steward.portal.url}/d/{dataset.id}")
    steward.press("quality")
    steward.book = next(one for one in steward.app.books if one.name.startswith("Quality of"))

    shown = pictured(steward, "Quality")

    for words in ("SodaSheet quality", "Building Permits", "Declared Value ($)", "Mechanical (68)",
                  "BP-2024-0001", "Worth a look", "Findings over time"):  # fmt: skip
        assert words in shown
