"""The guards: rules that stop a push before anything is sent, in one table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sodasheet.errors import Refused, UsageProblem
from sodasheet.matching import drift as drifted
from sodasheet.matching import retyped
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import doubtful
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.replaced_part import Partition
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.journal import Journal
from sodasheet.quality.comparison_questions import EMPTIED
from sodasheet.sources.delimited.encoding import DOUBTFUL
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.check_findings import in_order
from sodasheet.staging.output.rows_to_send import oversized
from sodasheet.wording import counted, counted_rows, part_of

#: Maximum bytes of one row that the portal accepts (portal-api.md B.7).
ROW_BYTES = 70_000_000

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """Facts that guards examine: the request, the checked rows, and the dataset's row count."""

    order: PushRequest
    work: Prepared
    before: int
    journal: Journal

    @property
    def method(self) -> Method:
        """Method for sending the rows; a replace of a part is sent as an upsert."""
        return self.work.checked.plan.method

    @property
    def sending(self) -> int:
        """Number of rows that would be sent."""
        sendable = self.work.checked.sendable
        return min(sendable, self.order.options.limit or sendable)


def empty_source(facts: GuardFacts) -> str | None:
    """Stop a push of a source without rows that can be sent."""
    checked, stage = facts.work.checked, facts.work.stage
    if checked.removals and facts.work.partition is None:
        return None
    if stage.rows == 0:
        return f"{stage.name} has no rows, and an empty source is never sent."
    if checked.stopped or checked.sendable or checked.rejected < stage.rows:
        return None
    whose = "the only row is" if stage.rows == 1 else f"all {stage.rows:,} rows are"
    return f"There are no rows to send: {whose} rejected."


def too_many_rejected(facts: GuardFacts) -> str | None:
    """Stop a push with more rejected rows than are allowed."""
    rejected, allowed = facts.work.checked.rejected, facts.order.may_reject
    # If there are no rows left, skipping rows does not help: empty_source says so.
    if rejected <= allowed or empty_source(facts) is not None:
        return None
    are = "is" if rejected == 1 else "are"
    return (
        f"{part_of(rejected, facts.work.stage.rows, 'row')} {are} rejected and nothing was sent"
        f" ({counted(allowed, 'rejected row is', 'rejected rows are')} allowed)."
    )


def unlike_dataset(facts: GuardFacts) -> str | None:
    """Findings that need a user's consent."""
    asked = [one for one in facts.work.checked.findings if one.severity is Severity.ASK]
    if facts.order.options.unattended and facts.order.job.quality.unattended == "tell":
        # A permanent loss is never only a note.
        asked = [one for one in asked if one.reason == EMPTIED]
    if not asked:
        return None
    asked.sort(key=lambda one: one.reason != EMPTIED)
    others = counted(len(asked) - 1, "more finding needs", "more findings need")
    more = f" ({others} a decision.)" if len(asked) > 1 else ""
    return f"The source differs from the dataset. {asked[0].message}{more}"


def with_meant_repeats(facts: GuardFacts) -> CheckResult:
    """Return the check with intentionally repeated rows only noted."""
    checked = facts.work.checked
    again = [one for one in checked.findings if _asks_again(one)]
    if not again or not _harmless(facts):
        return checked
    findings = [
        replace(one, severity=Severity.NOTE) if _asks_again(one) else one
        for one in checked.findings
    ]
    return replace(checked, findings=in_order(findings))


def _asks_again(group: FindingGroup) -> bool:
    return group.reason == "same-again" and group.severity is Severity.ASK


def _harmless(facts: GuardFacts) -> bool:
    """True if a push of rows that are already in the dataset is intentionally repeated.

    A scheduled push runs whether there is news or not, and the same file pushed once more by hand
    is meant; another file with old rows is not.
    """
    fewer = facts.method is Method.REPLACE and facts.sending < facts.before
    if facts.method is Method.APPEND or fewer:
        return False
    job, sha256 = facts.order.job, facts.work.stage.sha256
    last = facts.journal.last_landed(job.dataset, job.portal)
    steps = () if last is None else facts.journal.steps(last.run)
    return facts.order.options.unattended or any(
        step.step == "checked" and step.detail.get("sha256") == sha256 for step in steps
    )


