"""The proposal of a push: what the user confirms before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sodasheet.model.method import Method
from sodasheet.model.preview import Preview
from sodasheet.portal.approval_guidance import approval_needed
from sodasheet.push.context import PushContext
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.preview.estimate import estimate
from sodasheet.push.questions_to_user import PastPush, Proposal
from sodasheet.push.request import PushRequest
from sodasheet.push.request_adjustments import trial_before
from sodasheet.push.runs.journal import Journal, runs_folder
from sodasheet.push.send.send_once import revision_obstacle
from sodasheet.push.undo.snapshot import beyond_undo
from sodasheet.wording import counted_rows


def build_proposal(
    order: PushRequest,
    work: Prepared,
    before: int,
    base: str | None,
    preview: Preview | None = None,
) -> Proposal:
    """Return the effects in numbers; `base` says what the rows were compared with."""
    checked, method, undoes = work.checked, order.job.method, order.undoes
    return Proposal(
        method,
        work.dataset,
        checked.sendable,
        checked.rejected,
        before,
        findings=tuple(checked.findings),
        cannot_restore=beyond_undo(work.dataset, method) if undoes is None else (),
        way_back="" if undoes is None else _way_back(order, work),
        base=base or "" if checked.held else "",
        part="" if work.partition is None else work.partition.words,
        removing=checked.removals,
        past=None if undoes is None else _past(undoes),
        preview=preview,
        others=order.conflicts,
        left=order.undo.left if order.undo else 0,
        may_try=_may_try(order, work),
        can_draft=lambda: not order.undoes and revision_obstacle(checked) is None,
        draft=order.options.draft,
        trial=trial_before(order, work.stage.sha256),
    )


def _may_try(order: PushRequest, work: Prepared) -> bool:
    """True if a trial of only the first rows is possible, with fewer rows."""
    whole = order.partial or order.job.method is Method.REPLACE or work.checked.held
    return not whole and work.checked.sendable > 1


def propose(
    order: PushRequest, work: Prepared, before: int, desk: PushContext, base: str | None
) -> Proposal:
    """Return the proposal with counts of the changes, if the user sees these."""
    proposal = build_proposal(order, work, before, base, estimate(order, work, before, desk))
    # Computed only if someone reads the answer.
    return replace(
        proposal, may_wait=lambda: approval_needed(desk.session, order.job.dataset) is True
    )


def _way_back(order: PushRequest, work: Prepared) -> str:
    back, going = work.checked.sendable, work.checked.removals
    parts = [f"restore {counted_rows(back)}"] if back else []
    parts += [f"delete {counted_rows(going)} that it added"] if going else []
    conflicts = counted_rows(order.conflicts)
    others = f"; later edits by others to {conflicts} are overwritten" if order.conflicts else ""
    record = Journal(runs_folder()).record(order.undoes or "")
    earlier = record.order.get("undoes") if record else None
    if order.undo is not None and order.undo.left:
        others = f"; {counted_rows(order.undo.left)} changed by others are not restored"
    itself = f" (an undo of run {earlier})" if earlier else ""
    return f"Undo run {order.undoes}{itself} in {work.dataset.name}: {' and '.join(parts)}{others}."


def _past(run: str) -> PastPush | None:
    """Return an earlier push; None if the run log does not have the run."""
    record = Journal(runs_folder()).record(run)
    if record is None:
        return None
    return PastPush(datetime.fromisoformat(record.started), record.summary or record.method)
