"""Choice of the transport of a push, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.errors import Refused, SodaSheetError, UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.push.context import PushContext
from sodasheet.push.request import PushRequest
from sodasheet.push.send.concurrent_writes import LastLook
from sodasheet.push.send.publishing_transport import Publishing, RevisionPlan
from sodasheet.push.send.soda2_transport import Soda2, fits_one_body
from sodasheet.push.send.transport_interface import Record, Transport
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.output.csv_output import publishable

#: Up to so many rows out of more go in one request rather than as a revision, whose preparation
#: costs a dozen requests and the portal's patience.
MANY = 100_000


@dataclass(frozen=True, slots=True)
class TransportChoice:
    """A transport and the reason for the choice, in words for the report."""

    transport: Transport
    reason: str


@dataclass(frozen=True, slots=True)
class TransportFactory:
    """Everything that a transport starts from.

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
        """The transport of this name. Raises UsageProblem where there is none."""
        rows = RowsClient(self.desk.session, self.dataset, compress=self.compress)
        look = LastLook(rows, self.dataset, self.desk.progress, self.compared, self.watched)
        if name.lower() == "soda2":
            return Soda2(rows, self.desk.progress, self.record, look)
        if name.lower() == "publishing":
            plan = RevisionPlan(look, self.before, self.allowed, self.remark, self.draft)
            return Publishing(plan, self.desk, self.record)
        raise UsageProblem(f'There is no transport named "{name}".', "Use soda2 or publishing.")


def _partial(checked: CheckResult) -> str | None:
    """Return why an upsert of some columns cannot go as a revision; None for anything else.

    No source tells whether an update revision keeps the values of columns that the file does
    not fill (portal-api.md C.3), and a row over SODA2 surely does (B.2, point 1).
    """
    if checked.plan.method is not Method.UPSERT:
        return None
    filled = {one.filled.column.field for one in checked.projected}
    left = [column.label for column in checked.plan.dataset.fillable if column.field not in filled]
    if not left:
        return None
    return f"The column {left[0]} is not filled, and only SODA2 is sure to keep its values."


def _require_whole_replace(checked: CheckResult) -> None:
    """A replace leaves nothing but what is sent, so that held back rows would be lost."""
    left_out = checked.held or checked.removals or checked.stage.as_sent
    if checked.plan.method is Method.REPLACE and left_out:
        raise SodaSheetError(
            "Some rows were about to be left out of a replace.",
            "Nothing was sent; please report this.",
        )


def revision_obstacle(checked: CheckResult) -> str | None:
    """Return why the rows cannot go as a revision, or None; a scan of all rows."""
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

    Raises Refused where the named one cannot carry them.
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
    # All rows are searched for an obstacle, so only if a revision comes into question.
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
        reason = "only a revision is sure to add rows without an identifier exactly once"
    else:
        reason = "too large for one small request"
    return TransportChoice(departure.named("publishing"), reason)


def _asked_for(name: str, checked: CheckResult, departure: TransportFactory) -> TransportChoice:
    """Return the transport of this name. Raises Refused for rows that no revision carries."""
    obstacle = revision_obstacle(checked) if name == "publishing" else None
    if obstacle:
        raise Refused(
            f"These rows cannot be sent over the Publishing API. {obstacle}",
            "Choose the other upload method, or none.",
            (NextStep(Action.CHOOSE_UPLOAD_METHOD, value="auto"),),
        )
    return TransportChoice(departure.named(name), "it was asked for")
