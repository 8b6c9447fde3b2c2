"""One push from its order to its report; whatever happens, the report is written."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sodasheet.errors import Cancelled, Refused, SodaSheetError, UnknownOutcome
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.model.report import (
    Outcome,
    RejectedRow,
    Report,
    RowCounts,
    SourceFacts,
    Traffic,
)
from sodasheet.portal.account import current_user
from sodasheet.portal.dataset import require_rights
from sodasheet.portal.rows import RowsClient
from sodasheet.portal.session import PortalSession
from sodasheet.push.order import Ask, Order, Proposal
from sodasheet.push.preparation import Prepared, prepared
from sodasheet.push.runlog import RunLog
from sodasheet.push.soda2 import Landed, Soda2

#: Rejected rows named in the report itself; every one of them is in the findings file.
REJECTED_IN_REPORT = 1000

#: How often, and after how many seconds each, the portal is asked whether its readers see the
#: rows yet: it copies finished writes to them with some delay (portal-api.md B.3, G.20).
VERIFY_WAITS = (0.0, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a push meets the world: the portal's session, a progress display, a question."""

    session: PortalSession
    progress: Progress
    ask: Ask


class Run:
    """One push. `execute` does it once and gives the report, which is also in the run log."""

    def __init__(self, order: Order, desk: Desk) -> None:
        self._order = order
        self._desk = desk
        self._landed = Landed()
        self._started = time.monotonic()

    def execute(self) -> Report:
        """Check, ask, send, verify and report.

        Every failure on the way becomes the report's outcome; only a run log that cannot be
        written raises.
        """
        log = RunLog.begin()
        self._report = _blank_report(log.run, self._order.job)
        try:
            self._push(log)
        except UnknownOutcome as error:
            self._end(Outcome.UNKNOWN, f"{error} {self._standing()}")
        except Refused as error:
            self._end(Outcome.REFUSED, str(error))
        except Cancelled as error:
            self._end(Outcome.CANCELLED, str(error))
        except SodaSheetError as error:
            self._end(Outcome.FAILED, f"{error} {self._standing()}")
        except KeyboardInterrupt:
            outcome = Outcome.UNKNOWN if self._sending else Outcome.CANCELLED
            self._end(outcome, f"Interrupted. {self._standing()}")
        log.write(self._report)
        return self._report

    _sending = False

    def _push(self, log: RunLog) -> None:
        job, desk = self._order.job, self._desk
        user = current_user(desk.session)
        self._note(user=user.name if user else None)
        with prepared(job, self._order.base, desk.session, desk.progress) as work:
            self._read(work, log)
            require_rights(work.dataset, job.method)
            rows = RowsClient(desk.session, work.dataset)
            before = rows.count()
            self._note(rows_before=before)
            self._decide(work, before)
            self._send(work, rows)
            self._verify(rows, before)

    def _read(self, work: Prepared, log: RunLog) -> None:
        """Take what is known of the source and its findings into the report."""
        stage, checked = work.stage, work.checked
        self._note(
            dataset_name=work.dataset.name,
            source=SourceFacts(stage.name, stage.rows, stage.sha256),
            findings=checked.findings,
            rejected=checked.rejected_rows(REJECTED_IN_REPORT),
            rows=RowCounts(sent=0, rejected=checked.rejected),
        )
        if checked.findings:
            checked.write_findings(log.findings)
            self._note(rejected_file=str(log.findings))

    def _decide(self, work: Prepared, before: int) -> None:
        """Raise Refused where a finding or the user stands against it."""
        checked, order = work.checked, self._order
        stops = [group for group in checked.findings if group.severity is Severity.STOP]
        if stops:
            raise _refusal(stops)
        if checked.rejected > order.may_reject:
            raise Refused(
                f"{checked.rejected:,} of {work.stage.rows:,} rows have findings and nothing was "
                f"sent ({order.may_reject:,} may be left out).",
                "Mend them, or push without them with --allow-rejected.",
            )
        if checked.sendable == 0:
            raise Refused(
                "No row is left to send: every one has findings.", "Mend them and push again."
            )
        sending = min(checked.sendable, order.limit or checked.sendable)
        proposal = Proposal(order.job.method, work.dataset, sending, checked.rejected, before)
        if not self._desk.ask.go_ahead(proposal):
            raise Cancelled("You answered no.", "Nothing was sent.")

    def _send(self, work: Prepared, rows: RowsClient) -> None:
        transport = Soda2(rows, self._desk.progress)
        self._landed = transport.landed
        self._note(transport=transport.name)
        self._sending = True
        transport.push(work.checked, self._order.limit)
        self._sending = False

    def _verify(self, rows: RowsClient, before: int) -> None:
        """Compare the dataset's own count with what the replies said."""
        self._desk.progress.begin("verifying")
        counts = self._landed.counts
        expected = _expected(self._order.job.method, before, counts)
        after = rows.count()
        for wait in VERIFY_WAITS:
            if expected is None or after == expected:
                break
            time.sleep(wait)
            after = rows.count()
        self._note(rows_after=after)
        left_out = (self._report.rows.rejected or 0) + (counts.rejected or 0)
        self._end(
            Outcome.REJECTS if left_out else Outcome.DONE,
            _summary(self._report, counts, left_out) + _doubt(expected, after),
        )

    def _standing(self) -> str:
        """What has landed, for a push that did not reach its end."""
        sent = self._landed.counts.sent or 0
        if self._landed.batches == 0:
            return "" if self._sending else "Nothing was sent."
        return f"{sent:,} rows had landed before that, in {self._landed.batches} requests."

    def _note(self, **changes: object) -> None:
        self._report = replace(self._report, **changes)  # type: ignore[arg-type]

    def _end(self, outcome: Outcome, summary: str) -> None:
        landed, before = self._landed, self._report
        traffic = self._desk.session.traffic
        rows = before.rows
        if landed.batches:
            rows = replace(
                landed.counts,
                rejected=_sum(landed.counts.rejected, before.rows.rejected),
            )
        self._report = replace(
            before,
            outcome=outcome,
            summary=summary.strip(),
            rows=rows,
            rejected=before.rejected + tuple(landed.rejected[:REJECTED_IN_REPORT]),
            traffic=Traffic(
                traffic.bytes_sent,
                traffic.requests,
                traffic.retries,
                time.monotonic() - self._started,
            ),
        )


