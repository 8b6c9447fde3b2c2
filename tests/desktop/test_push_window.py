"""A whole push in its window, from the order to the report, against a practice portal."""

from __future__ import annotations

import csv
import os
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import requests

from sodasheet.jobs.saved_request import with_memo
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.push.request import PushRequest

from .conftest import Bench
from .screen import Window

REQUESTS = "rqst-5m8p"
NAME = "Service Requests"
ROWS = "/resource/*"


def order(bench: Bench, folder: Path, method: str, rows: list[list[str]]) -> dict[str, Any]:
    """An order for rows of id and category."""
    with (folder / "requests.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Id", "Category"], *rows])
    rules = (
        ColumnRule("Id", "request_id", match="confirmed"),
        ColumnRule("Category", "category", match="confirmed"),
    )
    source = SourceSpec(path="requests.csv")
    job = Job(bench.portal.url, REQUESTS, Method(method), source, Mapping(rules))
    return dict(with_memo(PushRequest(job, folder)).memo)


def held(bench: Bench) -> dict[str, str]:
    """What the dataset holds: category by id."""
    found = requests.get(f"{bench.portal.url}/resource/{REQUESTS}.json", timeout=10).json()
    return {row["request_id"]: row["category"] for row in found}


def pushing(bench: Bench, given: dict[str, Any], role: str = "publisher") -> Window:
    return bench.open("push", order=given, environment=bench.signed_in(role))


@pytest.fixture(autouse=True)
def _empty(bench: Bench) -> None:
    bench.portal.clear_faults()
    account = bench.portal.account("owner")
    key = (account.key_id, account.key_secret)
    url = f"{bench.portal.url}/resource/{REQUESTS}.json"
    requests.put(url, json=[], auth=key, timeout=10).raise_for_status()


def test_rows_are_updated_after_one_yes_and_the_end_is_told(bench: Bench, tmp_path: Path) -> None:
    given = order(bench, tmp_path, "upsert", [["1", "Noise"], ["2", "Straße"]])
    window = pushing(bench, given)
    told = window.wait_for("Update and add rows?")
    assert f"Update or add 2 rows in {NAME} (it has 0)." in told
    assert "2 new, 0 changed, 0 deleted; 0 unchanged" in told

    window.press("alt+u")
    told = window.wait_for("Done: all rows have landed")
    assert f"Updated {NAME}: 2 rows sent, 2 created; it now holds 2." in told
    assert held(bench) == {"1": "Noise", "2": "Straße"}

    window.press("alt+o")
    opened = bench.home / "opened"
    window.wait(lambda _: opened.exists() and opened.read_text(), "the browser is asked")
    assert opened.read_text() == f"{bench.portal.url}/d/{REQUESTS}\n"
    window.focus("Close")
    window.press("Return")
    report = window.end()
    assert report["outcome"] == "done"
    assert report["rows"]["created"] == 2


def test_a_trial_is_followed_by_its_rest_in_this_window_or_a_later_one(
    bench: Bench, tmp_path: Path
) -> None:
    names = {str(number): "Noise" for number in range(1, 6)}
    given = order(bench, tmp_path, "append", [list(pair) for pair in names.items()])
    window = pushing(bench, given)
    told = window.wait_for("Append rows?")
    assert "Append 5 rows to the 0" in told
    assert window.seen()["fields"][0]["text"] == "4"

    window.press("alt+f")
    window.type("5")
    window.press("Return", "Return")
    window.wait_for("“5” is no number of rows to try: write one from 1 to 4.")
    window.type("2")
    window.press("alt+t")
    told = window.wait_for("Append 2 rows to the 0")
    assert "Or try it" not in told
    window.press("alt+a")
    told = window.wait_for("Done: all rows have landed")
    assert "This was a trial of 2 rows: send the rest, or take these back." in told
    assert list(held(bench)) == ["1", "2"]
    window.press("alt+b")
    window.wait_for("Take the push back?")
    window.press("Escape")
    window.wait_for("You answered no.")
    window.press("Escape")
    window.end()

    later = pushing(bench, given)
    told = later.wait_for("was a trial with the first of these rows.")
    assert "2 of 5 rows have findings and nothing was sent" in told
    later.press("alt+e")
    later.wait_for("Append 3 rows to the 2")
    later.press("alt+a")
    later.wait_for("Done: all rows have landed")
    later.press("Escape")
    assert (later.end()["outcome"], held(bench)) == ("done", names)


