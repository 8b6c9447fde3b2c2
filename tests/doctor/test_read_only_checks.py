"""The read-only checks find every covered assumption, true or false."""

from __future__ import annotations

import pytest

from socrata_contract import GUESSES
from sodasheet.doctor.read_only_checks import FACTS, GUESS_CHECKS, examine
from sodasheet.doctor.written_report import report
from sodasheet.portal.learned_facts import recall, remember, value_of

PRIVATE = "priv-6n2y"
CASES = [(name, value) for name in GUESS_CHECKS for value in GUESSES[name].values]


def test_every_guess_of_the_contract_is_checked():
    assert set(GUESS_CHECKS) == {name for name, one in GUESSES.items() if one.check == "contract"}


def test_the_practice_portal_is_as_expected(probe, portal):
    portal.forget_requests()
    lines = {line.name: line for line in examine(probe, PRIVATE)}

    assert set(lines) == {*FACTS, *GUESS_CHECKS}
    assert [line for line in lines.values() if not line.ok] == []
    assert {one.method for one in portal.requests_seen} == {"GET", "POST"}
    posted = [one.path for one in portal.requests_seen if one.method == "POST"]
    assert posted == [f"/api/v3/views/{PRIVATE}/query.json"]  # a query, which writes nothing


@pytest.mark.parametrize(("name", "value"), CASES)
def test_every_value_of_a_guess_is_found(probe, guess, name, value):
    guess(name, value)
    lines = {line.name: line for line in examine(probe, PRIVATE)}

    assert lines[name].found == value
    departing = {line.name for line in lines.values() if line.departs}
    assert departing == ({name} if value != GUESSES[name].assumed else set())


def test_a_dataset_is_chosen_if_none_is_named(probe):
    lines = {line.name: line for line in examine(probe)}

    assert lines["metadata"].ok
    assert lines["anonymous_private"].found is None  # not visible with a public dataset


def test_the_report_has_no_secret_and_no_row(probe, portal, guess):
    guess("etag", "weak")
    text = report("Contract", probe.session.portal, examine(probe, "prmt-7x2d"))

    account = portal.account("publisher")
    assert account.key_id not in text
    assert account.key_secret not in text
    assert "PRM-" not in text
    assert "`etag`" in text.split("## As expected")[0]
    assert GUESSES["etag"].safe in text


def test_what_was_learned_is_remembered():
    remember("https://data.example.org", {"soda3": "absent", "etag": "no such value"})
    remember("https://data.example.org", {"etag": "weak"})

    assert recall("https://DATA.example.org/") == {"soda3": "absent", "etag": "weak"}
    assert value_of("https://data.example.org", "replication") == "flag"
    assert recall("https://other.example.org") == {}
