"""`sodasheet drafts` against a practice portal."""

from __future__ import annotations

from typing import Any

import requests

from sodasheet.push.runs.journal import locks_folder
from sodasheet.push.runs.push_lock import dataset_lock

from .conftest import PERMITS, Terminal


def revisions(terminal: Terminal, method: str = "GET", body: Any = None) -> Any:
    account = terminal.portal.account("publisher")
    answer = requests.request(
        method,
        f"{terminal.portal.url}/api/publishing/v1/revision/{PERMITS}",
        params={"open": "true"} if method == "GET" else None,
        json=body,
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    answer.raise_for_status()
    return answer.json()


def opened(terminal: Terminal, title: str = "") -> int:
    metadata = {"name": title} if title else {}
    body = {"metadata": metadata, "action": {"type": "update", "permission": None}}
    return int(revisions(terminal, "POST", body)["resource"]["revision_seq"])


def numbers(terminal: Terminal) -> list[int]:
    return [one["resource"]["revision_seq"] for one in revisions(terminal)]


def title(terminal: Terminal) -> str:
    account = terminal.portal.account("publisher")
    answer = requests.get(
        f"{terminal.portal.url}/api/views/{PERMITS}.json",
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    return str(answer.json()["name"])


def test_drafts_are_listed_and_discarded_after_a_confirmation(terminal: Terminal) -> None:
    first, second = opened(terminal), opened(terminal)

    listed = terminal("drafts", terminal.permits, "--json")
    asked = terminal("drafts", terminal.permits, "--discard", str(first))
    kept = numbers(terminal)
    gone = terminal("drafts", terminal.permits, "--discard", str(first), "--yes")

    assert listed.code == 0, listed.err
    assert {first, second} <= {one["seq"] for one in listed.json}
    assert listed.json[0]["page"].endswith(f"/d/{PERMITS}/revisions/{listed.json[0]['seq']}")
    assert listed.json[0]["author"]
    assert (asked.code, first in kept) == (130, True)
    assert gone.code == 0, gone.err
    assert first not in numbers(terminal)
    assert second in numbers(terminal)


def test_a_draft_is_applied(terminal: Terminal) -> None:
    seq = opened(terminal, "Permits of the Year")

    said = terminal("drafts", terminal.permits, "--apply", str(seq), "--yes", "--json")

    assert said.code == 0, said.err
    assert said.json["state"] == "successful"
    assert title(terminal) == "Permits of the Year"
    assert seq not in numbers(terminal)


def test_a_draft_that_is_not_open_is_named(terminal: Terminal) -> None:
    opened(terminal)
    listed = ", ".join(map(str, numbers(terminal)))

    said = terminal("drafts", terminal.permits, "--apply", "999", "--yes")

    assert said.code == 4
    assert f"Draft 999 of {PERMITS} is not open" in said.err
    assert f"Name one of the open drafts: {listed}." in said.err


def test_a_push_under_way_keeps_its_draft(terminal: Terminal) -> None:
    seq = opened(terminal)

    with dataset_lock(locks_folder(), terminal.portal.url, PERMITS, "some-run"):
        said = terminal("drafts", terminal.permits, "--discard", str(seq), "--yes")

    assert said.code == 4
    assert "Another push" in said.err
    assert seq in numbers(terminal)


def test_apply_and_discard_exclude_each_other(terminal: Terminal) -> None:
    said = terminal("drafts", terminal.permits, "--apply", "1", "--discard", "1")

    assert said.code == 2


def test_drafts_of_a_whole_portal_are_listed(terminal: Terminal) -> None:
    seq = opened(terminal)
    listed = terminal("drafts", terminal.portal.url, "--json")
    shown = terminal("drafts", terminal.portal.url)

    assert listed.code == 0, listed.err
    assert (PERMITS, seq) in {(one["dataset"], one["seq"]) for one in listed.json}
    assert (shown.code, PERMITS in shown.out) == (0, True)
    assert terminal("drafts", terminal.permits, "--discard", str(seq), "--yes").code == 0
