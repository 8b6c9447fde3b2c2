"""Model of the page after a push: the outcome, and what can be done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sodasheet.desk.formatting.names import isolated
from sodasheet.desk.formatting.numbers import amount, count, rows
from sodasheet.desk.formatting.times import duration, moment
from sodasheet.desk.tasks.task import TaskOptions
from sodasheet.model.report import Outcome
from sodasheet.portal.dataset_address import host_of
from sodasheet.wording import listed

_TONES = {
    Outcome.DONE: ("good", "Done"),
    Outcome.REJECTS: ("warn", "Done, with rows left out"),
    Outcome.REFUSED: ("bad", "Stopped"),
    Outcome.FAILED: ("bad", "Failed"),
    Outcome.UNKNOWN: ("warn", "Not known yet"),
    Outcome.CANCELLED: ("warn", "Canceled"),
    Outcome.DRAFT: ("good", "Draft"),
}

_METHODS = {
    "replace": "Replace all rows",
    "append": "Add rows at the end",
    "upsert": "Update and add rows",
    "delete": "Delete the listed rows",
}

_COUNTS = (
    ("created", "Added"),
    ("updated", "Changed"),
    ("deleted", "Deleted"),
    ("rejected", "Left out"),
)

#: How many groups of findings are listed.
LISTED = 6


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """A group of findings: its sentence, and which rows have them."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A report in the words of the page.

    `spare` is how many rows could be left out in another push, 0 if that would not help; `aside`
    the guard that could be set aside, empty if none stopped the push or it cannot be.
    """

    tone: str
    outcome: str
    title: str
    text: str
    numbers: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[ReasonCount, ...]
    name: str
    link: str
    run: str
    spare: int = 0
    aside: str = ""
    unknown: bool = False
    undoable: bool = False
    findings_file: str = ""


def summary(report: Mapping[str, Any]) -> Summary:
    """Describe the JSON of a report in words."""
    outcome = Outcome(report["outcome"])
    tone, word = _TONES[outcome]
    if outcome is Outcome.DONE and report.get("warnings"):
        tone, word = "warn", "Done, but needs review"
    landed = outcome in (Outcome.DONE, Outcome.REJECTS)
    if landed and report.get("undoes") and not report.get("warnings"):
        word = "Undone"
    portal, dataset = str(report["portal"]), str(report["dataset"])
    return Summary(
        tone=tone,
        outcome=word,
        title=title(report),
        text=str(report.get("summary") or ""),
        numbers=numbers(report) if landed else (),
        facts=_facts(report),
        reasons=reasons(report),
        name=str(report.get("dataset_name") or dataset),
        link=_link(report, f"{portal}/d/{dataset}"),
        run=str(report.get("run") or ""),
        spare=spare_rows(report),
        aside=_aside(report),
        unknown=outcome is Outcome.UNKNOWN,
        undoable=landed and bool(report.get("snapshot")),
        findings_file=str(report.get("rejected_file") or ""),
    )


def _link(report: Mapping[str, Any], dataset: str) -> str:
    """Return the address of the draft or of the dataset; empty if not a web address."""
    link = str(report.get("draft") or dataset)
    return link if link.startswith(("https://", "http://")) else ""


def title(report: Mapping[str, Any]) -> str:
    """Return the outcome as a sentence with the number that matters."""
    outcome = Outcome(report["outcome"])
    name = isolated(str(report.get("dataset_name") or report.get("dataset") or "the dataset"))
    counts = report.get("rows") or {}
    left, sent = counts.get("rejected") or 0, counts.get("sent")
    if outcome is Outcome.UNKNOWN:
        return "We don’t know yet if the push landed"
    if outcome is Outcome.DONE:
        if report.get("warnings"):
            return f"{name} needs review"
        if report.get("undoes"):
            return f"The push to {name} was undone"
        return f"{name} is up to date"
    if outcome is Outcome.REJECTS:
        return f"{_landed(sent)}, {left:,} {'was' if left == 1 else 'were'} left out"
    if outcome is Outcome.CANCELLED:
        return f"Nothing was changed in {name}" if not sent else f"The push to {name} was canceled"
    if outcome is Outcome.DRAFT:
        return f"A draft for {name} is ready for review"
    if outcome is Outcome.FAILED:
        return f"The push to {name} failed"
    return f"Nothing was sent to {name}"


def numbers(report: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the outcome of the rows as labels and counts; unknown counts are marked as unknown."""
    counts = report.get("rows") or {}
    found = [
        (label, count(counts.get(name)))
        for name, label in _COUNTS
        if counts.get(name) != 0 or name != "rejected"
    ]
    if all(counts.get(name) is None for name in ("created", "updated", "deleted")):
        found = [("Sent", count(counts.get("sent"))), *found[3:]]
    if report.get("rows_after") is not None:
        found.append(("Rows now", count(report["rows_after"])))
    return tuple(found)


