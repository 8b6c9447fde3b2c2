"""Report of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sodasheet.model.exit_code import ExitCode
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.loading_fallback import Fallback
from sodasheet.model.method import Method
from sodasheet.model.next_step import NextStep
from sodasheet.model.reconciliation import Reconciliation


class Outcome(StrEnum):
    """Outcome of a run."""

    DONE = "done"
    REJECTS = "done with rejects"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    DRAFT = "draft"

    @property
    def exit_code(self) -> ExitCode:
        """Exit code of a command with this outcome."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Outcome.DONE: ExitCode.DONE,
    Outcome.REJECTS: ExitCode.REJECTS,
    Outcome.REFUSED: ExitCode.REFUSED,
    Outcome.FAILED: ExitCode.FAILED,
    Outcome.UNKNOWN: ExitCode.UNKNOWN,
    Outcome.CANCELLED: ExitCode.CANCELLED,
    Outcome.DRAFT: ExitCode.DONE,
}


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Row counts by outcome; None if the portal did not report a count (never 0 for unknown)."""

    sent: int | None = None
    created: int | None = None
    updated: int | None = None
    deleted: int | None = None
    rejected: int | None = None

    def __add__(self, other: RowCounts) -> RowCounts:
        """Return the sum; a count unknown in one summand is unknown in the sum."""
        pairs = (
            (getattr(self, name), getattr(other, name))
            for name in ("sent", "created", "updated", "deleted", "rejected")
        )
        return RowCounts(*(None if a is None or b is None else a + b for a, b in pairs))


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A source row that did not land: `row` is the source's row number.

    `kind` is the reason of the row's finding, empty if there is none.
    """

    row: int | None
    identifier: str | None
    column: str | None
    value: str | None
    reason: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Facts about the source: its name, its number of rows, and the SHA-256 of what was read.

    `fallbacks` are the fast paths that this source could not take, each with its reason.
    """

    name: str
    rows: int
    sha256: str
    fallbacks: tuple[Fallback, ...] = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """Traffic of a run. `seconds` is the whole run's wall time."""

    bytes_sent: int = 0
    requests: int = 0
    retries: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RunTarget:
    """The dataset of a run and the method; empty and None if the job could not be read."""

    portal: str
    dataset: str
    name: str
    method: Method | None


@dataclass(frozen=True, slots=True)
class RunAccount:
    """The portal's name of the user, and the source of the credentials ("the environment")."""

    user: str | None = None
    credentials: str | None = None


@dataclass(frozen=True, slots=True)
class SendingFacts:
    """The transport with the reason for its choice, and the rows' base of comparison.

    `base` is set if only the changes were to be sent, or only a part was replaced. `remark` is the
    user's note, `draft` the address of a draft that was left open.
    """

    transport: str | None = None
    reason: str | None = None
    base: str | None = None
    remark: str = ""
    draft: str | None = None


@dataclass(frozen=True, slots=True)
class RowTotals:
    """Number of the dataset's rows before and after a run; None if unknown.

    `expected` is the number that the portal's answers add up to. `reconciliation` compares source
    and dataset by group, if the job asked for it.
    """

    before: int | None = None
    after: int | None = None
    reconciliation: Reconciliation | None = None
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Rejects:
    """The first rejected rows, and the file with every finding."""

    rows: tuple[RejectedRow, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True)
class GuardOutcome:
    """Slugs of the guard that stopped a run, and of the guards that were skipped."""

    stopped_by: str | None = None
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UndoFacts:
    """The folder with the rows before the run, and the run that this run undid.

    The undo overwrote later edits by others in `others` rows.
    """

    snapshot: str | None = None
    undoes: str | None = None
    others: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A run; docs/reference/report.md has its keys.

    `started` is ISO 8601 in UTC, `summary` is in sentences. `warnings` are the sentences of it that
    need attention even though the rows have landed. `steps` are the next steps.
    """

    run: str
    outcome: Outcome
    summary: str
    started: str
    target: RunTarget
    account: RunAccount = RunAccount()
    source: SourceFacts | None = None
    sending: SendingFacts = SendingFacts()
    rows: RowCounts = RowCounts()
    totals: RowTotals = RowTotals()
    traffic: Traffic = Traffic()
    findings: tuple[FindingGroup, ...] = ()
    rejects: Rejects = Rejects()
    guards: GuardOutcome = GuardOutcome()
    undo: UndoFacts = UndoFacts()
    warnings: tuple[str, ...] = ()
    steps: tuple[NextStep, ...] = ()

    @property
    def clean(self) -> bool:
        """True if everything was done and nothing needs review."""
        return self.outcome is Outcome.DONE and not self.warnings

    def to_json(self) -> dict[str, Any]:
        """Return the report as one JSON object with the keys of docs/reference/report.md."""
        groups = self.totals.reconciliation
        return {
            "run": self.run,
            "outcome": self.outcome.value,
            "summary": self.summary,
            "started": self.started,
            "user": self.account.user,
            "credentials": self.account.credentials,
            "portal": self.target.portal,
            "dataset": self.target.dataset,
            "dataset_name": self.target.name,
            "method": self.target.method.value if self.target.method else None,
            "source": _source(self.source),
            "transport": self.sending.transport,
            "transport_reason": self.sending.reason,
            "base": self.sending.base,
            "rows": {name: getattr(self.rows, name) for name in RowCounts.__slots__},
            "rows_before": self.totals.before,
            "rows_after": self.totals.after,
            "rows_expected": self.totals.expected,
            "reconciliation": groups.to_json() if groups else None,
            "bytes_sent": self.traffic.bytes_sent,
            "requests": self.traffic.requests,
            "retries": self.traffic.retries,
            "seconds": round(self.traffic.seconds, 3),
            "findings": [finding_json(group) for group in self.findings],
            "rejected": [
                {name: getattr(row, name) for name in row.__slots__} for row in self.rejects.rows
            ],
            "rejected_file": self.rejects.file,
            "snapshot": self.undo.snapshot,
            "guard": self.guards.stopped_by,
            "overrides": list(self.guards.overridden),
            "undoes": self.undo.undoes,
            "others": self.undo.others,
            "remark": self.sending.remark,
            "draft": self.sending.draft,
            "warnings": list(self.warnings),
            "steps": [step.to_json() for step in self.steps],
        }


def _source(facts: SourceFacts | None) -> dict[str, Any] | None:
    if facts is None:
        return None
    return {
        "name": facts.name,
        "rows": facts.rows,
        "sha256": facts.sha256,
        "fallbacks": [fallback.to_json() for fallback in facts.fallbacks],
    }


def finding_json(group: FindingGroup) -> dict[str, Any]:
    """Return one finding group as JSON; `example` is the first of `examples`."""
    examples = [
        {"row": finding.row, "column": finding.column, "value": finding.value}
        for finding in group.examples
    ]
    return {
        "reason": group.reason,
        "severity": group.severity.value,
        "column": group.column,
        "count": group.count,
        "message": group.message,
        "short": group.short,
        "remedy": group.remedy,
        "steps": [step.to_json() for step in group.steps],
        "example": examples[0] if examples else None,
        "examples": examples,
    }


def finding_of_json(body: Mapping[str, Any]) -> FindingGroup:
    """Return the finding group from the output of `finding_json`, without its next steps."""
    examples = tuple(Finding(**one) for one in body["examples"])
    return FindingGroup(
        body["reason"],
        Severity(body["severity"]),
        body["message"],
        body["remedy"],
        body["count"],
        body["column"],
        examples,
    )
