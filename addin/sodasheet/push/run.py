"""Execute a push, from its order to its report; the report is always written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sodasheet.crash_report import crash_report
from sodasheet.errors import Cancelled, Refused, SodaSheetError, UnknownOutcome
from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.model.report import (
    Outcome,
    Rejects,
    Report,
    RowCounts,
    RowTotals,
    RunAccount,
    SourceFacts,
)
from sodasheet.portal.connect import current_user
from sodasheet.portal.dataset import missing_rights, read_dataset
from sodasheet.portal.dataset_address import parse_portal
from sodasheet.portal.http.retries import patience_of
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.push.context import PushContext
from sodasheet.push.incremental.baseline import BaselineRecorder, DatasetAtEnd
from sodasheet.push.incremental.last_push import LastPush, UnchangedSource
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.report_sentences import (
    as_it_was,
    how_to_find_out,
    refusal,
    steps_if_unknown,
)
from sodasheet.push.request import PreviewSnapshot, PushRequest
from sodasheet.push.runs.journal import RunLog, Step, locks_folder
from sodasheet.push.runs.push_lock import HeldError, dataset_lock
from sodasheet.push.runs.run_recorder import (
    ANNOUNCING,
    REJECTED_IN_REPORT,
    SAVED,
    TRIAL,
    RunRecorder,
    draft_left,
    recorded,
    rejected_before,
    rows_before,
)
from sodasheet.push.send.transport import DatasetChanged
from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.push.conclusion import Conclusion
    from sodasheet.push.load_and_check import Hooks, Prepared
    from sodasheet.push.preview.preview import DatasetBeside
    from sodasheet.push.send.send_once import Sender

#: How many times a push starts over because others changed the dataset before it sent anything.
RESTARTS = 2

#: The counts of a run that had nothing to send.
NOTHING = RowCounts(0, 0, 0, 0, 0)


class Run:
    """A push: `execute` runs the push, `resume` continues a dead run. Both return the report."""

    def __init__(self, order: PushRequest, desk: PushContext, log: RunLog | None = None) -> None:
        # Each portal has one spelling, so that locks and the journal recognize it.
        job = replace(order.job, portal=parse_portal(order.job.portal))
        self._order = replace(order, job=job)
        self._desk = desk
        self._ledger = RunRecorder(self._order, log)
        looks_back = self._order.remembered or self._order.changes_only
        self._last = LastPush(self._order, desk.session) if looks_back else None

    # Modules that an unchanged file does not need are imported later: most of the package.

    @cached_property
    def _sending(self) -> Sender:
        from sodasheet.push.send.send_once import Sender

        return Sender(self._order, self._desk, self._ledger)

    @cached_property
    def _ending(self) -> Conclusion:
        from sodasheet.push.conclusion import Conclusion

        return Conclusion(self._order, self._desk, self._ledger, self._sending)

    def execute(self) -> Report:
        """Check, ask, send, verify and report.

        Every failure on the way becomes the report's outcome; only a run log that cannot be
        written raises.
        """
        self._ledger.open(self._order)
        try:
            with self._lock():
                return self._concluded(self._push)
        except HeldError as error:
            return self._refused(error)

    def resume(self, *, finish: bool = True) -> Report:
        """Find out the outcome of a run that died, and finish the run if nothing has landed.

        Without `finish` it is only settled: nothing is sent. The report tells what stands. Raises
        Refused if another push holds the dataset, perhaps this very run.
        """
        with self._lock():
            return self._concluded(self._go_on if finish else self._settle)

    def _lock(self) -> AbstractContextManager[None]:
        job = self._order.job
        return dataset_lock(locks_folder(), job.portal, job.dataset, self._ledger.run)

    def _refused(self, error: HeldError) -> Report:
        """Another push holds the dataset, so nothing was started."""
        self._end(Outcome.REFUSED, str(error))
        return self._ledger.close()

    def _concluded(self, work: Callable[[], None]) -> Report:
        """Do the work, turn errors into an outcome, and write the report."""
        try:
            with self._patient():
                work()
        except KeyboardInterrupt:
            self._fail(Cancelled("You stopped the push.", ""))
        except SodaSheetError as error:
            self._fail(error)
        except Exception as error:
            # The report must be correct and on disk even after a bug.
            self._fail(crash_report(error))
        return self._ledger.close()

    @contextmanager
    def _patient(self) -> Iterator[None]:
        """Set the session's waiting time to that of this job for the duration of the run.

        The next run on the same session has another job.
        """
        session = self._desk.session
        usual = session.patience
        session.patience = patience_of(self._order.job, usual)
        try:
            yield
        finally:
            session.patience = usual

    def _fail(self, error: SodaSheetError) -> None:
        """Complete the report after an error, whose meaning depends on the progress so far."""
        self._ledger.note(steps=error.steps)
        landed = self._sending.landed or recorded(self._ledger.steps)
        if landed is not None:
            self._sending.landed = landed
            self._ending.landed(landed, f" Afterwards: {error}")
        elif self._ledger.announced is not None or isinstance(error, UnknownOutcome):
            self._ending.end(Outcome.UNKNOWN, f"{error} {how_to_find_out()}")
            self._ledger.note(steps=steps_if_unknown(self._ledger.run))
        elif isinstance(error, Refused):
            from sodasheet.push.guards import GuardError

            self._ledger.note_part(
                "guards", stopped_by=error.reason if isinstance(error, GuardError) else None
            )
            self._ending.end(Outcome.REFUSED, str(error))
        else:
            outcome = Outcome.CANCELLED if isinstance(error, Cancelled) else Outcome.FAILED
            self._ending.end(outcome, f"{error} Nothing was changed.")

    def _push(self) -> None:
        """Push, starting over if others change the dataset meanwhile."""
        for _ in range(RESTARTS):
            try:
                return self._attempt()
            except DatasetChanged:
                self._desk.progress.begin("starting over: someone else changed the dataset")
        return self._attempt()

    def _attempt(self) -> None:
        desk = self._desk
        user = current_user(desk.session)
        self._ledger.note(
            account=RunAccount(user.name if user else None, desk.session.credentials_from)
        )
        if self._last is not None and (known := self._last.known()) is not None:
            self._as_it_was(known)
        else:
            self._push_rows()

    def _push_rows(self) -> None:
        """Read, check, compare and send the rows, and verify."""
        from sodasheet.push.load_and_check import Hooks

        desk = self._desk
        hooks = Hooks(compare=self._order.undoes is None, stands=True, facts=self._ledger.facts)
        if self._last is not None:
            imprint = self._last.imprint if self._order.remembered else None
            hooks = replace(hooks, unknown=self._last.unknown, imprint=imprint)
        if self._order.adjusted:
            from sodasheet.push.request_adjustments import apply_adjustments

            hooks = replace(hooks, amend=partial(apply_adjustments, self._order))
        with self._compared_with_past(hooks) as (found, beside):
            self._read(found)
            before = self._rows_now(found)
            self._ledger.note_part("totals", before=before)
            meant = self._repeats_noted(found, before)
            self._guard(meant, before)
            self._note_part(meant)
            work = self._first_rows(meant)
            if self._last is not None and self._order.changes_only:
                from sodasheet.push.incremental.delta import Delta

                delta = Delta(self._order, desk, self._ledger, self._last)
                work = delta.narrowed(work, beside)
            self._write(work, before)

    @contextmanager
    def _compared_with_past(self, hooks: Hooks) -> Iterator[tuple[Prepared, DatasetBeside | None]]:
        """Yield the checked rows, and the dataset's rows if these were needed first."""
        from sodasheet.push.load_and_check import prepared

        order, desk, last = self._order, self._desk, self._last
        if last is None or not order.changes_only:
            with prepared(order.job, order.base, desk.session, desk.progress, hooks) as work:
                yield work, None
            return
        from sodasheet.push.incremental.dataset_first import with_dataset_first, without_past

        hooks = without_past(order, hooks)
        with prepared(order.job, order.base, desk.session, desk.progress, hooks) as work:
            if hooks.compare:
                yield work, None
                return
            with with_dataset_first(order, last, work, desk.session, desk.progress) as found:
                yield found

    def _note_part(self, work: Prepared) -> None:
        """Record the dataset's rows that a replace of a part deletes."""
        from sodasheet.push.incremental.row_subset import note_narrowed

        if work.partition is not None:
            note_narrowed(self._ledger, work.checked, work.checked)
            self._ledger.note_part("sending", base=f"Only {work.partition.words} was replaced.")

    def _rows_now(self, work: Prepared) -> int:
        """Return how many rows the dataset has."""
        if work.state is not None:
            return work.state.rows
        return RowsClient(self._desk.session, work.dataset).count()

    def _write(self, work: Prepared, before: int) -> None:
        """Ask, save the current rows, send, verify, and record the sent rows."""
        from sodasheet.push.conclusion import lost_columns
        from sodasheet.push.incremental.row_subset import note_narrowed

        if work.checked.nothing_left:
            self._nothing_left(work, before)
            return
        self._ask(work, before)
        if not self._order.options.draft:
            self._keep(work)
        if work.checked.rejected and work.checked.looks_up_identifiers:
            # The rows that the dataset made unnecessary cannot be determined again.
            note_narrowed(self._ledger, work.checked, work.checked)
        self._sending.send(work, before)
        if self._sending.draft:
            self._drafted(work.dataset.name, work.checked.sendable, self._sending.draft)
            return
        self._desk.progress.begin("verifying")
        now = self._columns_now(work.dataset)
        self._ending.conclude(work.dataset, before, lost_columns(work.dataset.columns, now), work)
        version = None if self._sending.landed is None else self._sending.landed.version
        end = DatasetAtEnd(self._ledger.report.totals.after, now, version, after=self._ending.after)
        self._remember(work, end)

    def _remember(self, work: Prepared, end: DatasetAtEnd) -> None:
        if self._order.remembered:
            BaselineRecorder(self._order, self._desk, self._ledger).remember(work, end)

    def _columns_now(self, dataset: Dataset) -> Dataset | None:
        """Return the dataset after a replace whose revision recreated the columns.

        None after any other push, or if the portal does not answer.
        """
        from sodasheet.push.send.publishing_transport import Publishing

        replaced = self._order.job.method is Method.REPLACE and self._order.undoes is None
        if not replaced or self._ledger.report.sending.transport != Publishing.name:
            return None
        with suppress(SodaSheetError):
            return read_dataset(self._desk.session, dataset.id)
        return None

    def _drafted(self, name: str, count: int, page: str, *, waits: bool = True) -> None:
        """Complete the report of a push whose rows are in a draft, or were when the run died."""
        self._ledger.note_part("sending", draft=page)
        rows = counted_rows(count)
        told = (
            f"A draft with {rows} for {name} is ready: {page}. Nothing is changed until someone"
            " applies it."
            if waits
            else (
                f"The run left a draft with {rows} for {name}: {page}. Someone has since applied "
                "or discarded it."
            )
        )
        self._ending.end(Outcome.DRAFT, told)

    def _drafted_before(self, dataset: Dataset, draft: Step) -> None:
        """Complete the report of a run that died when its draft was complete."""
        from sodasheet.portal.publishing.revision import Revisions
        from sodasheet.push.send.publishing_transport import Publishing

        seq, rows = draft.detail["seq"], draft.detail["rows"]
        revision = Revisions(self._desk.session, dataset.id).get(seq)
        self._ledger.note_part("sending", transport=Publishing.name)
        waits = not (revision.closed or revision.tasks)
        self._drafted(dataset.name, rows, revision.page, waits=waits)

    def _as_it_was(self, known: UnchangedSource) -> None:
        """Complete the report of a push whose source need not even be read."""
        ledger = self._ledger
        ledger.note(source=known.source, rows=NOTHING, totals=RowTotals(known.rows, known.rows))
        ledger.note_part("target", name=known.dataset.name)
        ledger.note_part("sending", base=known.base)
        self._end(Outcome.DONE, as_it_was(ledger.report))

    def _end(self, outcome: Outcome, told: str) -> None:
        """Complete the report of a run that has not started to send."""
        self._ledger.end(outcome, told, None, self._desk.session.traffic)

    def _nothing_left(self, work: Prepared, before: int) -> None:
        """Complete the report of a push whose rows are already in the dataset."""
        ledger, left_out = self._ledger, work.checked.rejected
        ledger.note(rows=replace(NOTHING, rejected=left_out))
        ledger.note_part("totals", after=before)
        self._ending.end(Outcome.REJECTS if left_out else Outcome.DONE, as_it_was(ledger.report))
        self._remember(work, DatasetAtEnd(before, state=work.state))

    def _read(self, work: Prepared) -> None:
        """Add the facts about the source and its findings to the report."""
        from sodasheet.push.guards import source_part

        stage, checked, ledger = work.stage, work.checked, self._ledger
        part = source_part(self._order.job.source)
        ledger.step(
            "checked", rows=stage.rows, sha256=stage.sha256, part=part, rejected=checked.rejected
        )
        ledger.note(
            source=SourceFacts(stage.name, stage.rows, stage.sha256, stage.fallbacks),
            findings=(*checked.findings, *_doubtful_rights(work)),
            rejects=Rejects(checked.rejected_rows(REJECTED_IN_REPORT)),
            rows=RowCounts(sent=0, rejected=checked.rejected),
        )
        ledger.note_part("target", name=work.dataset.name)
        if checked.findings:
            checked.write_findings(ledger.log.findings)
            ledger.note_part("rejects", file=str(ledger.log.findings))

    def _repeats_noted(self, work: Prepared, before: int) -> Prepared:
        """Return the rows without the question about intentionally pushing the same file again."""
        from sodasheet.push.guards import GuardFacts, with_meant_repeats

        checked = with_meant_repeats(GuardFacts(self._order, work, before, self._ledger.journal))
        if checked is work.checked:
            return work
        self._ledger.note(findings=(*checked.findings, *_doubtful_rights(work)))
        checked.write_findings(self._ledger.log.findings)
        return replace(work, checked=checked)

    def _guard(self, work: Prepared, before: int) -> None:
        """Raise Refused if a finding or a guard stops the push."""
        from sodasheet.push.guards import EXPLAINING, GuardFacts, judge

        stops = [group for group in work.checked.findings if group.severity is Severity.STOP]
        # Some of them a guard explains better.
        if any(group.reason not in EXPLAINING for group in stops):
            raise refusal(stops)
        aside = judge(GuardFacts(self._order, work, before, self._ledger.journal))
        self._ledger.note_part("guards", overridden=aside)
        if stops:
            raise refusal(stops)

    def _first_rows(self, work: Prepared) -> Prepared:
        """All rows, or the rows of a trial; the trial's last row is recorded."""
        limit = self._order.options.limit
        if limit is None:
            return work
        from sodasheet.push.preview.preview import trial
        from sodasheet.push.request_adjustments import last_row

        limited = trial(work, limit)
        self._ledger.step(TRIAL, last=last_row(limited.checked))
        return limited

    def _ask(self, work: Prepared, before: int) -> None:
        """Raise Cancelled if the user does not agree.

        The numbers that a user would be shown cost time, so a user who has agreed is not asked.
        """
        if type(self._desk.ask) is Agreed:
            return
        from sodasheet.push.proposal import propose

        base = self._ledger.report.sending.base
        if not self._desk.ask.go_ahead(propose(self._order, work, before, self._desk, base)):
            raise Cancelled("You answered no.", "Nothing was sent.")

    def _keep(self, work: Prepared) -> None:
        """Save the rows that the push changes, as set in the job."""
        from sodasheet.push.undo.snapshot import take_or_ask
        from sodasheet.push.undo.snapshot_folder import NAME

        folder = self._ledger.log.folder / NAME
        kept = take_or_ask(work, self._order, self._desk, folder)
        if kept.download is not None:
            self._ledger.step(SAVED, rows=kept.download.rows, bytes=kept.download.bytes)
            self._ledger.note_part("undo", snapshot=str(folder))
        overridden = (*self._ledger.report.guards.overridden, *kept.aside)
        self._ledger.note_part("guards", overridden=overridden)
        self._ending.unkept = kept.why_not

    def _go_on(self) -> None:
        """Settle the run, and push again if nothing has landed."""
        if not self._settled():
            self._order = self._since_first_try()
            self._push()

    def _since_first_try(self) -> PushRequest:
        """Return the order that stops if others have changed rows since the first attempt.

        An append changes no row that was there, and an undo looks for changed rows itself.
        """
        announced = [step.detail for step in self._ledger.steps if step.step in ANNOUNCING]
        appends = self._order.job.method is Method.APPEND
        if not announced or appends or self._order.undoes is not None:
            return self._order
        before = announced[-1]
        seen = PreviewSnapshot(before["before"], changed=before.get("changed"), resumed=True)
        return replace(self._order, seen=seen)

    def _settle(self) -> None:
        """Report the current state, and send nothing."""
        if not self._settled():
            self._ending.end(
                Outcome.CANCELLED,
                "The run ended before its rows landed, and the dataset does not have its changes."
                " Push again if you still want them.",
            )

    def _settled(self) -> bool:
        """True if the rows have landed or are in a draft, by the journal or else by the portal.

        Raises UnknownOutcome if neither can tell.
        """
        from sodasheet.portal.soda2.download import opened
        from sodasheet.push.conclusion import lost_columns
        from sodasheet.push.undo.snapshot_folder import NAME, complete

        desk, steps, sending = self._desk, self._ledger.steps, self._sending
        self._ledger.note(rows=RowCounts(sent=0, rejected=rejected_before(steps)))
        sending.landed = recorded(steps)
        dataset = read_dataset(desk.session, self._order.job.dataset)
        self._ledger.note_part("target", name=dataset.name)
        folder = self._ledger.log.folder / NAME
        self._ledger.note_part("undo", snapshot=str(folder) if complete(folder) else None)
        if sending.landed is None and (draft := draft_left(steps)) is not None:
            self._drafted_before(dataset, draft)
            return True
        if sending.landed is None and not sending.ask_again(dataset):
            sending.clear(dataset)
            return False
        desk.progress.begin("verifying")
        before = opened(folder).columns if complete(folder) else ()
        self._ending.conclude(dataset, rows_before(steps), lost_columns(before, dataset))
        return True


def _doubtful_rights(work: Prepared) -> tuple[FindingGroup, ...]:
    """Return a note if the account seems to lack rights; the portal decides."""
    missing = missing_rights(work.dataset, work.checked.plan.method)
    remedy = "If the portal refuses the push, sign in with an account that can edit the dataset."
    return (FindingGroup("rights", Severity.NOTE, missing, remedy),) if missing else ()
