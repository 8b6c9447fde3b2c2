"""Past runs as plain values, even if their folders are incomplete."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.model.report import Outcome, RowCounts
from sodasheet.push.runs.history import ago, freshness, past_runs
from sodasheet.push.runs.journal import Journal, runs_folder
from sodasheet.push.undo.undoable_run import last_run

from ..kept import NOW, ran


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    return tmp_path


def test_a_run_is_told_with_everything_that_is_known_of_it() -> None:
    job = {"source": {"path": "data/permits.csv"}}
    log = ran(3, Outcome.REJECTS, snapshot=10, name="permits.json", job=job)
    log.findings.write_text("row\n")

    (run,) = past_runs()

    assert run.to_json() == {
        "run": log.run,
        "started": (NOW - timedelta(days=3)).isoformat(timespec="seconds"),
        "ended": run.ended,
        "seconds": 1.5,
        "job": "permits.json",
        "source": "permits.csv",
        "portal": "https://data.example.gov",
        "dataset": "abcd-1234",
        "dataset_name": "Name of abcd-1234",
        "link": "https://data.example.gov/d/abcd-1234",
        "method": "upsert",
        "outcome": "done with rejects",
        "summary": "What happened.",
        "user": None,
        "rows": {"sent": 20, "created": 3, "updated": 17, "deleted": None, "rejected": 2},
        "rows_after": 9,
        "report": str(log.folder / "report.json"),
        "findings_file": str(log.findings),
        "snapshot": str(log.folder / "snapshot"),
        "undoes": None,
    }
    assert json.loads(json.dumps(run.to_json()))


def test_the_newest_come_first_and_one_dataset_may_be_picked() -> None:
    first, second, third = ran(3), ran(2, dataset="wxyz-9876"), ran(1)

    assert [run.run for run in past_runs()] == [third.run, second.run, first.run]
    assert [run.run for run in past_runs(1)] == [third.run]
    assert [run.run for run in past_runs(dataset="wxyz-9876")] == [second.run]
    assert past_runs(dataset="none-0000") == []


@pytest.mark.parametrize(
    "report",
    [
        "",
        "{",
        "[]",
        "[" * 10_000,
        "{}",
        '{"rows": 5, "source": [], "seconds": "x", "snapshot": 1, "rows_after": true}',
        '{"rows": {"sent": "20"}, "source": {"name": 3}, "user": {}}',
    ],
)
def test_reports_of_any_kind_are_read(report: str) -> None:
    log = ran(1)
    (log.folder / "report.json").write_text(report)

    (run,) = past_runs()

    assert run.outcome == "done"
    assert run.dataset_name == "abcd-1234"
    assert run.rows in (RowCounts(), RowCounts(20, 3, 17, None, 2))


def test_a_run_that_died_has_no_outcome_and_no_counts() -> None:
    ran(1, None)

    (run,) = past_runs()

    assert (run.outcome, run.ended, run.report, run.landed) == (None, None, None, False)
    assert run.rows == RowCounts()


def sentences(**options: Any) -> list[str]:
    return [one.sentence for one in freshness(now=NOW, **options)]


def test_freshness_says_when_a_dataset_was_last_pushed() -> None:
    ran(3, Outcome.REJECTS)

    assert sentences() == ["last pushed 3 days ago, 2 rows rejected"]


def test_a_run_whose_job_could_not_be_read_is_no_dataset() -> None:
    ran(1)
    ran(0, Outcome.FAILED, dataset="")

    assert [one.newest.dataset for one in freshness(now=NOW)] == ["abcd-1234"]


def test_freshness_says_what_has_not_landed_since() -> None:
    ran(3)
    ran(0.1, Outcome.FAILED)

    assert sentences() == [
        "last pushed 3 days ago, 2 rows rejected; the last attempt, 2 hours ago, failed"
    ]


def test_the_later_of_two_runs_of_one_second_is_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = iter(("ffff", "0000"))
    monkeypatch.setattr("sodasheet.push.runs.journal.secrets.token_hex", lambda _: next(ends))
    ran(1)
    later = ran(1, Outcome.FAILED)

    assert [one.run for one in Journal(runs_folder()).newest()] == [later.run]


def test_a_try_that_never_saw_the_dataset_leaves_it_its_name() -> None:
    ran(3)
    tried = ran(0.1, Outcome.FAILED)
    (runs_folder() / tried.run / "report.json").write_text("{}")

    assert [one.newest.dataset_name for one in freshness(now=NOW)] == ["Name of abcd-1234"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (None, "is running or was interrupted"),
        (Outcome.UNKNOWN, "has an unknown outcome"),
        (Outcome.REFUSED, "was refused"),
        (Outcome.CANCELLED, "was cancelled"),
    ],
)
def test_a_dataset_that_was_never_pushed_says_so(outcome: Outcome | None, words: str) -> None:
    ran(1, outcome)

    assert sentences() == [f"never pushed from this computer; the last attempt, 1 day ago, {words}"]


def test_the_longest_waiting_dataset_comes_first() -> None:
    ran(5, dataset="late-0001")
    ran(9, dataset="olde-0001")
    ran(1, Outcome.FAILED, dataset="neve-0001")

    found = freshness(now=NOW)

    assert [one.newest.dataset for one in found] == ["neve-0001", "olde-0001", "late-0001"]
    assert [one.to_json()["last_pushed"] is None for one in found] == [True, False, False]
    assert sentences(dataset="late-0001") == ["last pushed 5 days ago, 2 rows rejected"]


def test_a_dismissed_run_is_told_as_such() -> None:
    log = ran(1, None)
    Journal(runs_folder()).end(log.run, "dismissed", "It died.")

    assert sentences()[0].endswith("was dismissed")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-500, "just now"),
        (60, "1 minute ago"),
        (7199, "1 hour ago"),
        (86_400 * 2, "2 days ago"),
        (86_400 * 1500, "1,500 days ago"),
    ],
)
def test_how_long_ago_is_said_in_words(seconds: int, words: str) -> None:
    assert ago((NOW - timedelta(seconds=seconds)).isoformat(), NOW) == words


def test_a_time_that_is_none_is_repeated() -> None:
    assert ago("yesterday", NOW) == "at yesterday"


def test_the_last_push_is_the_last_one_even_where_the_clock_was_set_back() -> None:
    ran(0)
    last = ran(2)

    assert last_run() == last.run


def test_a_home_that_cannot_be_written_to_is_named_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "file").write_text("", "utf-8")
    monkeypatch.setenv("SODASHEET_HOME", str(home / "file"))

    with pytest.raises(SodaSheetError) as refused:
        past_runs()

    assert refused.value.what.startswith(f"The run log {runs_folder() / 'journal.sqlite3'} cannot")
    assert refused.value.what.count(str(home / "file")) == 1
    assert "rrno" not in refused.value.what
