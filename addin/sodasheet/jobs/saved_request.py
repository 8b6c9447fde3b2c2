"""An order written down, so that a run that died can be given again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.reader import job_from_json
from sodasheet.jobs.file.writer import job_to_json
from sodasheet.push.request import PushRequest, RunOptions, UndoTarget


def with_memo(order: PushRequest) -> PushRequest:
    """The order with itself as JSON in `memo`."""
    memo = {
        "job": job_to_json(order.job),
        "base": str(order.base.resolve()),
        "limit": order.options.limit,
        "allow_rejected": order.options.allow_rejected,
        "transport": order.options.transport,
        "again": order.options.allow_duplicate_append,
        "overrides": sorted(order.options.skipped_guards),
        "unattended": order.options.unattended,
        "rest_of": order.options.after_trial,
        "undoes": order.undoes,
        "others": order.conflicts,
    }
    return replace(order, memo=memo)


def order_from_memo(memo: Mapping[str, Any]) -> PushRequest:
    """The order again. Raises UsageProblem where the run log does not hold it whole."""
    try:
        options = RunOptions(
            limit=memo["limit"],
            after_trial=memo.get("rest_of"),
            allow_rejected=memo["allow_rejected"],
            transport=memo["transport"],
            allow_duplicate_append=memo["again"],
            skipped_guards=frozenset(memo.get("overrides", ())),
            unattended=bool(memo.get("unattended")),
        )
        run = memo.get("undoes")
        undo = UndoTarget(run, conflicts=memo.get("others", 0)) if run else None
        job, base = job_from_json(memo["job"]), Path(memo["base"])
    except (KeyError, TypeError) as error:
        raise UsageProblem(
            "The run log does not hold this run's job.", "Push the job file again instead."
        ) from error
    return PushRequest(job, base, options, undo=undo, memo=memo)