def _blank_report(run: str, job: Job) -> Report:
    return Report(
        run=run,
        outcome=Outcome.FAILED,
        summary="",
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        portal=job.portal,
        dataset=job.dataset,
        dataset_name=job.dataset,
        method=job.method,
        rows=RowCounts(sent=0),
    )


def _refusal(stops: list[FindingGroup]) -> Refused:
    """One sentence for the first reason to stop, and how many more there are."""
    more = f" ({len(stops) - 1} more reasons)" if len(stops) > 1 else ""
    return Refused(f"Nothing was sent: {stops[0].message}{more}", stops[0].remedy)


def _expected(method: Method, before: int, counts: RowCounts) -> int | None:
    """How many rows the dataset should hold now, as far as the replies tell."""
    if method is Method.REPLACE:
        return None if counts.sent is None else counts.sent - (counts.rejected or 0)
    if counts.created is None or counts.deleted is None:
        return None
    return before + counts.created - counts.deleted


def _summary(report: Report, counts: RowCounts, left_out: int) -> str:
    verbs = {
        Method.REPLACE: "Replaced the rows of",
        Method.APPEND: "Appended to",
        Method.UPSERT: "Updated",
        Method.DELETE: "Deleted from",
    }
    parts = [f"{counts.sent:,} rows sent"]
    for name in ("created", "updated", "deleted"):
        if amount := getattr(counts, name):
            parts.append(f"{amount:,} {name}")
    if left_out:
        parts.append(f"{left_out:,} left out")
    total = f"; it now holds {report.rows_after:,}." if report.rows_after is not None else "."
    return f"{verbs[report.method]} {report.dataset_name}: {', '.join(parts)}{total}"


def _doubt(expected: int | None, after: int) -> str:
    if expected is None or expected == after:
        return ""
    return (
        f" That is not the {expected:,} expected: the portal may need some minutes to show them "
        "all, or somebody else changed the dataset; look again later."
    )


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second


__all__ = ["Desk", "RejectedRow", "Run"]