def reasons(report: Mapping[str, Any], most: int = LISTED) -> tuple[ReasonCount, ...]:
    """Return the first groups of findings, and the number of remaining groups."""
    groups = [one for one in report.get("findings") or () if one.get("severity") != "note"]
    told = [
        ReasonCount(str(one.get("message") or one["reason"]), where(one)) for one in groups[:most]
    ]
    if rest := groups[most:]:
        cells = sum(int(one.get("count") or 1) for one in rest)
        told.append(ReasonCount(amount(len(rest), "other reason"), rows(cells)))
    return tuple(told)


def where(group: Mapping[str, Any]) -> str:
    """Return the rows of a group of findings, such as `rows 13 and 19` or `first row 58`."""
    found = [one["row"] for one in group.get("examples") or () if one.get("row") is not None]
    total = int(group.get("count") or len(found))
    if not found:
        return ""
    if total <= len(found) and total <= 3:
        label = "row" if len(found) == 1 else "rows"
        return f"{label} {listed([f'{row:,}' for row in found])}"
    return f"{rows(total)}, first row {found[0]:,}"


def spare_rows(report: Mapping[str, Any]) -> int:
    """Return the rows whose findings alone stopped all other rows."""
    stopped = any(one.get("severity") == "stop" for one in report.get("findings") or ())
    left = (report.get("rows") or {}).get("rejected") or 0
    total = (report.get("source") or {}).get("rows") or 0
    other = report.get("guard") not in (None, "too-many-rejected")
    refused = report["outcome"] == "refused" and report.get("transport") is None and not other
    return int(left) if refused and not stopped and 0 < left < total else 0


def method_words(method: str | None) -> str:
    """Return a method in plain words."""
    return _METHODS.get(method or "", method or "not known")


def after_trial(report: Mapping[str, Any], options: TaskOptions) -> TaskOptions | None:
    """Return the options that send the rest of a trial that has just landed; else None."""
    if options.limit is None or report["outcome"] not in ("done", "done with rejects"):
        return None
    return TaskOptions(allow_rejected=options.allow_rejected, rest_of=str(report["run"]))


def _landed(sent: Any) -> str:
    return f"{rows(sent).capitalize()} landed" if isinstance(sent, int) else "The rows landed"


def _facts(report: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    source, facts = report.get("source"), []
    if source:
        facts.append(("Source", f"{source['name']}, {rows(source['rows'])}"))
    facts.append(("Dataset", f"{report.get('dataset_name')} on {host_of(str(report['portal']))}"))
    if report.get("method"):
        facts.append(("Method", method_words(str(report["method"]))))
    facts.append(("Started", moment(str(report.get("started") or ""))))
    facts.append(("Duration", duration(report.get("seconds"))))
    if report.get("user"):
        facts.append(("Signed in as", str(report["user"])))
    return tuple(facts)


def _aside(report: Mapping[str, Any]) -> str:
    from sodasheet.push.guards import GUARDS

    guard = GUARDS.get(report.get("guard") or "")
    return guard.slug if guard is not None and guard.overridable else ""
