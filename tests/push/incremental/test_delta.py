"""Sending only changes has the same effect as sending all rows, and reports its basis."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodasheet.jobs.push_resume_undo import with_memo
from sodasheet.model.mapping import Blank, ColumnRule
from sodasheet.model.progress import Silent
from sodasheet.model.quality_settings import QualitySettings, Release
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.push.context import PushContext
from sodasheet.push.incremental.baseline import DatasetVersion
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.request import PushRequest
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import Journal, RunLog, runs_folder
from sodasheet.quality.comparison_questions import EMPTIED
from sodasheet.system.folders import home

from ..conftest import Bench
from ..test_lost_answers import kill_at

HEADERS = ["Id", "Name", "Amount"]
#: Enough rows that a few of them are less than half.
ROWS = [[f"k{n}", f"Ü {n}", str(n)] for n in range(12)]
THERE = [{"id": f"k{n}", "name": f"Ü {n}", "amount": str(n)} for n in range(12)]

#: A replace may empty the columns that it does not fill.
EMPTYING = QualitySettings(released=(Release(EMPTIED),))


@pytest.fixture
def changes(bench: Bench) -> Callable[..., Report]:
    """Push the source by `send: changes`."""

    def push(method: str = "replace", columns: str = "id name amount", **options: Any) -> Report:
        job = replace(bench.job(method, columns, max_shrink=1.0), send="changes", snapshot="off")
        return bench.push(replace(job, quality=EMPTYING), **options)

    return push


def put(bench: Bench, *rows: list[str]) -> None:
    bench.source(HEADERS, *rows)


def counts(report: Report) -> tuple[int | None, ...]:
    rows = report.rows
    return rows.sent, rows.created, rows.updated, rows.deleted


def data_requests(bench: Bench, then: int) -> list[str]:
    """Requests that wrote rows since `then`."""
    asked = bench.portal.requests_seen[then:]
    return [one.method for one in asked if one.method != "GET"]


@pytest.mark.parametrize("method", ["replace", "upsert"])
def test_only_what_differs_from_the_last_push_is_sent(
    bench: Bench, changes: Callable[..., Report], method: str
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    first = changes(method)
    put(bench, ["k0", "Öther", "0"], *ROWS[2:], ["k99", "new", ""])
    before = len(bench.portal.requests_seen)

    report = changes(method)

    assert first.outcome is report.outcome is Outcome.DONE, report.summary
    assert counts(first)[0] == 12
    gone = 1 if method == "replace" else 0
    assert counts(report) == (2, 1, 1, gone)
    assert (report.sending.transport, data_requests(bench, before)) == ("SODA2", ["POST"])
    told = "1 changed, 1 new, 1 gone" if gone else "1 changed, 1 new"
    assert report.sending.base == (
        f"Compared with what run {first.run} sent, and the dataset has not changed since:"
        f" {told}, 10 unchanged."
    )
    assert report.sending.base in report.summary
    rows = {row["id"]: row for row in bench.rows()}
    assert rows["k0"] == {"id": "k0", "name": "Öther", "amount": "0"}
    assert rows["k99"] == {"id": "k99", "name": "new"}
    assert len(rows) == (12 if gone else 13)
    assert ("k1" in rows) is not bool(gone)


@pytest.mark.parametrize("method", ["replace", "upsert"])
def test_an_unchanged_file_is_not_even_read(
    bench: Bench, changes: Callable[..., Report], method: str
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    first = changes(method)
    assert first.source is not None
    bench.source(HEADERS, *ROWS, name="other.csv")
    before = len(bench.portal.requests_seen)
    stages: list[str] = []

    report = changes(method, progress=Stages(stages))

    assert report.outcome is Outcome.DONE
    assert counts(report) == (0, 0, 0, 0)
    assert report.summary == (
        "Fees already matches the source: nothing was sent. The source is exactly the file that run"
        f" {first.run} sent, and the dataset has not changed since."
    )
    assert report.source == first.source
    assert (report.totals.before, report.totals.after) == (12, 12)
    assert data_requests(bench, before) == []
    assert stages == []
    assert bench.rows() == sorted(THERE, key=lambda row: row["id"])


class Stages:
    """Progress that records the started stages."""

    stop = False

    def __init__(self, begun: list[str]) -> None:
        self._begun = begun

    def begin(self, stage: str, total: int | None = None) -> None:
        self._begun.append(stage)

    def advance(self, amount: int) -> None:
        pass


def test_a_file_saved_anew_with_the_same_rows_sends_nothing(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    first = changes()
    put(bench, *reversed(ROWS))
    before = len(bench.portal.requests_seen)

    report = changes()
    again = changes()

    assert (report.outcome, counts(report)) == (Outcome.DONE, (0, 0, 0, 0))
    assert report.sending.base == (
        f"Compared with what run {first.run} sent, and the dataset has not changed since:"
        " 12 unchanged."
    )
    assert data_requests(bench, before) == []
    # What was found out is remembered, so that the same file is known the next time.
    assert (again.sending.base or "").startswith(
        f"The source is exactly the file that run {report.run} sent"
    )


FOREIGN: dict[str, Callable[[Bench], Any]] = {
    "changed a row": lambda bench: bench.write([{"id": "k3", "name": "not ours"}]),
    "filled a column that the source has not": lambda bench: bench.write(
        [{"id": "k3", "amount": "17"}]
    ),
    "deleted a row": lambda bench: bench.write([{"id": "k3", ":deleted": True}]),
    "swapped a row": lambda bench: bench.write([{"id": "k3", ":deleted": True}, {"id": "foreign"}]),
}


@pytest.mark.parametrize("edit", FOREIGN)
def test_what_somebody_else_did_is_noticed_and_taken_back_by_a_replace(
    bench: Bench, changes: Callable[..., Report], edit: str
) -> None:
    bench.make("id", [])
    bench.source(["Id", "Name"], *(row[:2] for row in ROWS))
    columns = "id name"
    changes(columns=columns)
    FOREIGN[edit](bench)

    report = changes(columns=columns)

    assert report.outcome is Outcome.DONE, report.summary
    assert (report.sending.base or "").startswith(
        "Compared with the dataset itself, downloaded because it has changed since the recorded"
        " push (run "
    )
    assert (report.rows.sent or 0) + (report.rows.deleted or 0) in (1, 2)
    wanted = [{"id": row["id"], "name": row["name"]} for row in THERE]
    assert bench.rows() == sorted(wanted, key=lambda row: row["id"])
    assert "exactly the file" in (changes(columns=columns).sending.base or "")


def test_an_upsert_leaves_what_somebody_else_did_to_other_rows(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    put(bench, *ROWS[:11])
    changes("upsert")
    bench.write([{"id": "k0", "name": "not ours"}, {"id": "k11", "name": "theirs"}])

    report = changes("upsert")

    assert counts(report) == (1, 0, 1, 0), report.summary
    names = {row["id"]: row["name"] for row in bench.rows()}
    assert (names["k0"], names["k11"]) == ("Ü 0", "theirs")


def test_without_an_earlier_push_the_dataset_is_downloaded(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [*THERE, {"id": "old"}])
    put(bench, *ROWS[:-1], ["k11", "other", "1e1"])

    report = changes()

    assert counts(report) == (1, 0, 1, 1), report.summary
    assert report.sending.base == (
        "Compared with the dataset itself, downloaded because no earlier push from this computer is"
        " remembered: 1 changed, 1 gone, 11 unchanged."
    )
    assert len(bench.rows()) == 12


@pytest.mark.parametrize("word", ["row", "file", "now", "run"])
def test_a_row_is_not_equal_if_a_template_makes_another_value_of_it(
    bench: Bench, changes: Callable[..., Report], word: str
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    job = replace(bench.job("replace", "id name amount"), send="changes")
    made = ColumnRule(None, "name", template=f"{{Name}} {{{word}}}", match="confirmed")
    rules = tuple(made if rule.field == "name" else rule for rule in job.mapping.columns)
    job = replace(job, mapping=replace(job.mapping, columns=rules))
    assert bench.push(job).outcome is Outcome.DONE
    bench.source(HEADERS, *reversed(ROWS), name="other.csv")
    job = replace(job, source=replace(job.source, path="other.csv"))

    report = bench.push(job)

    assert report.outcome is Outcome.DONE, report.summary
    assert "nobody has changed" not in report.sending.base
    # Two pushes of the same second have the same time.
    assert counts(report)[0] == 12 or word == "now", report.sending.base
    now = {row["id"]: row["name"] for row in bench.rows()}
    assert bench.push(replace(job, send="all")).outcome is Outcome.DONE
    again = {row["id"]: row["name"] for row in bench.rows()}
    assert now == again or word in ("now", "run")


def test_a_portal_that_does_not_tell_the_last_change_is_not_said_to_have_changed(
    bench: Bench, changes: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    monkeypatch.setattr(RowsClient, "state", lambda _: RowState(12, None))
    assert changes().outcome is Outcome.DONE
    put(bench, *ROWS[:-1], ["k11", "other", "11"])

    report = changes()

    assert counts(report)[0] == 1
    assert report.sending.base is not None
    assert report.sending.base.startswith(
        "Compared with the dataset itself, downloaded because the portal does not say when a row"
        " was last changed:"
    )


@pytest.mark.parametrize(
    ("earlier", "later", "same"),
    [
        (("1", 2, "a"), ("1", 2, "a"), True),
        (("1", 0, None), ("1", 0, None), True),
        (("1", 2, None), ("1", 2, None), False),
        (("1", 2, "a"), ("1", 2, "b"), False),
        (("1", 2, "a"), ("2", 2, "a"), False),
    ],
)
def test_a_version_without_the_time_of_the_newest_row_proves_nothing(
    earlier: tuple[Any, ...], later: tuple[Any, ...], same: bool
) -> None:
    assert DatasetVersion(*later).unchanged_since(DatasetVersion(*earlier)) is same


def files(bench: Bench) -> tuple[Path, Path]:
    found = sorted((home() / "imprints").glob(f"*-{bench.dataset}.*"))
    assert [path.suffix for path in found] == [".json", ".parquet"]
    return found[0], found[1]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def as_version(path: Path, version: int) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"version": version}))


DAMAGE: dict[str, tuple[Callable[[Path, Path], Any], str]] = {
    "rows flipped": (lambda _, rows: flip(rows), "damaged"),
    "rows gone": (lambda _, rows: rows.unlink(), "damaged"),
    "facts without most": (lambda facts, _: facts.write_text('{"version": 2}'), "no earlier push"),
    "facts of a later version": (lambda facts, _: as_version(facts, 99), "no earlier push"),
    "facts a folder": (lambda facts, _: (facts.unlink(), facts.mkdir()), "no earlier push"),
}


@pytest.mark.parametrize(
    ("header", "lines", "outcome"),
    [
        (["Id", "Amount", "Name"], ROWS, Outcome.DONE),
        (["Amount", "Name", "Id"], ROWS, Outcome.REFUSED),
        ([*HEADERS, "Note"], ROWS, Outcome.REFUSED),
        (["Id", "Note", "Name", "Amount"], [*ROWS, ["k", "", "n", "1"]], Outcome.REFUSED),
    ],
    ids=["two headers swapped", "the identifier elsewhere", "one more", "one between"],
)
def test_the_same_lines_below_another_header_are_other_rows(
    bench: Bench,
    changes: Callable[..., Report],
    header: list[str],
    lines: list[list[str]],
    outcome: Outcome,
) -> None:
    bench.make("id", [])
    # Every cell is a number, so that only the header says what it is.
    same = [[one[0], one[2], f"1{one[2]}"] if len(one) == 3 else one for one in lines]
    put(bench, *same[:12])
    changes()
    bench.source(header, *same)

    report = changes()

    assert report.outcome is outcome, report.summary
    swapped = outcome is Outcome.DONE
    rows = {row["id"]: row for row in bench.rows()}
    assert rows["k3"]["name"] == ("13" if swapped else "3")
    assert rows["k3"]["amount"] == ("3" if swapped else "13")


def test_an_edit_while_lines_are_compared_is_noticed(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    class Meanwhile(Silent):
        def begin(self, stage: str, total: int | None = None) -> None:
            if stage == "finding what has changed":
                bench.write([{"id": "k5", "name": "by someone else"}])

    bench.make("id", [])
    put(bench, *ROWS)
    changes()
    put(bench, *ROWS[1:], ["k77", "new", "7"])

    report = changes(progress=Meanwhile())

    assert report.outcome is Outcome.FAILED
    assert "has changed since the recorded push (run " in report.summary
    assert "Push again." in report.summary
    assert len(bench.rows()) == 12


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_imprint_is_not_trusted(
    bench: Bench, changes: Callable[..., Report], damage: str
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    changes()
    spoil, why = DAMAGE[damage]
    spoil(*files(bench))
    put(bench, *ROWS[1:])

    report = changes()

    assert (report.outcome, counts(report)) == (Outcome.DONE, (0, 0, 0, 1)), report.summary
    assert "downloaded because" in (report.sending.base or "")
    assert why in (report.sending.base or "")
    assert len(bench.rows()) == 11


def test_a_file_in_place_of_the_imprints_is_no_hindrance(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    home().mkdir(exist_ok=True)
    (home() / "imprints").write_text("no folder")

    assert changes().outcome is changes().outcome is Outcome.DONE
    assert len(bench.rows()) == 12


def test_another_mapping_or_column_or_order_of_columns_is_noticed(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    changes()

    fewer = changes(columns="id name")
    bench.source(["Amount", "Name", "Id"], *(reversed(row) for row in ROWS))
    changes()
    turned = changes()
    put(bench, *ROWS)
    back = changes()

    assert "the mapping, the columns or SodaSheet itself" in (fewer.sending.base or "")
    assert counts(turned) == counts(back) == (0, 0, 0, 0)


ALL: dict[str, tuple[Any, ...]] = {
    "most rows differ": ("id", [["k0", "Ü 0", "0"], ["x", "", ""], ["y", "", ""]], "most of them"),
    "no row identifier": (None, ROWS, "no source column fills a text or number row identifier"),
}


@pytest.mark.parametrize("case", ALL)
def test_where_it_does_not_pay_or_cannot_be_all_rows_are_sent(
    bench: Bench, changes: Callable[..., Report], case: str
) -> None:
    identifier, rows, why = ALL[case]
    bench.make(identifier, THERE)
    put(bench, *rows)

    report = changes()

    assert report.outcome is Outcome.DONE, report.summary
    assert report.rows.sent == len(rows)
    assert (report.sending.base or "").startswith("All rows were sent: ")
    assert why in (report.sending.base or "")
    assert len(bench.rows()) == len(rows)


def test_rows_with_findings_stay_behind_and_vanish_as_in_a_full_replace(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    changes()
    put(bench, *ROWS[1:], ["k0", "Ü 0", "many"])

    report = changes(allow_rejected=1)
    again = changes(allow_rejected=1)

    assert report.outcome is again.outcome is Outcome.REJECTS
    assert counts(report) == (0, 0, 0, 1), report.summary
    assert counts(again) == (0, 0, 0, 0)
    assert [row.row for row in again.rejects.rows] == [13]
    assert [row["id"] for row in bench.rows()] == sorted(row[0] for row in ROWS[1:])


def test_an_identifier_that_an_unchanged_row_has_is_found_twice(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    changes()
    put(bench, *ROWS, ["k5", "once more", "1"])

    refused = changes()
    report = changes(allow_rejected=2)

    assert refused.outcome is Outcome.REFUSED
    assert [row.row for row in refused.rejects.rows] == [7, 14]
    assert (report.outcome, counts(report)) == (Outcome.REJECTS, (0, 0, 0, 1)), report.summary
    assert "k5" not in {row["id"] for row in bench.rows()}


def test_a_blank_that_keeps_means_nothing_in_a_replace(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    changes()
    put(bench, ["k0", "", "0"], *ROWS[1:])
    job = bench.job("replace", max_shrink=1.0)
    rules = tuple(replace(rule, blank=Blank.KEEP) for rule in job.mapping.columns)
    mapping = replace(job.mapping, columns=rules)
    keeping = replace(job, mapping=mapping, send="changes", snapshot="off")

    report = bench.push(keeping)

    assert counts(report) == (1, 0, 1, 0), report.summary
    assert bench.rows()[0] == {"id": "k0", "amount": "0"}


def test_a_trial_is_no_base_for_the_next_push(bench: Bench, changes: Callable[..., Report]) -> None:
    bench.make("id", [])
    put(bench, *ROWS)

    trial = changes("upsert", limit=3)
    report = changes("upsert")

    assert (trial.rows.sent, trial.sending.base) == (3, None)
    assert "most of them differ from the dataset itself" in (report.sending.base or "")
    assert len(bench.rows()) == 12


LOST = ["drop_after_work", "drop_in_body", "status"]


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_to_a_push_of_changes_is_found_out(
    bench: Bench, changes: Callable[..., Report], fault: str
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    changes()
    put(bench, ["k0", "Öther", "0"], *ROWS[2:])
    options: dict[str, Any] = {"status": {"status": 500}, "drop_in_body": {"bytes": 10}}.get(
        fault, {}
    )
    bench.portal.inject(fault, method="POST", path="/resource/*", **options)

    report = changes()
    bench.portal.clear_faults()

    assert report.outcome is Outcome.DONE, report.summary
    rows = {row["id"]: row for row in bench.rows()}
    assert len(rows) == 11
    assert rows["k0"]["name"] == "Öther"
    assert counts(changes()) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("step", "moment", "landed"),
    [("sending", "before", False), ("sending", "after", False), ("landed", "before", True)],
)
def test_a_killed_push_of_changes_is_finished_by_resuming_it(
    bench: Bench, changes: Callable[..., Report], step: str, moment: str, landed: bool
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    changes()
    put(bench, ["k0", "Öther", "0"], *ROWS[2:])
    job = bench.job("replace", max_shrink=1.0)
    order = with_memo(PushRequest(replace(job, send="changes", snapshot="off"), bench.folder))

    kill_at(bench, order, step, moment)
    there = len(bench.rows()) == 11
    (record, _) = Journal(runs_folder()).runs()
    report = Run(
        order, PushContext(bench.session(), Silent(), Agreed()), RunLog.of(record.run)
    ).resume()

    assert there is landed
    assert report.outcome is Outcome.DONE, report.summary
    assert "expected" not in report.summary
    rows = {row["id"]: row["name"] for row in bench.rows()}
    assert (len(rows), rows["k0"]) == (11, "Öther")


CELLS = st.sampled_from(["", "a", "b", " a ", "Ü", "\x1f", "a\x1fb", "1", "1.0", "007", "'"])
NUMBERS = st.sampled_from(["", "1", "1.0", "1e0", "-2", "30"])
DAYS = st.sampled_from(["", "2024-02-29", "2024-02-29T00:00:00", "1999-12-31T23:59:59"])
YES = st.sampled_from(["", "true", "false"])
SOURCES = st.dictionaries(
    st.integers(0, 15), st.tuples(CELLS, NUMBERS, DAYS, YES), min_size=4, max_size=16
)
EDITS = st.lists(
    st.one_of(
        st.builds(lambda n: {"no": str(n), ":deleted": True}, st.integers(0, 15)),
        st.builds(lambda n, v: {"no": str(n), "name": v}, st.integers(0, 17), CELLS),
        st.builds(lambda n: {"no": str(n), "unfilled": "theirs"}, st.integers(0, 15)),
    ),
    max_size=2,
)
KINDS = {
    "no": "number", "name": "text", "amount": "number", "due": "calendar_date", "ok": "checkbox",
    "unfilled": "text",
}  # fmt: skip


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), method=st.sampled_from(["replace", "upsert"]))
def test_afterwards_the_dataset_is_as_after_a_push_of_all_rows(
    bench: Bench, data: st.DataObject, method: str
) -> None:
    first = data.draw(SOURCES)
    gone = data.draw(st.sets(st.sampled_from(sorted(first)[1:]), max_size=3))
    later = {key: row for key, row in first.items() if key not in gone}
    later |= data.draw(st.dictionaries(*ONE, max_size=3))
    edits = data.draw(EDITS)
    found = []
    for send in ("changes", "all"):
        bench.make_of(KINDS, "no")
        job = bench.job(method, "no name amount due ok", max_shrink=1.0)
        job = replace(job, send=send, snapshot="off", quality=EMPTYING)
        # A replace of all rows needs no past.
        earlier = [] if (send, method) == ("all", "replace") else [(first, edits)]
        for rows, foreign in (*earlier, (later, [])):
            bench.source(
                ["No", "Name", "Amount", "Due", "Ok"],
                *([f"{key}{'.0' * (key % 2)}", *cells] for key, cells in rows.items()),
            )
            report = bench.push(job)
            assert report.outcome is Outcome.DONE, report.summary
            if foreign:
                bench.write(foreign)
        found.append([as_values(row) for row in bench.rows("no")])

    assert found[0] == found[1]


def as_values(row: dict[str, Any]) -> dict[str, Any]:
    """Numbers by their value: an equal number keeps its spelling (1 and 1.0).

    An empty text that someone else has written is as blank as no value at all.
    """
    return {
        key: Decimal(value) if key in ("no", "amount") else value
        for key, value in row.items()
        if value != ""
    }


ONE = (st.integers(0, 20), st.tuples(CELLS, NUMBERS, DAYS, YES))


def measuring_requests(bench: Bench, then: int) -> int:
    """Count the requests since `then` for the rows that a profile is measured from."""
    asked = bench.portal.requests_seen[then:]
    return sum(":id desc" in unquote_plus(one.query) for one in asked)


def many(*changed: int) -> list[list[str]]:
    """Return sixty rows, with another amount in `changed` rows."""
    return [[f"k{n}", "Fee", str(n + (n in changed))] for n in range(60)]


@pytest.mark.parametrize("method", ["replace", "upsert"])
def test_a_push_of_few_changes_keeps_the_profile_of_the_dataset(
    bench: Bench, changes: Callable[..., Report], method: str
) -> None:
    bench.make("id", [])
    asked: list[int] = []
    for changed in ((), (1,), (1, 2), (1, 2, 3)):
        put(bench, *many(*changed))
        then = len(bench.portal.requests_seen)
        assert changes(method).outcome is Outcome.DONE
        asked.append(measuring_requests(bench, then))

    # Empty at first, then measured once; beyond a twentieth of the rows it is measured again.
    assert asked == [0, 1, 0, 0]
    put(bench, *many(1, 2, 3, 4))
    changes(method)
    then = len(bench.portal.requests_seen)
    put(bench, *many(1, 2, 3, 4, 5))
    changes(method)
    assert measuring_requests(bench, then) == 1


def test_an_upsert_that_brought_rows_measures_the_dataset_anew(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    for rows in (many(), many(1), [*many(1), ["k60", "Fee", "60"]]):
        put(bench, *rows)
        assert changes("upsert").outcome is Outcome.DONE
    then = len(bench.portal.requests_seen)
    put(bench, *many(1, 2), ["k60", "Fee", "60"])

    changes("upsert")

    assert measuring_requests(bench, then) == 1


def test_a_push_that_brought_new_kinds_of_values_measures_the_dataset_anew(
    bench: Bench, changes: Callable[..., Report]
) -> None:
    bench.make("id", [])
    put(bench, *many())
    changes()
    put(bench, ["k0", "Tax", "0"], *many()[1:])
    told = changes()
    then = len(bench.portal.requests_seen)
    put(bench, ["k0", "Tax", "0"], *many(1)[1:])

    again = changes()

    assert "new-category" in {group.reason for group in told.findings}
    assert measuring_requests(bench, then) == 1
    assert "new-category" not in {group.reason for group in again.findings}