def trial_replace(facts: GuardFacts) -> str | None:
    """Stop a replace with only the first rows."""
    if facts.order.options.limit is None or facts.order.job.method is not Method.REPLACE:
        return None
    return _no_trial(facts.order.options.limit)


def refused_trial(limit: int) -> GuardError:
    """Return the refusal of a replace with only the first `limit` rows, as for a preview."""
    return GuardError(GUARDS["trial-replace"], _no_trial(limit))


def _no_trial(limit: int) -> str:
    first = "row" if limit == 1 else f"{limit:,} rows"
    return (
        f"A trial with the first {first} cannot be a replace: all other rows of the dataset would"
        " be deleted."
    )


def shrink(facts: GuardFacts) -> str | None:
    """Stop a push that removes more rows than the job allows."""
    allowed = facts.order.job.guards.max_shrink
    if facts.work.partition is not None:
        return _part_shrinks(facts, facts.work.partition, allowed)
    if facts.method not in (Method.REPLACE, Method.DELETE):
        return None
    replacing = facts.method is Method.REPLACE
    after = facts.sending if replacing else max(facts.before - facts.sending, 0)
    lost = facts.before - after
    if lost <= allowed * facts.before:
        return None
    return (
        f"{facts.work.dataset.name} would shrink from {counted_rows(facts.before)} to {after:,}, by"
        f" {math.ceil(100 * lost / facts.before)}%; the maximum shrinkage is {100 * allowed:g}%."
    )


def _part_shrinks(facts: GuardFacts, part: Partition, allowed: float) -> str | None:
    after = facts.sending
    lost = part.rows - after
    if lost <= allowed * part.rows:
        return None
    return (
        f"The part {part.words} of {facts.work.dataset.name} would shrink from"
        f" {counted_rows(part.rows)} to {after:,}, by {math.ceil(100 * lost / part.rows)}%; the"
        f" maximum shrinkage is {100 * allowed:g}%."
    )


def unconfirmed(facts: GuardFacts) -> str | None:
    """Stop an unattended push with a match by similarity."""
    guesses = doubtful(facts.order.job.mapping)
    if not facts.order.options.unattended or not guesses:
        return None
    first = guesses[0]
    return (
        f"Matches of the mapping that are not confirmed: {len(guesses):,}; the first fills"
        f" {first.field} ({first.match})."
    )


def doubtful_encoding(facts: GuardFacts) -> str | None:
    """Stop an unattended push of a file whose encoding is a doubtful guess."""
    if not facts.order.options.unattended:
        return None
    findings = facts.work.stage.findings
    return next((group.message for group in findings if group.reason == DOUBTFUL), None)


def identifier_changed(facts: GuardFacts) -> str | None:
    """Stop a push if the row identifier differs from the confirmed identifier."""
    was, now = facts.order.job.fingerprint.identifier, facts.work.dataset.row_identifier
    if not was or was == now:
        return None
    is_now = f"it is {now} now" if now else "it has none now"
    return f"The row identifier of {facts.work.dataset.name} was {was}, and {is_now}."


def _is_as_confirmed(facts: GuardFacts) -> bool:
    """True if source and dataset have exactly the columns of the confirmation."""
    before = facts.order.job.fingerprint
    headers, columns = tuple(facts.work.stage.headers), facts.work.dataset.shape
    return (before.headers, before.columns) == (headers, columns)


def types_changed(facts: GuardFacts) -> str | None:
    """Stop a push if column types have changed since the mapping was confirmed."""
    if _is_as_confirmed(facts):
        return None
    return _listed(retyped(facts.order.job.fingerprint, facts.work.dataset))


def drift(facts: GuardFacts) -> str | None:
    """Stop a push if columns were added, removed or renamed since the mapping was confirmed."""
    if _is_as_confirmed(facts):
        return None
    prints, dataset = facts.order.job.fingerprint, facts.work.dataset
    types = retyped(prints, dataset)
    changes = drifted(prints, facts.work.stage.headers, dataset)
    return _listed([change for change in changes if change not in types])


