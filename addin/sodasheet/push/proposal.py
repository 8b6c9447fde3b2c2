"""What is put to the user before anything is sent: the push itself, and a snapshot that fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.model.method import Method
from sodasheet.model.preview import Preview
from sodasheet.portal.soda2.download_folder import Download
from sodasheet.push.adjustments import trial_before
from sodasheet.push.context import PushContext
from sodasheet.push.guards.registry import GUARDS, GuardError, overrides
from sodasheet.push.prepare import Prepared
from sodasheet.push.preview.estimate import estimate
from sodasheet.push.request import Proposal, PushRequest, Question, anyway
from sodasheet.push.runs.journal import Journal
from sodasheet.push.runs.run_folder import runs_folder
from sodasheet.push.undo.snapshot import beyond_undo, take_snapshot

_GUARD = GUARDS["no-snapshot"]


@dataclass(frozen=True, slots=True)
class SnapshotResult:
    """The snapshot, or a sentence about why there is none; `aside` are guards set aside for it."""

    download: Download | None = None
    why_not: str = ""
    aside: tuple[str, ...] = ()


def build_proposal(
    order: PushRequest,
    work: Prepared,
    before: int,
    base: str | None,
    preview: Preview | None = None,
) -> Proposal:
    """What is about to happen, in numbers; `base` tells what the rows were compared with."""
    checked, method, undoes = work.checked, order.job.method, order.undoes
    return Proposal(
        method,
        work.dataset,
        checked.sendable,
        checked.rejected,
        before,
        tuple(checked.findings),
        beyond_undo(work.dataset, method) if undoes is None else (),
        "" if undoes is None else _way_back(order, work),
        base or "" if checked.held else "",
        checked.removals,
        "" if undoes is None else _past(undoes),
        preview,
        order.others,
        _may_try(order, work),
        trial_before(order, work.stage.sha256),
    )


def _may_try(order: PushRequest, work: Prepared) -> bool:
    """Whether the first rows alone could be sent, and would be fewer."""
    whole = order.partial or order.job.method is Method.REPLACE or work.checked.held
    return not whole and work.checked.sendable > 1


def propose(
    order: PushRequest, work: Prepared, before: int, desk: PushContext, base: str | None
) -> Proposal:
    """The same with what would become of the rows, where somebody at the desk looks at that."""
    return build_proposal(order, work, before, base, estimate(order, work, before, desk))


def kept_or_agreed(
    work: Prepared, order: PushRequest, desk: PushContext, folder: Path
) -> SnapshotResult:
    """Keep the rows that the push touches; where that fails, do what the job or the user says.

    Raises GuardError where the push must not go on without, Cancelled where the user stops it.
    """
    if order.job.snapshot == "off":
        return SnapshotResult(why_not=" No snapshot was taken, so it cannot be undone.")
    try:
        return SnapshotResult(take_snapshot(work, desk, folder))
    except Cancelled:
        raise
    except SodaSheetError as error:
        what = f"The rows that the push touches cannot be kept for an undo: {error.what}"
        told = f" It cannot be undone. {what}"
        if order.job.snapshot == "try":
            return SnapshotResult(why_not=told)
        aside = _GUARD.slug in overrides(order)
        if aside or (not order.unattended and anyway(desk.ask, Question(_GUARD.slug, what))):
            return SnapshotResult(why_not=told, aside=(_GUARD.slug,))
        raise GuardError(_GUARD, f"{what} Nothing was sent.") from error


def _way_back(order: PushRequest, work: Prepared) -> str:
    back, going = work.checked.sendable, work.checked.removals
    parts = [f"put back {_rows(back)} as before it"] if back else []
    parts += [f"delete {_rows(going)} that it added"] if going else []
    others = f"; others have changed {_rows(order.others)} since" if order.others else ""
    record = Journal(runs_folder()).record(order.undoes or "")
    earlier = record.order.get("undoes") if record else None
    itself = f" (itself an undo, of run {earlier})" if earlier else ""
    return (
        f"Take back run {order.undoes}{itself} in {work.dataset.name}:"
        f" {' and '.join(parts)}{others}."
    )


def _past(run: str) -> str:
    """When that run was and how it ended."""
    record = Journal(runs_folder()).record(run)
    if record is None:
        return ""
    started = datetime.fromisoformat(record.started).astimezone()
    return f"{started:%Y-%m-%d %H:%M}: {record.summary or record.method}"


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
