"""The rule of each guard: a sentence if the push must stop, else None."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sodasheet.matching import drift as drifted
from sodasheet.matching import retyped
from sodasheet.model.finding import Severity
from sodasheet.model.mapping import doubtful
from sodasheet.model.method import Method
from sodasheet.push.existing_identifiers import looks_up_identifiers
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.replaced_part import Partition
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.journal import Journal
from sodasheet.sources.delimited.encoding import DOUBTFUL
from sodasheet.staging.output.rows_to_send import oversized

#: The most bytes of one row that the portal takes (portal-api.md B.7).
ROW_BYTES = 70_000_000

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """Facts that guards judge: the request, the checked rows, and the dataset's number of rows."""

    order: PushRequest
    work: Prepared
    before: int
    journal: Journal

    @property
    def method(self) -> Method:
        """Method by which the rows go; a replace of a part goes as an upsert."""
        return self.work.checked.plan.method

    @property
    def sending(self) -> int:
        """Number of rows that would be sent."""
        sendable = self.work.checked.sendable
        return min(sendable, self.order.options.limit or sendable)


def empty_source(facts: GuardFacts) -> str | None:
    """Stop a push of a source without rows, or with rows none of which can be sent."""
    checked, stage = facts.work.checked, facts.work.stage
    if checked.removals and facts.work.partition is None:
        return None
    if stage.rows == 0:
        return f"{stage.name} has no rows, and an empty source is never sent."
    if checked.stopped or checked.sendable or checked.rejected < stage.rows:
        return None
    whose = "the only row is" if stage.rows == 1 else f"all {stage.rows:,} rows are"
    return f"No row is left to send: {whose} rejected."


def too_many_rejected(facts: GuardFacts) -> str | None:
    """Stop a push with more rejected rows than are allowed."""
    rejected, allowed = facts.work.checked.rejected, facts.order.may_reject
    # Where no row is left, leaving rows out is no way on: empty_source says so.
    if rejected <= allowed or empty_source(facts) is not None:
        return None
    return (
        f"{rejected:,} of {facts.work.stage.rows:,} rows are rejected and nothing was sent"
        f" ({allowed:,} rejected rows are allowed)."
    )


def unlike_dataset(facts: GuardFacts) -> str | None:
    """Findings that need a user's consent."""
    asked = [
        one
        for one in facts.work.checked.findings
        if one.severity is Severity.ASK and not (one.reason == "same-again" and _harmless(facts))
    ]
    tell = facts.order.options.unattended and facts.order.job.quality.unattended == "tell"
    if not asked or tell:
        return None
    more = f" ({len(asked) - 1} more findings ask for a decision.)" if len(asked) > 1 else ""
    return f"The source is unlike the dataset. {asked[0].message}{more}"


def _harmless(facts: GuardFacts) -> bool:
    """True if a push of rows that the dataset has already is repeated on purpose.

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
    """Stop a replace with the first rows only."""
    if facts.order.options.limit is None or facts.order.job.method is not Method.REPLACE:
        return None
    return (
        f"A trial with the first {facts.order.options.limit:,} rows cannot be a replace: all other"
        " rows of the dataset would be deleted."
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
        f"{facts.work.dataset.name} would shrink from {facts.before:,} rows to {after:,}, by"
        f" {math.ceil(100 * lost / facts.before)} %; the maximum shrinkage is {100 * allowed:g} %."
    )


def _part_shrinks(facts: GuardFacts, part: Partition, allowed: float) -> str | None:
    after = facts.sending
    lost = part.rows - after
    if lost <= allowed * part.rows:
        return None
    return (
        f"The part {part.words} of {facts.work.dataset.name} would shrink from {part.rows:,} rows"
        f" to {after:,}, by {math.ceil(100 * lost / part.rows)} %; the maximum shrinkage is"
        f" {100 * allowed:g} %."
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


def types_changed(facts: GuardFacts) -> str | None:
    """Stop a push if columns have changed their type since the mapping was confirmed."""
    return _listed(retyped(facts.order.job.fingerprint, facts.work.dataset))


def drift(facts: GuardFacts) -> str | None:
    """Stop a push if columns were added, removed or renamed since the mapping was confirmed."""
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
    earlier = facts.journal.appended(job.portal, job.dataset, stage.sha256)
    if earlier is None or earlier.run == facts.order.options.after_trial:
        return None
    return (
        f"{stage.name} was appended to {dataset.name} before, by run {earlier.run} on"
        f" {earlier.started[:10]}, and without a row identifier its rows would be added twice."
    )


def changed_since_preview(facts: GuardFacts) -> str | None:
    """Stop a push if another writer has changed the dataset since the preview."""
    seen, dataset = facts.order.seen, facts.work.dataset
    state = facts.work.state
    if seen is None:
        return None
    if facts.before != seen.rows:
        return (
            f"{dataset.name} had {seen.rows:,} rows when the preview was made and has"
            f" {facts.before:,} now: somebody else has changed it."
        )
    if seen.changed is not None and state is not None and state.changed is not None:
        same = state.changed == seen.changed
        return None if same else f"Somebody else has changed {dataset.name} since the preview."
    if seen.updated is None or dataset.updated is None or dataset.updated <= seen.updated:
        return None
    return (
        f"Somebody else has changed {dataset.name} since the preview was made, at"
        f" {dataset.updated:%Y-%m-%d %H:%M:%S} UTC."
    )


def not_settled(facts: GuardFacts) -> str | None:
    """Stop a push that depends on the dataset's identifiers if the portal lags behind."""
    if facts.work.state is not None or not looks_up_identifiers(facts.work.checked):
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
    return " ".join(sentences[:_SHOWN]) + (f" And {more:,} more changes." if more > 0 else "")