def row_too_large(facts: GuardFacts) -> str | None:
    """Stop a push with a row that the portal does not accept."""
    found = oversized(facts.work.checked, ROW_BYTES)
    if found is None:
        return None
    row, size = found
    return f"Row {row:,} has {size:,} bytes, and the portal accepts at most {ROW_BYTES:,}."


def appended_before(facts: GuardFacts) -> str | None:
    """Stop an append that would double the rows of a source without a row identifier."""
    job, dataset, stage = facts.order.job, facts.work.dataset, facts.work.stage
    if job.method is not Method.APPEND or dataset.identifier is not None:
        return None
    before = facts.journal.appended(job.portal, job.dataset, stage.sha256)
    # A workbook may have a sheet for each month, and each of them is appended once.
    part = source_part(job.source)
    earlier = next((run for run, other in before if may_overlap(part, other)), None)
    if earlier is None or earlier.run == facts.order.options.after_trial:
        return None
    return (
        f"{stage.name} was appended to {dataset.name} before, by run {earlier.run} on"
        f" {earlier.started[:10]}, and without a row identifier its rows would be added twice."
    )


def source_part(source: SourceSpec) -> str:
    """Return the sheet or table of a workbook, such as `sheet jan`; empty if not named."""
    if source.table:
        return f"table {source.table.casefold()}"
    sheet = source.sheet or source.range.rpartition("!")[0].strip("'")
    return f"sheet {sheet.casefold()}" if sheet else ""


def may_overlap(one: str, other: str) -> bool:
    """True if two parts of the same workbook may have rows in common.

    A table stands on a sheet, and the first sheet is read if the source names none.
    """
    (kind, _, name), (other_kind, _, other_name) = one.partition(" "), other.partition(" ")
    return not (one and other) or kind != other_kind or name == other_name


def changed_since_preview(facts: GuardFacts) -> str | None:
    """Stop a push if others have changed the dataset since the preview or the first attempt."""
    seen, dataset = facts.order.seen, facts.work.dataset
    state = facts.work.state
    if seen is None:
        return None
    if seen.mixed:
        return f"Someone else changed {dataset.name} while the preview read its rows."
    if facts.before != seen.rows:
        when = "before the run was interrupted" if seen.resumed else "when the preview was made"
        return (
            f"{dataset.name} had {counted_rows(seen.rows)} {when} and has {facts.before:,} now:"
            " someone else has changed it."
        )
    if seen.changed is not None and state is not None and state.changed is not None:
        since = "the run was interrupted" if seen.resumed else "the preview"
        same = state.changed == seen.changed
        return None if same else f"Someone else has changed {dataset.name} since {since}."
    if seen.updated is None or dataset.updated is None or dataset.updated <= seen.updated:
        return None
    return (
        f"Someone else has changed {dataset.name} since the preview was made, at"
        f" {dataset.updated:%Y-%m-%d %H:%M:%S} UTC."
    )


def not_settled(facts: GuardFacts) -> str | None:
    """Stop a push that depends on the dataset's identifiers if the portal lags behind."""
    if facts.work.state is not None or not facts.work.checked.looks_up_identifiers:
        return None
    return (
        f"The portal does not yet show all writes to {facts.work.dataset.name}, so it"
        " cannot say which identifiers the dataset has."
    )


def elsewhere(facts: GuardFacts) -> str | None:  # noqa: ARG001
    """Return None: push/undo/snapshot.py applies this guard later."""
    return None


def _listed(sentences: Sequence[str]) -> str | None:
    if not sentences:
        return None
    more = len(sentences) - _SHOWN
    others = f" And {counted(more, 'more change')}." if more > 0 else ""
    return " ".join(sentences[:_SHOWN]) + others


