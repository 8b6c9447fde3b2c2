"""`sodasheet create` against a practice portal."""

from __future__ import annotations

import requests
from openpyxl import Workbook

from socrata_practice import read_fault

from .conftest import Terminal


def view(terminal: Terminal, dataset: str, *, signed: bool = True) -> requests.Response:
    account = terminal.portal.account("publisher")
    return requests.get(
        f"{terminal.portal.url}/api/views/{dataset}.json",
        auth=(account.key_id, account.key_secret) if signed else None,
        timeout=30,
    )


def test_a_dataset_is_previewed_created_filled_and_pushed_to_again(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    create = ("create", "permits-clean.csv", "--portal", terminal.portal.url,
              "--ignore", "Contact E-mail", "--ignore", "Contact Phone")  # fmt: skip

    shown = terminal(*create, "--preview", "--json")
    asked = terminal(*create)
    made = terminal(*create, "--name", "Permits 2024", "-o", "job.json", "--yes", "--json")
    again = terminal("push", "job.json", "--yes", "--json")

    kinds = {one["source"]: one["type"] for one in shown.json["columns"]}
    assert kinds["Permit No"] == "text"
    assert kinds["Opened"] == "calendar_date"
    assert kinds["Zip"] == "text"
    assert shown.json["row_identifier"] == "permit_no"
    assert (asked.code, "No terminal to confirm on" in asked.err) == (130, True)
    assert made.code == 0, made.err
    assert made.json["report"]["rows"]["created"] == made.json["report"]["source"]["rows"]
    assert made.json["public"] is False
    found = view(terminal, made.json["dataset"]).json()
    assert (found["name"], found["publicationStage"]) == ("Permits 2024", "published")
    assert view(terminal, made.json["dataset"], signed=False).status_code in (401, 403)
    assert again.code == 0, again.err
    assert again.json["rows"]["created"] in (0, None)


def test_private_data_keeps_the_rows_back_and_the_job_is_saved(terminal: Terminal) -> None:
    (terminal.folder / "a.csv").write_text("Id,Contact\nA,ann.lee@example.org\nB,bo@example.org\n")

    said = terminal(
        "create", "a.csv", "--portal", terminal.portal.url, "-o", "job.json", "--yes", "--json"
    )

    assert (said.code, said.json["report"]["outcome"]) == (4, "refused")
    assert "seems to contain email addresses" in said.json["report"]["summary"]
    assert (terminal.folder / "job.json").is_file()


def test_it_is_public_only_after_a_confirmation_of_its_own(terminal: Terminal) -> None:
    (terminal.folder / "a.csv").write_text("Id,Fee\nA,1\nB,2\n")
    create = ("create", "a.csv", "--portal", terminal.portal.url, "--public", "--yes")

    asked = terminal(*create, "--json")
    public = terminal(*create, "--yes-public", "--json")

    assert asked.code == 130
    assert public.code == 0, public.err
    assert view(terminal, public.json["dataset"], signed=False).status_code == 200


def test_a_draft_that_cannot_be_published_is_deleted(terminal: Terminal) -> None:
    (terminal.folder / "a.csv").write_text("Id,Fee\nA,1\n")
    refused = "status status=400 method=POST path=*/publication.json"
    terminal.portal.inject_fault(read_fault(refused))
    before = {one.id for one in terminal.portal.datasets}
    try:
        said = terminal("create", "a.csv", "--portal", terminal.portal.url, "--yes")
    finally:
        terminal.portal.clear_faults()

    assert said.code == 1
    assert {one.id for one in terminal.portal.datasets} == before


def test_who_may_not_create_datasets_is_told(terminal: Terminal) -> None:
    terminal.sign_in("viewer")
    (terminal.folder / "a.csv").write_text("Id,Fee\nA,1\n")

    said = terminal("create", "a.csv", "--portal", terminal.portal.url, "--yes")

    assert said.code == 1
    assert "datasets" in said.err


TITLED = (
    "City of X - Pools\nExported 2025-01-01\n\nPool,Month,Fee\nNorth,2024-01,5\nSouth,2024-01,6\n"
)


def test_titles_above_the_headers_are_asked_about_before_anything_is_created(
    terminal: Terminal,
) -> None:
    (terminal.folder / "a.csv").write_text(TITLED)
    before = {one.id for one in terminal.portal.datasets}
    create = ("create", "a.csv", "--portal", terminal.portal.url)

    refused = [terminal(*create, "--yes"), terminal(*create, "--preview")]
    after = {one.id for one in terminal.portal.datasets}
    made = terminal(*create, "--header-row", "4", "--yes", "--json")
    insisted = terminal(*create, "--header-row", "1", "--preview", "--json")

    assert [one.code for one in refused] == [2, 2]
    for one in refused:
        assert "The headers seem to be in row 4: Pool, Month, Fee." in one.err
        assert "Add --header-row 4" in one.err
    assert after == before
    assert made.code == 0, made.err
    assert [one["field"] for one in made.json["proposal"]["columns"]] == ["pool", "month", "fee"]
    assert made.json["report"]["rows"]["created"] == 2
    assert insisted.code == 0, insisted.err


def test_rows_of_totals_are_left_out_of_a_new_dataset(terminal: Terminal) -> None:
    (terminal.folder / "a.csv").write_text("Pool,Fee\nNorth,5\nSouth,6\nTotal,11\n")

    made = terminal("create", "a.csv", "--portal", terminal.portal.url, "--leave-out", "totals",
                    "--yes", "--json")  # fmt: skip

    assert made.code == 0, made.err
    assert made.json["report"]["rows"]["created"] == 2


def test_rows_that_are_not_data_and_labels_are_named_before_anything_is_created(
    terminal: Terminal,
) -> None:
    rows = "Dept,Line,Fee\nParks,Mowing,7\n,Trees,5\nFire,Hoses,9\n,Axes,4\nFire Total,,13\n"
    (terminal.folder / "a.csv").write_text(rows)

    seen = terminal("create", "a.csv", "--portal", terminal.portal.url, "--preview")

    assert seen.code == 0, seen.err
    told = " ".join(seen.err.split())
    assert "1 row reads like a total and can be left out. The first is row 6: Fire Total." in told
    assert "Add --leave-out totals; otherwise these rows are rejected." in told


def test_labels_of_groups_are_named_before_anything_is_created(terminal: Terminal) -> None:
    rows = "Dept,Line,Fee\nParks,Mowing,7\n,Trees,5\nFire,Hoses,9\n,Axes,4\n"
    (terminal.folder / "a.csv").write_text(rows)

    seen = terminal("create", "a.csv", "--portal", terminal.portal.url, "--preview")

    assert seen.code == 0, seen.err
    assert "2 of 4 cells are blank below a value" in " ".join(seen.err.split())


def test_a_source_of_headers_alone_creates_nothing_unless_asked(terminal: Terminal) -> None:
    (terminal.folder / "a.csv").write_text("Pool,Fee\n")
    before = {one.id for one in terminal.portal.datasets}
    create = ("create", "a.csv", "--portal", terminal.portal.url, "--yes")

    refused = terminal(*create)
    after = {one.id for one in terminal.portal.datasets}
    empty = terminal(*create, "--empty")

    assert (refused.code, after) == (2, before)
    assert "a.csv has no rows" in refused.err
    assert empty.code == 0, empty.err


def test_the_next_steps_name_the_job_or_how_to_save_it(terminal: Terminal) -> None:
    (terminal.folder / "a.csv").write_text("Id,Fee\nA,1\nB,x\nC,3\n")
    create = ("create", "a.csv", "--portal", terminal.portal.url, "--type", "Fee=number", "--yes")

    saved = terminal(*create, "-o", "job.json")
    unsaved = terminal(*create)

    assert saved.code == unsaved.code == 4
    assert "push JOB" not in saved.out + saved.err + unsaved.out + unsaved.err
    assert "push job.json --allow-rejected 1" in saved.out
    assert "map a.csv http" in unsaved.out
    assert "-o a.json" in unsaved.out
    assert "push a.json --allow-rejected 1" in unsaved.out


def test_markers_and_formats_of_a_new_dataset_are_declared(terminal: Terminal) -> None:
    rows = "Id,Opened,Fee\n1,1/2/2024,n/a\n2,13/2/2024,5\n"
    (terminal.folder / "fees.csv").write_text(rows, encoding="utf-8")
    create = ("create", "fees.csv", "--portal", terminal.portal.url)
    declared = ("--missing", "n/a", "--format", "Opened=D/M/YYYY")

    seen = terminal(*create, *declared, "--preview")
    made = terminal(*create, *declared, "--yes", "--json")
    wrong = terminal(*create, "--format", "Opened", "--preview")
    quote = terminal(*create, "--quote", "ab", "--preview")

    assert [one["type"] for one in made.json["proposal"]["columns"]] == [
        "number", "calendar_date", "number",
    ]  # fmt: skip
    assert ("D/M/YYYY" in seen.out, "%d" in seen.out) == (True, False), seen.out
    assert made.json["report"]["rows"]["created"] == 2
    account = terminal.portal.account("publisher")
    found = requests.get(
        f"{terminal.portal.url}/resource/{made.json['dataset']}.json?$order=id",
        auth=(account.key_id, account.key_secret),
        timeout=30,
    ).json()
    assert [(row["opened"][:10], row.get("fee")) for row in found] == [
        ("2024-02-01", None),
        ("2024-02-13", "5"),
    ]
    assert (wrong.code, "is missing an =" in wrong.err) == (2, True)
    assert (quote.code, '"ab" is not one character' in quote.err) == (2, True)


def test_codes_without_their_zeros_are_asked_about_before_anything_is_made(
    terminal: Terminal,
) -> None:
    (terminal.folder / "z.csv").write_text("Site,ZIP\nA,6101\nB,6002\nC,10001\n")
    create = ("create", "z.csv", "--portal", terminal.portal.url, "--yes")
    before = {one.id for one in terminal.portal.datasets}

    asked = terminal(*create)
    made = {one.id for one in terminal.portal.datasets} - before
    padded = terminal(*create, "--pad", "ZIP=5", "-o", "z.json", "--json")
    wrong = terminal(*create, "--pad", "ZIP=five")

    assert (asked.code, made) == (2, set())
    assert "Leading zeros seem to be missing in ZIP.\nAdd --pad ZIP=5" in asked.err
    assert padded.code == 0, padded.err
    account = terminal.portal.account("publisher")
    held = requests.get(
        f"{terminal.portal.url}/resource/{padded.json['dataset']}.json",
        auth=(account.key_id, account.key_secret),
        timeout=30,
    ).json()
    assert sorted(row["zip"] for row in held) == ["06002", "06101", "10001"]
    assert wrong.code == 2


def test_a_refused_first_push_says_that_the_dataset_exists(terminal: Terminal) -> None:
    (terminal.folder / "a.csv").write_text("Id,Contact\nA,ann.lee@example.org\nB,bo@example.org\n")

    said = terminal("create", "a.csv", "--portal", terminal.portal.url, "--yes", "-o", "a.json")

    assert said.code == 4
    assert "exists and has no rows yet; creating it again would make a second dataset" in said.out
    assert "push a.json" in said.out


def test_a_second_dataset_of_the_same_name_is_noticed(terminal: Terminal) -> None:
    (terminal.folder / "a.csv").write_text("Id,Fee\nA,1\n")
    create = ("create", "a.csv", "--portal", terminal.portal.url, "--yes", "--name")

    first = terminal(*create, "Fees made twice", "--json")
    second = terminal(*create, "fees Made Twice ")

    assert first.code == 0, first.err
    assert "already" not in first.err
    assert f'already has a dataset named "fees Made Twice": {first.json["url"]}.' in second.err


def test_the_sheet_that_is_read_is_named(terminal: Terminal) -> None:
    book = Workbook()
    book.active.title = "README"
    book.active.append(["See tab Data"])
    book.active.append(["of this file"])
    book.create_sheet("Data").append(["Id", "Fee"])
    book.save(terminal.folder / "a.xlsx")

    said = terminal("create", "a.xlsx", "--portal", terminal.portal.url, "--preview")

    assert "a.xlsx has 2 visible sheets; README, the first, was read, not Data." in said.err
