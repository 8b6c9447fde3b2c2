"""Earlier runs on the same dataset, which the next one must know of."""

from __future__ import annotations

from collections.abc import Callable

from sodasheet.errors import Refused
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.address import parse_portal
from sodasheet.push.context import PushContext
from sodasheet.push.report_sentences import steps_if_unknown
from sodasheet.push.request import PushRequest
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import Journal, RunRecord
from sodasheet.push.runs.run_folder import RunLog, runs_folder


def settle_unfinished(
    order: PushRequest, desk: PushContext, again: Callable[[RunRecord], PushRequest]
) -> list[Report]:
    """Find out what became of runs on this dataset that died; nothing of theirs is sent.

    `again` makes a run's order from its record. Raises Refused where one of them cannot be
    settled, since another push on top could lose or double rows, or where one is under way.
    """
    reports = []
    portal = parse_portal(order.job.portal)
    for record in Journal(runs_folder()).unfinished(portal, order.job.dataset):
        report = Run(again(record), desk, RunLog.of(record.run)).resume(finish=False)
        if report.outcome is Outcome.UNKNOWN:
            raise Refused(
                f"Run {record.run} on this dataset was not finished, and what became of it is not"
                f" known: {report.summary}",
                "Resume that run. If its outcome stays unknown, look at the dataset, then mark the"
                " run as resolved.",
                steps_if_unknown(record.run),
            )
        reports.append(report)
    return reports