#: Findings that stop a push, but that a guard explains better.
EXPLAINING = frozenset({"no-rows", "no-row-identifier"})


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard.

    `watches` says for the documentation what the guard stops; `found` returns the sentence if it
    stops this push. `overridable` guards are skipped by their slug, the others only by doing what
    `remedy` says. Guards with `of_undo` also stop an undo. `action` is the next step to offer in
    addition to skipping the guard.
    """

    slug: str
    watches: str
    remedy: str
    found: Callable[[GuardFacts], str | None]
    overridable: bool = True
    of_undo: bool = False
    action: Action | None = None

    def steps(self, facts: GuardFacts | None = None) -> tuple[NextStep, ...]:
        """Return the next steps that the user can take."""
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
    """A guard stopped the push; `reason` is its slug, `cause` the remedy for its cause."""

    def __init__(
        self,
        guard: Guard,
        what: str,
        facts: GuardFacts | None = None,
        others: Sequence[Guard] = (),
        cause: str = "",
    ) -> None:
        skips = (
            step
            for other in others
            for step in other.steps(facts)
            if guard.overridable and step.action is Action.SKIP_GUARD
        )
        super().__init__(what, f"{cause} {guard.remedy}".lstrip(), (*guard.steps(facts), *skips))
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
    raise GuardError(first, sentence + also, facts, [guard for guard, _ in others])


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
        too_many_rejected,
        overridable=False,
        of_undo=True,
        action=Action.ALLOW_REJECTED,
    ),
    Guard(
        "empty-source",
        "a source without rows, or without a row that can be sent",
        "Check that the right file, sheet and header row are chosen, and fix the findings.",
        empty_source,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "trial-replace",
        "a replace with the first rows only",
        "Push all rows, or choose upsert.",
        trial_replace,
        overridable=False,
        action=Action.PUSH_ALL_ROWS,
    ),
    Guard(
        "identifier-changed",
        "a row identifier that differs from the one when the mapping was confirmed",
        "Set the row identifier on the portal again, or map the columns again.",
        identifier_changed,
        action=Action.MAP_AGAIN,
    ),
    Guard(
        "types-changed",
        "dataset columns whose type has changed since the mapping was confirmed",
        _LOOK_AGAIN,
        types_changed,
        action=Action.MAP_AGAIN,
    ),
    Guard(
        "drift",
        "columns of the source or the dataset that were added, removed or renamed since the mapping"
        " was confirmed",
        _LOOK_AGAIN,
        drift,
        action=Action.MAP_AGAIN,
    ),
    Guard(
        "unconfirmed",
        "an unconfirmed match by similarity in an unattended push",
        "Check the matches and confirm them.",
        unconfirmed,
        overridable=False,
        action=Action.CONFIRM_MATCHES,
    ),
    Guard(
        "encoding",
        "a doubtful guess of the file's encoding in an unattended push",
        "Check the accented or foreign letters, then set the encoding in the job.",
        doubtful_encoding,
        overridable=False,
    ),
    Guard(
        "shrink",
        "a replace or a delete that removes more of the rows than `max_shrink` allows",
        "Check that the source is complete.",
        shrink,
    ),
    Guard(
        "unlike-dataset",
        "values, rows or columns that differ from the dataset's past",
        "Check the findings; fix the source, or accept them.",
        unlike_dataset,
    ),
    Guard(
        "row-too-large",
        "a row of more than 70,000,000 bytes, which the portal does not accept",
        "Shorten its texts, or remove the row from the source.",
        row_too_large,
        overridable=False,
        of_undo=True,
    ),
    Guard(
        "appended-before",
        "an append of a source that this computer appended before, to a dataset without a row"
        " identifier",
        "Append different rows, or confirm that these rows should be added again.",
        appended_before,
        action=Action.ALLOW_DUPLICATE_APPEND,
    ),
    Guard(
        "changed-since-preview",
        "a dataset that someone else has changed since the preview",
        "Preview the changes again.",
        changed_since_preview,
        action=Action.PREVIEW,
        of_undo=True,
    ),
    Guard(
        "not-settled",
        "an append or a delete while the portal does not show every finished write",
        "Try again in a few minutes.",
        not_settled,
    ),
    Guard(
        "no-snapshot",
        "a push without an undo snapshot, because the rows cannot be saved",
        "Pushes of this job can also be allowed without an undo snapshot.",
        elsewhere,
        of_undo=True,
    ),
)

GUARDS: dict[str, Guard] = {guard.slug: guard for guard in _ALL}
