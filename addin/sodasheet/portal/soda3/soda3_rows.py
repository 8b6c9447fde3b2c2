"""Read rows over SODA3 if the portal offers SODA3, else over SODA2.

SODA2 reads are announced to end. SODA3 needs a sign-in. Nothing is asked to find out what a portal
offers: the first large read is a trial of SODA3, and the first small read that SODA2 no longer
answers is another. The result is remembered for the portal (portal-api.md B.9).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from sodasheet.errors import PortalError
from sodasheet.model.dataset import Dataset
from sodasheet.portal.http.reply import Answer
from sodasheet.portal.http.request import Params
from sodasheet.portal.learned_facts import recall, remember

if TYPE_CHECKING:
    import requests

    from sodasheet.portal.http.session import PortalSession

T = TypeVar("T")
Take = Callable[["requests.Response"], T]

_NEWER, _OLDER = "soda3", "soda2_reads"
#: Statuses of a portal, or a proxy before it, that has no SODA3 for this caller.
_ABSENT = frozenset({401, 403, 404, 405, 410})
#: Statuses of a portal that no longer answers SODA2 reads.
_ENDED = frozenset({404, 405, 410})
_CLAUSES = {
    "$select": "SELECT",
    "$where": "WHERE",
    "$group": "GROUP BY",
    "$order": "ORDER BY",
    "$limit": "LIMIT",
    "$offset": "OFFSET",
}
_PLAIN: Mapping[str, str] = {}


class RowsReader:
    """Reads one dataset's rows; queries are given as SODA2 parameters."""

    def __init__(self, session: PortalSession, dataset: Dataset) -> None:
        self._session = session
        self._older = f"/resource/{dataset.id}"
        self._newer = f"/api/v3/views/{dataset.id}/query"
        # Degrees are numbers in SODA3 and strings in SODA2: an undo must restore the exact strings.
        self._is_plain = all(column.type != "location" for column in dataset.columns)
        known = recall(session.portal)
        self._offered = known.get(_NEWER) if session.signed else "absent"
        self._is_ended = known.get(_OLDER) == "ended"

    @property
    def uses_soda3(self) -> bool:
        """True if the next large read goes over SODA3."""
        return self._offered != "absent" and (self._is_plain or self._is_ended)

    def read(
        self, params: Params, headers: Mapping[str, str], take: Take[T], form: str = "json"
    ) -> T:
        """Query many rows and let `take` read the reply, like `PortalSession.read`.

        `form` is json or csv.
        """
        if not self.uses_soda3:
            return self.read_few(params, headers, take, form)
        try:
            found = self._over_soda3(params, headers, take, form)
        except PortalError as error:
            trial = self._offered is None and error.status == 400
            if error.status not in _ABSENT and not trial:
                raise
        else:
            self._learn(_NEWER, "offered")
            return found
        found = self._session.read(f"{self._older}.{form}", params, headers, take)
        # Only now is it certain that SODA3 was refused, and not this dataset.
        if form == "json":
            self._learn(_NEWER, "absent")
        return found

    def get(self, params: Params) -> Answer:
        """Send a small query. Raises PortalError."""
        return self.read_few(params, _PLAIN, self._session.answer)

    def read_few(
        self, params: Params, headers: Mapping[str, str], take: Take[T], form: str = "json"
    ) -> T:
        """Send a small query and let `take` read the reply. Raises PortalError."""
        if self._is_ended and self._offered != "absent":
            return self._over_soda3(params, headers, take, form)
        try:
            return self._session.read(f"{self._older}.{form}", params, headers, take)
        except PortalError as error:
            if error.status not in _ENDED or self._offered == "absent":
                raise
            try:
                found = self._over_soda3(params, headers, take, form)
            except PortalError:
                raise error from None
        self._learn(_NEWER, "offered")
        self._learn(_OLDER, "ended")
        return found

    def _learn(self, guess: str, value: str) -> None:
        if guess == _OLDER:
            self._is_ended = value == "ended"
        elif self._offered == value:
            return
        else:
            self._offered = value
        remember(self._session.portal, {guess: value})

    def _over_soda3(
        self, params: Params, headers: Mapping[str, str], take: Take[T], form: str
    ) -> T:
        size = int(params.get("$limit", 1000))
        body = {"query": soql(params), "page": {"pageNumber": 1, "pageSize": size}}
        return self._session.read_query(
            f"{self._newer}.{form}",
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
