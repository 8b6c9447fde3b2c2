"""Model of the Confirm page: the proposal as sentences, and the text that has to be typed."""

from __future__ import annotations

from sodasheet.desk.formatting.names import isolated, plain
from sodasheet.desk.formatting.numbers import amount, count, rows
from sodasheet.desk.formatting.times import moment
from sodasheet.desk.tasks.question import Confirmation
from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.portal.dataset_address import host_of
from sodasheet.push.questions_to_user import WAITS, PastPush, Proposal
from sodasheet.wording import all_rows, capitalized, listed

#: Number of groups of findings that are listed; the rest are counted.
NAMED = 4


def confirmation(proposal: Proposal, source: str) -> Confirmation:
    """Describe a proposal in sentences; `source` is the name of the rows for users."""
    undo = bool(proposal.way_back)
    losses = _undo_losses(proposal) if undo else _push_losses(proposal, source)
    harmful = bool(losses)
    restore = proposal.cannot_restore
    return Confirmation(
        heading=_undo_heading(proposal) if undo else _heading(proposal),
        numbers=_undo_numbers(proposal) if undo else _numbers(proposal),
        warning=(
            f"An undo couldn’t restore the values of {listed(list(restore))}." if restore else ""
        ),
        losses=losses,
        facts=_facts(proposal, source),
        left_out=proposal.rejected,
        findings=finding_lines(proposal.findings),
        verb=_verb(proposal),
        harmful=harmful,
        name=_typed_name(proposal.dataset) if harmful else "",
        promise=_promise(proposal),
        most=proposal.sending - 1 if proposal.may_try else 0,
        rest=f"Run {proposal.trial} was a trial with the first of these rows."
        if proposal.trial
        else "",
        may_draft=proposal.can_draft(),
    )


def _typed_name(dataset: Dataset) -> str:
    """Return the text to type: the name, or the id if the name cannot be typed."""
    return dataset.name if plain(dataset.name) else dataset.id


def finding_lines(groups: tuple[FindingGroup, ...], named: int = NAMED) -> tuple[str, ...]:
    """Return the findings, most severe and most frequent first, each group in its own sentence."""
    order = list(Severity)
    ranked = sorted(groups, key=lambda group: (order.index(group.severity), -group.count))
    lines = [group.message for group in ranked[:named]]
    rest = sum(group.count for group in ranked[named:])
    return (*lines, f"And {rest:,} more.") if rest else tuple(lines)


def _heading(proposal: Proposal) -> str:
    name, sending, preview = isolated(proposal.dataset.name), proposal.sending, proposal.preview
    if proposal.base:
        return f"Send {amount(sending + (proposal.removing or 0), 'changed row')} to {name}?"
    if proposal.part:
        return f"Replace {proposal.part} of {name} with {rows(sending)}?"
    if proposal.method is Method.REPLACE:
        return f"Replace {all_rows(proposal.present)} of {name} with {sending:,}?"
    if proposal.method is Method.APPEND:
        return f"Add {rows(sending)} to {name}?"
    if proposal.method is Method.DELETE:
        return f"Delete {rows(sending)} from {name}?"
    if preview is None:
        return f"Update or add {rows(sending)} in {name}?"
    if not preview.new:
        return f"Update {rows(preview.changed)} in {name}?"
    if not preview.changed:
        return f"Add {rows(preview.new)} to {name}?"
    return f"Update {rows(preview.changed)} and add {preview.new:,} to {name}?"


def _verb(proposal: Proposal) -> str:
    if proposal.way_back:
        return "Undo push"
    if proposal.base or proposal.method is Method.UPSERT:
        return f"Push {rows(proposal.sending)}"
    return {
        Method.REPLACE: "Replace the part" if proposal.part else "Replace all rows",
        Method.APPEND: f"Add {rows(proposal.sending)}",
        Method.DELETE: f"Delete {rows(proposal.sending)}",
    }[proposal.method]


