"""Rules and accepted findings are written into the job file."""

from __future__ import annotations

import json

from ..conftest import Terminal


def job(terminal: Terminal) -> None:
    terminal.sample("permits-clean.csv")
    terminal("map", "permits-clean.csv", terminal.permits, "-o", "job.json")


def test_rules_come_from_a_schema_and_go_into_one(terminal: Terminal) -> None:
    job(terminal)
    schema = {"fields": [{"name": "permit_no", "constraints": {"required": True, "minLength": 3}}]}
    (terminal.folder / "in.json").write_text(json.dumps(schema), encoding="utf-8")

    read = terminal("job", "rules", "job.json", "--read", "in.json", "--json")
    written = terminal("job", "rules", "job.json", "--write", "out.json")

    assert read.json == {
        "rules": ["permit_no is never blank"],
        "left_out": ["permit_no: minLength"],
        "reconcile": None,
    }
    assert "permit_no is never blank" in written.out
    fields = json.loads((terminal.folder / "out.json").read_text("utf-8"))["fields"]
    assert {one["name"]: one.get("constraints") for one in fields}["permit_no"] == {
        "required": True
    }


def test_an_accepted_finding_is_not_asked_about_again(terminal: Terminal) -> None:
    job(terminal)

    accepted = terminal("job", "accept", "job.json", "new-category", "--field", "permit_type")
    checked = terminal("check", "job.json", "--json")

    assert "accepted in job.json from now on" in accepted.out
    assert "new-category" not in [one["reason"] for one in checked.json["findings"]]


def test_only_a_finding_of_the_comparison_can_be_accepted(terminal: Terminal) -> None:
    job(terminal)

    refused = terminal("job", "accept", "job.json", "not-a-number")

    assert refused.code == 2
    assert '"not-a-number" is not a finding that can be accepted.' in refused.err


def test_rules_are_added_and_removed_in_words(terminal: Terminal) -> None:
    job(terminal)
    words = "permit_type is one of Electrical, Plumbing"

    added = terminal("job", "rules", "job.json", "--add", words, "--reconcile", "permit_type")
    again = terminal("job", "rules", "job.json", "--add", words, "--json")
    unknown = terminal("job", "rules", "job.json", "--remove", "permit_no is unique")
    removed = terminal("job", "rules", "job.json", "--remove", words, "--reconcile", "", "--json")

    assert words in added.out
    assert "compared by permit_type after a push" in added.out
    assert again.json["rules"] == [words]
    assert (unknown.code, "The job has no rule" in unknown.err) == (2, True)
    assert removed.json == {"rules": [], "left_out": [], "reconcile": None}


def test_words_that_are_no_rule_change_nothing(terminal: Terminal) -> None:
    job(terminal)
    before = (terminal.folder / "job.json").read_bytes()

    refused = terminal("job", "rules", "job.json", "--add", "permits should be nice")

    assert refused.code == 2
    assert "is not a rule" in refused.err
    assert (terminal.folder / "job.json").read_bytes() == before
