"""A saved job can be changed with mapping options, without repeating all of them."""

from __future__ import annotations

import json

from ..conftest import Terminal

ROWS = "Permit No,Opened,Units\nP-1,31/01/2024,5\nP-2,28/02/2024,n/a\n"


def mapped(terminal: Terminal) -> None:
    (terminal.folder / "new.csv").write_text(ROWS, encoding="utf-8")
    terminal("map", "new.csv", terminal.permits, "-o", "job.json", "--confirm")


def rules(terminal: Terminal) -> dict[str, object]:
    job = json.loads((terminal.folder / "job.json").read_text("utf-8"))
    return {one.get("source") or one["field"]: one for one in job["columns"]} | {"": job}


def test_only_the_named_parts_are_changed(terminal: Terminal) -> None:
    mapped(terminal)
    before = rules(terminal)

    said = terminal("job", "change", "job.json", "--format", "Opened=D/M/YYYY",
                    "--missing", "n/a", "--blank", "Units=keep", "--leave-out", "totals",
                    "--method", "append", "--max-rejected", "2")  # fmt: skip

    assert said.code == 0, said.err
    after = rules(terminal)
    assert after["Opened"] == {**before["Opened"], "formats": ["D/M/YYYY"]}
    assert after["Units"]["blank"] == "keep"
    assert after["Permit No"] == before["Permit No"]
    job = after[""]
    assert (job["method"], job["missing"]) == ("append", ["n/a"])
    assert job["source"]["leave_out"] == ["totals"]
    assert job["guards"]["max_rejected"] == 2
    assert job["fingerprint"] == before[""]["fingerprint"]
    assert "Saved as job.json." in said.out


def test_a_constant_that_is_given_again_takes_the_place_of_the_first(terminal: Terminal) -> None:
    mapped(terminal)

    terminal("job", "change", "job.json", "--constant", "notes=Open")
    terminal("job", "change", "job.json", "--constant", "notes=Closed")

    job = rules(terminal)[""]
    constants = [one["constant"] for one in job["columns"] if "constant" in one]
    assert constants == ["Closed"]


def test_a_column_that_the_source_lacks_is_named_and_nothing_is_saved(terminal: Terminal) -> None:
    mapped(terminal)
    before = (terminal.folder / "job.json").read_bytes()

    said = terminal("job", "change", "job.json", "--format", "Oponed=D/M/YYYY")

    assert said.code == 2
    assert 'There is no column of the source named "Oponed".' in said.err
    assert "Did you mean Opened?" in said.err
    assert (terminal.folder / "job.json").read_bytes() == before


def test_without_options_the_job_is_as_it_was(terminal: Terminal) -> None:
    mapped(terminal)

    said = terminal("job", "change", "job.json")

    assert (said.code, "job.json is unchanged." in said.out) == (0, True)


def test_a_finding_names_the_change_that_answers_it(terminal: Terminal) -> None:
    mapped(terminal)
    terminal("job", "change", "job.json", "--map", "Permit No=")

    checked = terminal("check", "job.json")

    assert "sodasheet job change job.json --map HEADER=permit_no" in checked.out
    terminal("job", "change", "job.json", "--map", "Permit No=permit_no")
    again = terminal("check", "job.json")
    assert "sodasheet job change job.json --format Units=FORMAT" in again.out
