"""What every way of sending rows offers the run, and what it keeps while it sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from sodasheet.model.report import RejectedRow, RowCounts
from sodasheet.portal.soda2.write_result import Reply
from sodasheet.staging.check.result import CheckResult

#: Writes a step into the journal; on return it is on the disk.
Record = Callable[..., None]


class Verdict(Enum):
    """What the portal says became of a write whose answer was lost."""

    LANDED = "landed"
    NOT_LANDED = "not landed"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Landed:
    """What has landed; true at every moment, also when the next request fails."""

    counts: RowCounts = field(default_factory=lambda: RowCounts(sent=0))
    rejected: list[RejectedRow] = field(default_factory=list)
    confirmed: bool = False

    def answered(self, rows: Sequence[int], reply: Reply) -> None:
        """The portal has answered for these source rows."""
        self.confirmed = True
        self.counts = RowCounts(
            len(rows), reply.created, reply.updated, reply.deleted, reply.errors
        )
        for error in reply.row_errors:
            row = rows[error.index] if error.index is not None and error.index < len(rows) else None
            self.rejected.append(RejectedRow(row, error.identifier, None, None, error.reason))

    def found(self, sent: int, created: int | None = None) -> None:
        """The answer was lost, but the portal holds the rows."""
        self.confirmed = True
        self.counts = RowCounts(sent=sent, created=created, rejected=None)


class Transport(Protocol):
    """A way to send rows that is done wholly or not at all."""

    name: str
    landed: Landed

    def push(self, checked: CheckResult, limit: int | None) -> None:
        """Send every good row, or the first `limit`; on return they have landed.

        Raises UnknownOutcome where the answer that says so was lost; after anything else that it
        raises, the dataset is as it was.
        """

    def ask(self, checked: CheckResult | None, detail: dict[str, Any]) -> Verdict:
        """Ask the portal what became of the write that the journal's last step announced.

        `detail` is that step's; `checked` the same rows again, or None where the source is gone.
        """
