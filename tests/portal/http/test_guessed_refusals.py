"""Refusals whose form is uncertain: the same rule applies to each form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from socrata_contract import GUESSES
from socrata_practice import PracticePortal
from sodasheet.portal.http.refusal_sentences import RULES
from sodasheet.portal.http.reply import Answer, read_body, rule_for

#: Guess -> the request whose refusal it is about: method, path, JSON, and the reason to be told.
REQUESTS: dict[str, tuple[str, str, object, set[str]]] = {
    "unknown_dataset": ("GET", "/api/views/none-none.json", None, {"not-found"}),
    "anonymous_private": ("GET", "/api/views/{private}.json", None, {"sign-in-needed"}),
    "anonymous_user": ("GET", "/api/users/current.json", None, {"sign-in-needed", "not-found"}),
    "type_error": (
        "POST",
        "/resource/prmt-7x2d.json",
        [{"permit_no": "x", "declared_value": "many"}],
        {"wrong-type", "refused"},
    ),
    "soda2_reads": ("GET", "/resource/prmt-7x2d.json", None, {"gone"}),
}
CASES = [(name, value) for name in REQUESTS for value in GUESSES[name].values]


@pytest.fixture(scope="module")
def portal() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture(scope="module")
def private(portal: PracticePortal) -> str:
    account = portal.account("publisher")
    body = {"name": "Private", "columns": [{"name": "Id", "dataTypeName": "text"}]}
    made = requests.post(
        f"{portal.url}/api/views.json",
        json=body,
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    return str(made.json()["id"])


@pytest.mark.parametrize(("name", "value"), CASES)
def test_each_form_of_a_refusal_is_told_by_a_rule_that_names_its_guess(
    portal: PracticePortal, private: str, name: str, value: str
) -> None:
    method, path, body, reasons = REQUESTS[name]
    account = portal.account("publisher")
    signed = name in ("type_error", "unknown_dataset")
    portal.settings.change({f"guess.{name}": value})
    try:
        reply = requests.request(
            method,
            portal.url + path.format(private=private),
            json=body,
            auth=(account.key_id, account.key_secret) if signed else None,
            timeout=30,
        )
    finally:
        portal.settings.change({f"guess.{name}": GUESSES[name].assumed})
    if reply.ok:
        assert (name, value) == ("soda2_reads", "answered")
        return
    answer = Answer(reply.status_code, dict(reply.headers), reply.content, reply.url)
    rule = rule_for(reply.status_code, read_body(answer.content), signed=signed)

    assert rule.reason in reasons
    assert name in rule.guesses


def test_rules_name_guesses_of_the_contract_only() -> None:
    named = {guess for rule in RULES for guess in rule.guesses}

    assert named <= set(GUESSES)
    assert named >= set(REQUESTS)
