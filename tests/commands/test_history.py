"""`sodasheet history` as entered by a user."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.report import Outcome
from sodasheet.system.pasteable_command_line import command_line

from .conftest import Terminal


def _kept() -> Any:
    """The old runs that tests/push also writes."""
    path = Path(__file__).parents[1] / "push" / "kept.py"
    spec = importlib.util.spec_from_file_location("kept_runs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KEPT = _kept()


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(KEPT, "NOW", datetime.now(UTC))
    return KEPT.ran


def days_ago(days: float) -> datetime:
    moment: datetime = KEPT.NOW - timedelta(days=days)
    return moment


def test_runs_are_listed_with_what_is_worth_knowing(terminal: Terminal, ran: Any) -> None:
    landed = ran(3, Outcome.REJECTS, name="permits.json")
    died = ran(1, None, job={"source": {"path": "data/fees.csv"}})
    started = [moment.strftime("%Y-%m-%d %H:%M") for moment in (days_ago(1), days_ago(3))]

    said = terminal("history")

    resuming = command_line(["push", "--resume", died.run])
    assert said.code == 0
    assert said.out.splitlines() == [
        f"{died.run}  {started[0]} UTC  upsert abcd-1234 from fees.csv",
        f"    running, or interrupted: to find out: {resuming}",
        f"{landed.run}  {started[1]} UTC  1.5 s  upsert abcd-1234 from permits.json",
        "    done with rejects: What happened.",
        f"Reports and findings: {terminal.folder / 'home' / 'runs'}, in a folder for each run.",
    ]


def test_an_undo_is_listed_by_what_it_took_back(terminal: Terminal, ran: Any) -> None:
    first = ran(3)
    ran(1, undoes=first.run)

    assert f"undo of {first.run} in abcd-1234" in terminal("history").out.splitlines()[0]


def test_one_dataset_may_be_named_by_id_or_address(terminal: Terminal, ran: Any) -> None:
    mine, _ = ran(3), ran(1, dataset="wxyz-9876")

    for name in ("abcd-1234", "https://data.example.gov/d/abcd-1234"):
        found = terminal("history", "--dataset", name, "--json").json
        assert [run["run"] for run in found] == [mine.run]
    said = terminal("history", "--dataset", "permits")
    assert said.code == 2
    assert '"permits" is not a dataset id.' in said.err


def test_freshness_is_one_line_for_each_dataset(terminal: Terminal, ran: Any) -> None:
    assert terminal("history", "--freshness").out.strip() == (
        "Nothing has been pushed from this computer yet."
    )
    ran(3, Outcome.REJECTS)
    ran(2, dataset="wxyz-9876")

    said = terminal("history", "--freshness", "--json").json
    assert [one["sentence"] for one in said] == [
        "last pushed 3 days ago, 2 rows rejected",
        "last pushed 2 days ago, 2 rows rejected",
    ]
    assert "last pushed 3 days ago" in terminal("history", "--freshness").out


def test_pruning_by_hand_says_what_went(terminal: Terminal, ran: Any) -> None:
    old, _ = ran(100), ran(1)

    said = terminal("history", "--prune")

    assert said.out.startswith("Removed 1 run log: ")
    assert terminal("history", "--prune", "--json").json["runs"] == 0
    gone = terminal("history", old.run)
    assert gone.code == 2
    assert f"The report of run {old.run} has been removed (done): What happened." in gone.err


def test_the_settings_are_set_shown_and_kept(terminal: Terminal) -> None:
    said = terminal(
        "settings", "--mail-server", "smtp.example.org", "--mail-user", "ann@example.org",
        "--keep-days", "30", "--json",
    )  # fmt: skip

    assert said.json["mail"] == {
        "host": "smtp.example.org", "port": 587, "security": "starttls",
        "user": "ann@example.org", "sender": "", "to": "",
    }  # fmt: skip
    said = terminal("settings", "--mail-security", "tls", "--mail-to", "b@x.org", "--json")
    assert (said.json["mail"]["port"], said.json["mail"]["to"]) == (465, "b@x.org")
    shown = terminal("settings").out
    assert "smtp.example.org:465" in shown
    assert "30 days, at most 2,000 MB" in shown
    assert shown.splitlines()[-1].startswith("Settings file: ")
    assert shown.rstrip().endswith("settings.json")
    assert terminal("settings", "--no-mail", "--json").json["mail"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--mail-user", "ann"], "No SMTP server is set."),
        (["--test-mail", "a@b.c"], "No SMTP server is set."),
        (["--no-mail", "--mail-to", "a@b.c"], "--no-mail removes what the other options set."),
        (
            ["--mail-server", "a:b@smtp"],
            "The mail server must not contain a user name or a password.",
        ),
        (["--mail-server", "smtp"], "The From address for email is missing."),
        (
            ["--mail-server", "smtp", "--mail-from", "a@b.c", "--mail-security", "none"],
            "Mail to smtp would be sent without encryption, including the password.",
        ),
        (["--mail-server", "smtp:x", "--mail-from", "a@b.c"], 'mail.server is "smtp:x".'),
        (["--mail-server", "smtp", "--mail-from", "ann"], 'mail.from is "ann".'),
        (["--mail-server", "smtp", "--mail-from", "a@b.c,b@b.c"], "mail.from is"),
        (["--keep-days", "0"], "--keep-days"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(
    terminal: Terminal, arguments: list[str], sentence: str
) -> None:
    said = terminal("settings", *arguments)

    assert said.code == 2
    assert sentence in said.err
    assert not (terminal.folder / "home" / "settings.json").exists()


@pytest.mark.parametrize("name", ["", "ann", "a@b.c\nBcc: x@y.z"])
def test_a_test_mail_needs_an_address(terminal: Terminal, name: str) -> None:
    terminal("settings", "--mail-server", "smtp.example.org", "--mail-from", "a@b.c")

    said = terminal("settings", "--test-mail", name)

    assert said.code == 2
    assert "is not an email address." in said.err


def test_a_test_mail_to_nowhere_says_so(terminal: Terminal) -> None:
    terminal(
        "settings", "--mail-server", "127.0.0.1:9", "--mail-from", "a@b.c",
        "--mail-security", "none",
    )  # fmt: skip

    said = terminal("settings", "--test-mail", "b@x.org")

    assert said.code == 1
    assert "No mail server answers at port 9 of 127.0.0.1." in said.err
