"""Every guard stops its case, states the reason in one sentence, and can be skipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.matching import fingerprint
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome
from sodasheet.portal.soda2.rows_client import RowState
from sodasheet.push import guards
from sodasheet.push.guards import (
    GUARDS,
    GuardError,
    GuardFacts,
    judge,
    known_overrides,
    may_overlap,
    source_part,
)
from sodasheet.push.load_and_check import staged
from sodasheet.push.request import PreviewSnapshot, PushRequest, RunOptions, UndoTarget
from sodasheet.push.runs.journal import Journal, RunRecord

from .conftest import Bench

ID, FEE = Column(1, "Id", "id", "text", 1), Column(2, "Fee", "fee", "number", 2)
UPDATED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FEES = Dataset("https://x.test", "abcd-1234", "Fees", (ID, FEE), "id", updated=UPDATED)
NAMELESS = replace(FEES, row_identifier=None)
RULES = (ColumnRule("Id", "id", match="confirmed"), ColumnRule("Fee", "fee", match="confirmed"))
JOB = Job(FEES.portal, FEES.id, Method.UPSERT, SourceSpec(path="fees.csv"), Mapping(RULES),
          fingerprint=fingerprint(("Id", "Fee"), FEES))  # fmt: skip
ORDER = PushRequest(JOB, Path())
#: The dataset a year before it was changed last.
STALE = PreviewSnapshot(10, UPDATED.replace(year=2025))
ROWS = "Id,Fee\n" + "".join(f"id{n},{n}\n" for n in range(8))

Weigh = Callable[..., tuple[str, ...]]


@pytest.fixture
def weigh(tmp_path: Path) -> Weigh:
    """Apply the guards to a source of eight rows and a dataset of ten."""

    def weighed(
        order: PushRequest = ORDER, dataset: Dataset = FEES, text: str = ROWS, before: int = 10,
        encoding: str = "utf-8",
        journal: Journal | None = None,
    ) -> tuple[str, ...]:  # fmt: skip
        (tmp_path / "fees.csv").write_text(text, encoding=encoding)
        with staged(order.job, tmp_path, dataset, Silent()) as work:
            settled = replace(work, state=RowState(before, ""))
            return judge(GuardFacts(order, settled, before, journal or Journal(tmp_path)))

    return weighed


def of(method: str, **changes: Any) -> PushRequest:
    """Return the request with another method, other keys of the job, or options of its own."""
    own = {name: changes.pop(name) for name in ("seen", "undo") if name in changes}
    options = {name: changes.pop(name) for name in list(changes) if name in RunOptions.__slots__}
    job = replace(JOB, method=Method(method), **changes)
    return replace(ORDER, job=job, options=RunOptions(**options), **own)


WAS_MONEY = replace(FEES, columns=(ID, replace(FEE, type="money")))
RENAMED = replace(FEES, columns=(ID, replace(FEE, field="cost")))
GUESS = Mapping((RULES[0], replace(RULES[1], match="similar 91 %")))

#: Guard, what is judged, and the sentence.
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("too-many-rejected", {"text": ROWS + "x,nine\n"},
     "1 of 9 rows is rejected and nothing was sent (0 rejected rows are allowed)."),
    ("empty-source", {"text": "Id,Fee\n"},
     "fees.csv has no rows, and an empty source is never sent."),
    ("empty-source", {"text": "Id,Fee\nx,nine\n", "order": of("upsert", allow_rejected=1)},
     "There are no rows to send: the only row is rejected."),
    ("trial-replace", {"order": of("replace", limit=9)},
     "A trial with the first 9 rows cannot be a replace: all other rows of the dataset would be "
     "deleted."),
    ("identifier-changed", {"dataset": replace(FEES, row_identifier="fee")},
     "The row identifier of Fees was id, and it is fee now."),
    ("identifier-changed", {"dataset": NAMELESS, "order": of("append")},
     "The row identifier of Fees was id, and it has none now."),
    ("types-changed", {"dataset": WAS_MONEY},
     "The dataset column fee was Number and is now Money."),
    ("drift", {"dataset": RENAMED}, "The dataset column fee is now called cost."),
    ("drift", {"text": "Id,Fee,Note\na,1,x\n"},
     'The source column "Note" is new since the mapping was confirmed.'),
    ("encoding", {"order": of("upsert", unattended=True), "text": ROWS.replace("id1", "ÄÖÜ"),
                  "encoding": "cp1252"},
     "The file is not UTF-8, declares no encoding, and has few letters that show which encoding is"
     " right; it was read as Windows-1252."),
    ("unconfirmed", {"order": of("upsert", mapping=GUESS, unattended=True)},
     "Matches of the mapping that are not confirmed: 1; the first fills fee (similar 91 %)."),
    ("shrink", {"order": of("replace"), "before": 11},
     "Fees would shrink from 11 rows to 8, by 28%; the maximum shrinkage is 20%."),
    ("shrink", {"order": of("delete", guards=Guards(0.5)), "before": 12},
     "Fees would shrink from 12 rows to 4, by 67%; the maximum shrinkage is 50%."),
    ("changed-since-preview", {"order": of("upsert", seen=PreviewSnapshot(9, UPDATED))},
     "Fees had 9 rows when the preview was made and has 10 now: someone else has changed it."),
    ("changed-since-preview", {"order": of("upsert", seen=PreviewSnapshot(10, mixed=True))},
     "Someone else changed Fees while the preview read its rows."),
    ("changed-since-preview", {"order": of("upsert", seen=STALE)},
     "Someone else has changed Fees since the preview was made, at 2026-01-02 03:04:05 UTC."),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "what", "sentence"), CASES)
def test_a_guard_stops_the_push_and_says_why(
    weigh: Weigh, slug: str, what: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(GuardError) as caught:
        weigh(**what)

    guard, error = GUARDS[slug], caught.value
    assert (error.reason, error.what) == (slug, sentence)
    assert error.remedy == guard.remedy
    assert (NextStep(Action.SKIP_GUARD, guard=slug) in error.steps) is guard.overridable
    order = what.get("order", ORDER)
    aside = order.with_options(skipped_guards=frozenset({slug}))
    if guard.overridable:
        assert weigh(**what | {"order": aside}) == (slug,)
    else:
        with pytest.raises(GuardError):
            weigh(**what | {"order": aside})


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"order": of("replace")},
        {"order": of("delete"), "before": 40},
        {"order": of("upsert", mapping=GUESS)},
        {"order": of("upsert", seen=PreviewSnapshot(10, UPDATED))},
        {"order": of("replace", undo=UndoTarget("r")), "before": 1000},
        {
            "dataset": NAMELESS,
            "order": of("append", skipped_guards=frozenset({"identifier-changed"})),
        },
    ],
)
def test_what_is_within_the_limits_goes_on(weigh: Weigh, what: dict[str, Any]) -> None:
    assert weigh(**what) == tuple(sorted(what.get("order", ORDER).options.skipped_guards))


def test_a_row_over_the_portals_limit_is_named(
    weigh: Weigh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "ROW_BYTES", 40)

    with pytest.raises(GuardError) as caught:
        weigh(text=f"Id,Fee\na,1\n{'é' * 20},2\n")

    assert caught.value.reason == "row-too-large"
    assert caught.value.what == "Row 3 has 59 bytes, and the portal accepts at most 40."


def test_where_nobody_watches_no_guard_is_set_aside(weigh: Weigh) -> None:
    order = of("replace", skipped_guards=frozenset({"shrink"}), unattended=True)

    with pytest.raises(GuardError, match="would shrink from 100 rows to 8"):
        weigh(order, before=100)


def test_several_guards_are_named_at_once(weigh: Weigh) -> None:
    with pytest.raises(GuardError) as caught:
        weigh(of("replace"), WAS_MONEY, before=100)

    assert caught.value.what.endswith(
        "is now Money. (Also stopped by: a replace or a delete that removes more of the rows"
        " than `max_shrink` allows [shrink].)"
    )


def test_rows_that_all_have_findings_are_told_once(weigh: Weigh) -> None:
    with pytest.raises(GuardError) as caught:
        weigh(text="Id,Fee\nx,nine\ny,ten\n")

    assert str(caught.value).startswith("There are no rows to send: all 2 rows are rejected. Check")
    assert "--allow-rejected" not in str(caught.value)


def test_the_same_source_is_not_appended_twice_unless_the_first_was_taken_back(
    weigh: Weigh, tmp_path: Path
) -> None:
    order, journal = of("append", fingerprint=fingerprint((), NAMELESS)), Journal(tmp_path)
    (tmp_path / "fees.csv").write_text(ROWS, encoding="utf-8")
    with staged(order.job, tmp_path, NAMELESS, Silent()) as work:
        sha256 = work.stage.sha256
    for run in ("first", "undo"):
        journal.begin(RunRecord(run, "2026-01-02T", JOB.portal, JOB.dataset, "append", {}))
    journal.write("first", "checked", sha256=sha256)
    journal.end("first", "done", "")

    with pytest.raises(GuardError, match="appended to Fees before, by run first on 2026-01-02"):
        weigh(order, NAMELESS, journal=journal)
    assert weigh(order.with_options(allow_duplicate_append=True), NAMELESS, journal=journal) == (
        "appended-before",
    )
    journal.write("first", "undone", by="undo")
    assert weigh(order, NAMELESS, journal=journal) == ()


@pytest.mark.parametrize(
    ("earlier", "later", "asked"),
    [
        ("sheet jan", {"sheet": "Feb"}, False),
        ("sheet jan", {"range": "'Feb'!A1:C9"}, False),
        ("table jan", {"table": "Feb"}, False),
        ("sheet jan", {"sheet": "JAN"}, True),
        ("sheet jan", {"range": "Jan!A1:C9"}, True),
        ("sheet jan", {"table": "Feb"}, True),
        ("", {"sheet": "Jan"}, True),
        ("sheet jan", {}, True),
    ],
)
def test_each_sheet_of_a_workbook_is_appended_once(
    weigh: Weigh, tmp_path: Path, earlier: str, later: dict[str, str], asked: bool
) -> None:
    order, journal = of("append", fingerprint=fingerprint((), NAMELESS)), Journal(tmp_path)
    (tmp_path / "fees.csv").write_text(ROWS, encoding="utf-8")
    with staged(order.job, tmp_path, NAMELESS, Silent()) as work:
        sha256 = work.stage.sha256
    journal.begin(RunRecord("first", "2026-01-02T", JOB.portal, JOB.dataset, "append", {}))
    journal.write("first", "checked", sha256=sha256, part=earlier)
    journal.end("first", "done", "")

    ((_, before),) = journal.appended(JOB.portal, JOB.dataset, sha256)

    assert before == earlier
    assert may_overlap(before, source_part(replace(JOB.source, **later))) is asked
    if not later:
        with pytest.raises(GuardError, match="appended to Fees before"):
            weigh(order, NAMELESS, journal=journal)


def test_a_guard_that_is_none_or_cannot_be_set_aside_is_wrong_usage() -> None:
    assert known_overrides(("shrink", "drift")) == {"shrink", "drift"}
    for name in ("shrnk", "trial-replace"):
        with pytest.raises(UsageProblem, match=f'There is no guard "{name}".* drift, shrink'):
            known_overrides((name,))


def test_a_report_tells_which_guard_stopped_the_run_and_which_were_set_aside(bench: Bench) -> None:
    bench.make("id", [{"id": "a"}, {"id": "b"}])
    bench.source(["Id", "Name", "Amount"], ["c", "C", "1"])
    job = bench.job("replace", max_shrink=0.2)

    stopped = bench.push(job)
    forced = bench.push(job, skipped_guards=frozenset({"shrink"}))

    assert (stopped.outcome, stopped.guards.stopped_by, stopped.guards.overridden) == (
        Outcome.REFUSED,
        "shrink",
        (),
    )
    assert (forced.outcome, forced.guards.stopped_by, forced.guards.overridden) == (
        Outcome.DONE,
        None,
        ("shrink",),
    )
    assert forced.to_json()["overrides"] == ["shrink"]
