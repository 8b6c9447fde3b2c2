"""`sodasheet run`, unattended: no questions, no guesses, and everything is recorded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.exit_code import ExitCode
from sodasheet.push.runs.journal import Journal, locks_folder, runs_folder
from sodasheet.push.runs.push_lock import job_lock
from sodasheet.unattended.run_jobs import WORST_FIRST, worst

from ..conftest import PERMITS, Said, Terminal


def saved(terminal: Terminal, name: str = "permits.json", **changes: Any) -> Path:
    """A job with all matches confirmed and some keys changed."""
    terminal.sample("permits-new.csv")
    job = json.loads(mapped(terminal)) | changes
    path = terminal.folder / name
    path.write_text(json.dumps(job), encoding="utf-8")
    return path


def mapped(terminal: Terminal) -> str:
    """The text of the job; each portal is queried only once."""
    if terminal.portal.url not in MAPPED:
        said = terminal(
            "map", "permits-new.csv", terminal.permits, "--confirm", "-o", "mapped.json"
        )
        assert said.code == 0, said.err
        MAPPED[terminal.portal.url] = (terminal.folder / "mapped.json").read_text(encoding="utf-8")
    return MAPPED[terminal.portal.url]


MAPPED: dict[str, str] = {}


def report(terminal: Terminal) -> dict[str, Any]:
    """The report of the run that began last, from the run log."""
    logs = runs_folder().glob("*/run.log")
    folder = max(logs, key=lambda path: path.stat().st_mtime_ns).parent
    body: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return body


def log(terminal: Terminal) -> str:
    """The text log of the last run."""
    return (runs_folder() / report(terminal)["run"] / "run.log").read_text(encoding="utf-8")


def outcome_lines(said: Said) -> list[str]:
    return [line for line in said.err.splitlines() if line]


def test_a_run_pushes_says_one_line_and_leaves_a_report_and_a_log(terminal: Terminal) -> None:
    job = saved(terminal)

    said = terminal("run", job)

    assert said.code == 0, said.err
    [line] = outcome_lines(said)
    assert line.startswith("permits: done: Updated Building Permits: 20 rows sent")
    assert said.out == ""
    assert report(terminal)["outcome"] == "done"
    text = log(terminal)
    assert f"permits: upsert into {terminal.portal.url}/d/{PERMITS}" in text
    assert "checking" in text
    assert "Exit code 0" in text
    assert os.environ["SODASHEET_KEY_SECRET"] not in text


def test_json_is_one_object_with_a_report_for_each_job(terminal: Terminal) -> None:
    said = terminal("run", saved(terminal), "--json")

    assert said.json["exit_code"] == 0
    [one] = said.json["jobs"]
    assert (one["name"], one["exit_code"], one["not_told"]) == ("permits", 0, [])
    assert one["report"]["rows"]["sent"] == 20


BAD_ROW = "permit_no,declared_value\nBP-2024-9001,1200\nBP-2024-9002,n/a\n"


def bad_rows(terminal: Terminal, max_rejected: int) -> Path:
    (terminal.folder / "bad.csv").write_text(BAD_ROW)
    terminal("map", "bad.csv", terminal.permits, "--confirm", "-o", "bad.json")
    path = terminal.folder / "bad.json"
    job = json.loads(path.read_text()) | {"guards": {"max_rejected": max_rejected}}
    path.write_text(json.dumps(job))
    return path


@pytest.mark.parametrize(
    ("allowed", "code", "outcome"), [(0, 4, "refused"), (1, 3, "done with rejects")]
)
def test_rows_with_findings_are_left_out_only_as_far_as_the_job_allows(
    terminal: Terminal, allowed: int, code: int, outcome: str
) -> None:
    said = terminal("run", bad_rows(terminal, allowed))

    assert said.code == code, said.err
    assert report(terminal)["outcome"] == outcome


def test_a_match_that_nobody_has_confirmed_is_refused(terminal: Terminal) -> None:
    job = saved(terminal)
    body = json.loads(job.read_text())
    body["columns"][1]["match"] = "similar 91 %"
    job.write_text(json.dumps(body))

    said = terminal("run", job)

    assert said.code == 4, said.err
    assert "confirmed" in said.err
    assert report(terminal)["outcome"] == "refused"


def test_a_source_that_changed_shape_is_refused(terminal: Terminal) -> None:
    job = saved(terminal)
    source = terminal.folder / "permits-new.csv"
    first, rest = source.read_text(encoding="utf-8-sig").split("\n", 1)
    source.write_text(first + ",Color\n" + rest.replace("\n", ",red\n"), encoding="utf-8")

    said = terminal("run", job)

    assert said.code == 4, said.err
    assert '"Color"' in said.err


def test_a_dataset_that_is_not_there_is_a_failure(terminal: Terminal) -> None:
    said = terminal("run", saved(terminal, dataset="zzzz-9999"))

    assert said.code == 1
    assert "failed" in outcome_lines(said)[0]
    assert report(terminal)["outcome"] == "failed"
    assert report(terminal)["dataset"] == "zzzz-9999"


def test_whoever_is_not_signed_in_is_told_and_it_is_in_the_run_log(terminal: Terminal) -> None:
    job = saved(terminal)
    terminal.patch.delenv("SODASHEET_KEY_ID")
    terminal.patch.delenv("SODASHEET_KEY_SECRET")

    said = terminal("run", job)

    assert said.code == 1
    assert report(terminal)["outcome"] == "failed"
    assert report(terminal)["dataset"] == PERMITS
    assert report(terminal)["rows"]["sent"] == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "there is no such file."),
        ("{", "it is not JSON"),
        ('{"sodasheet": 1}', "portal is missing"),
    ],
)
def test_a_job_that_cannot_be_read_has_a_report_all_the_same(
    terminal: Terminal, content: str | None, sentence: str
) -> None:
    if content is not None:
        (terminal.folder / "gone.json").write_text(content)

    said = terminal("run", "gone.json")

    assert said.code == 2
    [line] = outcome_lines(said)
    assert sentence in line
    found = report(terminal)
    assert (found["outcome"], found["method"], found["dataset"]) == ("failed", None, "")
    assert found["summary"].endswith("Nothing was sent.")
    assert terminal("history", found["run"]).code == 0
    assert terminal("history").code == 0


def test_a_second_run_of_the_same_file_says_so_and_sends_nothing(terminal: Terminal) -> None:
    job = saved(terminal)

    with job_lock(locks_folder(), job, "20990101-000000-aaaa"):
        said = terminal("run", job)

    assert said.code == 4
    assert "Another run of permits.json is running on this computer: run 20990101" in said.err
    assert report(terminal)["outcome"] == "refused"
    assert terminal("run", job).code == 0


def test_two_real_runs_of_a_slow_portal_do_not_meet(terminal: Terminal) -> None:
    job = saved(terminal)
    terminal.portal.inject("slow", method="POST", path="/resource/*", seconds=1.5)
    slow = subprocess.Popen(
        [sys.executable, "-m", "sodasheet", "run", str(job)], stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while not list(locks_folder().glob("job-*.json")):
            assert time.monotonic() < deadline, "the first run has not begun"
            time.sleep(0.02)
        said = terminal("run", job)
    finally:
        _, told = slow.communicate(timeout=60)
        terminal.portal.clear_faults()

    assert said.code == 4
    assert f"process {slow.pid}" in said.err
    assert slow.returncode == 0, told


def test_a_time_limit_stops_the_run_before_anything_is_sent(terminal: Terminal) -> None:
    said = terminal("run", saved(terminal), "--time-limit", "0.00001")

    assert said.code == 130
    assert "cancelled: The time limit of 0.0006 seconds was reached." in said.err
    assert report(terminal)["outcome"] == "cancelled"


def test_a_run_that_died_is_settled_first(terminal: Terminal) -> None:
    job = saved(terminal)
    terminal("run", job)
    died = report(terminal)["run"]
    journal = Journal(runs_folder())
    with journal._open() as database:
        database.execute("UPDATE runs SET outcome = NULL WHERE run = ?", (died,))

    said = terminal("run", job)

    assert said.code == 0, said.err
    assert f"Run {died} was interrupted:" in log(terminal)
    settled = journal.record(died)
    assert settled is not None
    assert settled.outcome == "done"


@pytest.mark.not_on_windows("a shell that closes streams")
def test_without_a_screen_or_any_open_stream_it_asks_nothing(terminal: Terminal) -> None:
    """A process that a scheduler started without a console has no standard streams."""
    job = saved(terminal)
    environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    line = f'exec "{sys.executable}" -P -m sodasheet run "{job}" <&- >&- 2>&-'

    done = subprocess.run(["sh", "-c", line], env=environment, timeout=60, check=False)

    assert done.returncode == 0
    assert report(terminal)["outcome"] == "done"


def book_with(terminal: Terminal, *portals: str) -> Path:
    """A workbook with a mapping sheet for each portal, named after its job."""
    jobs = [saved(terminal, f"job{at}.json") for at, _ in enumerate(portals)]
    said = terminal("job", "import", *jobs, "-o", "book.xlsx")
    assert said.code == 0, said.err
    return terminal.folder / "book.xlsx"


def test_several_jobs_of_a_workbook_run_in_order_with_one_report_each(terminal: Terminal) -> None:
    book = book_with(terminal, "first", "second")
    before = book.read_bytes()

    said = terminal("run", book, "--json")
    names = [one["name"] for one in said.json["jobs"]]
    one = terminal("run", book, "--only", names[1])

    assert said.code == 0, said.err
    assert len(set(names)) == 2
    assert [line.split(":")[0] for line in outcome_lines(said)] == names
    assert len({job["report"]["run"] for job in said.json["jobs"]}) == 2
    assert outcome_lines(one)[0].startswith(f"{names[1]}: done: ")
    assert book.read_bytes() == before


def test_where_one_job_fails_the_others_are_run_and_the_worst_code_counts(
    terminal: Terminal,
) -> None:
    book = book_with(terminal, "first", "second")
    terminal.portal.inject(
        "status", method="POST", path="/resource/*", status=400, count=2
    )  # packed, then plain
    try:
        said = terminal("run", book, "--json")
    finally:
        terminal.portal.clear_faults()

    assert [job["exit_code"] for job in said.json["jobs"]] == [1, 0]
    assert said.code == 1


def test_a_key_of_the_environment_goes_to_no_portal_that_only_a_workbook_names(
    terminal: Terminal,
) -> None:
    book = book_with(terminal, "first")
    strange = terminal.folder / "strange.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(strange, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for address in (terminal.portal.url, terminal.portal.url.replace("//", "\\/\\/")):
                content = content.replace(address.encode(), b"https://evil.example.com")
            new.writestr(name, content)

    asking = (
        ("run",),
        ("check",),
        ("push",),
        ("preview",),
        ("job", "validate", "--online"),
        ("job", "reuse", "-o", "new.json", "--source", "permits.csv"),
        ("job", "reuse", "-o", "new.json", "--dataset", "abcd-1234"),
        ("job", "import", "-o", "new.xlsx"),
    )
    for command in asking:
        said = terminal(*command, strange)

        assert said.code != 0
        assert "the key in the environment may not be for that portal" in said.out + said.err


def test_the_exit_codes_are_in_order_of_what_most_needs_a_look() -> None:
    assert set(WORST_FIRST) == set(ExitCode)
    assert worst([ExitCode.REJECTS, ExitCode.REFUSED, ExitCode.DONE]) is ExitCode.REFUSED
    assert worst([ExitCode.FAILED, ExitCode.UNKNOWN, ExitCode.CANCELLED]) is ExitCode.UNKNOWN


@pytest.mark.parametrize("named", [None, "data.example.gov, open.example.org"])
def test_a_key_of_the_environment_goes_to_no_portal_that_only_a_job_file_names(
    terminal: Terminal, named: str | None
) -> None:
    job = saved(terminal, "job.json")
    body = json.loads(job.read_text())
    strange = terminal.folder / "strange.json"
    strange.write_text(json.dumps(body | {"portal": "https://evil.example.com"}))
    terminal.patch.delenv("SODASHEET_PORTAL", raising=False)
    if named:
        terminal.patch.setenv("SODASHEET_PORTAL", named)

    for command in (("run",), ("check",), ("push",), ("job", "validate", "--online")):
        said = terminal(*command, strange)

        assert said.code != 0
        assert "The job names the portal evil.example.com" in said.out + said.err
        assert (
            "set SODASHEET_PORTAL to evil.example.com if you trust that portal"
            in said.out + said.err
        )
