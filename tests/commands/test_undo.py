"""`sodasheet undo`, trial runs and overrides as entered by a user."""

from __future__ import annotations

import pytest

from sodasheet.commands.terminal.confirm_prompt import Prompt
from sodasheet.push.questions_to_user import Question, anyway

from .conftest import Terminal


def test_the_last_push_is_shown_asked_about_and_taken_back(terminal: Terminal) -> None:
    terminal.sample("permits-new.csv")
    terminal("map", "permits-new.csv", terminal.permits, "--confirm", "-o", "job.json")
    nothing = terminal("undo")
    run = terminal("push", "job.json", "--yes", "--json").json["run"]

    shown = terminal("undo", "--preview")
    machine = terminal("undo", "--preview", "--json").json
    asked = terminal("undo")
    done = terminal("undo", run, "--yes", "--json")
    again = terminal("undo", run, "--yes")

    assert (nothing.code, shown.code, asked.code, done.code, again.code) == (4, 0, 130, 0, 4)
    assert "No push from this computer has landed yet." in nothing.err
    told = f"Undoing run {run} would restore 0 rows of Building Permits and delete 20."
    assert told in shown.out
    assert (machine["run"], machine["back"], machine["going"]) == (run, 0, 20)
    assert f"Undo run {run} in Building Permits: delete 20 rows that it added." in asked.err
    assert (done.json["undoes"], done.json["rows"]["deleted"]) == (run, 20)
    assert f"Run {run} has already been undone" in again.err
    assert terminal("undo", "20000101-000000-abcd").code == 2


def test_the_undo_of_an_undo_says_that_the_changes_come_back(terminal: Terminal) -> None:
    terminal.sample("permits-new.csv")
    terminal("map", "permits-new.csv", terminal.permits, "--confirm", "-o", "job.json")
    run = terminal("push", "job.json", "--yes", "--json").json["run"]

    undone = terminal("undo", "--yes", "--json")
    unnamed = terminal("undo", "--yes")
    redone = terminal("undo", undone.json["run"], "--yes", "--json")

    assert unnamed.code == 2
    assert f"{undone.json['run']}, is itself the undo of run {run}." in unnamed.err
    assert "again" not in undone.json["summary"]
    assert f"undid run {run}: undoing it restores those changes" in redone.err
    assert f"so the changes of run {run} were restored." in redone.json["summary"]


def test_a_trial_names_the_two_ways_on_and_its_rest_is_sent(terminal: Terminal) -> None:
    terminal.sample("permits-changes.csv")
    terminal("map", "permits-changes.csv", terminal.permits, "--confirm", "-o", "job.json")
    push = ("push", "job.json", "--yes", "--json")

    taken = terminal(*push, "--rows", "3").json
    back = terminal("undo", taken["run"], "--yes")
    gone = terminal(*push, "--rest-of", taken["run"])
    trial = terminal(*push, "--rows", "3").json
    rest = terminal(*push, "--rest-of", trial["run"]).json
    none = terminal(*push, "--rest-of", rest["run"])
    all_rows = terminal(*push, "--rows", "500").json
    left = terminal(*push, "--rest-of", all_rows["run"])

    assert {"action": "send-remaining", "run": trial["run"]} in trial["steps"]
    assert trial["rows"]["sent"] + rest["rows"]["sent"] == rest["source"]["rows"]
    assert "This was a trial" not in all_rows["summary"]
    assert (left.code, left.json["summary"].endswith("nothing was sent.")) == (0, True)
    assert (back.code, gone.code, none.code) == (0, 2, 2)
    assert f"Run {taken['run']} was undone by run" in gone.json["error"]
    assert f"Run {rest['run']} is not a trial whose rows have landed." in none.json["error"]


def test_a_guard_is_set_aside_by_its_name_only(terminal: Terminal) -> None:
    terminal.sample("permits-new.csv")
    terminal("map", "permits-new.csv", terminal.permits, "--confirm", "-o", "job.json")
    push = ("push", "job.json", "--yes", "--method", "replace")

    wrong = terminal(*push, "--override", "shrnk")
    stopped = terminal(*push)
    accepted = ("--skip-guard", "unlike-dataset")
    forced = terminal(*push, "--override", "shrink", *accepted, "--json")
    back = terminal("undo", "--yes", "--json")

    assert (wrong.code, stopped.code, forced.code, back.code) == (2, 4, 0, 0)
    assert 'no guard "shrnk"' in wrong.err
    assert "shrink" in wrong.err
    assert "--skip-guard shrink" in stopped.out
    assert forced.json["overrides"] == ["shrink", "unlike-dataset"]
    assert back.json["rows_after"] == forced.json["rows_before"]


def test_after_a_refused_push_undo_with_yes_wants_the_name_of_a_run(terminal: Terminal) -> None:
    terminal.sample("permits-new.csv")
    terminal("map", "permits-new.csv", terminal.permits, "--confirm", "-o", "job.json")
    new = ("--skip-guard", "unlike-dataset")  # other tests have already pushed the file
    landed = terminal("push", "job.json", "--yes", "--json", *new).json["run"]
    refused = terminal("push", "job.json", "--yes", "--method", "replace", "--json")

    unnamed = terminal("undo", "--yes")

    assert (refused.code, unnamed.code) == (4, 2)
    assert f"The last run, {refused.json['run']}, has not landed (refused)" in unnamed.err
    assert f"the last that landed is {landed}" in unnamed.err


def test_one_command_skips_every_guard_that_stops_the_push(terminal: Terminal) -> None:
    (terminal.folder / "few.csv").write_text("permit_no,status\nBP-1,Open\n", encoding="utf-8")
    terminal("map", "few.csv", terminal.permits, "--confirm", "-o", "job.json")

    checked = terminal("check", "job.json")
    stopped = terminal("push", "job.json", "--yes", "--method", "replace")

    assert stopped.code == 4
    assert "--skip-guard shrink --skip-guard unlike-dataset" in stopped.out
    assert checked.code in (0, 4)


def test_where_nobody_sits_a_question_is_answered_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert not anyway(Prompt(), Question("no-snapshot", "The disk is full."))
    assert "The disk is full." in capsys.readouterr().err
