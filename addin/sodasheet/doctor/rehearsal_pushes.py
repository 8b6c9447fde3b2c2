"""SodaSheet's own pushes against the draft: every method, both transports, undo and mishaps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.doctor import raw_revision_requests
from sodasheet.doctor.plain_requests import Probe, require
from sodasheet.doctor.result_line import Line
from sodasheet.errors import SodaSheetError
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome, Report
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.request import PushRequest, RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Rows by identifier: note and units.
Rows = dict[str, tuple[str, str]]
FIRST: Rows = {"A": ("first", "1"), "B": ("second", "2")}
SECOND: Rows = {"B": ("changed", "2"), "C": ("third", "3")}
BOTH: Rows = FIRST | SECOND


class Stopped(Silent):
    """Progress of a user who stops the push at once."""

    stop = True


@dataclass(frozen=True, slots=True)
class RehearsalStage:
    """Place of a rehearsal's pushes: the draft, and a folder for their files."""

    probe: Probe
    dataset: str
    folder: Path

    def start_with(self, rows: Rows) -> None:
        """Replace the rows of the draft."""
        body = [
            {"no": no, "note": note, "units": units, "good": True}
            for no, (note, units) in rows.items()
        ]
        answer = self.probe.send("PUT", f"/resource/{self.dataset}.json", body)
        require(answer, "Replacing rows")

    def rows(self) -> Rows:
        """Return the rows of the draft."""
        found = raw_revision_requests.rows_of(self.probe, self.dataset)
        return {no: (row.get("note", ""), row.get("units", "")) for no, row in found.items()}

    def request(self, method: Method, rows: Rows, transport: str | None = None) -> PushRequest:
        """Return a push of these rows; a delete lists identifiers only."""
        path = self.folder / "rows.csv"
        only_key = method is Method.DELETE
        lines = ["no" if only_key else "no,note,units,good"]
        lines += [
            no if only_key else f"{no},{note},{units},true" for no, (note, units) in rows.items()
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        fields = ("no",) if only_key else ("no", "note", "units", "good")
        rules = tuple(ColumnRule(source=one, field=one, match=CONFIRMED) for one in fields)
        spec = SourceSpec(path=path.name)
        job = Job(self.probe.session.portal, self.dataset, method, spec, Mapping(columns=rules))
        options = RunOptions(transport=transport, skipped_guards=frozenset({"shrink"}))
        return PushRequest(job, self.folder, options)

    def push(self, request: PushRequest, progress: Any = None) -> Report:
        """Push as a user who agrees."""
        from sodasheet.push.run import Run

        context = PushContext(self.probe.session, progress or Silent(), Agreed())
        return Run(request, context).execute()


Work = Callable[[RehearsalStage], str]


def _ended(stage: RehearsalStage, report: Report, expected: Rows) -> str:
    """Return "yes" if a push is done and left the expected rows, else what happened."""
    if report.outcome is not Outcome.DONE:
        return f"{report.outcome.value}: {report.summary}"
    return "yes" if stage.rows() == expected else "not the expected rows"


def _method(method: Method, transport: str, sent: Rows, expected: Rows) -> Work:
    def work(stage: RehearsalStage) -> str:
        stage.start_with(FIRST)
        report = stage.push(stage.request(method, sent, transport))
        return _ended(stage, report, expected)

    return work


def _preview(stage: RehearsalStage) -> str:
    from sodasheet.push.preview.preview import preview

    stage.start_with(FIRST)
    job = stage.request(Method.UPSERT, SECOND).job
    found = preview(job, stage.folder, stage.probe.session, Silent())
    counts = (found.new, found.changed, found.deleted)
    return "yes" if counts == (1, 1, 0) else f"new, changed, deleted: {counts}"


def _undo(stage: RehearsalStage) -> str:
    from sodasheet.jobs.push_resume_undo import undo

    stage.start_with(FIRST)
    report = stage.push(stage.request(Method.UPSERT, SECOND))
    if report.outcome is not Outcome.DONE:
        return f"{report.outcome.value}: {report.summary}"
    back = undo(report.run, PushContext(stage.probe.session, Silent(), Agreed()))
    return _ended(stage, back, FIRST)


def _changes_only(stage: RehearsalStage) -> str:
    # If most rows differ, all are sent, so most are equal here.
    same: Rows = {f"R{number}": ("same", str(number)) for number in range(20)}
    stage.start_with(same | FIRST)
    request = stage.request(Method.UPSERT, same | BOTH)
    report = stage.push(replace(request, job=replace(request.job, send="changes")))
    if report.rows.sent not in (None, 2):
        return f"{report.rows.sent} rows sent instead of 2"
    return _ended(stage, report, same | BOTH)


def _cancel(stage: RehearsalStage) -> str:
    stage.start_with(FIRST)
    report = stage.push(stage.request(Method.UPSERT, SECOND), Stopped())
    if report.outcome is not Outcome.CANCELLED:
        return f"{report.outcome.value}: {report.summary}"
    return "yes" if stage.rows() == FIRST else "rows were changed"


def _row_errors(stage: RehearsalStage) -> str:
    given = raw_revision_requests.upload(
        stage.probe, raw_revision_requests.opened(stage.probe, stage.dataset, "update"),
        b"no,units\nX,1\nY,many\nZ,2\n",
    )  # fmt: skip
    raw_revision_requests.discard(stage.probe, given.revision)
    wrong = given.output.get("error_count")
    return "yes" if wrong == 1 else f"{wrong} rows with errors instead of 1"


def _lost_answer(stage: RehearsalStage) -> str:
    """Stop before the reply to a write can arrive, and let the push find out."""
    from sodasheet.portal.http.session import PortalSession

    stage.start_with(FIRST)
    with _impatient(stage.probe.session) as session:
        assert isinstance(session, PortalSession)  # noqa: S101
        report = stage.push(stage.request(Method.UPSERT, SECOND, "soda2"))
    rows = stage.rows()
    landed = {Outcome.DONE: BOTH, Outcome.FAILED: FIRST}
    if report.outcome is Outcome.UNKNOWN:
        return "yes" if rows in (FIRST, BOTH) else "half of the rows landed"
    return "yes" if rows == landed.get(report.outcome) else f"{report.outcome.value}: other rows"


@contextmanager
def _impatient(session: Any) -> Iterator[Any]:
    """Make a session wait only a millisecond for the reply to rows."""
    patient = session.patience
    session.patience = replace(patient, write=0.001)
    try:
        yield session
    finally:
        session.patience = patient


#: Name -> what is rehearsed, and how; expected is always "yes".
PUSHES: dict[str, tuple[str, Work]] = {
    "preview": ("A preview counts what an upsert would change.", _preview),
    **{
        f"{method.value}_{transport}": (
            f"{method.value.capitalize()} over {label} leaves the expected rows.",
            _method(method, transport, sent, expected),
        )
        for transport, label in (("soda2", "SODA2"), ("publishing", "the Publishing API"))
        for method, sent, expected in (
            (Method.APPEND, {"C": ("third", "3")}, FIRST | {"C": ("third", "3")}),
            (Method.UPSERT, SECOND, BOTH),
            (Method.REPLACE, SECOND, SECOND),
            (Method.DELETE, {"A": ("", "")}, {"B": FIRST["B"]}),
        )
    },
    "changes": ("Sending only changes sends only changes.", _changes_only),
    "row_errors": ("Rows with errors are counted before anything is applied.", _row_errors),
    "undo": ("An undo restores the earlier rows.", _undo),
    "cancel": ("A push that is stopped changes nothing.", _cancel),
    "lost_answer": ("After a lost reply, the push finds out which rows landed.", _lost_answer),
}


def push_line(name: str, stage: RehearsalStage) -> Line:
    """Rehearse one push and return its line."""
    about, work = PUSHES[name]
    try:
        found = work(stage)
    except SodaSheetError as error:
        found = str(error.what)
    return Line(name, about, "yes", found)
