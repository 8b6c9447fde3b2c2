"""Files of version a096b99 still work: jobs, a mapping sheet, run logs, schedules.

The files in `a096b99/` were written by that version in /srv/opendata, against a practice portal on
port 18080. Every test copies them, with the paths and the portal of the test in their place.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import pytest

from socrata_practice import PracticePortal
from sodasheet.commands.terminal.command_line import root
from sodasheet.excel.ribbon import BUTTONS
from sodasheet.portal.connect import SessionOptions
from sodasheet.portal.http.retries import Patience

from ..commands.conftest import PERMITS, Terminal

OLD = Path(__file__).parent / "a096b99"
OLD_FOLDER, OLD_PORTAL = "/srv/opendata", "http://127.0.0.1:18080"

#: Runs of the old version, in their order: an upsert of changes, a trial of an append, an upsert
#: with nothing to send, and a delete that died when it was about to send.
UPSERT, TRIAL, NOTHING, DIED = (
    "20261129-203355-86b3",
    "20261129-203357-ce27",
    "20261129-203359-41b1",
    "20261129-203404-eb57",
)


@pytest.fixture
def portal() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def old(
    portal: PracticePortal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    """A terminal in a folder with the old version's files, and its home."""
    # The interrupted run was sent long ago, however soon after its making this is run.
    options = partial(SessionOptions, patience=Patience(late=1.0, over=60.0))
    monkeypatch.setattr("sodasheet.portal.connect.SessionOptions", options)
    shutil.copytree(OLD, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.rglob("*.json"):
        text = path.read_text("utf-8")
        path.write_text(moved(text, portal, tmp_path), "utf-8")
    host = portal.url.removeprefix("http://").replace(":", "-")
    for path in (tmp_path / "home" / "imprints").iterdir():
        path.rename(path.with_name(path.name.replace("127.0.0.1-18080", host)))
    with sqlite3.connect(tmp_path / "home" / "runs" / "journal.sqlite3") as journal:
        for run, old_portal, request in journal.execute(
            "SELECT run, portal, order_json FROM runs"
        ).fetchall():
            journal.execute(
                "UPDATE runs SET portal = ?, order_json = ? WHERE run = ?",
                (moved(old_portal, portal, tmp_path), moved(request, portal, tmp_path), run),
            )
    journal.close()
    (tmp_path / "home" / "settings.json").write_text('{"sodasheet": 1, "keep": {"days": 36500}}')
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(portal, tmp_path, capsys, monkeypatch)
    terminal.sign_in()
    for name in ("permits-new.csv", "permits-changes.csv", "permits-withdrawn.csv", "permits.xlsx"):
        terminal.sample(name)
    return terminal


def moved(text: str, portal: PracticePortal, folder: Path) -> str:
    return text.replace(OLD_PORTAL, portal.url).replace(OLD_FOLDER, folder.as_posix())


def as_after_the_old_pushes(old: Terminal) -> None:
    """Bring the portal into the state that the old version left behind, with another home."""
    home = old.folder / "home"
    old.patch.setenv("SODASHEET_HOME", str(old.folder / "other"))
    for name in ("changes", "new"):
        pushed = old("push", f"{name}.json", "--yes", *(["--limit", "3"] * (name == "new")))
        assert pushed.code == 0, pushed.err
    old.patch.setenv("SODASHEET_HOME", str(home))


def mark_resolved(old: Terminal) -> None:
    """Mark the interrupted run as resolved, which otherwise blocks other pushes."""
    marked = old("history", DIED, "--mark-resolved")
    assert marked.code == 0, marked.err


@pytest.mark.parametrize("name", ["new", "changes", "withdrawn", "suggested"])
def test_a_job_file_is_read_whole(old: Terminal, name: str) -> None:
    shown = old("job", "show", f"{name}.json", "--json")
    validated = old("job", "validate", f"{name}.json")

    assert shown.code == 0, shown.err
    assert "not known here" not in shown.err
    assert validated.code == (4 if name == "suggested" else 0), validated.out


def test_a_job_file_is_pushed(old: Terminal) -> None:
    mark_resolved(old)
    said = old("push", "new.json", "--yes", "--json")

    assert said.code == 0, said.err
    assert said.json["rows"]["created"] == said.json["source"]["rows"]


def test_a_job_on_a_mapping_sheet_is_pushed(old: Terminal) -> None:
    with zipfile.ZipFile(OLD / "book.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(old.folder / "book.xlsx", "w") as book:
        for name, part in parts.items():
            text = part.decode("utf-8") if name.endswith(".xml") else None
            book.writestr(name, part if text is None else moved(text, old.portal, old.folder))

    checked = old("check", "book.xlsx", "--json")

    assert checked.code == 0, checked.err
    assert checked.json["sendable"] == 40


def test_runs_are_listed_and_shown(old: Terminal) -> None:
    listed = old("history", "--json")
    shown = old("history", UPSERT)
    fresh = old("freshness", "--json")

    assert [run["run"] for run in listed.json] == [DIED, NOTHING, TRIAL, UPSERT]
    assert json.loads(shown.out)["rows"]["updated"] == 30
    assert fresh.json[0]["dataset"] == PERMITS


def test_a_run_is_undone(old: Terminal) -> None:
    as_after_the_old_pushes(old)
    mark_resolved(old)

    said = old("undo", UPSERT, "--yes", "--json")

    assert said.code == 0, said.err
    assert said.json["undoes"] == UPSERT
    assert said.json["rows"]["deleted"] == 10


def test_the_rows_after_a_trial_are_sent(old: Terminal) -> None:
    as_after_the_old_pushes(old)
    mark_resolved(old)

    said = old("push", "new.json", "--after-trial", TRIAL, "--yes", "--json")

    assert said.code == 0, said.err
    assert said.json["rows"]["created"] == said.json["source"]["rows"] - 3


def test_an_interrupted_run_is_never_guessed_at(old: Terminal) -> None:
    """A journal of the old version does not prove the outcome of its last write."""
    as_after_the_old_pushes(old)

    resumed = old("push", "--resume", DIED, "--yes", "--json")
    next_one = old("push", "changes.json", "--yes")
    marked = old("history", DIED, "--mark-resolved")
    after = old("push", "changes.json", "--yes", "--skip-guard", "unlike-dataset", "--json")

    assert (resumed.code, next_one.code, marked.code, after.code) == (5, 4, 0, 0), after.err
    assert f"Run {DIED} on this dataset was not finished" in next_one.err
    assert (after.json["outcome"], after.json["rows"]["sent"]) == ("done", 0)


def test_a_schedule_is_listed_and_run(old: Terminal) -> None:
    mark_resolved(old)
    listed = old("schedule", "--list", "--json")
    ran = old("run", "--schedule", "permits", "--json")

    assert [one["name"] for one in listed.json] == ["permits"]
    assert ran.code == 0, ran.err
    assert ran.json["jobs"][0]["report"]["outcome"] == "done"


@pytest.mark.parametrize(
    "arguments",
    [
        ("push", "new.json", "--rows", "2", "--yes"),
        ("push", "new.json", "--again", "--override", "shrink", "--yes"),
        ("push", "changes.json", "--send", "all", "--yes"),
        ("preview", "changes.json", "--rows", "2"),
        ("history", "--freshness"),
        ("job", "reuse", "changes.json", "--source", "permits-new.csv", "-o", "copied.json"),
    ],
)
def test_the_old_options_are_still_taken(old: Terminal, arguments: tuple[str, ...]) -> None:
    mark_resolved(old)
    said = old(*arguments)

    assert said.code == 0, said.err


@pytest.mark.parametrize("command", ["push", "undo", "history", "map", "schedule", "preview"])
def test_help_shows_no_old_option(old: Terminal, command: str) -> None:
    shown = old(command, "--help").out.split()

    gone = {"--rows", "--again", "--override", "--rest-of", "--force", "--dismiss", "--set",
            "--print", "--freshness", "--send"}  # fmt: skip
    # In a mapping, --rows has a meaning of its own since: all rows, or only visible ones.
    still = {"--rows"} if command == "map" else set()
    assert (gone - still).isdisjoint(word.strip(",") for word in shown)


def parameters(name: str) -> set[str]:
    """Return every option that a command takes, the hidden names of earlier versions included."""
    command: click.Command = root
    context = click.Context(root)
    for word in name.split():
        assert isinstance(command, click.Group)
        found = command.get_command(context, word)
        assert found is not None, name
        # Click remembers the help option that the first context of a command asks for.
        command = found
        context = click.Context(found, parent=context, **found.context_settings)
    parser = command.make_parser(context)
    return {*parser._long_opt, *parser._short_opt}


OLD_COMMANDS: dict[str, list[str]] = json.loads((OLD / "commands.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(OLD_COMMANDS))
def test_every_old_command_and_option_is_still_taken(name: str) -> None:
    assert set(OLD_COMMANDS[name]) - parameters(name) == set()


#: Buttons of the old version's ribbon; an add-in that is not updated calls them by these names.
OLD_BUTTONS = {
    *("choose_dataset", "choose_source", "open_on_portal", "map_columns", "match_again"),
    *("check_data", "preview_changes", "push", "stop", "retry_failed_rows", "undo_last_push"),
    *("schedule", "run_history", "sign_in", "test_connection", "sign_out", "open_log", "help"),
}


def test_every_old_button_still_leads_to_a_function() -> None:
    assert OLD_BUTTONS - set(BUTTONS) == set()
