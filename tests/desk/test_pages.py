"""The pages of the navigation: *Home*, *History*, *Schedule*, *Settings*, *This computer*."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from playwright.sync_api import Route, expect

from sodasheet.desk.open_desk_at_page import open_task
from sodasheet.desk.tasks.start_process import Workers

from .bench import PERMITS, Bench
from .jobs import permits_job


def push(bench: Bench, folder: Path, number: int) -> None:
    """Push one row as a user who confirms."""
    task = bench.task(permits_job(bench.portal, folder, [(f"BP-2026-{number}", "Roofing", "7")]))
    Workers().start(task)
    open_task(task)
    window = bench.next_window(small=True)
    window.get_by_role("button", name="Push 1 row").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Building Permits is up to date")
    window.close()


def test_a_first_start_says_what_to_do(bench: Bench) -> None:
    window = bench.open("/")

    expect(window.get_by_role("heading", level=1)).to_have_text("Welcome to SodaSheet")
    expect(
        window.get_by_role("main").get_by_role("link", name="Sign in to a portal")
    ).to_be_visible()


def test_history_lists_runs_and_one_run_is_undone_from_there(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    push(bench, tmp_path, 9301)
    push(bench, tmp_path, 9302)
    window = bench.open("/")

    expect(window.get_by_role("heading", level=1)).to_have_text("Nothing needs you")
    row = window.get_by_role("row", name="Building Permits")
    expect(row).to_contain_text("Done")
    expect(row.get_by_role("img")).to_have_attribute(
        "aria-label", "Building Permits, last 2 pushes: from 301 to 302 rows; none left out"
    )
    window.get_by_role("link", name="History").click()
    window.get_by_role("table", name="Runs").get_by_role("link").first.click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Building Permits is up to date")
    window.get_by_role("button", name="Undo this push…").click()
    window.get_by_role("textbox").fill("building permits")
    window.get_by_role("button", name="Undo push").click()
    expect(window.get_by_role("heading", level=1)).to_have_text(
        "The push to Building Permits was undone"
    )
    window.get_by_role("link", name="See the run").click()
    expect(window.get_by_role("main")).to_contain_text("undid a push to")


def test_what_arrives_after_the_page_leaves_the_focus_where_it_is(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    push(bench, tmp_path, 9311)
    window = bench.open("/history")
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    window.route("**/home/datasets", hold)
    window.get_by_role("link", name="Home", exact=True).click()
    link = window.get_by_role("row", name="Building Permits").get_by_role("link").last
    while not late:
        window.wait_for_timeout(50)
    link.focus()

    table = window.locator("[data-load='/home/datasets']")
    late[0].fulfill(content_type="text/html", body=f"<!-- new -->{table.inner_html()}")
    expect(window.locator("[aria-busy]")).to_have_count(0)

    expect(link).to_be_focused()
    assert "<!-- new -->" in table.inner_html()


def test_settings_keep_what_was_typed_wrong_and_hold_no_secret(bench: Bench) -> None:
    window = bench.open("/settings")

    window.get_by_label("Days to keep them").fill("ten")
    window.get_by_role("button", name="Save limits").click()
    expect(window.get_by_role("alert")).to_contain_text('"ten" can’t be used here')
    expect(window.get_by_label("Days to keep them")).to_have_value("ten")
    window.get_by_label("Days to keep them").fill("30")
    window.get_by_role("button", name="Save limits").click()
    expect(window.get_by_role("status")).to_have_text("Saved.")

    window.get_by_label("SMTP server").fill("smtp.example.org")
    window.get_by_label("User name").fill("permits@example.org")
    window.get_by_label("Password").fill("mail-secret-1234")
    window.get_by_role("button", name="Save email settings").click()
    expect(window.get_by_role("status")).to_have_text("Saved.")
    assert "mail-secret-1234" not in window.content()
    assert "mail-secret-1234" in (bench.home / "store.json").read_text("utf-8")
    assert "mail-secret-1234" not in (bench.home / "settings.json").read_text("utf-8")


def test_this_computer_asks_for_no_excel_where_there_is_none(bench: Bench) -> None:
    window = bench.open("/computer")

    expect(window.get_by_role("heading", level=1)).to_have_text("This computer is ready")
    main = window.get_by_role("main")
    expect(main).to_contain_text("Not needed: Excel doesn’t run on this system.")
    expect(main).to_contain_text("Everything IT may ask about")
    expect(main).not_to_contain_text("command line")


def test_needs_follow_when_the_portals_say_how_fresh_their_data_is(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    push(bench, tmp_path, 9303)
    old = {"frequency": "Daily", "updated": "2020-01-01T00:00:00+00:00", "asked": ""}
    answer = {"portal": bench.portal.url, "dataset": PERMITS}
    body = {"datasets": [{**answer, "attempt": {"tried": "", "declared": old}}]}
    (bench.home / "desk" / "freshness.json").write_text(json.dumps(body), "utf-8")
    window = bench.open("/settings")
    held: list[Route] = []
    window.route("**/home/datasets", lambda route: held.append(route))  # noqa: PLW0108 – Playwright marks it

    window.get_by_role("link", name="Home", exact=True).click()

    expect(window.get_by_role("heading", level=1)).to_have_text("One thing needs you")
    expect(window.get_by_role("heading", level=3)).to_contain_text("Building Permits is")
    window.wait_for_timeout(1)
    held[0].continue_()
    expect(window.get_by_role("heading", level=1)).to_have_text("Nothing needs you")
    expect(window).to_have_title("Nothing needs you – SodaSheet")
    expect(window.get_by_role("heading", level=3)).to_have_count(0)
    expect(window.get_by_role("row", name="Building Permits")).to_be_visible()


def test_a_job_file_is_scheduled_from_its_mapping(bench: Bench) -> None:
    window = bench.open("/schedule")

    expect(window.get_by_role("heading", level=2)).to_have_text("Nothing is scheduled")


def test_quality_of_a_dataset_is_a_page_with_plots(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    push(bench, tmp_path, 9401)
    push(bench, tmp_path, 9402)
    window = bench.open("/history", dataset="prmt-7x2d")

    window.get_by_role("link", name="Quality of this dataset").click()

    expect(window.get_by_role("heading", level=1)).to_have_text("Quality of Building Permits")
    row = window.get_by_role("row", name="Permit Number")
    expect(row).to_contain_text("100%")
    plot = window.get_by_role("figure").get_by_role("img")
    expect(plot).to_have_attribute("aria-label", "Findings of the last 2 pushes: 0, 0")
    table = window.get_by_role("table", name="Findings of each push, newest first")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(window.get_by_role("main")).to_contain_text("no update frequency is declared")


def test_quality_is_shown_of_pushed_datasets_only(bench: Bench) -> None:
    window = bench.open("/history/quality/abcd-1234")

    expect(window.get_by_role("heading", level=1)).to_have_text("There’s no such page")


def test_a_template_is_made_of_a_dataset_and_opens_as_a_workbook(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    push(bench, tmp_path, 9403)
    window = bench.open("/history/quality/prmt-7x2d")

    with window.expect_download() as download:
        window.get_by_role("button", name="Make template").click()

    assert download.value.suggested_filename == "Building Permits template.xlsx"
    path = tmp_path / "template.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Data", "Lists", "Map Building Permits"]
    titles = [cell.value for cell in book["Data"][1]]
    assert "Permit Number" in titles
    assert book["Data"].data_validations.dataValidation
