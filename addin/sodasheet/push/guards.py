"""The guards: rules that stop a push before anybody is asked and anything is sent, in one table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sodasheet.errors import Refused, UsageProblem
from sodasheet.matching import drift, retyped
from sodasheet.matching.reasons import doubtful
from sodasheet.model.method import Method
from sodasheet.push.journal import Journal
from sodasheet.push.order import Order
from sodasheet.push.preparation import Prepared
from sodasheet.staging.sizes import oversized

#: The most bytes of one row that the portal takes (portal-api.md B.7).
ROW_BYTES = 70_000_000

#: Findings that stop a push, and that a guard may say more of.
EXPLAINING = frozenset({"no-rows", "no-row-identifier"})

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards judge: the order, the checked rows, and how many rows the dataset holds."""

    order: Order
    work: Prepared
    before: int
    journal: Journal

    @property
    def method(self) -> Method:
        """The order's method."""
        return self.order.job.method

    @property
    def sending(self) -> int:
        """How many rows would go out."""
        sendable = self.work.checked.sendable
        return min(sendable, self.order.limit or sendable)


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard.

    `watches` says for the documentation what it stops; `found` gives the sentence where it does so
    now. `overridable` guards are set aside by their slug, the others by nothing but what `remedy`
    says. Those `of_undo` also stand in the way of an undo.
    """

    slug: str
    watches: str
    remedy: str
    found: Callable[[Facts], str | None]
    overridable: bool = True
    of_undo: bool = False


class GuardError(Refused):
    """A guard stopped the push; `reason` is its slug."""

    def __init__(self, guard: Guard, what: str) -> None:
        way = f" If it is meant, push it with --override {guard.slug}."
        told = guard.overridable and "--again" not in guard.remedy
        super().__init__(what, f"{guard.remedy}{way if told else ''}")
        self.reason = guard.slug


def judge(facts: Facts) -> tuple[str, ...]:
    """Raise GuardError where a guard stops the push; the slugs of those that were set aside.

    Where several stop it, the first one's sentence names the others.
    """
    aside, stopping = [], []
    for guard in GUARDS.values():
        if facts.order.undoes is not None and not guard.of_undo:
            continue
        if (sentence := guard.found(facts)) is None:
            continue
        if guard.overridable and guard.slug in overrides(facts.order):
            aside.append(guard.slug)
        else:
            stopping.append((guard, sentence))
    if not stopping:
        return tuple(aside)
    (first, sentence), *others = stopping
    more = ", ".join(guard.slug for guard, _ in others)
    raise GuardError(first, sentence + (f" (Also in the way: {more}.)" if more else ""))


def overrides(order: Order) -> frozenset[str]:
    """The guards that this push sets aside; none where nobody watches it."""
    if order.unattended:
        return frozenset()
    return order.overrides | ({"appended-before"} if order.again else frozenset())


def known_overrides(names: Iterable[str]) -> frozenset[str]:
    """The names as a set. Raises UsageProblem for one that is no guard that can be set aside."""
    allowed = [guard.slug for guard in GUARDS.values() if guard.overridable]
    for name in names:
        if name not in allowed:
            raise UsageProblem(
                f'There is no guard "{name}" that could be set aside.',
                f"Those that can be are {', '.join(allowed)}.",
            )
    return frozenset(names)


def _empty_source(facts: Facts) -> str | None:
    checked, stage = facts.work.checked, facts.work.stage
    if checked.removals:
        return None
    if stage.rows == 0:
        return f"{stage.name} has no rows, and an empty source is never sent."
    if checked.stopped or checked.sendable or checked.rejected < stage.rows:
        return None
    return f"No row is left to send: all {stage.rows:,} rows have findings."


def _too_many_rejected(facts: Facts) -> str | None:
    rejected, allowed = facts.work.checked.rejected, facts.order.may_reject
    if rejected <= allowed:
        return None
    return (
        f"{rejected:,} of {facts.work.stage.rows:,} rows have findings and nothing was "
        f"sent ({allowed:,} may be left out)."
    )


def _trial_replace(facts: Facts) -> str | None:
    if facts.order.limit is None or facts.method is not Method.REPLACE:
        return None
    return (
        f"A trial with the first {facts.order.limit:,} rows cannot be a replace: all other rows of"
        " the dataset would be gone."
    )


def _shrink(facts: Facts) -> str | None:
    if facts.method not in (Method.REPLACE, Method.DELETE):
        return None
    replacing = facts.method is Method.REPLACE
    after = facts.sending if replacing else max(facts.before - facts.sending, 0)
    lost, allowed = facts.before - after, facts.order.job.guards.max_shrink
    if lost <= allowed * facts.before:
        return None
    return (
        f"{facts.work.dataset.name} would shrink from {facts.before:,} rows to {after:,}, by"
        f" {math.ceil(100 * lost / facts.before)} %; more than {100 * allowed:g} % is never removed"
        " unasked."
    )


def _unconfirmed(facts: Facts) -> str | None:
    guesses = doubtful(facts.order.job.mapping)
    if not facts.order.unattended or not guesses:
        return None
    first = guesses[0]
    return (
        f"Nobody has confirmed {len(guesses):,} of the mapping's matches; the first fills"
        f" {first.field} ({first.match})."
    )


def _identifier_changed(facts: Facts) -> str | None:
    was, now = facts.order.job.fingerprint.identifier, facts.work.dataset.row_identifier
    if not was or was == now:
        return None
    is_now = f"it is {now} now" if now else "it has none now"
    return f"The row identifier of {facts.work.dataset.name} was {was}, and {is_now}."


def _types_changed(facts: Facts) -> str | None:
    return _listed(retyped(facts.order.job.fingerprint, facts.work.dataset))


def _drift(facts: Facts) -> str | None:
    prints, dataset = facts.order.job.fingerprint, facts.work.dataset
    types = retyped(prints, dataset)
    changes = drift(prints, facts.work.stage.headers, dataset)
    return _listed([change for change in changes if change not in types])


def _row_too_large(facts: Facts) -> str | None:
    found = oversized(facts.work.checked, ROW_BYTES)
    if found is None:
        return None
    row, size = found
    return f"Row {row:,} has {size:,} bytes, and the portal takes {ROW_BYTES:,} at most."


def _appended_before(facts: Facts) -> str | None:
    """Where nothing tells rows apart, the same source appended again would double them."""
    job, dataset, stage = facts.order.job, facts.work.dataset, facts.work.stage
    if job.method is not Method.APPEND or dataset.identifier is not None:
        return None
    earlier = facts.journal.appended(job.portal, job.dataset, stage.sha256)
    if earlier is None or earlier.run == facts.order.rest_of:
        return None
    return (
        f"{stage.name} was appended to {dataset.name} before, by run {earlier.run} on"
        f" {earlier.started[:10]}, and the dataset has no row identifier that would keep its rows"
        " from being there twice."
    )


def _changed_since_preview(facts: Facts) -> str | None:
    seen, dataset = facts.order.seen, facts.work.dataset
    if seen is None:
        return None
    if facts.before != seen.rows:
        return (
            f"{dataset.name} had {seen.rows:,} rows when the preview was made and has"
            f" {facts.before:,} now: somebody else has changed it."
        )
    if seen.updated is None or dataset.updated is None or dataset.updated <= seen.updated:
        return None
    return (
        f"Somebody else has changed {dataset.name} since the preview was made, at"
        f" {dataset.updated:%Y-%m-%d %H:%M:%S} UTC."
    )


def _elsewhere(facts: Facts) -> str | None:  # noqa: ARG001
    """A guard that is found later on the way, by push/snapshot.py."""
    return None


def _listed(sentences: Sequence[str]) -> str | None:
    if not sentences:
        return None
    more = len(sentences) - _SHOWN
    return " ".join(sentences[:_SHOWN]) + (f" And {more:,} more changes." if more > 0 else "")


_LOOK_AGAIN = "Look at the mapping again and save it (sodasheet map, or Match again)."

_ALL = (
    Guard(
        "too-many-rejected",
        "more rows with findings than may be left out",
        "Mend them, or push without them (on the command line: --allow-rejected).",
        _too_many_rejected,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "empty-source",
        "a source without rows, or none of whose rows can be sent",
        "Check that the right file, sheet and header row are chosen, and mend the findings.",
        _empty_source,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "trial-replace",
        "a replace with the first rows only",
        "Leave --rows out, or try it with upsert.",
        _trial_replace,
        overridable=False,
    ),
    Guard(
        "identifier-changed",
        "another row identifier than when the mapping was confirmed, or none any more",
        "Set the row identifier on the portal again, or map the dataset anew.",
        _identifier_changed,
    ),
    Guard(
        "types-changed",
        "columns of the dataset that have another type than when the mapping was confirmed",
        _LOOK_AGAIN,
        _types_changed,
    ),
    Guard(
        "drift",
        "columns of the source or the dataset that came, went or were renamed since the mapping "
        "was confirmed",
        _LOOK_AGAIN,
        _drift,
    ),
    Guard(
        "unconfirmed",
        "a match on a likeness that nobody has confirmed, where nobody watches the push",
        "Look at the matches and confirm them (sodasheet map --confirm).",
        _unconfirmed,
        overridable=False,
    ),
    Guard(
        "shrink",
        "a replace or a delete that removes more of the rows than `max_shrink` allows",
        "Check that the source is whole.",
        _shrink,
    ),
    Guard(
        "row-too-large",
        "a row of more than 70,000,000 bytes, which the portal does not take",
        "Shorten its texts, or leave the row out of the source.",
        _row_too_large,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "appended-before",
        "an append of the same source as before, where no row identifier tells rows apart",
        "If that is what you want, push it with --again.",
        _appended_before,
    ),
    Guard(
        "changed-since-preview",
        "a dataset that somebody else has changed since the preview was made",
        "Make the preview again.",
        _changed_since_preview,
        of_undo=True,
    ),
    Guard(
        "no-snapshot",
        "a push before which the rows it touches cannot be kept",
        'Free some disk space, or set "snapshot" to "try" in the job.',
        _elsewhere,
        of_undo=True,
    ),
)

GUARDS: dict[str, Guard] = {guard.slug: guard for guard in _ALL}
