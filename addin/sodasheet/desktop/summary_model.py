"""What the window says when a push has ended."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.desktop.confirm_model import finding_lines
from sodasheet.desktop.notice import Notice, Tone
from sodasheet.model.finding import Severity
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.address import host_of

_HEADINGS = {
    Outcome.DONE: ("Done: all rows have landed", Tone.GOOD),
    Outcome.REJECTS: ("Done, but rows were left out", Tone.CARE),
    Outcome.REFUSED: ("Stopped before anything was sent", Tone.CARE),
    Outcome.FAILED: ("The push failed", Tone.BAD),
    Outcome.UNKNOWN: ("The outcome is not known yet", Tone.BAD),
    Outcome.CANCELLED: ("Cancelled", Tone.CARE),
}

_COUNTS = {
    "sent": "Rows sent",
    "created": "Rows added",
    "updated": "Rows updated",
    "deleted": "Rows deleted",
    "rejected": "Rows left out",
}


#: Part of a remedy that the window has a button for.
_ELSEWHERE = " (on the command line: --allow-rejected)"


@dataclass(frozen=True, slots=True)
class Summary:
    """A report in the window's words.

    `spare` is how many rows could be left out in another push, 0 where that would not help.
    """

    heading: str
    notice: Notice
    facts: tuple[tuple[str, str], ...]
    findings: tuple[str, ...]
    spare: int = 0


def summary(report: Report) -> Summary:
    """The words for a report."""
    heading, tone = _HEADINGS[report.outcome]
    return Summary(
        heading,
        Notice(report.summary.replace(_ELSEWHERE, ""), tone),
        _facts(report),
        finding_lines(report.findings),
        _spare(report),
    )


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
    refused = report.outcome is Outcome.REFUSED and report.transport is None
    return rejected if refused and not stopped and 0 < rejected < rows else 0
