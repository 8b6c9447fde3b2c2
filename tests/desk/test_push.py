"""A push and an undo in the task's window, from the question to the summary."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from sodasheet.desk.open_desk_at_page import open_task
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import Task, TaskKind
from sodasheet.model.credentials import Credentials
from sodasheet.model.method import Method
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.publishing.open_drafts import open_drafts
from sodasheet.portal.soda2.rows_client import RowsClient

from .bench import PERMITS, Bench
from .jobs import permits_job
from .typed_names import TYPED

NEW = [("BP-2026-9001", "Plumbing", "1200.50"), ("BP-2026-9002", "Electrical", "80")]


def start(bench: Bench, task: Task) -> Page:
    Workers().start(task)
    open_task(task)
    return bench.next_window(small=True)


def heading(window: Page, text: str) -> None:
    expect(window.get_by_role("heading", level=1)).to_have_text(text)


def test_a_harmless_push_asks_with_its_numbers_and_says_how_it_ended(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, NEW)))

    heading(window, "Add 2 rows to Building Permits?")
    expect(window.get_by_role("button", name="Push 2 rows")).to_be_focused()
    window.keyboard.press("Enter")

    heading(window, "Building Permits is up to date")
    expect(window.get_by_role("heading", level=1)).to_be_focused()
    expect(window.locator("dl.strip")).to_contain_text("Added2")


def test_a_replace_needs_the_name_and_enter_does_not_press_the_button_before(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, NEW, Method.REPLACE)))

    expect(window.get_by_role("heading", level=1)).to_contain_text("Replace all")
    field = window.get_by_role("textbox", name="Type Building Permits to continue")
    expect(field).to_be_focused()
    window.keyboard.type("Building")
    window.keyboard.press("Enter")
    expect(window.get_by_role("alert")).to_have_text("That isn’t the name. Nothing was sent.")
    window.keyboard.type(" permits")
    window.keyboard.press("Enter")

    heading(window, "Building Permits is up to date")
    expect(window.locator("dl.strip")).to_contain_text("Rows now2")


def test_the_server_refuses_a_wrong_name_as_well(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, NEW, Method.REPLACE)))
    expect(window.get_by_role("heading", level=1)).to_contain_text("Replace all")

    # Without the page's script, as if it were disabled.
    window.evaluate(
        """const form = document.forms[0], how = document.createElement("input");
        form.elements.name.value = "Other";
        how.name = "how"; how.value = "yes"; how.type = "hidden"; form.append(how);
        HTMLFormElement.prototype.submit.call(form)"""
    )

    expect(window.get_by_role("alert")).to_have_text("That isn’t the name. Nothing was sent.")
    expect(window.get_by_role("textbox", name="Type Building Permits")).to_have_value("Other")


def test_cancel_sends_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, NEW)))

    expect(window.get_by_role("heading", level=1)).to_contain_text("Building Permits?")
    window.keyboard.press("Escape")

    heading(window, "Nothing was changed in Building Permits")


def test_somebody_who_is_not_signed_in_signs_in_and_goes_on(bench: Bench, tmp_path: Path) -> None:
    account = bench.portal.account("publisher")
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, NEW)))

    heading(window, "Nothing was sent")
    window.get_by_role("link", name="Sign in").click()
    window.get_by_label("Key ID").fill(account.key_id)
    window.get_by_label("Secret", exact=True).fill("wrong")
    window.keyboard.press("Enter")
    expect(window.get_by_role("alert")).to_contain_text("accept")
    expect(window.get_by_label("Key ID")).to_have_value(account.key_id)
    window.get_by_label("Secret", exact=True).fill(account.key_secret)
    window.keyboard.press("Enter")
    window.get_by_role("button", name="Push again").click()

    expect(window.get_by_role("heading", level=1)).to_contain_text("Building Permits?")
    assert account.key_secret not in window.content()


def test_rows_with_problems_are_left_out_once_that_was_agreed_to(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    rows = [("BP-2026-9003", "Plumbing", "n/a"), ("BP-2026-9004", "Plumbing", "12")]
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, rows)))

    heading(window, "Nothing was sent to Building Permits")
    window.get_by_role("button", name="Push the other rows without them").click()
    window.get_by_role("button", name="Push 1 row").click()

    heading(window, "1 row landed, 1 was left out")


def test_a_trial_is_followed_by_the_rest(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    # Similar to the dataset's rows, so that the comparison raises no question.
    kinds = ("Mechanical", "Plumbing", "Electrical", "Roofing")
    rows = [
        (f"BP-2026-91{number:02}", kinds[number % 4], str(20_000 + 8_000 * number))
        for number in range(20)
    ]
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, rows)))

    window.get_by_text("Try it with a few rows first").click()
    window.get_by_label("Rows to send").fill("many")
    window.get_by_role("button", name="Push these rows only").click()
    expect(window.get_by_role("alert")).to_contain_text('"many" can’t be the number of rows')
    window.get_by_label("Rows to send").fill("5")
    window.get_by_role("button", name="Push these rows only").click()
    window.get_by_role("button", name="Push 5 rows").click()
    heading(window, "Building Permits is up to date")
    window.get_by_role("button", name="Send the rest").click()
    window.get_by_role("button", name="Push 15 rows").click()

    heading(window, "Building Permits is up to date")


def write(bench: Bench, rows: list[dict[str, str]]) -> tuple[str, tuple[str, str]]:
    """Upsert rows as another user; return the address of the rows, and that user."""
    account = bench.portal.account("publisher")
    place = f"{bench.portal.url}/resource/{PERMITS}.json"
    who = (account.key_id, account.key_secret)
    assert requests.post(place, json=rows, auth=who, timeout=30).ok
    return place, who


@pytest.mark.parametrize("harm", [True, False])
def test_an_undo_says_what_it_removes(bench: Bench, tmp_path: Path, harm: bool) -> None:
    bench.sign_in()
    row = ("BP-2026-9200" if harm else "BP-2026-9201", "Roofing", "7")
    if not harm:  # a row that already exists is restored, not removed
        write(bench, [{"permit_no": row[0], "permit_type": row[1], "declared_value": "6"}])
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, [row])))
    window.get_by_role("button", name="Push 1 row").click()
    heading(window, "Building Permits is up to date")
    run = (bench.home / "runs").glob("*/report.json")
    name = max(run, key=lambda path: path.stat().st_mtime_ns).parent.name

    undo = bench.task(permits_job(bench.portal, tmp_path, [row]), TaskKind.UNDO, undoes=name)
    window = start(bench, undo)

    heading(window, "Undo this push to Building Permits?")
    if harm:
        window.get_by_role("textbox").fill("Building Permits")
    window.get_by_role("button", name="Undo push").click()
    heading(window, "The push to Building Permits was undone")


def test_an_undo_leaves_rows_that_others_have_changed(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    rows = [("BP-2026-9401", "Roofing", "7"), ("BP-2026-9402", "Roofing", "8")]
    window = start(bench, bench.task(permits_job(bench.portal, tmp_path, rows)))
    window.get_by_role("button", name="Push 2 rows").click()
    heading(window, "Building Permits is up to date")
    place, who = write(bench, [{"permit_no": "BP-2026-9402", "declared_value": "99"}])
    found = (bench.home / "runs").glob("*/report.json")
    name = max(found, key=lambda path: path.stat().st_mtime_ns).parent.name

    undo = bench.task(permits_job(bench.portal, tmp_path, rows), TaskKind.UNDO, undoes=name)
    window = start(bench, undo)
    heading(window, "Others have changed 1 row since your push")
    window.get_by_role("button", name="Leave these rows, undo the others").click()
    expect(window.locator("dl.strip")).to_contain_text("Left to others1")
    window.get_by_role("textbox").fill("Building Permits")
    window.get_by_role("button", name="Undo push").click()
    heading(window, "The push to Building Permits was undone")

    query = {"$where": "permit_no like 'BP-2026-940%'"}
    left = requests.get(place, params=query, auth=who, timeout=30).json()
    assert [(row["permit_no"], row["declared_value"]) for row in left] == [("BP-2026-9402", "99")]


def test_rows_are_left_as_a_draft_for_somebody_else(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    account = bench.portal.account("publisher")
    key = Credentials(account.key_id, account.key_secret)
    rows = [("BP-2027-0001", "Plumbing", "75")]
    job = permits_job(bench.portal, tmp_path, rows, Method.DELETE)
    with PortalSession(bench.portal.url, key) as session:
        RowsClient(session, read_dataset(session, job.dataset)).send(
            b'[{"permit_no": "BP-2027-0001"}]'
        )
    window = start(bench, bench.task(job))

    expect(window.get_by_role("heading", level=1)).to_contain_text("Delete 1 row")
    window.get_by_text("Have someone look at it first").click()
    window.get_by_label("Note for the reviewer").fill("Withdrawn by the applicant")
    window.get_by_role("button", name="Push as draft").click()

    heading(window, "A draft for Building Permits is ready for review")
    with PortalSession(bench.portal.url, key) as session:
        (draft,) = open_drafts(session, job.dataset)
        assert draft.note == "Withdrawn by the applicant"
        link = window.get_by_role("link", name="Open on portal")
        expect(link).to_have_attribute("href", draft.page)
        draft.revision.discard()


def test_the_page_judges_a_typed_name_as_the_server_does(bench: Bench) -> None:
    window = bench.open("/settings")
    same = "([one, other]) => plain(one) === plain(other)"

    for name, typed in TYPED:
        assert window.evaluate(same, [name, typed]), name
        assert not window.evaluate(same, [name, f"{typed}x"]), name
