"""Save a push request as JSON, so that an interrupted run can be resumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.job_from_json import job_from_json
from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.push.request import PushRequest, RunOptions, UndoTarget


def with_memo(request: PushRequest) -> PushRequest:
    """Return the request with itself as JSON in `memo`."""
    memo = {
        "job": job_to_json(request.job),
        "base": str(request.base.resolve()),
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
    """Read a saved request. Raises UsageProblem if the run log contains only a part."""
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
