"""A snapshot of the affected rows is saved before the push, or the report says why not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import Refused
from sodasheet.model.method import Method
from sodasheet.model.report import Outcome, RowCounts, RowTotals
from sodasheet.portal.soda2.download import Selection, opened
from sodasheet.push.conclusion import rows_touched
from sodasheet.push.guards import GUARDS
from sodasheet.push.questions_to_user import Proposal, Question
from sodasheet.push.runs.journal import runs_folder
from sodasheet.push.undo import snapshot
from sodasheet.push.undo.undoable_run import past_run
from sodasheet.staging.restore.sent_rows import read_sent_rows

from ..conftest import Bench

OLD = [{"id": "a", "name": "Old a", "amount": "1"}, {"id": "b", "name": "Old b", "amount": "2"}]
HEADERS = ["Id", "Name", "Amount"]
NEW = [["b", "New b", "20"], ["c", "New c", "30"]]


class Person:
    """A user who confirms the push, and then causes a failure."""

    def __init__(self, trouble: Callable[[], object], answer: bool | None = None) -> None:
        self._trouble, self._answer = trouble, answer
        self.asked: list[Question] = []

    def go_ahead(self, proposal: Proposal) -> bool:
        self._trouble()
        return True


class Patient(Person):
    """The same user, who can also answer whether to continue without a snapshot."""

    def anyway(self, question: Question) -> bool:
        self.asked.append(question)
        return bool(self._answer)


def block() -> None:
    """Something else exists at the path of the snapshot."""
    (run,) = (path for path in runs_folder().iterdir() if path.is_dir())
    (run / "snapshot").write_text("in the way")


#: Method, row identifier, rows kept, fields kept of them.
KEPT = [
    ("replace", "id", 2, ("id", "name", "amount")),
    ("replace", None, 2, ("id", "name", "amount")),
    ("upsert", "id", 1, ("id", "name", "amount")),
    ("delete", "id", 1, ("id", "name", "amount")),
    ("append", None, 2, ()),
    ("append", "id", 0, ("id", "name", "amount")),
]


@pytest.mark.parametrize(("method", "identifier", "rows", "fields"), KEPT)
def test_what_the_push_touches_is_kept_and_no_more(
    bench: Bench, method: str, identifier: str | None, rows: int, fields: tuple[str, ...]
) -> None:
    bench.make(identifier, OLD)
    bench.source(HEADERS, *(NEW[:1] if method == "delete" else NEW[method == "append" :]))

    report = bench.push(bench.job(method))

    folder = Path(str(report.undo.snapshot))
    assert folder == runs_folder() / report.run / "snapshot"
    found, sent = opened(folder), read_sent_rows(folder)
    assert (found.rows, found.fields, found.before.rows) == (rows, fields, 2)
    assert (sent.method, sent.identifier, sent.rows) == (method, identifier, report.rows.sent)


@pytest.mark.parametrize(
    ("answer", "outcome", "more"),
    [(True, Outcome.DONE, {}), (False, Outcome.REFUSED, {}), (None, Outcome.REFUSED, {}),
     (True, Outcome.REFUSED, {"unattended": True}),
     (None, Outcome.DONE, {"skipped_guards": frozenset({"no-snapshot"})})],
)  # fmt: skip
def test_where_no_snapshot_can_be_taken_somebody_is_asked_or_nothing_is_sent(
    bench: Bench, answer: bool | None, outcome: Outcome, more: dict[str, object]
) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, *NEW)
    person = (Person if answer is None else Patient)(block, answer)

    report = bench.push(bench.job("upsert"), ask=person, **more)

    assert report.outcome is outcome, report.summary
    assert "The rows that the push changes cannot be saved for an undo:" in report.summary
    assert str(runs_folder() / report.run / "snapshot") in report.summary
    assert report.undo.snapshot is None
    asked = answer is not None and not more
    assert [question.reason for question in person.asked] == ["no-snapshot"] * asked
    if outcome is Outcome.DONE:
        assert report.guards.overridden == ("no-snapshot",)
        assert "This run cannot be undone." in report.summary
    else:
        assert (report.guards.stopped_by, bench.rows()) == ("no-snapshot", OLD)


def test_a_job_may_go_on_without(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, *NEW)

    report = bench.push(replace(bench.job("upsert"), snapshot="try"), ask=Person(block))

    assert (report.outcome, report.undo.snapshot, report.guards.overridden) == (
        Outcome.DONE,
        None,
        (),
    )
    assert "This run cannot be undone." in report.summary


def noise(rows: int) -> list[dict[str, str]]:
    """Rows that nothing can pack."""
    numbers = random.Random(4)
    return [{"id": str(n), "name": numbers.randbytes(300).hex()} for n in range(rows)]


def test_a_full_disk_leaves_nothing_of_the_snapshot_behind(bench: Bench) -> None:
    bench.make("id", noise(1500))
    bench.source(HEADERS, *([str(n), "x", "1"] for n in range(1500)))
    resource = pytest.importorskip("resource", reason="not on Windows: a limit on files' sizes")

    class Freeing(Patient):
        """Makes room again before the answer."""

        def anyway(self, question: Question) -> bool:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            return super().anyway(question)

    full = Freeing(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, -1)), answer=False)

    accepted = frozenset({"unlike-dataset"})
    report = bench.push(bench.job("upsert"), ask=full, skipped_guards=accepted)

    assert report.outcome is Outcome.REFUSED
    assert "File too large" in full.asked[0].text
    assert not (runs_folder() / report.run / "snapshot").exists()


def test_room_and_a_limit_are_looked_after(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.make("id", noise(40))
    bench.source(HEADERS, ["1", "x", "1"])

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "SPARE", 10**18)
        crowded = bench.push(bench.job("replace"))
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_MEGABYTE", 1)
        large = bench.push(bench.job("replace"))

    assert "MB are free on the disk of" in crowded.summary
    assert "Free some disk space, or set SODASHEET_HOME" in crowded.summary
    assert (
        "Allow them more space, or push fewer rows at a time. Pushes of this job" in large.summary
    )
    assert "The rows take more than the 2,000 MB that run logs and snapshots" in large.summary
    assert (crowded.guards.stopped_by, large.guards.stopped_by) == ("no-snapshot", "no-snapshot")
    assert not (runs_folder() / large.run / "snapshot").exists()


def test_a_download_that_is_cut_off_is_no_snapshot(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, *NEW)
    path = f"/resource/{bench.dataset}.json"

    def cut() -> None:
        bench.portal.inject("drop_after_work", method="GET", path=path, count=None)

    person = Patient(cut, answer=False)
    try:
        report = bench.push(bench.job("replace"), ask=person)
    finally:
        bench.portal.clear_faults()

    assert (report.outcome, report.guards.stopped_by) == (Outcome.REFUSED, "no-snapshot")
    assert not (runs_folder() / report.run / "snapshot").exists()
    assert bench.rows() == OLD


def test_columns_that_no_undo_could_put_back_are_named_before_the_push(bench: Bench) -> None:
    from ..test_run import No

    bench.make("id", OLD)
    column = {"name": "Scan", "fieldName": "scan", "dataTypeName": "document"}
    bench._call("POST", f"/api/views/{bench.dataset}/columns.json", json=column)
    bench.source(HEADERS, *NEW)
    told = {}
    for method in ("replace", "upsert"):
        bench.push(bench.job(method), ask=(no := No()))
        assert no.proposal is not None
        told[method] = no.proposal.sentence

    assert told["replace"].endswith("An undo could not restore the values of Scan · scan.")
    assert "undo" not in told["upsert"]


@pytest.mark.parametrize("method", ["upsert", "delete", "replace"])
def test_a_snapshot_that_lacks_touched_rows_is_not_undone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, *(NEW[:1] if method == "delete" else NEW))
    # As a gateway that answers with a list from before the rows existed.
    monkeypatch.setattr(snapshot, "touched", lambda *_: Selection(("id", "name", "amount"), ()))

    report = bench.push(bench.job(method, max_shrink=1.0), skipped_guards=frozenset(GUARDS))

    assert report.outcome is Outcome.DONE
    count = "2 rows that it touched were" if method == "replace" else "1 row that it touched was"
    assert f"This run cannot be undone: {count} missing" in report.summary
    assert report.undo.snapshot is None
    with pytest.raises(Refused, match=f"cannot be undone: {count} missing"):
        past_run(report.run)


@pytest.mark.parametrize(
    ("method", "totals", "counts", "touched"),
    [
        ("upsert", (10, 12), (5, 0), 3),
        ("upsert", (10, 12), (5, 1), 2),
        ("upsert", (10, 12), (None, 0), 0),
        ("upsert", (None, 12), (5, 0), 0),
        ("delete", (10, 7), (3, 0), 3),
        ("replace", (10, 4), (4, 0), 10),
        ("append", (10, 14), (4, 0), 0),
    ],
)
def test_row_counts_tell_how_many_rows_were_touched(
    method: str, totals: tuple[Any, Any], counts: tuple[Any, Any], touched: int
) -> None:
    sent, rejected = counts

    found = rows_touched(Method(method), RowTotals(*totals), RowCounts(sent, rejected=rejected))

    assert found == touched


def test_row_counts_that_others_changed_too_tell_nothing() -> None:
    totals = RowTotals(10, 12, expected=13)

    assert rows_touched(Method.UPSERT, totals, RowCounts(5, rejected=0)) == 0
