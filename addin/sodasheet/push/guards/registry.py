"""The guards: rules that stop a push before anybody is asked and anything is sent, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sodasheet.errors import Refused, UsageProblem
from sodasheet.push.guards import rules
from sodasheet.push.guards.rules import GuardFacts
from sodasheet.push.request import PushRequest

#: Findings that stop a push, and that a guard may say more of.
EXPLAINING = frozenset({"no-rows", "no-row-identifier"})


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
    found: Callable[[GuardFacts], str | None]
    overridable: bool = True
    of_undo: bool = False


class GuardError(Refused):
    """A guard stopped the push; `reason` is its slug."""

    def __init__(self, guard: Guard, what: str) -> None:
        way = f" If it is meant, push it with --override {guard.slug}."
        told = guard.overridable and "--again" not in guard.remedy
        super().__init__(what, f"{guard.remedy}{way if told else ''}")
        self.reason = guard.slug


def judge(facts: GuardFacts) -> tuple[str, ...]:
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
    more = "; ".join(f"{guard.watches} [{guard.slug}]" for guard, _ in others)
    raise GuardError(first, sentence + (f" (Also in the way: {more}.)" if more else ""))


def overrides(order: PushRequest) -> frozenset[str]:
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


_LOOK_AGAIN = "Look at the mapping again and save it (sodasheet map, or Match again)."

_ALL = (
    Guard(
        "too-many-rejected",
        "more rows with findings than may be left out",
        "Mend them, or push without them (on the command line: --allow-rejected; in the job:"
        " max_rejected).",
        rules.too_many_rejected,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "empty-source",
        "a source without rows, or none of whose rows can be sent",
        "Check that the right file, sheet and header row are chosen, and mend the findings.",
        rules.empty_source,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "trial-replace",
        "a replace with the first rows only",
        "Leave --rows out, or try it with upsert.",
        rules.trial_replace,
        overridable=False,
    ),
    Guard(
        "identifier-changed",
        "another row identifier than when the mapping was confirmed, or none any more",
        "Set the row identifier on the portal again, or map the dataset anew.",
        rules.identifier_changed,
    ),
    Guard(
        "types-changed",
        "columns of the dataset that have another type than when the mapping was confirmed",
        _LOOK_AGAIN,
        rules.types_changed,
    ),
    Guard(
        "drift",
        "columns of the source or the dataset that came, went or were renamed since the mapping "
        "was confirmed",
        _LOOK_AGAIN,
        rules.drift,
    ),
    Guard(
        "unconfirmed",
        "a match on a likeness that nobody has confirmed, where nobody watches the push",
        "Look at the matches and confirm them (sodasheet map --confirm).",
        rules.unconfirmed,
        overridable=False,
    ),
    Guard(
        "shrink",
        "a replace or a delete that removes more of the rows than `max_shrink` allows",
        "Check that the source is whole.",
        rules.shrink,
    ),
    Guard(
        "row-too-large",
        "a row of more than 70,000,000 bytes, which the portal does not take",
        "Shorten its texts, or leave the row out of the source.",
        rules.row_too_large,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "appended-before",
        "an append of the same source as before, where no row identifier tells rows apart",
        "If that is what you want, push it with --again.",
        rules.appended_before,
    ),
    Guard(
        "changed-since-preview",
        "a dataset that somebody else has changed since the preview was made",
        "Make the preview again.",
        rules.changed_since_preview,
        of_undo=True,
    ),
    Guard(
        "no-snapshot",
        "a push before which the rows it touches cannot be kept",
        'Free some disk space, or set "snapshot" to "try" in the job'
        ' (on a mapping sheet: "where possible" beside "Keep a way back").',
        rules.elsewhere,
        of_undo=True,
    ),
)

GUARDS: dict[str, Guard] = {guard.slug: guard for guard in _ALL}
