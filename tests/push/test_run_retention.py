"""Old runs are deleted by age and size; runs that are still needed are kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from sodasheet.model.report import Outcome
from sodasheet.push.incremental.baseline import imprint_path
from sodasheet.push.run_retention import prune, prune_daily
from sodasheet.push.runs.history import past_runs
from sodasheet.push.runs.journal import RunLog, runs_folder
from sodasheet.settings import Keep, Settings, settings_file, write_settings
from sodasheet.system.folders import scratch_folder

from .kept import NOW, aged, ran

MOMENT = NOW.timestamp()
MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder and a temporary directory for this test."""
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    return temporary


def left() -> set[str]:
    return {path.name for path in runs_folder().iterdir() if path.is_dir()}


def test_old_runs_go_and_the_journal_keeps_their_line() -> None:
    old, newer, newest = ran(100), ran(50), ran(10)

    pruned = prune(Keep(days=90), MOMENT)

    assert left() == {newer.run, newest.run}
    assert (pruned.runs, pruned.snapshots, pruned.strays) == (1, 0, 0)
    assert pruned.sentence.startswith("Removed 1 run log: ")
    gone = past_runs()[-1]
    assert (gone.run, gone.outcome, gone.report) == (old.run, "done", None)
    assert (gone.rows.sent, gone.rows.rejected) == (20, 2)


def test_rows_from_before_an_old_change_of_types_go_and_its_record_stays() -> None:
    folder = runs_folder().parent / "columns"
    for run in ("20200101-000000-abcd", f"{NOW:%Y%m%d-%H%M%S}-abcd", "something else"):
        (folder / run).mkdir(parents=True)
        (folder / run / "1.json").write_text("[]")
    (folder / "20200101-000000-abcd.json").write_text("{}")

    pruned = prune(Keep(days=90), MOMENT)

    assert pruned.snapshots == 1
    assert {path.name for path in folder.iterdir()} == {
        "20200101-000000-abcd.json", f"{NOW:%Y%m%d-%H%M%S}-abcd", "something else",
    }  # fmt: skip


@pytest.mark.parametrize("outcome", [None, Outcome.UNKNOWN])
def test_a_run_that_died_or_is_unknown_stays_however_old(outcome: Outcome | None) -> None:
    stuck = ran(1000, outcome, snapshot=3 * MEGABYTE)
    ran(1)

    prune(Keep(days=1, megabytes=1), MOMENT)

    assert stuck.run in left()
    assert (stuck.folder / "snapshot").is_dir()


def test_the_newest_landed_run_of_every_dataset_stays() -> None:
    mine = ran(1000, snapshot=3 * MEGABYTE)
    other = ran(999, Outcome.REJECTS, dataset="wxyz-9876", snapshot=3 * MEGABYTE)
    later = [ran(500, Outcome.FAILED), ran(400, Outcome.REFUSED, dataset="wxyz-9876")]

    prune(Keep(days=90, megabytes=1), MOMENT)

    assert left() == {mine.run, other.run}
    assert (other.folder / "snapshot").is_dir()
    assert not any(log.folder.exists() for log in later)


def test_a_run_that_sent_nothing_does_not_cost_the_way_back() -> None:
    changed = ran(20, snapshot=3 * MEGABYTE)
    nothing_new = ran(2)

    prune(Keep(days=1, megabytes=1), MOMENT)

    assert left() == {changed.run, nothing_new.run}
    assert (changed.folder / "snapshot").is_dir()


def test_a_run_whose_undoing_is_not_settled_stays() -> None:
    undone = ran(400, snapshot=10)
    ran(300, snapshot=10)
    ran(200, None, recipe={"folder": f"/anywhere/{undone.run}/way-back"})

    prune(Keep(days=90), MOMENT)

    assert undone.run in left()


def test_snapshots_go_before_reports_and_the_oldest_first() -> None:
    runs = [ran(days, snapshot=2 * MEGABYTE) for days in (40, 30, 20, 10)]

    pruned = prune(Keep(days=90, megabytes=5), MOMENT)

    assert [(log.folder / "snapshot").exists() for log in runs] == [False, False, True, True]
    assert left() == {log.run for log in runs}
    assert (pruned.runs, pruned.snapshots) == (0, 2)
    assert past_runs()[-1].snapshot is None


def test_whole_runs_go_where_snapshots_are_not_enough() -> None:
    runs = [ran(days) for days in (40, 30, 20)]
    for log in runs:
        log.findings.write_bytes(b"x" * MEGABYTE)

    pruned = prune(Keep(days=90, megabytes=2), MOMENT)

    assert runs[0].run not in left()
    assert runs[2].run in left()
    assert pruned.runs >= 1


def test_a_run_that_is_just_beginning_stays() -> None:
    beginning = RunLog.begin(NOW)
    (beginning.folder / "snapshot").mkdir()
    (beginning.folder / "snapshot" / "rows").write_bytes(b"x" * 2 * MEGABYTE)

    prune(Keep(days=1, megabytes=1), MOMENT)

    assert beginning.run in left()


