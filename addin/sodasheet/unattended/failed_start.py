"""Report of a job that failed to start, for example because its file is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sodasheet.errors import Cancelled, Refused, SodaSheetError, UnknownOutcome
from sodasheet.model.job import Job
from sodasheet.model.report import Outcome, Report, RowCounts, RunTarget
from sodasheet.push.report_sentences import how_to_find_out
from sodasheet.push.runs.journal import Journal, RunLog, RunRecord, runs_folder


def failed_start_report(run: str, name: str, job: Job | None, error: SodaSheetError) -> Report:
    """Return the report of a run that `error` prevented from starting: nothing was sent.

    Only after an UnknownOutcome is it unknown whether rows were sent.
    """
    outcome = Outcome.FAILED
    if isinstance(error, Refused):
        outcome = Outcome.REFUSED
    elif isinstance(error, Cancelled):
        outcome = Outcome.CANCELLED
    elif isinstance(error, UnknownOutcome):
        outcome = Outcome.UNKNOWN
    sure = outcome is not Outcome.UNKNOWN
    return Report(
        run=run,
        outcome=outcome,
        summary=f"{error} Nothing was sent." if outcome is Outcome.FAILED else str(error),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        target=(
            RunTarget(job.portal, job.dataset, job.dataset, job.method)
            if job
            else RunTarget("", "", name, None)
        ),
        rows=RowCounts(sent=0) if sure else RowCounts(),
        steps=error.steps,
    )


def record(log: RunLog, report: Report, error: SodaSheetError, memo: dict[str, Any]) -> Report:
    """Write the report to the run log, and return the stored report.

    A run that had started but could not write its own report stays unfinished in the journal:
    the next run asks the portal for the outcome.
    """
    journal = Journal(runs_folder())
    if journal.record(log.run) is not None:
        return _unknown(report, f"{error} {how_to_find_out()}")
    method = report.target.method.value if report.target.method else ""
    journal.begin(
        RunRecord(
            log.run, report.started, report.target.portal, report.target.dataset, method, memo
        )
    )
    log.write(report)
    journal.end(log.run, report.outcome.value, report.summary)
    return report


def _unknown(report: Report, summary: str) -> Report:
    return replace(report, outcome=Outcome.UNKNOWN, summary=summary, rows=RowCounts())