def test_no_sends_nothing(bench: Bench, tmp_path: Path) -> None:
    window = pushing(bench, order(bench, tmp_path, "append", [["1", "Noise"]]))
    window.wait_for("Append rows?")

    window.press("Escape")
    told = window.wait_for("You answered no.")
    assert "Cancelled" in told
    window.press("Return")
    assert window.end()["outcome"] == "cancelled"
    assert held(bench) == {}


def test_replace_wants_the_name(bench: Bench, tmp_path: Path) -> None:
    window = pushing(bench, order(bench, tmp_path, "replace", [["7", "Trees"]]))
    window.wait_for("Replace all rows?")
    window.type(NAME)
    window.enabled("Replace rows")

    window.press("Return")
    window.focus("Replace rows")
    window.press("Return")

    window.wait_for("Done: all rows have landed")
    assert held(bench) == {"7": "Trees"}


def test_rows_with_findings_can_be_left_out_after_all(bench: Bench, tmp_path: Path) -> None:
    given = order(bench, tmp_path, "upsert", [["1", "Noise"], ["n/a", "Trees"]])
    window = pushing(bench, given)
    told = window.wait_for("Stopped before anything was sent")
    assert "Row 3, column Id: “n/a” is not a number." in told
    assert held(bench) == {}

    window.press("alt+w")
    window.wait_for("1, because of findings")
    window.press("alt+u")
    window.wait_for("Done, but rows were left out")
    window.press("Return")
    report = window.end()
    assert report["outcome"] == "done with rejects"
    assert report["rows"]["rejected"] == 1
    assert held(bench) == {"1": "Noise"}


def test_a_lost_answer_is_found_out_without_sending_again(bench: Bench, tmp_path: Path) -> None:
    sent_after = questions_before_sending(bench, tmp_path)
    given = order(bench, tmp_path, "append", [["1", "Noise"], ["2", "Trees"]])
    window = bench.open("push", order=given, hasty=True, environment=bench.signed_in())
    window.wait_for("Append rows?")
    bench.portal.inject("drop_after_work", method="POST", path=ROWS)
    bench.portal.inject("status", method="GET", path=ROWS, nth=sent_after + 1, count=None)

    window.press("alt+a")
    told = window.wait_for("The outcome is not known yet")
    assert "may or may not be in the dataset" in told
    window.press("alt+f")
    window.wait_for("The outcome is not known yet")
    bench.portal.clear_faults()
    before = len(bench.portal.requests_seen)
    window.enabled("Find out")
    window.press("alt+f")
    window.wait_for("Done: all rows have landed")

    sent = [one.method for one in bench.portal.requests_seen[before:]]
    assert set(sent) == {"GET"}
    assert held(bench) == {"0": "Water", "1": "Noise", "2": "Trees"}
    window.press("Escape")
    assert window.end()["outcome"] == "done"


def questions_before_sending(bench: Bench, folder: Path) -> int:
    """How often the rows are asked for between the yes and the request that sends."""
    window = pushing(bench, order(bench, folder, "append", [["0", "Water"]]))
    window.wait_for("Append rows?")
    before = len(bench.portal.requests_seen)
    window.press("alt+a")
    window.wait_for("Done: all rows have landed")
    window.close()
    seen = [one for one in bench.portal.requests_seen[before:] if fnmatch(one.path, ROWS)]
    return [one.method for one in seen].index("POST")


