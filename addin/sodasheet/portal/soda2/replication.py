"""Waiting until a dataset's readers see what its writers have written (portal-api.md B.3, G.20)."""

from __future__ import annotations

from sodasheet.portal.soda2.rows import RowsClient

#: How long, in seconds, readers are waited for one after the other until they see every write.
_SETTLING = (0.2, 0.5, 1.0, 2.0, 4.0)


def until_settled(rows: RowsClient) -> bool:
    """Wait until readers see every finished write, as long as that is reasonable.

    Raises Cancelled where the user stops it, PortalError where the portal does not answer.
    """
    for seconds in _SETTLING:
        if rows.settled():
            return True
        rows.wait(seconds)
    return rows.settled()
