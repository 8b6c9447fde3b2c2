"""`sodasheet map`: suggestions, cleanup, computed columns, locations, limits and warnings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Terminal = Callable[..., Any]

MESSY = """Permit list 2024,,,
Permit No,Status,Issued,Fee
P-1,Issued,1/31/2024,"$1,200"
P-2,Issued,2/1/2024,n/a
Total,,,"$1,200"
"""


@pytest.fixture
def messy(tmp_path: Path) -> str:
    """Write a messy file."""
    (tmp_path / "messy.csv").write_text(MESSY, encoding="utf-8")
    return "messy.csv"


def test_suggestions_are_shown_with_their_evidence(terminal: Terminal, messy: str) -> None:
    said = terminal("map", messy, terminal.permits, "--header-row", "2")

    assert said.code == 0
    shown = said.out + said.err
    assert "Suggestion rows:totals: 1 row reads like a total and can be left out." in shown
    assert "such as Total (row 5)" in shown
    assert "--accept KEY" in shown


def test_a_blank_cell_among_the_examples_is_called_blank(terminal: Terminal) -> None:
    rows = "Permit Number,Permit Type\nBP-1,Solar\n,Roof\n,Deck\nBP-2,Solar\n,Pool\n"
    (terminal.folder / "groups.csv").write_text(rows, encoding="utf-8")

    said = terminal("map", "groups.csv", terminal.permits)

    assert "such as blank (row 3)" in said.out + said.err


def test_open_suggestions_are_printed_with_the_job(terminal: Terminal, messy: str) -> None:
    command = ("map", messy, terminal.permits, "--header-row", "2", "--json")

    found = {one["key"]: one for one in terminal(*command).json["suggestions"]}
    left = terminal(*command, "--accept", "rows:totals").json

    totals = found["rows:totals"]
    assert totals["message"] == "1 row reads like a total and can be left out."
    assert totals["examples"] == [{"row": 5, "value": "Total"}]
    assert (totals["question"], totals["column"], totals["fits"]) == (False, None, 1)
    assert left["source"]["leave_out"] == ["totals"]
    assert [one["key"] for one in left["suggestions"]] == [
        key for key in found if key != "rows:totals"
    ]


def test_the_printed_job_is_valid_with_its_suggestions(terminal: Terminal, messy: str) -> None:
    printed = terminal("map", messy, terminal.permits, "--header-row", "2", "--confirm", "--json")
    Path("printed.json").write_text(printed.out, encoding="utf-8")

    assert printed.json["suggestions"]
    assert terminal("job", "validate", "printed.json").code == 0
    assert "unknown" not in terminal("job", "validate", "printed.json").out


def test_degrees_of_two_columns_are_set_for_their_point(terminal: Terminal, tmp_path: Path) -> None:
    row = """P-1,"41°45'36""N","72°41'02""W"\n"""
    (tmp_path / "places.csv").write_text("Permit No,Latitude,Longitude\n" + row, encoding="utf-8")
    form = "Latitude=degrees minutes seconds"

    job = terminal(
        "map", "places.csv", terminal.permits, "--format", form, "--confirm", "-o", "j.json",
        "--json",
    ).json  # fmt: skip
    checked = terminal("check", "j.json", "--json").json

    assert [point["formats"] for point in job["points"]] == [["degrees minutes seconds"]]
    assert [one["reason"] for one in checked["findings"] if one["severity"] == "reject"] == []
    assert (checked["rows"], checked["sendable"]) == (1, 1)


def test_degrees_of_two_columns_are_suggested(terminal: Terminal, tmp_path: Path) -> None:
    row = """P-1,"41°45'36""N","72°41'02""W"\n"""
    (tmp_path / "places.csv").write_text("Permit No,Latitude,Longitude\n" + row, encoding="utf-8")

    shown = terminal("map", "places.csv", terminal.permits, "--json").json
    taken = terminal(
        "map", "places.csv", terminal.permits, "--accept", "formats:location", "--confirm", "-o",
        "j.json", "--json",
    ).json  # fmt: skip

    assert [one["message"] for one in shown["suggestions"]] == [
        "Latitude and Longitude: 1 of 1 place is written as degrees minutes seconds."
    ]
    assert [point["formats"] for point in taken["points"]] == [["degrees minutes seconds"]]
    assert terminal("check", "j.json", "--json").json["sendable"] == 1


@pytest.mark.parametrize(
    ("latitude", "longitude", "sendable"),
    [("41,76", "-72,6838", 1), ("41.76", "-72,68", 1), ("41,760", "-72,683", 0)],
    ids=["commas", "both", "thousands"],
)
def test_a_decimal_comma_of_degrees_is_read_unless_it_may_be_thousands(
    terminal: Terminal, tmp_path: Path, latitude: str, longitude: str, sendable: int
) -> None:
    row = f"P-1;{latitude};{longitude}\n"
    (tmp_path / "places.csv").write_text("Permit No;Latitude;Longitude\n" + row, encoding="utf-8")

    terminal("map", "places.csv", terminal.permits, "--confirm", "-o", "j.json")

    assert terminal("check", "j.json", "--json").json["sendable"] == sendable


def test_a_place_without_a_part_is_told_its_form(terminal: Terminal, messy: str) -> None:
    refused = terminal("map", messy, terminal.permits, "--place", "location=Town")

    assert refused.code == 2
    assert '--place "location=Town" names no part of a location.' in refused.err
    assert "Write FIELD.PART=HEADER; the parts are address, city," in refused.err


def test_all_suggestions_are_accepted_at_once(terminal: Terminal, messy: str) -> None:
    job = terminal("map", messy, terminal.permits, "--accept", "all", "--json").json

    assert job["source"]["header_row"] == 2
    assert job["source"]["leave_out"] == ["totals"]


def test_a_declined_suggestion_is_remembered(terminal: Terminal, messy: str) -> None:
    job = terminal(
        "map", messy, terminal.permits, "--header-row", "2", "--decline", "rows:totals", "--json"
    ).json

    assert job["declined"] == ["rows:totals"]
    assert "leave_out" not in job["source"]


def test_settings_are_written_into_the_job(terminal: Terminal, messy: str) -> None:
    job = terminal(
        "map", messy, terminal.permits, "--header-row", "2", "--json",
        "--missing", "n/a", "--missing", "Fee=none", "--recode", "Status=Isued=Issued",
        "--pad", "Permit No=5", "--blank", "Status=keep", "--timezone", "America/New_York",
        "--max-shrink", "10", "--max-rejected", "3", "--notify", "a@example.gov",
        "--leave-out", "notes",
    ).json  # fmt: skip

    rules = {rule["source"]: rule for rule in job["columns"] if "source" in rule}
    assert job["missing"] == ["n/a"]
    assert rules["Fee"]["missing"] == ["none"]
    assert rules["Status"]["recode"] == {"Isued": "Issued"}
    assert rules["Status"]["blank"] == "keep"
    assert rules["Permit No"]["pad"] == 5
    assert job["timezone"] == "America/New_York"
    assert job["guards"] == {"max_shrink": 0.1, "max_rejected": 3}
    assert job["notify"] == {"email": "a@example.gov"}
    assert job["source"]["leave_out"] == ["notes"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--pad", "Status=x"), '--pad "Status=x" has no number of digits.'),
        (("--recode", "Status=a"), '--recode "Status=a" is missing an =.'),
        (("--recode", "Nope=a=b"), '--recode: there is no source column named "Nope".'),
        (("--timezone", "Mars"), 'There is no time zone named "Mars".'),
        (("--leave-out", "junk"), '--leave-out "junk" is unknown.'),
        (("--accept", "formats:x"), 'There is no suggestion "formats:x".'),
        (("--template", "notes={"), "The template '{' has a single {."),
        (("--notify", "nobody"), '--notify "nobody" is not valid.'),
    ],
)
def test_unusable_settings_are_usage_errors(
    terminal: Terminal, messy: str, arguments: tuple[str, ...], sentence: str
) -> None:
    said = terminal("map", messy, terminal.permits, "--header-row", "2", *arguments)

    assert (said.code, sentence in said.err) == (2, True), said.err


def test_an_upsert_without_its_identifier_is_warned_of(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Status\nIssued\n", encoding="utf-8")

    said = terminal("map", "a.csv", terminal.permits)

    assert "Warning: no column fills the row identifier" in said.out + said.err


def test_quotes_and_visible_rows_are_options(terminal: Terminal) -> None:
    (terminal.folder / "q.csv").write_text('Permit No,Notes\nP-1,12" pipe\n', encoding="utf-8")

    plain = terminal("map", "q.csv", terminal.permits, "--json").json["source"]
    chosen = ("--quote", "none", "--rows", "visible", "--json")
    job = terminal("map", "q.csv", terminal.permits, *chosen).json["source"]

    assert (job["quote"], job["rows"]) == ("", "visible")
    assert "rows" not in plain


def test_private_data_names_the_command_that_accepts_it(terminal: Terminal) -> None:
    rows = "Permit No,Notes\nP-1,call 860-555-0101\nP-2,call 860-555-0102\n"
    (terminal.folder / "p.csv").write_text(rows, encoding="utf-8")
    terminal("map", "p.csv", terminal.permits, "--confirm", "-o", "p.json")

    stopped = terminal("check", "p.json")
    terminal("job", "accept", "p.json", "private-data", "--field", "notes")

    assert "job accept p.json private-data --field notes" in stopped.out
    assert "job accept p.json private-data" not in terminal("check", "p.json").out


@pytest.mark.parametrize("above", ["Permits of May\nPrinted 6/1/2026\n\n", "Permits,,\n,,\n,,\n"])
def test_a_header_row_that_has_moved_is_one_finding_with_its_row(
    terminal: Terminal, above: str
) -> None:
    rows = "Permit No,Notes,Zip\nBP-2024-0001,fine,06103\nBP-2024-0002,fine,06103\n"
    (terminal.folder / "m.csv").write_text(rows, encoding="utf-8")
    terminal("map", "m.csv", terminal.permits, "--confirm", "-o", "m.json")
    (terminal.folder / "m.csv").write_text(above + rows, encoding="utf-8")

    moved = terminal("check", "m.json", "--json").json

    reasons = [one["reason"] for one in moved["findings"]]
    assert reasons.count("header-row-moved") == 1
    assert "unknown-header" not in reasons
    found = next(one for one in moved["findings"] if one["reason"] == "header-row-moved")
    assert found["message"] == "The headers of the source are in row 4 now."


def test_the_suggested_header_row_is_accepted_by_its_key(terminal: Terminal) -> None:
    text = "Permits of May\nPrinted 6/1/2026\n\nPermit No,Notes\nP-1,good\nP-2,fine\n"
    (terminal.folder / "titled.csv").write_text(text, encoding="utf-8")

    shown = terminal("map", "titled.csv", terminal.permits)
    taken = terminal("map", "titled.csv", terminal.permits, "--accept", "header:4", "--json")

    assert "Suggestion header:4" in shown.out
    assert taken.code == 0, taken.err
    assert taken.json["source"]["header_row"] == 4
