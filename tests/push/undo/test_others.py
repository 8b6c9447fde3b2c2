"""Undo keeps changes by others: during the push, or in columns added since then."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.model.credentials import Credentials
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.learned_facts import counts_writes, note_shown
from sodasheet.portal.publishing.revision import ACTIONS
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.undo.conflicts import ConflictError, CrossedError

from ..conftest import PATIENCE, Bench
from ..model.gateway import AT_WRITE
from ..test_truth import URL, Office


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    return Office(tmp_path)


WAYS = [("upsert", "soda2"), ("upsert", "publishing"), ("replace", "soda2"), ("delete", "soda2")]


@pytest.mark.parametrize(("method", "transport"), WAYS)
def test_an_edit_at_the_moment_of_the_write_is_told_and_not_undone_unasked(
    office: Office, method: str, transport: str
) -> None:
    for kind in (f"SODA2 {method}", f"Publishing API {ACTIONS[Method(method)]}"):
        note_shown(URL, counts_writes(kind))

    def meddle() -> None:
        office.portal.edit("colleague", [{"id": "a", "name": "edited", "amount": "9"}])

    fields = ("id",) if method == "delete" else ("id", "name", "amount")
    row = ["a", "new", "2"][: len(fields)]
    report = office.push(
        method, [row], transport=transport, meanwhile={AT_WRITE: meddle}, fields=fields
    )

    assert report.outcome is Outcome.DONE
    assert "Someone else changed the dataset at the moment" in report.summary
    assert report.warnings[0].startswith("Someone else changed the dataset at the moment")
    with pytest.raises(CrossedError, match="Someone else changed Fees at the moment") as told:
        office.undo(report.run)
    assert told.value.examples
    assert office.undo(report.run, force=True).outcome is Outcome.DONE
    assert sorted(office.names) == ["old a", "old b"]


def test_a_portal_whose_count_is_not_known_is_accused_of_nothing(office: Office) -> None:
    """The number of writes is not used until the portal has counted a push as one write."""

    def meddle() -> None:
        office.portal.edit("colleague", [{"id": "b", "name": "edited", "amount": "9"}])

    first = office.push("upsert", [["a", "new", "2"]], meanwhile={AT_WRITE: meddle})
    office.push("upsert", [["a", "newer", "2"]])
    third = office.push("upsert", [["a", "newest", "2"]], meanwhile={AT_WRITE: meddle})

    assert "Someone else" not in first.summary
    assert "Someone else" in third.summary


def test_a_portal_that_counts_a_revision_as_several_writes_is_accused_of_nothing(
    office: Office,
) -> None:
    """A kind of write that is counted as one says nothing of another kind."""
    office.portal.more_numbers = 1
    office.push("upsert", [["a", "new", "2"]], transport="soda2")

    for name in ("newer", "newest"):
        report = office.push("upsert", [["a", name, "2"]], transport="publishing")
        assert "Someone else" not in report.summary


def test_a_row_that_an_append_overwrote_is_deleted_only_if_forced(office: Office) -> None:
    def meddle() -> None:
        office.portal.edit("colleague", [{"id": "x", "name": "theirs", "amount": "9"}])

    report = office.push(
        "append", [["x", "ours", "2"], ["y", "ours too", "2"]], meanwhile={AT_WRITE: meddle}
    )

    assert "1 row of them were updates" in report.summary
    with pytest.raises(ConflictError, match="1 row was changed") as told:
        office.undo(report.run)
    assert told.value.examples == (("x", 'would be deleted: name "ours", amount "2"'),)
    assert "ours" in office.names
    office.undo(report.run, force=True)
    assert office.names == ["old a", "old b"]


def _undo(bench: Bench, run: str, *, force: bool = False) -> str:
    from sodasheet.jobs.push_resume_undo import undo

    account = bench.portal.account("publisher")
    key = Credentials(account.key_id, account.key_secret)
    with PortalSession(bench.portal.url, key, PATIENCE) as session:
        return undo(run, PushContext(session, Silent(), Agreed()), force=force).outcome.value


@pytest.mark.parametrize(
    ("method", "identifier"), [("append", None), ("upsert", "id"), ("replace", None)]
)
def test_values_in_a_column_that_was_added_since_are_not_taken_away_unasked(
    bench: Bench, method: str, identifier: str | None
) -> None:
    bench.make(identifier, [{"id": "a", "name": "Old a", "amount": "1"}])
    bench.source(["Id", "Name", "Amount"], ["b", "New b", "2"])
    report = bench.push(bench.job(method))
    column = {"name": "Remarks", "fieldName": "remarks", "dataTypeName": "text"}
    bench._call("POST", f"/api/views/{bench.dataset}/columns.json", json=column)
    (row,) = bench._call(
        "GET", f"/resource/{bench.dataset}.json", params={"$select": ":id", "$where": "id='b'"}
    )
    bench.write([{":id": row[":id"], "id": "b", "remarks": "theirs"}][:1])

    with pytest.raises(ConflictError, match="1 row was changed by someone else") as told:
        _undo(bench, report.run)

    assert told.value.examples
    assert [one.get("remarks") for one in bench.rows() if one["id"] == "b"] == ["theirs"]
    assert _undo(bench, report.run, force=True) == "done"
    assert [one["id"] for one in bench.rows()] == ["a"]


def test_a_column_that_was_added_since_and_is_blank_keeps_no_undo_back(bench: Bench) -> None:
    bench.make("id", [{"id": "a", "name": "Old a", "amount": "1"}])
    bench.source(["Id", "Name", "Amount"], ["b", "New b", "2"])
    report = bench.push(bench.job("upsert"))
    column = {"name": "Remarks", "fieldName": "remarks", "dataTypeName": "text"}
    bench._call("POST", f"/api/views/{bench.dataset}/columns.json", json=column)

    assert _undo(bench, report.run) == "done"
    assert [one["id"] for one in bench.rows()] == ["a"]
