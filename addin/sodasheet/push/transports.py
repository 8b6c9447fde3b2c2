"""Which transport a push takes, and why."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.portal.rows import RowsClient
from sodasheet.push.desk import Desk
from sodasheet.push.order import Order
from sodasheet.push.soda2 import Soda2
from sodasheet.push.transport import Record, Transport
from sodasheet.staging.checks import Checked


@dataclass(frozen=True, slots=True)
class Way:
    """A transport and the reason for it, in words for the report."""

    transport: Transport
    reason: str


@dataclass(frozen=True, slots=True)
class Departure:
    """What every transport starts from: `before` is how many rows the dataset holds."""

    dataset: Dataset
    desk: Desk
    record: Record
    before: int

    def soda2(self) -> Soda2:
        """One request to /resource."""
        rows = RowsClient(self.desk.session, self.dataset)
        return Soda2(rows, self.desk.progress, self.record, self.before)


def choose(checked: Checked, order: Order, departure: Departure) -> Way:  # noqa: ARG001
    """The transport the order names, or the one that fits these rows."""
    if order.transport:
        return Way(named(order.transport, departure), "it was asked for")
    return Way(departure.soda2(), "one request is one transaction")


def named(name: str, departure: Departure) -> Transport:
    """The transport of this name. Raises UsageProblem where there is none."""
    if name.lower() == "soda2":
        return departure.soda2()
    raise UsageProblem(f'There is no transport named "{name}".', "Use soda2.")
