"""The commands as a user enters them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sodasheet.model.exit_code import ExitCode
from sodasheet.office.samples.sample_files import PLANTED

from .conftest import PERMITS, Terminal

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_demo_shows_all_four_methods_and_leaves_nothing_behind(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "sodasheet", "demo"],
        capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=200, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("done: ") == 5
    assert (
        "Appended to Building Permits: 20 rows sent, 20 created; it now has 320 rows."
        in done.stdout
    )
    assert "15 deleted; it now has 315 rows." in done.stdout
    assert "300 rows sent, 300 created; it now has 300 rows." in done.stdout
    assert "A replace would add" in done.stdout
    assert done.stdout.count("The dataset has 315 rows") == 2, "after the delete and the undo"
    assert "Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_map_shows_every_match_with_its_reason_and_saves_the_job(terminal: Terminal) -> None:
    terminal.sample("permits-new.csv")

    said = terminal("map", "permits-new.csv", terminal.permits, "-o", "job.json")

    assert said.code == 0, said.err
    assert "Building Permits (prmt-7x2d), row identifier: permit_no" in said.out
    assert "same field name" in said.out
    assert "Saved as job.json." in said.out
    assert (terminal.folder / "job.json").is_file()


def test_map_takes_the_users_choices(terminal: Terminal) -> None:
    (terminal.folder / "odd.csv").write_text('Nr,Wert,Tag\nX-1,"1.234,50",31.12.2024\n')

    said = terminal(
        "map", "odd.csv", terminal.permits, "--json", "--set", "Nr=permit_no", "--set",
        "Wert=declared_value", "--set", "Tag=opened", "--format", "Wert=1.234,50", "--format",
        "Tag=%d.%m.%Y", "--constant", "permit_type=Solar",
    )  # fmt: skip

    assert said.code == 0, said.err
    rules = {rule.get("source", "constant"): rule for rule in said.json["columns"]}
    assert rules["Nr"]["field"] == "permit_no"
    assert rules["Wert"]["formats"] == ["1.234,50"]
    assert rules["Tag"]["formats"] == ["%d.%m.%Y"]
    assert rules["constant"]["constant"] == "Solar"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "Permit No"], '--map "Permit No" is missing an =.'),
        (["--set", "Nope=notes"], 'There is no column of the source named "Nope".'),
        (["--constant", "nope=1"], 'There is no dataset column named "nope".'),
        (["--format", "Opened=nonsense"], "Column Opened: 'n' in the date format 'nonsense'"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_wrong_usage(
    terminal: Terminal, arguments: list[str], sentence: str
) -> None:
    terminal.sample("permits-new.csv")

    said = terminal("map", "permits-new.csv", terminal.permits, *arguments)

    assert said.code == 2
    assert sentence in said.err


@pytest.mark.parametrize("asset", ["view-2j7f", "mapp-9d4s", "link-3w6t", "file-8v5r"])
def test_nothing_is_mapped_onto_what_has_no_rows_of_its_own(terminal: Terminal, asset: str) -> None:
    terminal.sample("permits-new.csv")
    address = f"{terminal.portal.url}/d/{asset}"

    said = terminal("map", "permits-new.csv", address, "-o", "job.json")

    assert said.code == 4
    assert "and has no rows that can be changed." in said.err
    assert not (terminal.folder / "job.json").exists()


def test_an_address_without_a_dataset_is_wrong_usage(terminal: Terminal) -> None:
    terminal.sample("permits-new.csv")

    said = terminal("map", "permits-new.csv", terminal.portal.url)

    assert said.code == 2
    assert "There is no dataset id" in said.err


def test_check_finds_every_planted_mistake_and_sends_nothing(terminal: Terminal) -> None:
    terminal.sample("permits.xlsx")
    terminal("map", "permits.xlsx", terminal.permits, "-o", "job.json")

    said = terminal("check", "job.json", "--findings", "findings.csv", "--json")

    assert said.code == 4
    text = (terminal.folder / "findings.csv").read_text(encoding="utf-8-sig")
    rows = {int(line.split(",")[0]) for line in text.splitlines()[1:] if line[:1].isdigit()}
    missing = [planted for planted in PLANTED if planted.row not in rows]
    assert [planted.wrong for planted in missing if planted.header != "Zip"] == []
    assert "Zip" in {finding["column"] for finding in said.json["findings"]}
    assert said.json["rows"] == said.json["sendable"] + said.json["rejected"]


def test_a_clean_source_checks_with_exit_code_0(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")

    said = terminal("check", "job.json")

    assert said.code == 0, said.out
    assert "All 300 rows of permits-clean.csv are ready for Building Permits." in said.out


def test_push_asks_first_and_without_a_terminal_the_answer_is_no(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")

    said = terminal("push", "job.json")

    assert said.code == 130
    assert "Update or add 300 rows in Building Permits" in said.err
    assert "No terminal to confirm on. Run it again with --yes" in said.out


def test_push_prints_its_report_as_one_json_object(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")

    said = terminal("push", "job.json", "--yes", "--json", "--rows", "5")

    assert said.code == 0, said.err
    assert said.json["outcome"] == "done"
    assert said.json["rows"]["sent"] == 5
    assert said.json["dataset"] == PERMITS


def test_push_method_overrides_the_jobs(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")

    said = terminal("push", "job.json", "--yes", "--json", "--method", "replace")

    assert said.json["method"] == "replace"
    assert said.json["rows_after"] == 300


def test_a_job_that_is_not_there_is_wrong_usage(terminal: Terminal) -> None:
    said = terminal("check", "nowhere.json")

    assert said.code == 2
    assert said.err.startswith("sodasheet: The job file nowhere.json")


def test_an_error_is_one_json_object_where_json_was_asked_for(terminal: Terminal) -> None:
    said = terminal("check", "nowhere.json", "--json")

    assert said.code == 2
    assert set(said.json) == {"error", "remedy", "steps", "exit_code"}


def test_a_wrong_key_is_said_in_one_sentence(terminal: Terminal) -> None:
    terminal.patch.setenv("SODASHEET_KEY_SECRET", "not-the-secret")
    terminal.sample("permits-clean.csv")

    said = terminal("map", "permits-clean.csv", terminal.permits)

    assert said.code == 1
    assert "does not accept your key" in said.err
    assert "not-the-secret" not in said.err


def test_datasets_searches_the_catalogue(terminal: Terminal) -> None:
    said = terminal("datasets", terminal.portal.url, "trees")

    assert said.code == 0
    assert "Street Trees" in said.out

    nothing = terminal("datasets", terminal.portal.url, "zeppelins")
    assert "No dataset on" in nothing.out


def test_every_command_has_help_with_an_example_and_a_place_in_the_docs() -> None:
    from sodasheet.commands.terminal.command_line import COMMANDS, root

    text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    context = root.make_context("sodasheet", [], resilient_parsing=True)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        assert "Example" in (command.help or ""), f"{name} --help has no example"
        assert f"## sodasheet {name}" in text, f"docs/reference/commands.md does not tell of {name}"
        subcommands = getattr(command, "commands", {None: command})
        for sub in subcommands.values():
            for option in (
                text
                for parameter in sub.params
                if not getattr(parameter, "hidden", False)
                for text in parameter.opts
                if "--" in text
            ):
                assert option in text, (
                    f"docs/reference/commands.md does not tell of {name} {option}"
                )


def test_an_unexpected_error_gives_no_traceback_but_keeps_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("sodasheet.portal.dataset_address.parse_portal", broken)
    said = terminal("datasets", "data.example.gov")

    assert said.code == 1
    assert "Unexpected error" in said.err
    assert "Traceback" not in said.err
    kept = (terminal.folder / "home" / "last-error.txt").read_text(encoding="utf-8")
    assert "ZeroDivisionError: planted" in kept


def test_history_lists_runs_and_shows_a_report(terminal: Terminal) -> None:
    empty = terminal("history")
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")
    again = ("--skip-guard", "unlike-dataset")  # other tests have already pushed the file
    pushed = terminal("push", "job.json", "--yes", "--json", *again)

    listed = terminal("history", "--json")
    shown = terminal("history", pushed.json["run"])

    assert "Nothing has been pushed" in empty.out
    assert [run["outcome"] for run in listed.json] == ["done"]
    assert shown.json == pushed.json
    assert "BP" not in terminal("history").err


def test_a_run_that_is_unknown_or_ended_cannot_be_resumed(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")
    again = ("--skip-guard", "unlike-dataset")  # other tests have already pushed the file
    run = terminal("push", "job.json", "--yes", "--json", "--limit", "1", *again).json["run"]

    ended = terminal("push", "--resume", run)
    nowhere = terminal("push", "--resume", "20000101-000000-abcd")
    neither = terminal("push")

    assert (ended.code, nowhere.code, neither.code) == (2, 2, 2)
    assert f"Run {run} has ended (done)" in ended.err
    assert "There is no run" in nowhere.err
    assert "Specify a job file or --resume RUN." in neither.err


def test_percentages_of_a_workbook_are_sent_as_the_steward_sees_them(terminal: Terminal) -> None:
    terminal.sample("permits.xlsx")

    rules = terminal("map", "permits.xlsx", terminal.permits, "--json").json["columns"]

    (completion,) = [rule for rule in rules if rule.get("source") == "Completion"]
    assert completion["formats"] == ["fraction"]


def test_check_says_at_once_what_a_push_would_be_refused_for(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")
    job = (terminal.folder / "job.json").read_text()
    (terminal.folder / "view.json").write_text(job.replace("prmt-7x2d", "view-2j7f"))
    terminal.sign_in("viewer")

    viewer = terminal("check", "job.json")
    filtered = terminal("check", "view.json")

    assert (viewer.code, filtered.code) == (4, 4)
    assert "You do not have permission" in viewer.err
    assert "Building Permits" in viewer.err
    assert "filtered view" in filtered.err


def test_check_tells_whoever_is_not_signed_in_to_sign_in(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")
    terminal.patch.delenv("SODASHEET_KEY_ID")
    terminal.patch.delenv("SODASHEET_KEY_SECRET")

    said = terminal("check", "job.json")

    assert said.code == 4
    assert "you are not signed in." in said.err
    assert f"sodasheet sign-in {terminal.portal.url.removeprefix('http://')}" in said.err


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("", "rows.csv has no rows, and an empty source is never sent."),
        ("A-1,x\n", "The one row of rows.csv is ready for Building Permits."),
        (",x\n", "The one row of rows.csv has findings that prevent it from being sent"),
    ],
)
def test_no_row_and_one_row_are_counted_in_words(
    terminal: Terminal, rows: str, sentence: str
) -> None:
    Path("rows.csv").write_text(f"Permit Number,Notes\n{rows}")
    terminal("map", "rows.csv", terminal.permits, "-o", "job.json")

    assert sentence in terminal("check", "job.json").out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chek", "job.json"], "No such command 'chek'. Did you mean check?"),
        (["history", "--dismiss"], "Write sodasheet history RUN --mark-resolved"),
        (["check", "permits-new.csv"], "sodasheet map permits-new.csv DATASET -o permits-new.json"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(
    terminal: Terminal, arguments: list[str], sentence: str
) -> None:
    terminal.sample("permits-new.csv")

    said = terminal(*arguments)

    assert said.code == 2
    assert sentence in said.err


def test_a_workbook_given_as_a_job_is_told_apart(terminal: Terminal) -> None:
    terminal.sample("permits.xlsx")

    said = terminal("check", "permits.xlsx")

    assert said.code == 2
    assert "permits.xlsx has no mapping sheet." in said.err
    assert "sodasheet map" in said.err


def test_ctrl_c_in_a_step_of_the_demo_ends_it_as_stopped(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sodasheet.commands.terminal import command_line

    typed: list[str] = []

    def interrupted(arguments: list[str]) -> int:
        typed.append(arguments[0])
        return int(ExitCode.CANCELLED) if arguments[0] == "check" else 0

    monkeypatch.setattr(command_line, "run", interrupted)

    said = terminal("demo")

    assert typed == ["map", "check"]
    assert said.code == 130
    assert said.err == "sodasheet: The demo was stopped.\nNothing remains.\n"


@pytest.mark.not_on_windows("a signal that asks a process to end")
def test_a_push_that_is_told_to_end_leaves_no_temporary_files(tmp_path: Path) -> None:
    import signal
    import time

    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)}
    demo = subprocess.Popen(
        [sys.executable, "-m", "sodasheet", "demo", "--keep"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
        cwd=tmp_path,
    )  # fmt: skip
    assert demo.stdout is not None
    while "until you press Ctrl-C" not in demo.stdout.readline():
        assert demo.poll() is None
    demo.send_signal(signal.SIGTERM)

    assert demo.wait(20) == 143
    time.sleep(0.1)
    assert list(tmp_path.iterdir()) == []
