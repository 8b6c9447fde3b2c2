"""Waiting until a dataset's readers see what its writers have written (portal-api.md B.3, G.20)."""

from __future__ import annotations

from sodasheet.model.progress import Progress
from sodasheet.portal.soda2.rows_client import RowsClient, RowState

#: Seconds between two looks at whether readers see every write: a minute in all.
_SETTLING = (0.2, 0.5, 1.0, 2.0, 4.0, 7.0, 15.0, 30.0)

#: Seconds after which the user is told what is waited for.
_SILENT = 1.0


def settled_state(rows: RowsClient, progress: Progress) -> RowState | None:
    """Wait until readers see every finished write; None if they do not within a minute.

    Raises Cancelled if the user stops it, PortalError if the portal does not answer.
    """
    for place, seconds in enumerate(_SETTLING):
        state = rows.state()
        if state is not None:
            return state
        if seconds >= _SILENT:
            left = sum(_SETTLING[place:])
            progress.begin(
                f"waiting until the portal shows the last write (at most {left:.0f} seconds)"
            )
        rows.wait(seconds)
    return rows.state()
