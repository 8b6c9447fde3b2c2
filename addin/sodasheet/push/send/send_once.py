"""Send rows exactly once: if a reply is lost, ask the portal first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace

from sodasheet.errors import (
    PortalError,
    Refused,
    SodaSheetError,
    SourceError,
    UnknownOutcome,
    UsageProblem,
)
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.report import RowCounts
from sodasheet.portal.publishing.revision import Revisions
from sodasheet.portal.publishing.target_columns import COLUMNS_MISSING
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
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
from sodasheet.push.send.last_look_and_own_write import LastLook
from sodasheet.push.send.publishing_transport import APPROVAL, Publishing, RevisionPlan, discard
from sodasheet.push.send.soda2_transport import Soda2, fits_one_body
from sodasheet.push.send.transport import Record, Transport, Verdict
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.output.csv_output import publishable

#: Up to this many rows out of more are sent in one request instead of a revision, whose preparation
#: costs a dozen requests.
MANY = 100_000


@dataclass(frozen=True, slots=True)
class TransportChoice:
    """A transport and the reason for the choice, in words for the report."""

    transport: Transport
    reason: str


@dataclass(frozen=True, slots=True)
class TransportFactory:
    """Everything that a transport needs.

    `before` is how many rows the dataset has, `allowed` how many more rows may be rejected.
    `compared` is the state of the rows that the push was compared with, None if unknown.
    `compress` lets large bodies be gzipped. `only_soda2` says that a revision was found to be
    impossible, `watched` that writes of others at the moment of the push are looked for.
    `remark` is the user's note; a `draft` is left open.
    """

    dataset: Dataset
    desk: PushContext
    record: Record
    before: int
    allowed: int = 0
    compared: RowState | None = None
    only_soda2: bool = False
    watched: bool = True
    compress: bool = True
    remark: str = ""
    draft: bool = False

    def named(self, name: str) -> Transport:
        """The transport with this name. Raises UsageProblem if there is none."""
        rows = RowsClient(self.desk.session, self.dataset, compress=self.compress)
        look = LastLook(rows, self.dataset, self.desk.progress, self.compared, self.watched)
        if name.lower() == "soda2":
            return Soda2(rows, self.desk.progress, self.record, look)
        if name.lower() == "publishing":
            plan = RevisionPlan(look, self.before, self.allowed, self.remark, self.draft)
            return Publishing(plan, self.desk, self.record)
        raise UsageProblem(f'There is no transport named "{name}".', "Use soda2 or publishing.")


def _partial(checked: CheckResult) -> str | None:
    """Return why an upsert of some columns cannot be sent as a revision; None otherwise.

    No source tells whether an update revision keeps the values of columns that the file does
    not fill (portal-api.md C.3), and a row over SODA2 surely does (B.2, point 1).
    """
    if checked.plan.method is not Method.UPSERT:
        return None
    filled = {one.filled.column.field for one in checked.projected}
    left = [column.label for column in checked.plan.dataset.fillable if column.field not in filled]
    if not left:
        return None
    return f"The column {left[0]} is not filled, and only SODA2 is certain to keep its values."


def _require_whole_replace(checked: CheckResult) -> None:
    """Refuse a replace with held-back rows, which would be lost."""
    left_out = checked.held or checked.removals or checked.stage.as_sent
    if checked.plan.method is Method.REPLACE and left_out:
        raise SodaSheetError(
            "Some rows would have been left out of a replace.",
            "Nothing was sent; please report this.",
        )


def revision_obstacle(checked: CheckResult) -> str | None:
    """Return why the rows cannot be sent as a revision, or None; scans all rows."""
    return _partial(checked) or publishable(checked)


def no_draft(why: str) -> Refused:
    """Return the error for rows that cannot be left as a draft."""
    return Refused(
        f"These rows cannot be left as a draft, which is a revision. {why}",
        "Push them without a draft.",
    )


def _draft(checked: CheckResult, departure: TransportFactory) -> TransportChoice:
    """Return the only transport that can leave a draft. Raises Refused."""
    obstacle = revision_obstacle(checked)
    if obstacle:
        raise no_draft(obstacle)
    return TransportChoice(departure.named("publishing"), "a draft is a revision")


def choose(
    checked: CheckResult, order: PushRequest, departure: TransportFactory
) -> TransportChoice:
    """The transport the order names, or the transport that fits these rows.

    Raises Refused if the named one cannot carry them.
    """
    _require_whole_replace(checked)
    if order.options.draft:
        return _draft(checked, departure)
    few = bool(checked.held) and checked.sendable + checked.removals <= MANY
    if (
        few
        and not order.options.remark
        and not order.options.transport
        and checked.plan.method is Method.UPSERT
    ):
        return TransportChoice(departure.named("soda2"), "one request, which is one transaction")
    if order.options.transport:
        return _asked_for(order.options.transport, checked, departure)
    if departure.only_soda2:
        reason = "one request, since a revision would lose columns of the dataset"
        return TransportChoice(departure.named("soda2"), reason)
    nameless = checked.plan.method is Method.APPEND and checked.plan.dataset.identifier is None
    small = fits_one_body(checked, order.options.limit)
    plain = small and not (nameless or order.options.remark)
    # All rows are searched for an obstacle, so only if a revision is possible.
    obstacle = None if plain else revision_obstacle(checked)
    if plain or (small and obstacle):
        reason = "one small request, which is one transaction"
        return TransportChoice(departure.named("soda2"), reason)
    if obstacle:
        reason = f"one streamed request, which is one transaction. {obstacle}"
        return TransportChoice(departure.named("soda2"), reason)
    if order.options.remark:
        reason = "only a revision can carry a note"
    elif nameless:
        reason = "only a revision is certain to add rows without an identifier exactly once"
    else:
        reason = "too large for one small request"
    return TransportChoice(departure.named("publishing"), reason)


def _asked_for(name: str, checked: CheckResult, departure: TransportFactory) -> TransportChoice:
    """Return the transport with this name. Raises Refused for rows unsuited to a revision."""
    obstacle = revision_obstacle(checked) if name == "publishing" else None
    if obstacle:
        raise Refused(
            f"These rows cannot be sent over the Publishing API. {obstacle}",
            "Choose the other upload method, or none.",
            (NextStep(Action.CHOOSE_UPLOAD_METHOD, value="auto"),),
        )
    return TransportChoice(departure.named(name), "it was asked for")


#: How many times rows are sent again after the portal has said that they did not land.
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

        Raises UnknownOutcome if the portal cannot say whether they have; after any other
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
        """The rows of the run again, or None if the source was removed or replaced."""
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
        """True if the announced write has landed, according to the portal.

        Raises UnknownOutcome if it cannot tell, or cannot be asked.
        """
        step = self._ledger.announced
        if step is None:
            return False
        self._desk.progress.begin("asking the portal whether the rows landed")
        try:
            verdict = transport.ask(checked, step.detail)
        except UnknownOutcome:
            raise
        except SodaSheetError as error:
            raise UnknownOutcome(
                lost.what, f"The portal did not report the outcome: {error.what}"
            ) from error
        if verdict is Verdict.UNKNOWN:
            raise lost
        if verdict is Verdict.NOT_LANDED:
            self._ledger.step(NOT_LANDED)
            return False
        self._keep(transport.landed)
        return True

    def _keep(self, landed: Landed) -> None:
        """Record landed rows, in memory even if writing fails."""
        self.landed = landed
        if landed.crossed:
            self._ledger.step(CROSSED)
        counts = {name: getattr(landed.counts, name) for name in RowCounts.__slots__}
        self._ledger.step(LANDED, **counts)

    def _keep_rejected(self, landed: Landed) -> None:
        """Add the rows that the portal named in a refusal to the report."""
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
    """Return the error for rows that were sent several times and certainly never landed."""
    return PortalError(
        f"{host} did not answer after {tries} attempts, and has not written any of the rows.",
        "Try again in a few minutes.",
        None,
        "not-landed",
    )