def test_a_guard_is_set_aside_by_a_button_and_the_name_is_asked_for_all_the_same(
    bench: Bench, tmp_path: Path
) -> None:
    account = bench.portal.account("owner")
    requests.post(
        f"{bench.portal.url}/resource/{REQUESTS}.json",
        json=[{"request_id": str(number)} for number in range(5)],
        auth=(account.key_id, account.key_secret),
        timeout=10,
    ).raise_for_status()
    window = pushing(bench, order(bench, tmp_path, "replace", [["7", "Trees"]]))
    told = window.wait_for("would shrink from 5 rows to 1")
    assert "If it is meant, press Push anyway." in told
    assert "--override" not in told

    window.press("alt+a")
    window.wait_for("Replace all rows?")
    window.type(NAME)
    window.enabled("Replace rows")
    window.press("alt+r")
    window.wait_for("Done: all rows have landed")
    window.press("Escape")
    assert window.end()["overrides"] == ["shrink"]
    assert held(bench) == {"7": "Trees"}


def test_what_an_undo_would_do_is_told_and_it_is_agreed_to_by_the_name(
    bench: Bench, tmp_path: Path
) -> None:
    window = pushed(bench, order(bench, tmp_path, "upsert", [["1", "Noise"], ["2", "Trees"]]))
    run = window.end()["run"]
    before = held(bench)

    undo = undoing(bench, run, tmp_path)
    told = undo.wait_for("Take the push back?")
    assert f"Take back run {run} in {NAME}: delete 2 rows that it added." in told
    assert "2 rows will be gone from the dataset." in told
    assert f"Updated {NAME}: 2 rows sent, 2 created" in told
    undo.press("Return", "alt+b")
    undo.enabled("Take back", False)
    undo.press("Escape")
    undo.wait_for("You answered no.")
    undo.press("Escape")
    assert (undo.end()["outcome"], held(bench)) == ("cancelled", before)
    over_what_others_have_changed_is_a_second_choice(bench, run, tmp_path)


def over_what_others_have_changed_is_a_second_choice(bench: Bench, run: str, folder: Path) -> None:
    account = bench.portal.account("owner")
    requests.post(
        f"{bench.portal.url}/resource/{REQUESTS}.json",
        json=[{"request_id": "2", "category": "Parks"}],
        auth=(account.key_id, account.key_secret),
        timeout=10,
    ).raise_for_status()

    undo = undoing(bench, run, folder)
    told = undo.wait_for("Others have changed these rows")
    assert f"1 row was changed by somebody else since run {run}, the first is 2. Nothing" in told
    assert "would be deleted: Category “Parks”" in told
    assert "what they have entered there since is lost." in told
    assert "--force" not in told
    undo.focus("Close")
    assert held(bench) == {"1": "Noise", "2": "Parks"}

    undo.press("alt+b")
    told = undo.wait_for("Take the push back?")
    assert "What others have entered since in 1 row will be lost." in told
    undo.press("alt+b")
    undo.enabled("Take back", False)
    undo.type(NAME)
    undo.enabled("Take back")
    undo.press("alt+b")
    undo.wait_for("Done: the push was taken back")
    undo.press("Escape")
    report = undo.end()
    assert (report["undoes"], report["others"], held(bench)) == (run, 1, {})


def pushed(bench: Bench, given: dict[str, Any]) -> Window:
    """The window of a push that has landed, left."""
    window = pushing(bench, given)
    window.wait_for("Update and add rows?")
    window.press("alt+u")
    window.wait_for("Done: all rows have landed")
    window.press("Escape")
    return window


def undoing(bench: Bench, run: str, folder: Path) -> Window:
    return pushing(bench, order(bench, folder, "upsert", []) | {"undoes": run})


def test_a_run_that_cannot_be_taken_back_is_said(bench: Bench, tmp_path: Path) -> None:
    undo = undoing(bench, "20240101-000000-abcd", tmp_path)

    assert "There is no run" in undo.wait_for("Nothing was taken back")

    undo.press("Escape")
    assert "There is no run" in undo.end()["error"]


