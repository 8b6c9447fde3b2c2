"""The whole workflow for a file: select, map, check, preview, push."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import LocatorAssertions, Page, Route, expect

from .bench import PERMITS, Bench, wait_for

ROWS = """Permit No,Kind,Opened,Declared Value,Zip
BP-2024-0001,Plumbing,01/02/2024,"$1,200.50",06114
BP-2024-0002,Electrical,01/03/2024,n/a,06106
BP-2026-7777,Roofing,02/29/2024,$80.00,06120
"""


def permits(folder: Path) -> Path:
    path = folder / "permits.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def heading(window: Page) -> LocatorAssertions:
    return expect(window.get_by_role("heading", level=1), "the heading")


def test_a_choice_waits_for_what_was_typed(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    window = bench.open("/file", path=str(permits(tmp_path)))
    held: list[Route] = []
    shown = window.get_by_role("heading", level=2)
    expect(shown).to_be_visible()
    window.route("**/choose/found*", lambda route: held.append(route))  # noqa: PLW0108

    window.get_by_label("Name, or the dataset’s web address").fill(PERMITS)
    window.get_by_role("button", name="Choose dataset").click()
    wait_for(lambda: window.wait_for_timeout(20) or held)
    expect(shown).not_to_have_text("Building Permits")
    heading(window).to_have_text("Choose a dataset")
    for route in held:
        route.continue_()
    expect(shown).to_have_text("Building Permits")
    heading(window).to_have_text("Choose a dataset")
    window.unroute("**/choose/found*")
    window.get_by_label("Name, or the dataset’s web address").fill("")
    window.get_by_role("radio", name="Street Trees").check()
    window.get_by_role("button", name="Choose dataset").click()

    heading(window).to_have_text("Map columns to Street Trees")


def test_a_csv_is_chosen_mapped_checked_previewed_and_pushed(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    path = permits(tmp_path)
    window = bench.open("/file")

    window.get_by_label("Path of the file").fill(f'"{path}"')
    window.keyboard.press("Enter")
    heading(window).to_have_text("Choose a dataset")
    window.get_by_label("Name, or the dataset’s web address").fill(PERMITS)
    expect(window.get_by_role("heading", level=2)).to_have_text("Building Permits")
    window.get_by_role("button", name="Choose dataset").click()

    heading(window).to_have_text("Map columns to Building Permits")
    window.get_by_label("Dataset column for Kind").select_option("permit_type")
    window.get_by_label("Format of Declared Value").fill("$1,234.50")
    window.get_by_role("button", name="Check data").click()

    heading(window).to_have_text("1 of 3 rows can’t be sent")
    expect(window.get_by_role("cell", name="Problem: n/a")).to_be_visible()
    window.get_by_role("button", name="Preview changes").click()

    heading(window).to_contain_text("An update would add 1 row")
    expect(window.get_by_role("row", name="BP-2026-7777")).to_contain_text("New")
    window.get_by_label("New 1").check()
    window.get_by_role("button", name="Filter").click()
    expect(window.get_by_role("status")).to_have_text("Rows 1 to 1 of 1")
    window.get_by_role("button", name="Push 2 rows").click()

    heading(window).to_contain_text("Building Permits?")
    window.get_by_role("button", name="Push 2 rows").click()
    heading(window).to_have_text("2 rows landed, 1 was left out")


def test_what_cannot_be_meant_is_said_and_what_was_typed_stays(
    bench: Bench, tmp_path: Path
) -> None:
    window = bench.open("/file")

    window.get_by_label("Path of the file").fill(str(tmp_path / "none.csv"))
    window.keyboard.press("Enter")

    expect(window.get_by_role("alert")).to_contain_text("There’s no file or folder")
    expect(window.get_by_label("Path of the file")).to_have_value(str(tmp_path / "none.csv"))


def test_a_sheet_of_a_closed_workbook_goes_the_same_way(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    book = Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Permits & more")
    for row in (
        ["Permit No", "Kind", "Opened"],
        ["BP-2026-7779", "Plumbing", datetime(2024, 1, 2)],
    ):
        sheet.append(row)
    path = tmp_path / "Genehmigungen ü.xlsx"
    book.save(path)
    window = bench.open("/file", path=str(path))

    heading(window).to_have_text("Which sheet or table?")
    window.get_by_role("link", name="Choose sheet Permits & more").click()
    window.get_by_label("Name, or the dataset’s web address").fill(PERMITS)
    expect(window.get_by_role("heading", level=2)).to_have_text("Building Permits")
    window.get_by_role("button", name="Choose dataset").click()
    heading(window).to_have_text("Map columns to Building Permits")
    expect(window.get_by_role("rowheader", name="Permit No")).to_contain_text("BP-2026-7779")
    window.get_by_label("Dataset column for Kind").select_option("permit_type")
    window.get_by_role("button", name="Check data").click()
    heading(window).to_contain_text("1 row can be sent")
    window.get_by_role("button", name="Preview changes").click()

    heading(window).to_contain_text("An update would add 1 row")
    expect(window.get_by_role("row", name="BP-2026-7779")).to_contain_text("Jan 2, 2024")
