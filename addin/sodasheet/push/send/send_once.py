"""Sending rows exactly once: where an answer is lost, the portal is asked before anything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from sodasheet.errors import PortalError, SodaSheetError, SourceError, UnknownOutcome
from sodasheet.model.dataset import Dataset
from sodasheet.model.report import RowCounts
from sodasheet.portal.publishing.revision import Revisions
from sodasheet.portal.publishing.target_columns import COLUMNS_MISSING
from sodasheet.push.context import PushContext
from sodasheet.push.incremental.row_subset import rebuild_row_subset
from sodasheet.push.load_and_check import Hooks, Prepared, staged
from sodasheet.push.request import PushRequest
from sodasheet.push.request_adjustments import apply_adjustments
from sodasheet.push.runs.run_recorder import (
    CROSSED,
    LANDED,
    NOT_LANDED,
    REJECTED_IN_REPORT,
    Landed,
    RunRecorder,
    open_revision,
    rows_before,
    source_hash,
)
from sodasheet.push.send.publishing_transport import APPROVAL, discard
from sodasheet.push.send.transport_choice import TransportFactory, choose, no_draft
from sodasheet.push.send.transport_interface import Transport, Verdict
from sodasheet.staging.check.check import CheckResult

#: How often rows are sent again after the portal has said that they did not land.
RESENDS = 2


class Sender:
    """The writes of a run."""

    def __init__(self, order: PushRequest, desk: PushContext, ledger: RunRecorder) -> None:
        self.landed: Landed | None = None
        self.draft = ""
        self._order = order
        self._desk = desk
        self._ledger = ledger

    def send(self, work: Prepared, before: int) -> None:
        """Send the rows; on return they have `landed`, or are in a `draft`.

        Raises UnknownOutcome where the portal cannot say whether they have; after any other
        error the dataset is as it was, unless `landed` says otherwise.
        """
        self.clear(work.dataset)
        departure = replace(
            self._departure(work.dataset, before, work.checked.rejected), compared=work.state
        )
        tries = 0
        while True:
            way = choose(work.checked, self._order, departure)
            self._ledger.note_part("sending", transport=way.transport.name, reason=way.reason)
            try:
                way.transport.push(work.checked, self._order.options.limit)
            except UnknownOutcome as lost:
                if lost.reason == APPROVAL:
                    raise
                if self._asked(way.transport, work.checked, lost):
                    return
                tries += 1
                if tries > RESENDS:
                    raise _never_landed(self._desk.session.host, tries) from lost
            except SodaSheetError as error:
                self._ledger.step(NOT_LANDED)
                if _over_soda2_instead(error, departure, self._order):
                    departure = replace(departure, only_soda2=True)
                    continue
                self._keep_rejected(way.transport.landed)
                raise
            else:
                if way.transport.landed.draft:
                    self.draft = way.transport.landed.draft
                    self._keep_rejected(way.transport.landed)
                    return
                self._keep(way.transport.landed)
                return

    def ask_again(self, dataset: Dataset) -> bool:
        """True if the write that the journal announces has landed."""
        step = self._ledger.announced
        if step is None:
            return False
        lost = UnknownOutcome("The run ended before the portal's answer was recorded.", "")
        departure = self._departure(dataset, rows_before(self._ledger.steps) or 0)
        transport = departure.named(step.detail["transport"])
        self._ledger.note_part("sending", transport=transport.name)
        with self._same_source(dataset) as checked:
            return self._asked(transport, checked, lost)

    def clear(self, dataset: Dataset) -> None:
        """Discard a revision that an earlier attempt of this run left open."""
        left = open_revision(self._ledger.steps)
        if left is not None:
            with suppress(PortalError):
                revision = Revisions(self._desk.session, dataset.id).get(left)
                discard(revision, self._ledger.step)

    def _departure(self, dataset: Dataset, before: int, rejected: int = 0) -> TransportFactory:
        allowed = max(self._order.may_reject - rejected, 0)
        job, options = self._order.job, self._order.options
        return TransportFactory(
            dataset,
            self._desk,
            self._ledger.step,
            before,
            allowed,
            watched=job.snapshot != "off",
            compress=job.delivery.gzip,
            remark=options.remark,
            draft=options.draft,
        )

    @contextmanager
    def _same_source(self, dataset: Dataset) -> Iterator[CheckResult | None]:
        """The rows of the run once more, or None where the source is gone or another one now."""
        with ExitStack() as stack:
            try:
                order, progress = self._order, self._desk.progress
                hooks = Hooks(facts=self._ledger.facts, session=self._desk.session)
                work = stack.enter_context(staged(order.job, order.base, dataset, progress, hooks))
                checked = apply_adjustments(order, work.checked)
            except SourceError:
                yield None
                return
            steps, folder = self._ledger.steps, self._ledger.log.folder
            same = work.stage.sha256 == source_hash(steps)
            yield rebuild_row_subset(checked, steps, folder) if same else None

    def _asked(
        self, transport: Transport, checked: CheckResult | None, lost: UnknownOutcome
    ) -> bool:
        """True if the announced write has landed, as the portal says.

        Raises UnknownOutcome where it cannot tell, or cannot be asked.
        """
        step = self._ledger.announced
        if step is None:
            return False
        self._desk.progress.begin("asking the portal what became of the rows")
        try:
            verdict = transport.ask(checked, step.detail)
        except UnknownOutcome:
            raise
        except SodaSheetError as error:
            raise UnknownOutcome(
                lost.what, f"The portal could not be asked about the outcome: {error.what}"
            ) from error
        if verdict is Verdict.UNKNOWN:
            raise lost
        if verdict is Verdict.NOT_LANDED:
            self._ledger.step(NOT_LANDED)
            return False
        self._keep(transport.landed)
        return True

    def _keep(self, landed: Landed) -> None:
        """Rows have landed: known from here on, even if writing fails."""
        self.landed = landed
        if landed.crossed:
            self._ledger.step(CROSSED)
        counts = {name: getattr(landed.counts, name) for name in RowCounts.__slots__}
        self._ledger.step(LANDED, **counts)

    def _keep_rejected(self, landed: Landed) -> None:
        """Take the rows that the portal named in a refusal into the report."""
        report = self._ledger.report
        room = REJECTED_IN_REPORT - len(report.rejects.rows)
        rows = report.rejects.rows + tuple(landed.rejected[:room])
        self._ledger.note_part("rejects", rows=rows)


def _over_soda2_instead(
    error: SodaSheetError, departure: TransportFactory, order: PushRequest
) -> bool:
    """True if a revision would lose columns of the dataset and SODA2 was not ruled out.

    Raises Refused for a draft, which only a revision can be.
    """
    missing = isinstance(error, PortalError) and error.reason == COLUMNS_MISSING
    if missing and order.options.draft:
        raise no_draft(error.what) from error
    return missing and not departure.only_soda2 and order.options.transport is None


def _never_landed(host: str, tries: int) -> PortalError:
    """Return the error for rows that were sent several times and surely landed none of them."""
    return PortalError(
        f"{host} was sent the rows {tries} times, did not answer, and has not written any of them.",
        "Try again in a few minutes.",
        None,
        "not-landed",
    )
