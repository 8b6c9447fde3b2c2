"""Orders carried out from beginning to end, an undo among them: what windows and ribbon share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.jobs.saved_request import order_from_memo, with_memo

if TYPE_CHECKING:
    from sodasheet.model.report import Report
    from sodasheet.push.context import PushContext
    from sodasheet.push.request import PreviewSnapshot, PushRequest
    from sodasheet.push.runs.run_folder import RunLog

NO_GUARDS: frozenset[str] = frozenset()


def execute(order: PushRequest, desk: PushContext) -> Report:
    """Push an order, or take back the run that it `undoes`, whatever its source.

    Runs on the dataset that died are settled first. Raises as `settle_unfinished` and `take_back`.
    """
    from sodasheet.push.recovery import settle_unfinished
    from sodasheet.push.run import Run

    if order.undoes is not None:
        return undo(
            order.undoes,
            desk,
            force=order.undo is not None and order.undo.overwrite_conflicts,
            overrides=order.options.skipped_guards,
            seen=order.seen,
        )
    settle_unfinished(order, desk, lambda past: order_from_memo(past.order))
    return Run(order, desk).execute()


def undo(
    run: str,
    desk: PushContext,
    *,
    force: bool = False,
    overrides: frozenset[str] = NO_GUARDS,
    seen: PreviewSnapshot | None = None,
) -> Report:
    """Work out the way back of a run, ask at the desk, and go it as a run of its own.

    `seen` is the dataset as it was when the user agreed, where that was earlier. Raises Refused
    where the run cannot be taken back (push/undo/undo.py), PortalError, Cancelled; nothing was
    changed then.
    """
    from sodasheet.push.recovery import settle_unfinished
    from sodasheet.push.run import Run
    from sodasheet.push.undo.undo import past_run, plan_undo

    past_run(run)
    with _new_log() as log:
        way = plan_undo(run, desk, log.folder, force=force)
        planned = way.order.with_options(skipped_guards=overrides)
        order = with_memo(replace(planned, seen=seen or planned.seen))
        settle_unfinished(order, desk, lambda past: order_from_memo(past.order))
        return Run(order, desk, log).execute()


@contextmanager
def _new_log() -> Iterator[RunLog]:
    """The folder of a new run, gone again where no run came of it.

    Once the journal knows the run, its rows may be needed to go on with it, report or none.
    """
    from sodasheet.push.runs.journal import Journal
    from sodasheet.push.runs.run_folder import RunLog, runs_folder

    log = RunLog.begin()
    try:
        yield log
    finally:
        with suppress(OSError, SodaSheetError):
            if Journal(runs_folder()).record(log.run) is None:
                shutil.rmtree(log.folder)
