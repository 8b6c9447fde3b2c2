"""An order written down, so that a run that died can be given again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.reader import job_from_json
from sodasheet.jobs.file.writer import job_to_json
from sodasheet.push.request import PushRequest


def with_memo(order: PushRequest) -> PushRequest:
    """The order with itself as JSON in `memo`."""
    memo = {
        "job": job_to_json(order.job),
        "base": str(order.base.resolve()),
        "limit": order.limit,
        "allow_rejected": order.allow_rejected,
        "transport": order.transport,
        "again": order.again,
        "overrides": sorted(order.overrides),
        "unattended": order.unattended,
        "rest_of": order.rest_of,
        "undoes": order.undoes,
        "others": order.others,
    }
    return replace(order, memo=memo)


def order_from_memo(memo: Mapping[str, Any]) -> PushRequest:
    """The order again. Raises UsageProblem where the run log does not hold it whole."""
    try:
        order = PushRequest(
            job_from_json(memo["job"]),
            Path(memo["base"]),
            memo["limit"],
            memo["allow_rejected"],
            memo["transport"],
            memo["again"],
            overrides=frozenset(memo.get("overrides", ())),
            unattended=bool(memo.get("unattended")),
            rest_of=memo.get("rest_of"),
            undoes=memo.get("undoes"),
            others=memo.get("others", 0),
        )
    except (KeyError, TypeError) as error:
        raise UsageProblem(
            "The run log does not hold this run's job.", "Push the job file again instead."
        ) from error
    return replace(order, memo=memo)
