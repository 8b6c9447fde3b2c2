"""Copies that readers see, and whether they include all writes (portal-api.md A.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Statuses of a portal that does not say, at least not to this account.
_SILENT = frozenset({401, 403, 404, 405, 410, 501})


class Replication:
    """A dataset's replication, asked for only if the rows come without that header."""

    def __init__(self, session: PortalSession, path: str) -> None:
        self._session = session
        self._path = path
        self._is_silent = False

    @property
    def is_silent(self) -> bool:
        """True if the portal was asked and did not say."""
        return self._is_silent

    def is_up_to_date(self) -> bool:
        """False if readers do not see every write yet; also True if the portal does not say.

        Raises PortalError.
        """
        if self._is_silent:
            return True
        try:
            found = _told(self._session.get_json(self._path))
        except PortalError as error:
            if error.status not in _SILENT and error.reason != "no-data":
                raise
            found = None
        self._is_silent = found is None
        return found is not False


def _told(body: Any) -> bool | None:
    """Read the reply; None if unknown."""
    if not isinstance(body, dict):
        return None
    flag = body.get("read_replication_up_to_date")
    if isinstance(flag, bool):
        return flag
    truth, copies = body.get("truth_data_version"), body.get("secondary_versions")
    if not isinstance(truth, int) or not isinstance(copies, list):
        return None
    versions = [copy.get("version") for copy in copies if isinstance(copy, dict)]
    return all(isinstance(version, int) and version >= truth for version in versions)
