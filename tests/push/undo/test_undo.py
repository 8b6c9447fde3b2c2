"""An undone push restores the dataset cell by cell, and so does a redo."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from sodasheet.errors import Refused
from sodasheet.jobs.push_resume_undo import request_from_memo, with_memo
from sodasheet.model.dataset import Column
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome, Report
from sodasheet.push.context import PushContext
from sodasheet.push.guards import GUARDS
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.request import PushRequest
from sodasheet.push.request_adjustments import trial_before
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import Journal, RunLog, runs_folder
from sodasheet.push.undo.conflicts import ConflictError, in_words
from sodasheet.push.undo.snapshot_folder import NAME as SNAPSHOT
from sodasheet.push.undo.undo import plan_undo
from sodasheet.push.undo.undoable_run import last_run
from sodasheet.staging.restore.restore_counts import ConflictingRow

from ..conftest import Bench
from ..test_lost_answers import kill_at

HEADERS = ["Id", "Name", "Amount"]
OLD = [
    {"id": "a", "name": "Old a", "amount": "1"},
    {"id": "b", "name": "Old b", "amount": "2"},
    {"id": "c", "name": "", "amount": "3"},
]

#: Type of each column, what the portal may hold there, and how sources write values.
TYPES: dict[str, tuple[list[Any], list[str]]] = {
    "text": (["", " a ", 'ünï\n"x",y', "null", "=1+1"], ["plain", "1.0", "a,b", "[]"]),
    "number": (["0", "-1.50", "12345678901234567890.125", 7], ["1", "1.50", "-0"]),
    "checkbox": ([True, False], ["true", "false"]),
    "calendar_date": (["2024-02-29T23:59:59.123"], ["2024-02-29", "1999-12-31T10:00:00"]),
    "date": (["2024-02-29T23:59:59.000Z"], ["2024-02-29T00:00:00Z", "2020-01-01T00:00:00+0200"]),
    "url": (
        [{"url": "https://x.test/a b"}, {"url": "https://x.test", "description": "a (b)"}],
        ["https://y.test", "Name (https://y.test)"],
    ),
    "point": ([{"type": "Point", "coordinates": [-72.6, 41.25]}], ["(41.5, -72)", "POINT (1 2)"]),
    "location": (
        [
            {"latitude": "47.6", "longitude": "-122.3"},
            {"human_address": '{"address":"1 Main","city":"","state":"CT","zip":"06103"}'},
        ],
        ["(41.5, -72)"],
    ),
    "polygon": (
        [{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1.5], [0, 0]]]}],
        ["POLYGON ((0 0, 2 0, 2 2, 0 0))"],
    ),
}
KEYS = ["k1", "K1", " k 1", "k'2", "ß"]
SENT = ["k1", "K1", "k 1", "ß"]

WAYS = [
    ("append", None),
    ("append", "key"),
    ("upsert", "key"),
    ("delete", "key"),
    ("replace", None),
    ("replace", "key"),
]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[str]], list[ColumnRule]]:
    """Rows there are, rows of the source (a header first), and a mapping of some columns."""
    held = [
        {"key": key} | {kind: draw(st.sampled_from(TYPES[kind][0]))
                        for kind in draw(st.sets(st.sampled_from(list(TYPES)), min_size=2))}
        for key in draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=2))
    ]  # fmt: skip
    mapped = draw(st.lists(st.sampled_from(list(TYPES)), unique=True, min_size=2))
    blank = draw(st.sampled_from([Blank.CLEAR, Blank.KEEP]))
    rules = [ColumnRule("key", "key")] + [ColumnRule(one, one, blank=blank) for one in mapped]
    rows = [["key", *mapped]] + [
        [key, *(draw(st.sampled_from(["", *TYPES[kind][1]])) for kind in mapped)]
        for key in draw(st.lists(st.sampled_from(SENT), unique=True, min_size=1))
    ]
    return held, rows, rules


@pytest.mark.parametrize(("method", "identifier"), WAYS)
@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(case=cases())
def test_push_and_undo_give_back_every_cell_and_undoing_the_undo_pushes_again(
    bench: Bench, method: str, identifier: str | None, case: Any
) -> None:
    held, rows, rules = case
    if method == "append" and identifier:
        there = {row["key"] for row in held}
        rows = [rows[0], *(row for row in rows[1:] if row[0] not in there)]
    if method == "delete":
        rows = [["key"], *([row["key"]] for row in held if row["key"] in SENT)]
        rules = rules[:1]
    assume(len(rows) > 1)
    _make(bench, identifier, held)
    bench.source(*rows)
    spec = SourceSpec(path="fees.csv", encoding="utf-8", separator=",")
    mapping = Mapping(tuple(rules), trim=False)
    job = Job(bench.portal.url, bench.dataset, Method(method), spec, mapping, Guards(1.0))
    before = _cells(bench)

    pushed = bench.push(job, skipped_guards=frozenset(GUARDS))
    assert pushed.outcome is Outcome.DONE, pushed.summary
    after = _cells(bench)
    assume(after != before)
    undone = undo(bench, pushed.run)
    assert undone.outcome is Outcome.DONE, undone.summary
    assert _cells(bench) == before
    redone = undo(bench, undone.run)
    assert redone.outcome is Outcome.DONE, redone.summary
    assert _cells(bench) == after


def _make(bench: Bench, identifier: str | None, rows: list[dict[str, Any]]) -> None:
    kinds = {"key": "text"} | {kind: kind for kind in TYPES}
    columns = [{"name": name, "fieldName": name, "dataTypeName": kinds[name]} for name in kinds]
    body = {
        "name": "Everything",
        "columns": columns,
        "metadata": {"rowIdentifier": identifier} if identifier else {},
    }
    bench.dataset = bench._call("POST", "/api/views.json", json=body)["id"]
    bench._call("POST", f"/api/views/{bench.dataset}/publication.json")
    if rows:
        bench._call("POST", f"/resource/{bench.dataset}.json", json=rows)


def _cells(bench: Bench) -> list[str]:
    """Every row as JSON, in no order."""
    rows = bench._call("GET", f"/resource/{bench.dataset}.json", params={"$limit": 50_000})
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def undo(bench: Bench, run: str, *, force: bool = False, leave: bool = False) -> Report:
    """Undo the run."""
    desk, log = PushContext(bench.session(), Silent(), Agreed()), RunLog.begin()
    order = with_memo(plan_undo(run, desk, log.folder, force=force, leave=leave).order)
    return Run(order, desk, log).execute()


def pushed(bench: Bench, method: str = "upsert", identifier: str | None = "id") -> Report:
    bench.make(identifier, OLD)
    bench.source(HEADERS, ["b", "New b", "20"], ["d", "New d", "30"])
    report = bench.push(bench.job(method))
    assert report.outcome is Outcome.DONE, report.summary
    return report


def refused(bench: Bench, run: str) -> Refused:
    with pytest.raises(Refused) as caught:
        undo(bench, run)
    return caught.value


def refusal(bench: Bench, run: str) -> str:
    return str(refused(bench, run))


def test_an_undo_says_whose_it_is_and_a_run_is_taken_back_only_once(bench: Bench) -> None:
    run = pushed(bench).run

    report = undo(bench, run)

    assert (report.undo.undoes, report.to_json()["undoes"], report.target.method) == (
        run,
        run,
        Method.UPSERT,
    )
    assert report.summary == (
        f"Undid run {run} in Fees: 1 row sent, 1 updated, 1 deleted; it now has 3 rows."
    )
    assert refusal(bench, run).startswith(
        f"Run {run} has already been undone by run {report.run}. To restore the rows it pushed,"
    )
    assert last_run() == report.run
    assert Journal(runs_folder()).undone_by(run) == report.run
    undo(bench, report.run)
    assert Journal(runs_folder()).undone_by(run) is None


def test_a_snapshot_that_has_a_row_twice_is_not_restored(bench: Bench) -> None:
    """A page had repeated a row instead of another, which an undo would delete."""
    report = pushed(bench, "replace")
    (page,) = (runs_folder() / report.run / SNAPSHOT).glob("rows-*.json.gz")
    rows = json.loads(gzip.decompress(page.read_bytes()))
    page.write_bytes(gzip.compress(json.dumps([*rows[:-1], rows[0]]).encode()))

    said = refusal(bench, report.run)

    assert said.startswith(f"The portal listed a row twice when run {report.run} saved")
    assert [row["id"] for row in bench.rows()] == ["b", "d"]


@pytest.mark.parametrize("identifier", ["id", None])
def test_rows_that_others_have_changed_are_not_overwritten_unless_forced(
    bench: Bench, identifier: str | None
) -> None:
    run = pushed(bench, "replace", identifier).run
    others = {"id": "d", "name": "Theirs", "amount": "30"}
    change = [*bench.rows()[:1], others] if identifier is None else [others]
    bench._call("PUT" if identifier is None else "POST", f"/resource/{bench.dataset}.json",
                json=change)  # fmt: skip

    error = refused(bench, run)
    told = str(error)

    # Where nothing tells rows apart, a changed row is one that is gone and one that is new.
    changed = "1 row was" if identifier else "2 rows were"
    first = "d. " if identifier else "row-"
    said = f"{changed} changed by someone else since run {run}; the first is {first}"
    assert told.startswith(said)
    assert error.steps == (NextStep(Action.OVERWRITE_CONFLICTS, run=run),)
    assert others in bench.rows()
    counted = changed.removesuffix(" was").removesuffix(" were")
    report = undo(bench, run, force=True)
    assert (report.outcome, report.undo.others) == (Outcome.DONE, 1 if identifier else 2)
    assert f" It overwrote later edits by others in {counted}." in report.summary
    assert bench.rows() == OLD
    assert isinstance(error, ConflictError)
    gone = 'Name "Theirs", Amount "30"'
    assert error.shown == (
        (("d", f"would be deleted: {gone}"),)
        if identifier
        else (
            ("a row", f'would be deleted: Id "d", {gone}'),
            ("a row", "is gone, or was changed"),
        )
    )


@pytest.mark.parametrize("method", ["upsert", "replace", "append"])
def test_rows_that_others_have_changed_can_stay_while_the_rest_is_undone(
    bench: Bench, method: str
) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["d", "New d", "30"], ["e", "New e", "40"])
    run = bench.push(bench.job(method)).run
    theirs = {"id": "d", "name": "Theirs", "amount": "30"}
    bench._call("POST", f"/resource/{bench.dataset}.json", json=[theirs])
    error = refused(bench, run)
    assert isinstance(error, ConflictError)
    assert error.rest == (4 if method == "replace" else 1)

    report = undo(bench, run, leave=True)

    assert (report.outcome, report.undo.others) == (Outcome.DONE, 0)
    assert "overwrote" not in report.summary
    assert report.warnings == ()
    assert bench.rows() == [*OLD, theirs]


@pytest.mark.parametrize(("method", "identifier"), [("replace", None), ("upsert", "id")])
def test_rows_of_others_cannot_stay_where_nothing_else_could_be_undone(
    bench: Bench, method: str, identifier: str | None
) -> None:
    bench.make(identifier, OLD)
    bench.source(HEADERS, ["d", "New d", "30"])
    run = bench.push(bench.job(method)).run
    theirs = {"id": "d", "name": "Theirs", "amount": "30"}
    change = [theirs, {"id": "f", "name": "F", "amount": "6"}]
    verb = "POST" if identifier else "PUT"
    bench._call(verb, f"/resource/{bench.dataset}.json", json=change)
    before = bench.rows()

    with pytest.raises(ConflictError) as caught:
        undo(bench, run, leave=True)

    assert caught.value.rest == 0
    assert bench.rows() == before


def test_a_column_that_the_push_did_not_write_counts_as_changed_too(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["a", "New a", "9"])
    run = bench.push(bench.job("upsert", "id name")).run
    body = [{"id": "a", "amount": "77"}]
    bench._call("POST", f"/resource/{bench.dataset}.json", json=body)

    error = refused(bench, run)
    assert "1 row was changed by someone else" in str(error)
    assert isinstance(error, ConflictError)
    told = 'Name "New a" would be "Old a", Amount "77" would stay'
    assert error.shown == (("a", told),)
    undo(bench, run, force=True)
    assert bench.rows()[0] == {"id": "a", "name": "Old a", "amount": "77"}


COLUMNS = [
    Column(number, name, name.lower(), "text", number) for number, name in enumerate("ABCDE")
]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (ConflictingRow("k", True, False, tuple("kbcde"), (None,) * 5),
         ("k", "has since been deleted; it would be restored")),
        (ConflictingRow(
            "k", True, True, ("k", "b", None, "d", "e"), ("k", None, "x" * 50, "D", "E")
        ),
         ("k", f'B (blank) would be "b", C "{"x" * 39}…" would be (blank), D "D" would be "d",'
               " and 1 more")),
        (ConflictingRow("k", False, True, (None,) * 5, ("k", None, None, None, None)),
         ("k", "would be deleted")),
        (ConflictingRow(None, False, True, (None,) * 5, ("a", "two\nlines", None, None, None)),
         ("a row", 'would be deleted: A "a", B "two lines"')),
    ],
)  # fmt: skip
def test_a_row_that_others_have_changed_says_what_would_become_of_it(
    row: ConflictingRow, told: tuple[str, str]
) -> None:
    assert in_words(row, COLUMNS, "abcde") == told


def test_what_stands_in_the_way_of_an_undo_is_said(bench: Bench) -> None:
    run = pushed(bench).run
    bench.source(HEADERS, ["x", "bad", "nonsense"])
    refused = bench.push(bench.job("upsert")).run
    bench.source(HEADERS, ["b", "Other", "5"])
    bare = bench.push(replace(bench.job("upsert"), snapshot="off"))

    assert refusal(bench, refused).startswith(f"No rows of run {refused} landed: There are no rows")
    assert "No snapshot was taken, so this run cannot be undone." in bare.summary
    assert "There is no snapshot of the rows" in refusal(bench, bare.run)
    assert "is no run" in refusal(bench, "nonsense")
    bench.drop_column("name")
    told = refusal(bench, run)
    assert "The schema of Fees has changed since run" in told
    assert "the column Name · name no longer exists. Its earlier rows are saved in" in told
    bench._call("DELETE", f"/api/views/{bench.dataset}.json")
    assert refusal(bench, run).startswith(f"Fees ({bench.dataset}) no longer exists on the portal")


def test_an_undo_that_died_is_gone_on_with(bench: Bench) -> None:
    run = pushed(bench).run
    desk, log = PushContext(bench.session(), Silent(), Agreed()), RunLog.begin()
    order = with_memo(plan_undo(run, desk, log.folder).order)
    folder = order.base

    kill_at(bench, order, "sending", "after")

    (record, *_) = Journal(runs_folder()).runs()
    again = request_from_memo(record.order)
    assert (again.undoes, again.base) == (run, folder)
    settled = Run(again, desk, RunLog.of(record.run)).resume()
    assert settled.outcome is Outcome.DONE, settled.summary
    assert bench.rows() == OLD
    assert Journal(runs_folder()).undone_by(run) == record.run


@pytest.mark.parametrize(("method", "identifier"), [("append", "id"), ("append", None)])
def test_a_trial_is_followed_by_its_rest_or_taken_back(
    bench: Bench, method: str, identifier: str | None
) -> None:
    bench.make(identifier, [])
    bench.source(HEADERS, ["a", "A", "1"], ["b", "B", "2"], ["c", "C", "3"])
    job = bench.job(method)

    def offered(report: Report, **more: Any) -> str:
        order = PushRequest(replace(job, **more), bench.folder)
        assert report.source is not None
        return trial_before(order, report.source.sha256)

    trial = bench.push(job, limit=2)
    assert (offered(trial), offered(trial, method=Method.DELETE)) == (trial.run, "")
    assert trial_before(PushRequest(job, bench.folder), "another source") == ""
    rest = bench.push(job, after_trial=trial.run)
    assert offered(trial) == offered(rest) == ""

    assert "This was a trial of the first 2 rows" in trial.summary
    assert trial.steps == (
        NextStep(Action.SEND_REMAINING, run=trial.run),
        NextStep(Action.UNDO_RUN, run=trial.run),
    )
    assert (rest.outcome, rest.rows.sent, rest.findings) == (Outcome.DONE, 1, ())
    assert [row["id"] for row in bench.rows()] == ["a", "b", "c"]
    undo(bench, trial.run)
    assert [row["id"] for row in bench.rows()] == ["c"]
    bench.source(HEADERS, ["a", "A", "2"])
    changed = bench.push(job, after_trial=trial.run)
    assert changed.outcome is Outcome.REFUSED
    assert f"fees.csv has changed since run {trial.run} sent" in changed.summary


def test_rows_come_back_in_the_order_in_which_they_were(bench: Bench) -> None:
    bench.make("id", [{"id": f"{n:03}", "name": f"Row {n}", "amount": n} for n in range(60)])
    before = _names_in_order(bench)
    bench.source(HEADERS, ["000", "Row 0", "0"])
    report = bench.push(bench.job("replace"), skipped_guards=frozenset(GUARDS))

    undone = undo(bench, report.run)

    assert undone.outcome is Outcome.DONE, undone.summary
    assert _names_in_order(bench) == before


def _names_in_order(bench: Bench) -> list[str]:
    params = {"$select": "name", "$order": ":id", "$limit": "1000"}
    rows = bench._call("GET", f"/resource/{bench.dataset}.json", params=params)
    return [row["name"] for row in rows]
