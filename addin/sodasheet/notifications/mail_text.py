"""Mail about one run, for the people responsible for the dataset."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence

from sodasheet.model.job import Job
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.report import Outcome, RejectedRow, Report
from sodasheet.notifications.next_steps import step_lines
from sodasheet.push.runs.journal import REPORT_NAME, runs_folder
from sodasheet.wording import counted, counted_rows

#: Maximum rows and findings in a mail; the files named in the mail have all of them.
_SHOWN = 10

#: Maximum characters of a value.
_LONGEST = 80

_HEADLINES = {
    Outcome.DONE: "done",
    Outcome.REJECTS: "done, but some rows were rejected",
    Outcome.REFUSED: "stopped, nothing was sent",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "outcome unknown",
    Outcome.CANCELLED: "cancelled",
    Outcome.DRAFT: "ready as a draft, nothing was changed",
}

_NEXT = {
    Outcome.DONE: "Nothing: all rows have landed.",
    Outcome.REJECTS: "Fix the rejected rows in the source, and push it again.",
    Outcome.REFUSED: "Fix the reason given above, then run the job again.",
    Outcome.FAILED: "Fix the error given above, then run the job again.",
    Outcome.UNKNOWN: "Resume the run to find out which rows have landed. Do not push the same"
    " rows again before that.",
    Outcome.CANCELLED: "Run the job again if its rows are still needed.",
    Outcome.DRAFT: "Ask someone to look at the draft on the portal, and to apply or discard it.",
}

_LOOK = "Check the dataset, as described above."


def subject(report: Report, name: str) -> str:
    """Return a subject such as `SodaSheet: failed: Building Permits (permits.json)`."""
    what = report.target.name or report.target.dataset
    place = f"{what} ({name})" if what and name else what or name
    headline = "done, but needs review" if _needs_look(report) else _HEADLINES[report.outcome]
    return f"SodaSheet: {headline}: {place}"[:200]


def _needs_look(report: Report) -> bool:
    return report.outcome is Outcome.DONE and bool(report.warnings)


def body(report: Report, job: Job | None, name: str, problems: Sequence[str] = ()) -> str:
    """Return the mail's body: outcome, counts, rejected rows, next steps, and report path.


    `problems` are sentences about failed notifications.
    """
    parts = [
        [report.summary],
        _facts(report, job, name),
        _findings(report),
        _rejected(report.rejects.rows),
        _groups(report),
        [
            "What to do next:",
            f"  {_LOOK if _needs_look(report) else _NEXT[report.outcome]}",
            *(f"  {line}" for line in step_lines(_steps(report))),
        ],
        [f"Note: {problem}" for problem in problems],
        _files(report),
    ]
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines) + "\n"


def _steps(report: Report) -> list[NextStep]:
    """Return the steps of the report; an unknown outcome always has the step to resume."""
    steps = list(report.steps)
    known = any(step.action is Action.RESUME_RUN for step in steps)
    if report.outcome is Outcome.UNKNOWN and report.run and not known:
        steps.insert(0, NextStep(Action.RESUME_RUN, run=report.run))
    return steps


def _facts(report: Report, job: Job | None, name: str) -> Iterator[str]:
    source = report.source
    path = job.source.path if job else ""
    read = f"{source.name}, {counted_rows(source.rows)}" if source else path
    known = {
        "Dataset": report.target.name if report.target.name != report.target.dataset else "",
        "Address": f"{report.target.portal}/d/{report.target.dataset}"
        if report.target.dataset
        else "",
        "Source": read,
        "Job": name,
        "Method": report.target.method.value if report.target.method else "",
        "Rows": _counts(report),
        "Started": f"{report.started.replace('T', ' ').removesuffix('+00:00')} UTC,"
        f" {report.traffic.seconds:,.1f} seconds",
        "User": report.account.user or "",
        "Computer": socket.gethostname(),
        "Run": report.run,
    }
    return (f"{label + ':':<10}{value}" for label, value in known.items() if value)


def _counts(report: Report) -> str:
    """Return `20 sent, 17 updated, 2 rejected; 322 in the dataset now`, without unknown counts."""
    words = {"sent": "sent", "created": "created", "updated": "updated", "deleted": "deleted"}
    counts = ((getattr(report.rows, name), word) for name, word in words.items())
    told = [f"{amount:,} {word}" for amount, word in counts if amount is not None]
    if report.rows.rejected:
        told.append(f"{report.rows.rejected:,} rejected")
    held = report.totals.after
    return ", ".join(told) + (f"; {held:,} in the dataset now" if held is not None else "")


def _findings(report: Report) -> list[str]:
    lines = []
    for group in report.findings[:_SHOWN]:
        lines += [f"  {group.message}", f"    {group.remedy}"]
    more = len(report.findings) - _SHOWN
    kinds = counted(more, "more kind of finding", "more kinds of findings")
    lines += [f"  and {kinds}"] if more > 0 else []
    return ["What the check found:", *lines] if lines else []


def _rejected(rows: Sequence[RejectedRow]) -> list[str]:
    if not rows:
        return []
    more = len(rows) - _SHOWN
    title = f"The first {_SHOWN} rejected rows:" if more > 0 else "Rejected rows:"
    return [title, *(f"  {_row(row)}" for row in rows[:_SHOWN])]


def _groups(report: Report) -> list[str]:
    """Return the groups of the reconciliation, differing groups first."""
    found = report.totals.reconciliation
    if found is None or not found.groups:
        return []
    lines = [
        f"  {_cut(group)}: rows in the source {source}, in the dataset {dataset}; {_cut(outcome)}"
        for group, source, dataset, outcome in found.shown(_SHOWN)
    ]
    more = len(found.groups) - _SHOWN
    lines += [f"  and {counted(more, 'more group')}"] if more > 0 else []
    return [f"Source and dataset by {found.column}:", *lines]


def _row(row: RejectedRow) -> str:
    """Return a line such as `row 17 (P-1), Opened, "n/a": not a date`."""
    place = f"row {row.row}" if row.row is not None else "a row"
    place += f" ({_cut(row.identifier)})" if row.identifier else ""
    column = f", {row.column}" if row.column else ""
    value = f', "{_cut(row.value)}"' if row.value is not None else ""
    return f"{place}{column}{value}: {row.reason}"


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _files(report: Report) -> list[str]:
    if not report.run:
        return []
    lines = [f"Full report: {runs_folder() / report.run / REPORT_NAME}"]
    if report.rejects.file:
        lines.append(f"All findings: {report.rejects.file}")
    return lines
