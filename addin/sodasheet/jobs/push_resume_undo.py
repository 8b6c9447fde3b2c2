"""Execute requests: settle earlier runs, push, resume and undo.

A request is saved as JSON in the journal, so that an interrupted run can be resumed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import Refused, SodaSheetError, UsageProblem
from sodasheet.jobs.file.job_from_json import job_from_json
from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.push.request import PushRequest, RunOptions, UndoTarget
from sodasheet.system.folders import real_path

if TYPE_CHECKING:
    from sodasheet.model.job import Job
    from sodasheet.model.report import Report
    from sodasheet.push.context import PushContext
    from sodasheet.push.request import PreviewSnapshot
    from sodasheet.push.runs.journal import RunLog, RunRecord

    #: Called with the report of each interrupted run that was settled before the new run.
    Settled = Callable[[Report], None]

NO_GUARDS: frozenset[str] = frozenset()


def execute(
    request: PushRequest,
    context: PushContext,
    log: RunLog | None = None,
    settled: Settled | None = None,
) -> Report:
    """Push a request, or undo the run named in its `undoes`.

    Interrupted runs on the dataset are settled first. `log` is the folder of the run if its
    caller has begun one. Raises as `settle_unfinished` and `plan_undo`.
    """
    from sodasheet.push.run import Run

    if request.undo is not None:
        agreed = (request.options.skipped_guards, request.seen)
        return undo_target(request.undo, context, agreed, settled)
    _settle(request, context, settled)
    return Run(request, context, log).execute()


def resume(record: RunRecord, context: PushContext) -> tuple[Report, Job]:
    """Resume an interrupted run, and return its report and job.

    Raises UsageProblem if the run log does not contain the whole request.
    """
    from sodasheet.push.run import Run
    from sodasheet.push.runs.journal import RunLog

    request = request_from_memo(record.order)
    return Run(request, context, RunLog.of(record.run)).resume(), request.job


def undo(run: str, context: PushContext, *, force: bool = False) -> Report:
    """Undo a run, with `force` even if others have changed its rows; see `undo_target`."""
    return undo_target(UndoTarget(run, force), context)


def undo_target(
    target: UndoTarget,
    context: PushContext,
    agreed: tuple[frozenset[str], PreviewSnapshot | None] = (NO_GUARDS, None),
    settled: Settled | None = None,
) -> Report:
    """Plan the undo of a run, ask for confirmation, and execute the undo as a separate run.

    `agreed` are the guards that the user has set aside, and the dataset as it was when the user
    agreed, if that was earlier. Raises Refused if the run cannot be undone (push/undo/undo.py),
    PortalError, Cancelled; nothing was changed then.
    """
    from sodasheet.push.run import Run
    from sodasheet.push.undo.undo import plan_undo
    from sodasheet.push.undo.undoable_run import past_run

    overrides, seen = agreed
    past_run(target.run)
    with _new_log() as log:
        plan = plan_undo(
            target.run,
            context,
            log.folder,
            force=target.overwrite_conflicts,
            leave=target.leave_conflicts,
        )
        planned = plan.order.with_options(skipped_guards=overrides)
        request = with_memo(replace(planned, seen=seen or planned.seen))
        _settle(request, context, settled)
        return Run(request, context, log).execute()


def settle_unfinished(request: PushRequest, context: PushContext) -> list[Report]:
    """Find out how interrupted runs on this dataset ended, without sending their rows.

    Raises Refused if a run cannot be settled, since another push on top could lose or double rows,
    or if a run is under way.
    """
    from sodasheet.model.report import Outcome
    from sodasheet.portal.dataset_address import parse_portal
    from sodasheet.push.report_sentences import steps_if_unknown
    from sodasheet.push.run import Run
    from sodasheet.push.runs.journal import Journal, RunLog, runs_folder

    reports = []
    portal = parse_portal(request.job.portal)
    for record in Journal(runs_folder()).unfinished(portal, request.job.dataset):
        died = request_from_memo(record.order)
        report = Run(died, context, RunLog.of(record.run)).resume(finish=False)
        if report.outcome is Outcome.UNKNOWN:
            raise Refused(
                f"Run {record.run} on this dataset was not finished, and its outcome is unknown: "
                f"{report.summary}",
                "Resume that run. If its outcome stays unknown, look at the dataset, then mark the"
                " run as resolved.",
                steps_if_unknown(record.run),
            )
        reports.append(report)
    return reports


def _settle(request: PushRequest, context: PushContext, settled: Settled | None) -> None:
    for earlier in settle_unfinished(request, context):
        if settled is not None:
            settled(earlier)


@contextmanager
def _new_log() -> Iterator[RunLog]:
    """Create the folder of a new run, and remove the folder again if no run starts.

    Once the journal knows the run, its rows may be needed to resume, report or none.
    """
    from sodasheet.push.runs.journal import Journal, RunLog, runs_folder

    log = RunLog.begin()
    try:
        yield log
    finally:
        with suppress(OSError, SodaSheetError):
            if Journal(runs_folder()).record(log.run) is None:
                shutil.rmtree(log.folder)


def with_memo(request: PushRequest) -> PushRequest:
    """Return the request with itself as JSON in `memo`."""
    memo = {
        "job": job_to_json(request.job),
        "base": str(real_path(request.base)),
        "limit": request.options.limit,
        "allow_rejected": request.options.allow_rejected,
        "transport": request.options.transport,
        "again": request.options.allow_duplicate_append,
        "overrides": sorted(request.options.skipped_guards),
        "unattended": request.options.unattended,
        "rest_of": request.options.after_trial,
        "draft": request.options.draft,
        "remark": request.options.remark,
        "undoes": request.undoes,
        "others": request.conflicts,
    }
    return replace(request, memo=memo)


def request_from_memo(memo: Mapping[str, Any]) -> PushRequest:
    """Read a saved request. Raises UsageProblem if the run log has only a part."""
    try:
        options = RunOptions(
            limit=memo["limit"],
            after_trial=memo.get("rest_of"),
            allow_rejected=memo["allow_rejected"],
            transport=memo["transport"],
            allow_duplicate_append=memo["again"],
            skipped_guards=frozenset(memo.get("overrides", ())),
            unattended=bool(memo.get("unattended")),
            draft=bool(memo.get("draft")),
            remark=str(memo.get("remark") or ""),
        )
        run = memo.get("undoes")
        undo = UndoTarget(run, conflicts=memo.get("others", 0)) if run else None
        job, base = job_from_json(memo["job"]), Path(memo["base"])
    except (KeyError, TypeError) as error:
        raise UsageProblem(
            "The run log does not contain this run's job.", "Push the job file again instead."
        ) from error
    return PushRequest(job, base, options, undo=undo, memo=memo)
