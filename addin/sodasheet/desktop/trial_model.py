"""Which pushes belong to a trial: the trial itself, its rest, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.model.report import Outcome, Report

if TYPE_CHECKING:
    from sodasheet.push.request import PushRequest


#: Guards that stop a push because of the rows that a trial has sent.
_STOPPED_BY_TRIAL = frozenset({"appended-before", "too-many-rejected"})


@dataclass(frozen=True, slots=True)
class After:
    """What can follow a run: the rest of a trial, and taking the trial back; None where not.

    `told` is what has to be said of the trial.
    """

    rest: PushRequest | None = None
    back: PushRequest | None = None
    told: str = ""


def after_trial(order: PushRequest, report: Report) -> After:
    """What can follow a trial that has landed, as this run or before it."""
    from sodasheet.push.adjustments import trial_before
    from sodasheet.push.request import RunOptions, UndoTarget

    # What a preview saw holds no longer: the trial itself has changed the dataset.
    others = replace(order.with_options(limit=None), seen=None)
    if order.options.limit is not None and report.outcome in (Outcome.DONE, Outcome.REJECTS):
        back = replace(others, options=RunOptions(), undo=UndoTarget(report.run))
        return After(others.with_options(after_trial=report.run), back)
    trial = ""
    if report.guard in _STOPPED_BY_TRIAL and report.source is not None:
        trial = trial_before(order, report.source.sha256)
    return (
        After(others.with_options(after_trial=trial), told=trial_words(trial)) if trial else After()
    )


def trial_words(run: str) -> str:
    """What is said of a trial whose rest can be sent."""
    return f"Run {run} was a trial with the first of these rows."