def test_show_results_opens_the_list_of_findings(bench: Bench, tmp_path: Path) -> None:
    opener = bench.home / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" > "{bench.home / "shown"}"\n')
    opener.chmod(0o700)
    given = order(bench, tmp_path, "upsert", [["1", "Noise"], ["n/a", "Trees"]])
    path = {"PATH": f"{bench.home}{os.pathsep}{os.environ['PATH']}"}
    window = bench.open("push", order=given, environment={**bench.signed_in(), **path})
    window.wait_for("Stopped before anything was sent")

    window.press("alt+r")

    shown = bench.home / "shown"
    window.wait(lambda _: shown.exists() and shown.read_text(), "something is opened")
    listed = Path(shown.read_text().strip())
    assert "n/a" in listed.read_text(encoding="utf-8")
    window.press("Escape")
    assert window.end()["rejected_file"] == str(listed)


def test_a_key_that_was_taken_back_is_said(bench: Bench, tmp_path: Path) -> None:
    bench.portal.inject("withdraw", account="publisher", role="revoked")
    window = pushing(bench, order(bench, tmp_path, "upsert", [["1", "Noise"]]))

    told = window.wait_for("does not accept your key")

    assert "The push failed" in told
    bench.portal.clear_faults()
    assert held(bench) == {}


def test_what_cannot_be_kept_for_an_undo_is_asked_and_cancel_is_the_default(
    bench: Bench, tmp_path: Path
) -> None:
    window = pushing(bench, order(bench, tmp_path, "upsert", [["1", "Noise"]]))
    window.wait_for("Update and add rows?")
    bench.portal.inject("status", method="GET", path=ROWS, count=None, status=403)

    window.press("alt+u")
    window.wait_for("Go on all the same?")
    window.focus("Cancel")
    window.press("Return")

    window.wait_for("Stopped before anything was sent")
    bench.portal.clear_faults()
    assert held(bench) == {}


def test_a_source_that_is_gone_is_said_in_the_summary(bench: Bench, tmp_path: Path) -> None:
    given = order(bench, tmp_path, "upsert", [["1", "Noise"]])
    (tmp_path / "requests.csv").unlink()
    window = pushing(bench, given)

    assert "requests.csv" in window.wait_for("The push failed")

    window.press("Escape")
    assert window.end()["outcome"] == "failed"


def test_somebody_who_is_not_signed_in_can_do_so_on_the_way(bench: Bench, tmp_path: Path) -> None:
    account = bench.portal.account("publisher")
    window = bench.open("push", order=order(bench, tmp_path, "upsert", [["1", "Noise"]]))
    window.wait_for("You are not signed in to 127.0.0.1")

    window.press("alt+s")
    window.wait_for("Sign in to a portal")
    window.focus("field !entry2")
    window.type(account.key_id)
    window.press("Tab")
    window.type(account.key_secret)
    window.press("Return")

    window.wait_for("Update and add rows?")
    window.press("alt+u")
    window.wait_for("Done: all rows have landed")
    window.press("Escape")
    assert window.end()["user"] == "Practice Publisher"


def test_a_push_that_cannot_begin_is_an_error_when_its_window_closes(
    bench: Bench, tmp_path: Path
) -> None:
    window = bench.open("push", order=order(bench, tmp_path, "upsert", [["1", "Noise"]]))
    window.wait_for("The push did not begin")

    window.press("Escape")

    assert "You are not signed in" in window.end()["error"]


def test_cancel_answers_at_once_and_tells_what_stands(bench: Bench) -> None:
    window = bench.open("progress", stage="sending", total=250_000, done=400, speed=5)
    told = window.wait_for("rows a second, about")
    assert "of 250,000 rows" in told
    assert "12; 9 rows are left out" in told

    window.press("Escape")
    told = window.wait_for("Stopping as soon as the request under way has been answered.")
    assert "The portal takes these rows all together or not at all." in told
    window.enabled("Cancel", False)
    assert window.end()["ended"] == ["stopped"]
