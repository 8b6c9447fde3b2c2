"""What the window Confirm says, and when it lets somebody go on."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sodasheet.desktop.trial_model import trial_words
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.portal.address import host_of
from sodasheet.push.prompt import Proposal

#: How many groups of findings are named; the rest are counted.
NAMED = 4

_HEADINGS = {
    Method.REPLACE: "Replace all rows?",
    Method.APPEND: "Append rows?",
    Method.UPSERT: "Update and add rows?",
    Method.DELETE: "Delete rows?",
}

#: What the button says, with its letter.
_VERBS = {
    Method.REPLACE: "&Replace rows",
    Method.APPEND: "&Append rows",
    Method.UPSERT: "&Update rows",
    Method.DELETE: "&Delete rows",
}

_WARNINGS = {
    Method.REPLACE: "The rows that are there now will be gone.",
    Method.DELETE: "The rows will be gone from the dataset.",
}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A proposal in the window's words.

    `name` is what has to be typed before it can be agreed to; empty where nothing has. `most` is
    how many rows a trial may have, 0 where none is offered; `rest` tells of a trial whose rest can
    be sent.
    """

    heading: str
    sentence: str
    warning: str
    facts: tuple[tuple[str, str], ...]
    findings: tuple[str, ...]
    verb: str
    name: str
    most: int = 0
    rest: str = ""

    def unlocked(self, typed: str) -> bool:
        """Whether the dataset's name has been typed, blanks and ways to write a letter aside."""
        return not self.name or _plain(typed) == _plain(self.name)


def confirmation(proposal: Proposal) -> Confirmation:
    """The words for a proposal."""
    dataset, method, undo = proposal.dataset, proposal.method, bool(proposal.way_back)
    warning = _undo_warning(proposal) if undo else _WARNINGS.get(method, "")
    facts = [
        ("Dataset", f"{dataset.name} ({dataset.id})"),
        ("Portal", host_of(dataset.portal)),
        ("Rows there now", f"{proposal.present:,}"),
        *(_undo_facts(proposal) if undo else _push_facts(proposal)),
    ]
    return Confirmation(
        "Take the push back?" if undo else _HEADINGS[method],
        proposal.sentence,
        warning,
        tuple(facts),
        finding_lines(proposal.findings),
        "Take &back" if undo else _VERBS[method],
        dataset.name if warning else "",
        proposal.sending - 1 if proposal.may_try else 0,
        trial_words(proposal.trial) if proposal.trial else "",
    )


def first_rows(typed: str, most: int) -> int | str:
    """How many rows a trial is to have, or why that cannot be meant."""
    words = "".join(typed.replace(",", "").split())
    if words.isdecimal() and 1 <= int(words) <= most:
        return int(words)
    return f"“{typed.strip()}” is no number of rows to try: write one from 1 to {most:,}."


def _push_facts(proposal: Proposal) -> list[tuple[str, str]]:
    facts = [("Rows to be sent", f"{proposal.sending:,}")]
    if proposal.rejected:
        facts.append(("Rows left out", f"{proposal.rejected:,}, because of findings"))
    preview = proposal.preview
    if preview is None:
        return facts
    changes = f"{preview.new:,} new, {preview.changed:,} changed, {preview.deleted:,} deleted"
    facts.append(("What changes", f"{changes}; {preview.unchanged:,} unchanged"))
    facts.append(("Rows afterwards", f"{preview.after:,}"))
    if preview.emptied:
        facts.append(("Columns emptied", ", ".join(preview.emptied)))
    return facts


def _undo_facts(proposal: Proposal) -> list[tuple[str, str]]:
    others = [("Changed by others", _rows(proposal.others))] if proposal.others else []
    return [
        ("Rows put back", f"{proposal.sending:,}"),
        ("Rows deleted", f"{proposal.removing:,}"),
        *others,
        ("The push", proposal.past),
    ]


def _undo_warning(proposal: Proposal) -> str:
    """What an undo takes away; empty where it only puts rows back that nobody else has changed."""
    told = []
    if proposal.others:
        told.append(f"What others have entered since in {_rows(proposal.others)} will be lost.")
    if proposal.method is Method.REPLACE:
        told.append("All rows that are there now will be gone.")
    elif proposal.removing:
        told.append(f"{_rows(proposal.removing)} will be gone from the dataset.")
    return " ".join(told)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def finding_lines(groups: tuple[FindingGroup, ...], named: int = NAMED) -> tuple[str, ...]:
    """What the check found, the gravest and most frequent first, each group in its own sentence."""
    order = list(Severity)
    ranked = sorted(groups, key=lambda group: (order.index(group.severity), -group.count))
    lines = [f"\u2022 {group.message}" for group in ranked[:named]]
    rest = sum(group.count for group in ranked[named:])
    return (*lines, f"\u2022 And {rest:,} more.") if rest else tuple(lines)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
