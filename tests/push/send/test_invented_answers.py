"""A gateway or cache reports success although the dataset is unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.report import Outcome

from ..conftest import Bench
from ..model.gateway import Fault
from ..test_truth import Office

#: The portal never hears of the write, or only after so many seconds.
INVENTED = {name: Fault(work, forged=True) for name, work in [("never", None), ("late", 20.0)]}
#: Methods, each to datasets with and without a row identifier where there is such a push.
PUSHES = pytest.mark.parametrize(
    ("office", "method"),
    [(True, one) for one in ("append", "upsert", "replace", "delete")]
    + [(False, one) for one in ("append", "replace")],
    indirect=["office"],
)


@pytest.fixture
def office(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    return Office(tmp_path, identifier=getattr(request, "param", True))


def pushed(office: Office, method: str, fault: Fault, transport: str, **job: Any) -> Any:
    row = ["b"] if method == "delete" else ["c" if method == "append" else "a", "new", "2"]
    fields = ("id", "name", "amount")[: len(row)]
    return office.push(method, [row], fault, transport=transport, fields=fields, **job)


@PUSHES
def test_a_success_that_the_dataset_does_not_show_is_unknown_until_it_does(
    office: Office, method: str
) -> None:
    was = office.names

    report = pushed(office, method, INVENTED["never"], "soda2")

    assert report.outcome is Outcome.UNKNOWN, report.summary
    assert "the dataset has not changed" in report.summary
    assert office.names == was
    office.gateway.sleep(400)
    assert office.resume(report.run).outcome is Outcome.DONE
    assert len(office.portal.commits) == 1


@PUSHES
def test_a_success_that_comes_true_while_it_is_waited_for_is_done(
    office: Office, method: str
) -> None:
    report = pushed(office, method, INVENTED["late"], "soda2")

    assert report.outcome is Outcome.DONE, report.summary
    assert len(office.portal.commits) == 1


@PUSHES
@pytest.mark.parametrize("when", INVENTED)
def test_a_revision_that_was_not_applied_is_applied_once(
    office: Office, method: str, when: str
) -> None:
    """The revision is discarded, and the rows go in a new revision."""
    report = pushed(office, method, INVENTED[when], "publishing")
    office.gateway.sleep(400)

    assert report.outcome is Outcome.DONE, report.summary
    assert len(office.portal.commits) == 1


def test_an_undo_with_a_forged_success_is_unknown(office: Office) -> None:
    first = pushed(office, "upsert", Fault(), "soda2")
    office.gateway.fault = INVENTED["never"]

    report = office.undo(first.run)

    assert report.outcome is Outcome.UNKNOWN, report.summary
    assert office.names == ["new", "old b"]


@pytest.mark.parametrize("method", ["upsert", "replace"])
def test_rows_that_are_as_they_were_sent_already_need_no_write(office: Office, method: str) -> None:
    """A portal may leave equal rows alone, and count them as updated."""
    rows = [[row["id"], row["name"], row["amount"]] for row in office.portal.rows]

    report = office.push(method, rows, INVENTED["never"])

    assert report.outcome is Outcome.DONE, report.summary
    assert not office.portal.commits


@pytest.mark.parametrize("lag", [2, 30])
@pytest.mark.parametrize("work", [0.0, None])
def test_the_number_of_writes_tells_while_readers_lag(
    office: Office, lag: int, work: float | None
) -> None:
    def lagging() -> None:
        office.portal.lag(lag)

    fault = Fault(work, forged=True)
    report = office.push("upsert", [["a", "new", "2"]], fault, meanwhile={0: lagging})

    landed = Outcome.DONE if work is not None else Outcome.UNKNOWN
    assert report.outcome is landed, report.summary


@pytest.mark.parametrize(
    ("identifier", "method"),
    [("id", "upsert"), ("id", "append"), ("id", "replace"), (None, "append"), (None, "replace")],
)
def test_old_rows_on_a_portal_that_never_tells_of_a_lag_prove_nothing(
    bench: Bench, method: str, identifier: str | None
) -> None:
    """Read replicas return the previous rows without any indication."""
    bench.make(identifier, [{"id": "a", "name": "old", "amount": "1"}])
    bench.source(["Id", "Name", "Amount"], ["b" if method == "append" else "a", "new", "2"])
    silent = {"guess.out_of_date": "absent", "guess.replication": "absent", "lag": 1}
    bench.portal.settings.change(silent)
    try:
        report = bench.push(bench.job(method), transport="soda2")
    finally:
        bench.portal.settings.change(
            {"guess.out_of_date": "sent", "guess.replication": "flag", "lag": 0}
        )

    assert report.outcome is Outcome.DONE, report.summary
    assert (report.rows.sent, report.rows.created) == (1, 0 if method == "upsert" else 1)
