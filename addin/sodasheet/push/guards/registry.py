"""The guards: rules that stop a push before anything is sent, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sodasheet.errors import Refused, UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.push.guards import rules
from sodasheet.push.guards.rules import GuardFacts
from sodasheet.push.request import PushRequest

#: Findings that stop a push, and that a guard explains better.
EXPLAINING = frozenset({"no-rows", "no-row-identifier"})


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard.

    `watches` says for the documentation what the guard stops; `found` returns the sentence if it
    stops this push. `overridable` guards are skipped by their slug, the others only by doing what
    `remedy` says. Guards with `of_undo` also stop an undo. `action` is the next step to offer
    besides skipping the guard.
    """

    slug: str
    watches: str
    remedy: str
    found: Callable[[GuardFacts], str | None]
    overridable: bool = True
    of_undo: bool = False
    action: Action | None = None

    def steps(self, facts: GuardFacts | None = None) -> tuple[NextStep, ...]:
        """Return the next steps that are open to the user."""
        skip = (NextStep(Action.SKIP_GUARD, guard=self.slug),) if self.overridable else ()
        if self.action is Action.ALLOW_DUPLICATE_APPEND:
            skip = ()
        if self.action is None:
            return skip
        value = ""
        if self.action is Action.ALLOW_REJECTED and facts is not None:
            value = str(facts.work.checked.rejected)
        return (NextStep(self.action, value=value), *skip)


class GuardError(Refused):
    """A guard stopped the push; `reason` is its slug."""

    def __init__(self, guard: Guard, what: str, facts: GuardFacts | None = None) -> None:
        super().__init__(what, guard.remedy, guard.steps(facts))
        self.reason = guard.slug


def judge(facts: GuardFacts) -> tuple[str, ...]:
    """Return the slugs of skipped guards. Raises GuardError if another guard stops the push.

    If several guards stop it, the first one's sentence names the others.
    """
    aside, stopping = [], []
    for guard in GUARDS.values():
        if facts.order.undoes is not None and not guard.of_undo:
            continue
        if (sentence := guard.found(facts)) is None:
            continue
        if guard.overridable and guard.slug in skipped_guards(facts.order):
            aside.append(guard.slug)
        else:
            stopping.append((guard, sentence))
    if not stopping:
        return tuple(aside)
    (first, sentence), *others = stopping
    more = "; ".join(f"{guard.watches} [{guard.slug}]" for guard, _ in others)
    also = f" (Also stopped by: {more}.)" if more else ""
    raise GuardError(first, sentence + also, facts)


def skipped_guards(order: PushRequest) -> frozenset[str]:
    """Return the guards that this push skips; none if unattended."""
    options = order.options
    if options.unattended:
        return frozenset()
    appended = {"appended-before"} if options.allow_duplicate_append else frozenset[str]()
    return options.skipped_guards | appended


def known_overrides(names: Iterable[str]) -> frozenset[str]:
    """Return the names as a set. Raises UsageProblem for a guard that cannot be skipped."""
    allowed = [guard.slug for guard in GUARDS.values() if guard.overridable]
    for name in names:
        if name not in allowed:
            raise UsageProblem(
                f'There is no guard "{name}" that can be skipped.',
                f"Guards that can be skipped: {', '.join(allowed)}.",
            )
    return frozenset(names)


_LOOK_AGAIN = "Check the mapping and save it again."

_ALL = (
    Guard(
        "too-many-rejected",
        "more rejected rows than are allowed",
        "Fix them, or skip them.",
        rules.too_many_rejected,
        overridable=False,
        of_undo=True,
        action=Action.ALLOW_REJECTED,
    ),
    Guard(
        "empty-source",
        "a source without rows, or without a row that can be sent",
        "Check that the right file, sheet and header row are chosen, and fix the findings.",
        rules.empty_source,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "trial-replace",
        "a replace with the first rows only",
        "Push all rows, or choose upsert.",
        rules.trial_replace,
        overridable=False,
        action=Action.PUSH_ALL_ROWS,
    ),
    Guard(
        "identifier-changed",
        "a row identifier that differs from the one when the mapping was confirmed",
        "Set the row identifier on the portal again, or map the columns again.",
        rules.identifier_changed,
        action=Action.MAP_AGAIN,
    ),
    Guard(
        "types-changed",
        "dataset columns whose type has changed since the mapping was confirmed",
        _LOOK_AGAIN,
        rules.types_changed,
        action=Action.MAP_AGAIN,
    ),
    Guard(
        "drift",
        "columns of the source or the dataset that were added, removed or renamed since the mapping"
        " was confirmed",
        _LOOK_AGAIN,
        rules.drift,
        action=Action.MAP_AGAIN,
    ),
    Guard(
        "unconfirmed",
        "an unconfirmed match by similarity in an unattended push",
        "Check the matches and confirm them.",
        rules.unconfirmed,
        overridable=False,
        action=Action.CONFIRM_MATCHES,
    ),
    Guard(
        "encoding",
        "a doubtful guess of the file's encoding in an unattended push",
        "Look at the accented or foreign letters, then set the encoding in the job.",
        rules.doubtful_encoding,
        overridable=False,
    ),
    Guard(
        "shrink",
        "a replace or a delete that removes more of the rows than `max_shrink` allows",
        "Check that the source is complete.",
        rules.shrink,
    ),
    Guard(
        "unlike-dataset",
        "values, rows or columns unlike the dataset's past",
        "Look at the findings; fix the source, or accept them.",
        rules.unlike_dataset,
    ),
    Guard(
        "row-too-large",
        "a row of more than 70,000,000 bytes, which the portal does not accept",
        "Shorten its texts, or remove the row from the source.",
        rules.row_too_large,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "appended-before",
        "an append of a source that was appended before, to a dataset without a row identifier",
        "Append other rows, or confirm adding these twice.",
        rules.appended_before,
        action=Action.ALLOW_DUPLICATE_APPEND,
    ),
    Guard(
        "changed-since-preview",
        "a dataset that somebody else has changed since the preview",
        "Preview the changes again.",
        rules.changed_since_preview,
        action=Action.PREVIEW,
        of_undo=True,
    ),
    Guard(
        "not-settled",
        "an append or a delete while the portal does not show every finished write",
        "Try again in a few minutes.",
        rules.not_settled,
    ),
    Guard(
        "no-snapshot",
        "a push without an undo snapshot, because the rows cannot be saved",
        "Free some disk space, or allow pushes of this job without an undo snapshot.",
        rules.elsewhere,
        of_undo=True,
    ),
)

GUARDS: dict[str, Guard] = {guard.slug: guard for guard in _ALL}
