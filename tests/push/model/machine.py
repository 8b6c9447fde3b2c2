"""Pushes with all methods and both transports against the model portal, with all failures.

The invariant: what a run reports is so, whatever the gateway says and others do; a write is done
once or not at all; an undo restores what was there before the push.
"""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from sodasheet.errors import SodaSheetError
from sodasheet.jobs.push_resume_undo import execute, request_from_memo, undo, with_memo
from sodasheet.model.credentials import Credentials
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import ColumnRule
from sodasheet.model.mapping import Mapping as ColumnMapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome, Report, RunTarget
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.learned_facts import counts_writes, note_shown
from sodasheet.portal.publishing.revision import ACTIONS
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.request import PushRequest, RunOptions
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import Journal, RunLog, runs_folder

from .gateway import AT_WRITE, HONEST, Fault, Gateway, Killed
from .portal import DATASET, Portal, Reply

URL = "http://127.0.0.1:1"
PATIENCE = Patience(tries=1, unreachable=0, late=60, over=300, polls=3, standstill=30)
KEYS = tuple("abcde")

#: Answers of a gateway that say nothing of what the portal did.
PAGES = [
    Reply(status, "<html><title>gateway</title>")
    for status in (302, 400, 403, 409, 429, 500, 502, 503, 504)
]
#: Answers in which the counts do not add up.
CONTRADICTIONS = [
    Reply(200, body) for body in ({}, [], {"Rows Created": 0, "Rows Updated": 0, "Errors": 0})
]
OWN = Reply(
    400, {"error": True, "code": "invalid_request", "message": "Illegal field name sent: x"}
)

FAULTS = st.one_of(
    st.just(HONEST),
    st.just(HONEST),
    st.builds(
        Fault,
        st.sampled_from([0.0, None, 5.0, 45.0, 200.0]),
        st.just(True),
        st.sampled_from([None, *PAGES]),
    ),
    st.builds(Fault, st.just(0.0), st.just(True), st.sampled_from(CONTRADICTIONS)),
    st.builds(Fault, st.sampled_from([None, 0.0]), st.just(True), st.just(OWN)),
    st.builds(Fault, st.sampled_from([0.0, None, 5.0, 45.0, 200.0]), forged=st.just(True)),
    st.builds(Fault, st.sampled_from([0.0, None, 45.0]), dies=st.just(True)),
)

#: How many pushes and undos all machines have made.
RUNS: Counter[str] = Counter()


