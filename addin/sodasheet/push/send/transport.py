"""The interface of all transports, and the verdict on a write whose reply was lost."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from sodasheet.errors import Refused, UnknownOutcome
from sodasheet.model.dataset import Dataset
from sodasheet.model.next_step import Action, NextStep
from sodasheet.push.runs.run_recorder import Landed
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.staging.check.check import CheckResult

#: Writes a step to the journal; on return, the step is on disk.
Record = Callable[..., None]


class Verdict(Enum):
    """Verdict of the portal on a write whose reply was lost."""

    LANDED = "landed"
    NOT_LANDED = "not landed"
    #: Its rows are not there now; they may have been, or may still arrive.
    PENDING = "pending"
    #: Others have written some of its rows since, so the rows cannot tell.
    OVERWRITTEN = "overwritten"
    UNKNOWN = "unknown"


class DatasetChanged(Refused):
    """Another writer changed the dataset after the comparison and before anything was sent."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(
            f"Someone else changed {dataset.name} while this push was being prepared. Nothing was"
            " sent.",
            "Push again when they are done.",
            (NextStep(Action.PUSH),),
        )


def unseen(sent: int) -> UnknownOutcome:
    """Return the error for rows that the portal reported as written but the dataset lacks."""
    return UnknownOutcome(
        f"The portal's reply says that {counted(sent, 'row was', 'rows were')} written,"
        " but the dataset has not changed.",
        "Compare the dataset's rows on the portal before you push them again.",
        200,
        "unknown",
    )


class Transport(Protocol):
    """A way to send rows: all of them, or none."""

    name: str
    landed: Landed

    def push(self, checked: CheckResult, limit: int | None) -> None:
        """Send every good row, or the first `limit`; on return they have landed.

        Raises UnknownOutcome if the answer that says so was lost. After any other error the
        dataset is as it was; DatasetChanged says that others have changed it since it was
        compared.
        """

    def ask(self, checked: CheckResult | None, detail: dict[str, Any]) -> Verdict:
        """Ask the portal for the outcome of the write announced in the journal's last step.

        `detail` is that step's; `checked` the same rows again, or None if the source is gone.
        """
