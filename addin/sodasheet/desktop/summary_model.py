"""What the window says when a push has ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.desktop.confirm_model import finding_lines
from sodasheet.desktop.notice import Notice, Tone
from sodasheet.model.finding import Severity
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.address import host_of

if TYPE_CHECKING:
    from sodasheet.push.undo.conflicts import ConflictError

_HEADINGS = {
    Outcome.DONE: ("Done: all rows have landed", Tone.GOOD),
    Outcome.REJECTS: ("Done, but rows were left out", Tone.CARE),
    Outcome.REFUSED: ("Stopped before anything was sent", Tone.CARE),
    Outcome.FAILED: ("The push failed", Tone.BAD),
    Outcome.UNKNOWN: ("The outcome is not known yet", Tone.BAD),
    Outcome.CANCELLED: ("Cancelled", Tone.CARE),
}

#: The same of a run that took another one back, where it is said otherwise.
_UNDO_HEADINGS = {
    Outcome.DONE: "Done: the push was taken back",
    Outcome.FAILED: "The undo failed",
}

_COUNTS = {
    "sent": "Rows sent",
    "created": "Rows added",
    "updated": "Rows updated",
    "deleted": "Rows deleted",
    "rejected": "Rows left out",
}


#: Remedies of the command line, and what they are in a window that has a button for them.
_BUTTONS = (
    (re.compile(r" \(on the command line: --allow-rejected; in the job: max_rejected\)"), ""),
    (re.compile(r"push it with --(again|override [\w-]+)"), "press Push anyway"),
)


@dataclass(frozen=True, slots=True)
class Summary:
    """A report in the window's words.

    `spare` is how many rows could be left out in another push, 0 where that would not help; `aside`
    the guard that could be set aside, empty where none stopped it or it cannot be.
    """

    heading: str
    notice: Notice
    facts: tuple[tuple[str, str], ...]
    findings: tuple[str, ...]
    spare: int = 0
    aside: str = ""


def summary(report: Report, more: str = "") -> Summary:
    """The words for a report, and `more` after its own."""
    heading, tone = _HEADINGS[report.outcome]
    return Summary(
        _UNDO_HEADINGS.get(report.outcome, heading) if report.undoes else heading,
        Notice(f"{for_a_window(report.summary)} {more}".strip(), tone),
        _facts(report),
        finding_lines(report.findings),
        _spare(report),
        _aside(report),
    )


def changed_since(error: ConflictError) -> Summary:
    """In place of a summary where others have changed what was to be taken back."""
    told = f"{error.what} Nothing was taken back.\n\n{error.consequence}"
    return Summary("Others have changed these rows", Notice(told, Tone.CARE), error.shown, ())


def for_a_window(text: str) -> str:
    """A sentence for somebody who has buttons and no command line."""
    for pattern, words in _BUTTONS:
        text = pattern.sub(words, text)
    return text


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    facts = [("Dataset", f"{report.dataset_name} on {host_of(report.portal)}")]
    if report.transport is not None:
        counts = [(text, getattr(report.rows, name)) for name, text in _COUNTS.items()]
        facts += [(text, _number(count)) for text, count in counts if count != 0]
    elif report.rows.rejected:
        facts.append(("Rows with findings", _number(report.rows.rejected)))
    if report.rows_after is not None:
        facts.append(("Rows there now", _number(report.rows_after)))
    facts.append(("Run", f"{report.run}, {report.traffic.seconds:.1f} seconds"))
    return tuple(facts)


def _number(count: int | None) -> str:
    return "not told by the portal" if count is None else f"{count:,}"


def _spare(report: Report) -> int:
    """Rows with findings that alone kept the others from being sent."""
    stopped = any(group.severity is Severity.STOP for group in report.findings)
    rejected = report.rows.rejected or 0
    rows = report.source.rows if report.source else 0
    other = report.guard not in (None, "too-many-rejected")
    refused = report.outcome is Outcome.REFUSED and report.transport is None and not other
    return rejected if refused and not stopped and 0 < rejected < rows else 0


def _aside(report: Report) -> str:
    from sodasheet.push.guards.registry import GUARDS

    guard = GUARDS.get(report.guard or "")
    return guard.slug if guard is not None and guard.overridable else ""
