"""Report of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sodasheet.model.exit_code import ExitCode
from sodasheet.model.fallback import Fallback
from sodasheet.model.finding import FindingGroup
from sodasheet.model.method import Method
from sodasheet.model.next_step import NextStep, steps_json


class Outcome(StrEnum):
    """Outcome of a run."""

    DONE = "done"
    REJECTS = "done with rejects"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"

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
class Report:
    """One run; docs/reference/report.md has its keys.

    `started` is ISO 8601 in UTC, `summary` one sentence.
    `credentials` is their source, such as "the environment". If the job could not be read,
    `method` is None, and portal and dataset are empty. `base` names what the rows were compared
    with if only changes were to be sent.

    `guard` is the slug of the guard that stopped the run, `overrides` are the guards that were
    skipped; `undoes` is the run that this run undid, overwriting later edits by others in `others`
    rows; `snapshot` is the folder with the previous rows. `steps` are the next steps.
    """

    run: str
    outcome: Outcome
    summary: str
    started: str
    portal: str
    dataset: str
    dataset_name: str
    method: Method | None
    user: str | None = None
    credentials: str | None = None
    source: SourceFacts | None = None
    transport: str | None = None
    transport_reason: str | None = None
    base: str | None = None
    rows: RowCounts = RowCounts()
    traffic: Traffic = Traffic()
    findings: tuple[FindingGroup, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    rejected_file: str | None = None
    snapshot: str | None = None
    guard: str | None = None
    overrides: tuple[str, ...] = ()
    undoes: str | None = None
    others: int = 0
    rows_before: int | None = None
    rows_after: int | None = None
    steps: tuple[NextStep, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the report as one JSON object with the keys of docs/reference/report.md."""
        return {
            "run": self.run,
            "outcome": self.outcome.value,
            "summary": self.summary,
            "started": self.started,
            "user": self.user,
            "credentials": self.credentials,
            "portal": self.portal,
            "dataset": self.dataset,
            "dataset_name": self.dataset_name,
            "method": self.method.value if self.method else None,
            "source": _source(self.source),
            "transport": self.transport,
            "transport_reason": self.transport_reason,
            "base": self.base,
            "rows": {name: getattr(self.rows, name) for name in RowCounts.__slots__},
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "bytes_sent": self.traffic.bytes_sent,
            "requests": self.traffic.requests,
            "retries": self.traffic.retries,
            "seconds": round(self.traffic.seconds, 3),
            "findings": [finding_json(group) for group in self.findings],
            "rejected": [
                {name: getattr(row, name) for name in row.__slots__} for row in self.rejected
            ],
            "rejected_file": self.rejected_file,
            "snapshot": self.snapshot,
            "guard": self.guard,
            "overrides": list(self.overrides),
            "undoes": self.undoes,
            "others": self.others,
            "steps": steps_json(self.steps),
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
        "remedy": group.remedy,
        "steps": steps_json(group.steps),
        "example": examples[0] if examples else None,
        "examples": examples,
    }
