"""Reading rows over SODA3 if the portal offers SODA3, over SODA2 if not.

SODA2 reads are announced to end. SODA3 needs a sign-in, and is used if an examination of the portal
has found it. A portal that refuses it after all is remembered, and read over SODA2 from then on
(portal-api.md B.9).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeVar

import requests

from sodasheet.errors import PortalError
from sodasheet.model.dataset import Dataset
from sodasheet.portal.http.request import Params
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.learned_facts import recall, remember

T = TypeVar("T")
Take = Callable[[requests.Response], T]

_GUESS = "soda3"
#: Statuses that say that a portal, or a proxy before it, has no SODA3 for this caller.
_ABSENT = frozenset({401, 403, 404, 405, 410})
_CLAUSES = {
    "$select": "SELECT",
    "$where": "WHERE",
    "$order": "ORDER BY",
    "$limit": "LIMIT",
    "$offset": "OFFSET",
}


class RowsReader:
    """Reads one dataset's rows; questions are put as SODA2 parameters."""

    def __init__(self, session: PortalSession, dataset: Dataset) -> None:
        self._session, self._dataset = session, dataset
        # Degrees are numbers here and texts in SODA2: what is put back must be what was there.
        is_plain = all(column.type != "location" for column in dataset.columns)
        known = recall(session.portal).get(_GUESS) == "offered" if session.signed else False
        self.uses_soda3 = known and is_plain

    def read(self, params: Params, headers: Mapping[str, str], take: Take[T]) -> T:
        """Ask for rows and let `take` read the answer; raises what `PortalSession.read` raises."""
        if self.uses_soda3:
            try:
                return self._over_soda3(params, headers, take)
            except PortalError as error:
                if error.status not in _ABSENT:
                    raise
                self.uses_soda3 = False
                remember(self._session.portal, {_GUESS: "absent"})
        return self._session.read(f"/resource/{self._dataset.id}.json", params, headers, take)

    def _over_soda3(self, params: Params, headers: Mapping[str, str], take: Take[T]) -> T:
        size = int(params.get("$limit", 1000))
        body = {"query": soql(params), "page": {"pageNumber": 1, "pageSize": size}}
        return self._session.read_query(
            f"/api/v3/views/{self._dataset.id}/query.json",
            json.dumps(body).encode(),
            {**headers, "Content-Type": "application/json"},
            take,
        )


def soql(params: Params) -> str:
    """Return SODA2 parameters as one SoQL statement."""
    given = {"$select": "*"} | dict(params)
    unknown = set(given) - set(_CLAUSES)
    if unknown:
        raise ValueError(f"no clause for {sorted(unknown)}")
    return " ".join(f"{word} {given[name]}" for name, word in _CLAUSES.items() if name in given)