class PushMachine(RuleBasedStateMachine):
    """One dataset, one computer that pushes, and another writer."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="sodasheet-model-"))
        self.before = os.environ.get("SODASHEET_HOME")
        os.environ["SODASHEET_HOME"] = str(self.folder / "home")
        self.pushes = 0
        self.edits = 0
        self.keys: dict[str, set[str]] = {}
        self.reports: dict[str, tuple[str, Report | None]] = {}
        self.undone: set[str] = set()
        #: File of each push.
        self.files: dict[str, Path] = {}
        #: Pushes that changed nothing and yet are done: the dataset is already as they make it.
        self.forestalled: set[str] = set()
        #: Method, keys and file of the last push that was begun.
        self.last: tuple[Method, list[str], Path] | None = None

    @initialize(
        identifier=st.booleans(), known=st.lists(st.sampled_from(KEYS), unique=True, max_size=4)
    )
    def start(self, identifier: bool, known: list[str]) -> None:
        rows = [{"id": key, "name": f"first {key}", "amount": "1"} for key in known]
        self.portal = Portal(identifier=identifier, rows=rows)
        self.gateway = Gateway(self.portal)
        # Seen at an earlier push: a write is one step of the portal's count.
        for method in Method:
            note_shown(URL, counts_writes(f"SODA2 {method.value}"))
            note_shown(URL, counts_writes(f"Publishing API {ACTIONS[method]}"))

    # --- what happens ---

    @rule(
        method=st.sampled_from(list(Method)),
        keys=st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=4),
        transport=st.sampled_from(["soda2", "publishing", None]),
        fault=FAULTS,
        meddles_at=st.one_of(st.none(), st.integers(1, 25), st.just(AT_WRITE)),
        dies_at=st.one_of(st.none(), st.none(), st.none(), st.integers(1, 25)),
        lag=st.sampled_from([0, 0, 0, 3, 400]),
        send=st.sampled_from(["all", "all", "changes"]),
        again=st.sampled_from([False, False, True]),
    )
    def push(
        self,
        method: Method,
        keys: list[str],
        transport: str | None,
        fault: Fault,
        meddles_at: int | None,
        dies_at: int | None,
        lag: int,
        send: str = "all",
        again: bool = False,
    ) -> None:
        if again and self.last is not None:
            method, keys, _ = self.last
            send = "changes"
        if method in (Method.UPSERT, Method.DELETE) and not self.portal.identifier:
            method = Method.APPEND
        self.pushes += 1
        name = f"p{self.pushes}"
        self.keys[name] = set(keys)
        if not again or self.last is None:
            self.last = (method, keys, self._file(method, keys, name))
        self.files[name] = self.last[2]
        order = self._order(method, self.last[2], transport, send)
        meddles_at = self._arm(fault, meddles_at, dies_at, keys[0])
        if lag:
            self.portal.lag(lag)
        report = self._run(
            name, lambda desk: execute(order, desk), honest=fault is HONEST and not lag
        )
        if report is not None and meddles_at is None and not lag:
            self._holds(report, self.last[2])

    @precondition(
        lambda self: any(
            report is None or report.outcome is Outcome.UNKNOWN
            for _, report in self.reports.values()
        )
    )
    @rule(wait=st.sampled_from([0, 20, 400]))
    def resume(self, wait: int) -> None:
        self.gateway.sleep(wait)
        run, name = next(
            (run, name)
            for run, (name, report) in self.reports.items()
            if report is None or report.outcome is Outcome.UNKNOWN
        )
        record = Journal(runs_folder()).record(run)
        assert record is not None
        order = request_from_memo(record.order)
        self._run(name, lambda desk: Run(order, desk, RunLog.of(run)).resume(), honest=False)

    @precondition(
        lambda self: any(
            report is not None and report.outcome is Outcome.DONE
            for _, report in self.reports.values()
        )
    )
    @rule(
        fault=FAULTS,
        wait=st.sampled_from([0, 0, 400]),
        meddles_at=st.one_of(st.none(), st.none(), st.integers(1, 25), st.just(AT_WRITE)),
    )
    def undo_last(self, fault: Fault, wait: int, meddles_at: int | None = None) -> None:
        self.gateway.sleep(wait)
        run, name = next(
            (run, name)
            for run, (name, report) in reversed(self.reports.items())
            if report is not None and report.outcome is Outcome.DONE
        )
        if run in self.undone:
            return
        self._arm(fault, meddles_at, None, "a")
        self.pushes += 1
        label = f"undo {self.pushes} of {name}"
        began = len(self.portal.commits)
        report = self._run(label, lambda desk: undo(run, desk), honest=False)
        if report is not None and report.outcome is Outcome.DONE:
            self.undone.add(run)
            self._restored(name, label, began)

    @rule(key=st.sampled_from(KEYS), gone=st.booleans())
    def edit(self, key: str, gone: bool) -> None:
        self._edit(key, gone=gone)

    @rule(seconds=st.sampled_from([1, 30, 400]))
    def time_passes(self, seconds: int) -> None:
        self.gateway.sleep(seconds)

    # --- how ---

    def _holds(self, report: Report, path: Path) -> None:
        """Check that a dataset that is reported to match the source does so."""
        if report.outcome is not Outcome.DONE or report.rows.sent or report.rows.rejected:
            return
        RUNS["already as the source"] += 1
        rows = {row["id"]: row for row in _rows_of(path)}
        now = {row["id"]: row for row in self.portal.rows}
        for key, row in rows.items():
            same = key in now and all(str(now[key][name]) == row[name] for name in row)
            assert same, f"said to match, and {key} does not: {report.summary}"

    def _file(self, method: Method, keys: list[str], name: str) -> Path:
        fields = ("id",) if method is Method.DELETE else ("id", "name", "amount")
        path = self.folder / f"{name}.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(fields)
            writer.writerows([key, f"{name} {key}", "2"][: len(fields)] for key in keys)
        return path

    def _order(
        self, method: Method, path: Path, transport: str | None, send: str = "all"
    ) -> PushRequest:
        fields = ("id",) if method is Method.DELETE else ("id", "name", "amount")
        rules = tuple(ColumnRule(field, field, match="confirmed") for field in fields)
        spec = SourceSpec(path=path.name)
        job = Job(URL, DATASET, method, spec, ColumnMapping(rules), Guards(1.0, 9), send=send)
        options = RunOptions(transport=transport, allow_duplicate_append=True)
        return with_memo(PushRequest(job, self.folder, options))

    def _arm(
        self, fault: Fault, meddles_at: int | None, dies_at: int | None, key: str
    ) -> int | None:
        """Prepare the gateway; return the request at which a row is edited, None if none is."""
        if fault.forged:
            # An invented success beside an edit looks like the success of the push; only the
            # count tells, which is a warning.
            meddles_at = None
        self.gateway.fault, self.gateway.requests, self.gateway.crossed = fault, 0, False
        self.gateway.dies_at = dies_at
        act = {meddles_at: lambda: self._edit(key, gone=False)} if meddles_at is not None else {}
        self.gateway.meanwhile = act
        return meddles_at

    def _edit(self, key: str, *, gone: bool) -> None:
        self.edits += 1
        rows = [] if gone else [{"id": key, "name": f"e{self.edits} {key}", "amount": "3"}]
        self.portal.edit(f"e{self.edits}", rows, [key] if gone else [])

    def _run(
        self, name: str, work: Callable[[PushContext], Report], *, honest: bool
    ) -> Report | None:
        RUNS["runs"] += 1
        committed = len(self.portal.commits)
        self.gateway.writer = name
        known = {record.run for record in Journal(runs_folder()).runs(1000)}
        report: Report | None = None
        refused = False
        with self._session() as session, self._clock():
            try:
                report = work(PushContext(session, Silent(), Agreed()))
            except Killed:
                RUNS["kills"] += 1
            except SodaSheetError:
                refused = True
        if self.gateway.crossed and report is not None and report.outcome is Outcome.DONE:
            RUNS["crossed"] += 1
            assert "at the moment" in report.summary, f"an edit is lost: {report.summary}"
        self.gateway.dies_at, self.gateway.meanwhile, self.gateway.fault = None, {}, HONEST
        for record in reversed(Journal(runs_folder()).runs(1000)):
            if record.run not in known and record.method:
                self.reports[record.run] = (name, None)
        if report is not None:
            RUNS[report.outcome.value] += 1
            self.reports[report.run] = (name, report)
            if honest and report.outcome is Outcome.UNKNOWN:
                raise AssertionError(f"unknown without a reason: {report.summary}")
            self._note_forestalled(name, report)
            self._true(name, report)
        elif refused:
            assert not self._commits(name, committed), "refused, and yet written"
        self._settled_by_others()
        return report

    def _settled_by_others(self) -> None:
        """Runs that were resolved by a later push have a separate outcome."""
        journal = Journal(runs_folder())
        for run, (name, report) in list(self.reports.items()):
            record = journal.record(run)
            if record is None or not record.outcome:
                continue
            if report is None or report.outcome.value != record.outcome:
                said = Outcome(record.outcome)
                made = report or Report(
                    run, said, record.summary or "", "", RunTarget(URL, DATASET, "", None)
                )
                self.reports[run] = (name, replace(made, outcome=said))

    def _commits(self, name: str, since: int = 0) -> list[Any]:
        return [one for one in self.portal.commits[since:] if one.writer == name]

    def _note_forestalled(self, name: str, report: Report) -> None:
        """A push is done if the dataset has its outcome, even if others made the change.

        A delete's rows may have been deleted by others while its own fate was open, and an invented
        success of a file that was pushed before does no harm.
        """
        if report.outcome is not Outcome.DONE or self._commits(name) or report.undo.undoes:
            return
        method, now = report.target.method, self.portal.rows
        if method is Method.DELETE:
            others = self.portal.commits
            gone = {row["id"] for one in others for row in one.before} - {row["id"] for row in now}
            if self.keys[name] <= gone:
                self.forestalled.add(name)
        elif method is Method.REPLACE and _cells(now) == _cells(_rows_of(self.files[name])):
            self.forestalled.add(name)

    def _true(self, name: str, report: Report) -> None:
        """Compare a report with what the portal did."""
        assert "Unexpected error" not in report.summary, report.summary
        done = len(self._commits(name)) or name in self.forestalled
        assert done <= 1, f"written {done} times: {report.summary}"
        if report.outcome in (Outcome.DONE, Outcome.REJECTS) and (report.rows.sent or 0):
            assert done == 1, f"said to be done, and is not: {report.summary}"
        if report.outcome in (Outcome.FAILED, Outcome.REFUSED, Outcome.CANCELLED):
            assert done == 0, f"said not to be done, and is: {report.summary}"

    def _restored(self, name: str, undo: str, began: int) -> None:
        """An undo restores the earlier state of the rows of the push.

        Rows that others edited once the undo was written are theirs, and so are rows that they
        edited at its very moment and that it did not write: it reports such edits.
        """
        commits = self._commits(name)
        if len(commits) != 1 or not self.portal.identifier:
            return
        since = self.portal.commits[began:]
        own = [one.writer == undo for one in since]
        written = {key for one in since if one.writer == undo for key in one.changed}
        later = since[own.index(True) + 1 :] if True in own else []
        theirs = {key for one in later for key in one.changed}
        if self.gateway.crossed:
            theirs |= {key for one in since for key in one.changed} - written
        before = {row["id"]: row for row in commits[0].before}
        now = {row["id"]: row for row in self.portal.rows}
        cells = ("id", "name", "amount")
        for key in commits[0].changed - theirs:
            was, is_now = before.get(key), now.get(key)
            assert (was is None) == (is_now is None), f"{key} is not as it was before {name}"
            assert (
                was is None or is_now is None or all(str(was[c]) == str(is_now[c]) for c in cells)
            )

    def _session(self) -> PortalSession:
        session = PortalSession(URL, Credentials("id", "secret"), PATIENCE)
        session._wire.mount("http://", self.gateway)
        return session

    def _clock(self) -> Any:
        """Let all waits pass at once, in the portal's time."""
        time = mock.Mock(wraps=__import__("time"))
        time.time.side_effect = time.monotonic.side_effect = lambda: self.portal.now
        time.sleep.side_effect = self.gateway.sleep
        rooms = (
            "push.send.soda2_transport",
            "push.send.last_look_and_own_write",
            "push.conclusion",
            "portal.http.retries",
            "portal.publishing.polling",
        )
        patches = [mock.patch(f"sodasheet.{room}.time", time) for room in rooms]
        stack = __import__("contextlib").ExitStack()
        for patch in patches:
            stack.enter_context(patch)
        return stack

    def teardown(self) -> None:
        """Finish all pending writes, and check all reports again."""
        self.gateway.sleep(10_000)
        for name, report in self.reports.values():
            if report is not None:
                self._true(name, report)
        if self.before is None:
            os.environ.pop("SODASHEET_HOME", None)
        else:
            os.environ["SODASHEET_HOME"] = self.before
        shutil.rmtree(self.folder, ignore_errors=True)


def _rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _cells(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return the cells of all rows, in an order that does not depend on that of the rows."""
    return sorted(tuple(str(row[name]) for name in ("id", "name", "amount")) for row in rows)