def test_what_is_no_run_is_left_alone(tmp_path: Path) -> None:
    ran(1)
    (runs_folder() / "my notes").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (runs_folder() / "20200101-000000-abcd").symlink_to(elsewhere)

    prune(Keep(days=1, megabytes=1), MOMENT)

    assert "my notes" in left()
    assert elsewhere.exists()


def errand(name: str, days: float, report: bool = True) -> Path:
    folder = runs_folder().parent / "errands" / name
    folder.mkdir(parents=True)
    (folder / "spool.csv").write_text("a,b\n")
    (folder / "status.json").write_text(json.dumps({"time": MOMENT - days * 86400}))
    if report:
        (folder / "report.json").write_text("{}")
    return aged(folder, days)


def test_rows_of_old_errands_go_unless_a_run_still_needs_them() -> None:
    shown, died, fresh = errand("a", 100), errand("b", 100, report=False), errand("c", 10)
    needed = errand("d", 100)
    ran(100, None, job={"source": {"kind": "spool", "path": str(needed)}})

    pruned = prune(Keep(days=90), MOMENT)

    assert [one.exists() for one in (shown, died, fresh, needed)] == [False, False, True, True]
    assert pruned.strays == 2


def test_the_stage_of_a_killed_process_goes_and_that_of_a_live_one_stays(places: Path) -> None:
    code = (
        "import sys, time\nfrom sodasheet.system.folders import scratch_folder\n"
        "with scratch_folder() as folder:\n"
        "    print(folder, flush=True)\n    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(places)},
    )  # fmt: skip
    assert process.stdout is not None
    killed = Path(process.stdout.readline().strip())
    process.kill()
    process.wait(60)
    (places / "sodasheet-of-old").mkdir()
    (places / "something else").mkdir()
    with scratch_folder() as mine:
        for folder in places.iterdir():
            aged(folder, 2)
        (places / "sodasheet-fresh").mkdir()

        pruned = prune(Keep(), MOMENT)

        assert mine.is_dir()
        assert not killed.exists()
        kept = {"something else", "sodasheet-fresh", mine.name}
        assert {path.name for path in places.iterdir()} == kept
        assert pruned.strays == 2
    assert not mine.exists()


def imprinted(days: float, dataset: str = "abcd-1234") -> Path:
    """An imprint that was written so many days ago, with the draft that a dead process has left."""
    path = imprint_path("https://data.example.gov", dataset)
    path.parent.mkdir(parents=True, exist_ok=True)
    for one in (path, path.with_suffix(".json"), path.with_suffix(".json.tmp")):
        one.write_bytes(b"x" * 100)
        os.utime(one, (MOMENT - days * 86_400,) * 2)
    return path


def test_what_was_sent_is_forgotten_where_nobody_has_pushed_for_as_long_as_runs_are_kept() -> None:
    # One push long ago; pushes that found nothing new; another portal's; and one of today.
    old, in_use, unknown, new = (
        imprinted(days, dataset)
        for days, dataset in (
            (91, "abcd-1234"),
            (400, "aaaa-2222"),
            (91, "bbbb-3333"),
            (1, "cccc-4"),
        )
    )
    ran(91)
    ran(5, dataset="aaaa-2222")

    pruned = prune(Keep(days=90), MOMENT)

    assert [one.exists() for one in (old, in_use, unknown, new)] == [False, True, False, True]
    assert len(list(old.parent.iterdir())) == 6
    assert pruned.imprints == 2
    assert pruned.sentence == "Removed 2 imprints: 0.0 MB."


def test_the_daily_pruning_happens_once_a_day() -> None:
    write_settings(Settings(keep=Keep(days=1)))
    first = ran((NOW.timestamp() - time.time()) / 86400 + 100, Outcome.FAILED)
    prune_daily()
    second = ran((NOW.timestamp() - time.time()) / 86400 + 100, Outcome.FAILED)
    prune_daily()

    assert not first.folder.exists()
    assert left() == {second.run}
    stamp = settings_file().with_name("pruned")
    os.utime(stamp, (time.time() - 90_000,) * 2)
    prune_daily()
    assert left() == set()


def test_a_stamp_from_a_clock_that_was_wrong_does_not_end_the_pruning() -> None:
    write_settings(Settings(keep=Keep(days=1)))
    old = ran((NOW.timestamp() - time.time()) / 86400 + 100, Outcome.FAILED)
    stamp = settings_file().with_name("pruned")
    stamp.touch()
    os.utime(stamp, (time.time() + 10 * 365 * 86_400,) * 2)

    prune_daily()

    assert not old.folder.exists()


def test_broken_settings_keep_everything_and_disturb_nobody() -> None:
    ran(5000)
    settings_file().write_text("{")

    prune_daily()

    assert len(left()) == 1
