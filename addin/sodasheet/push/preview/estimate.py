"""Change counts for the confirmation: from the last preview, or recomputed if that is cheap."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.model.method import Method
from sodasheet.model.preview import Preview
from sodasheet.push.context import PushContext
from sodasheet.push.guards import skipped_guards
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.preview.preview import previewed
from sodasheet.push.questions_to_user import Ask
from sodasheet.push.request import PushRequest

#: Rows that are always fetched: one page or a few look-ups are fast.
CHEAP = 5_000

#: The guard that speaks for what a preview saw (push/guards.py).
_GUARD = "changed-since-preview"


@runtime_checkable
class ShowsPreview(Ask, Protocol):
    """A user who is shown the effect on the rows."""

    #: Whether that may cost some requests.
    shows_preview: bool


def estimate(order: PushRequest, work: Prepared, before: int, desk: PushContext) -> Preview | None:
    """Return the changes that the push would make; None if slow or if no user is asked.

    That of the preview the user has seen where source and dataset are still the same. If it cannot
    be computed, the push continues without it. Raises Cancelled.
    """
    if not (isinstance(desk.ask, ShowsPreview) and desk.ask.shows_preview):
        return None
    narrowed = work.checked.held or (work.checked.removals and work.partition is None)
    if order.undoes is not None or narrowed:
        return None
    seen = order.seen
    if (
        seen is not None
        and seen.sha256 == work.stage.sha256
        and _GUARD not in skipped_guards(order)
    ):
        return seen.preview
    if not _cheap(work, before):
        return None
    try:
        with previewed(work, desk.session, desk.progress) as found:
            return None if found.preview.stale else found.preview
    except Cancelled:
        raise
    except SodaSheetError:
        return None


def _cheap(work: Prepared, before: int) -> bool:
    method, rows = work.checked.plan.method, work.checked.sendable
    if method is Method.REPLACE:
        return before <= CHEAP and rows <= CHEAP
    return min(before, rows) <= CHEAP