def _numbers(proposal: Proposal) -> tuple[tuple[str, str], ...]:
    preview = proposal.preview
    if preview is None:
        return (("Now", count(proposal.present)), ("Rows to send", count(proposal.sending)))
    removes = proposal.method in (Method.REPLACE, Method.DELETE)
    other = ("Deleted", preview.deleted) if removes else ("Unchanged", preview.unchanged)
    return (
        ("Now", count(preview.before)),
        ("New", count(preview.new)),
        ("Changed", count(preview.changed)),
        (other[0], count(other[1])),
        ("After", count(preview.after)),
    )


def _facts(proposal: Proposal, source: str) -> tuple[tuple[str, str], ...]:
    dataset = proposal.dataset
    facts = [("Dataset", f"{isolated(dataset.name)} on {host_of(dataset.portal)}")]
    if proposal.past:
        facts.append(("The push", past_words(proposal.past)))
    elif source:
        facts.insert(0, ("Source", source))
    if proposal.base:
        facts.append(("Compared", proposal.base))
    if proposal.may_wait():
        facts.append(("Approval", WAITS))
    return tuple(facts)


def past_words(past: PastPush) -> str:
    """Return the local time of an earlier push, and its outcome."""
    told = moment(past.started)
    return f"{capitalized(told)}. {past.summary}"


def _push_losses(proposal: Proposal, source: str) -> tuple[str, ...]:
    """Return what the dataset would lose; empty if the push only adds and updates rows."""
    preview, name = proposal.preview, isolated(proposal.dataset.name)
    origin = source or "the source"
    told = []
    if proposal.part:
        if proposal.removing:
            told.append(f"{rows(proposal.removing)} of the part will be deleted from {name}.")
    elif proposal.method is Method.REPLACE and not proposal.base:
        if preview is None:
            told.append(
                f"{capitalized(all_rows(proposal.present))} now in {name} will be replaced."
            )
        elif preview.deleted:
            told.append(
                f"{rows(preview.deleted)} will be deleted, because"
                f" {'it isn’t' if preview.deleted == 1 else 'they aren’t'} in {origin}."
            )
        else:
            told.append(f"{name} will contain only the rows of {origin}.")
    elif proposal.method is Method.DELETE:
        told.append(f"{rows(proposal.sending)} will be deleted from {name}.")
    elif proposal.removing:
        told.append(f"{rows(proposal.removing)} will be deleted from {name}.")
    if preview is not None and preview.emptied:
        fields = [_column(proposal, field) for field in preview.emptied]
        its = "its current values" if len(fields) == 1 else "their current values"
        told.append(f"Nothing in the source fills {listed(fields)}, so {its} will be cleared.")
    return tuple(told)


def _column(proposal: Proposal, field: str) -> str:
    column = proposal.dataset.column(field)
    return isolated(column.name) if column else field


def _undo_heading(proposal: Proposal) -> str:
    return f"Undo this push to {isolated(proposal.dataset.name)}?"


def _undo_numbers(proposal: Proposal) -> tuple[tuple[str, str], ...]:
    others = (("Changed by others", count(proposal.others)),) if proposal.others else ()
    others = (("Left to others", count(proposal.left)),) if proposal.left else others
    return (
        ("Now", count(proposal.present)),
        ("Put back", count(proposal.sending)),
        ("Removed", count(proposal.removing or 0)),
        *others,
    )


def _undo_losses(proposal: Proposal) -> tuple[str, ...]:
    """Return what an undo would remove; empty if only unchanged rows are restored."""
    told = []
    if proposal.others:
        told.append(f"Edits that others have since made to {rows(proposal.others)} will be lost.")
    if proposal.method is Method.REPLACE:
        told.append("All rows that are there now will be replaced.")
    elif proposal.removing:
        name = isolated(proposal.dataset.name)
        told.append(f"{rows(proposal.removing)} will be removed from {name}.")
    return tuple(told)


def _promise(proposal: Proposal) -> str:
    if proposal.cannot_restore:
        return ""
    if proposal.way_back:
        return "A copy of the current rows is saved first, so you can undo this as well."
    return "A copy of the rows is saved first, so you can undo this push."
