"""Rows in and out of one dataset over SODA2."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sodasheet.errors import PortalError
from sodasheet.model.dataset import Dataset
from sodasheet.portal.http.gzip import WORTH_PACKING, packed, packed_pieces
from sodasheet.portal.http.request import Params, Write
from sodasheet.portal.http.response_errors import Answer, problem, write_problem
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.soda2.async_job import finished
from sodasheet.portal.soda2.lookups import PAGE, lookups
from sodasheet.portal.soda2.soql import canonical, field_name
from sodasheet.portal.soda2.write_result import Reply, read_summary

_JSON = {"Content-Type": "application/json; charset=utf-8"}
_PACKED = _JSON | {"Content-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class RowState:
    """How many rows there are, and when (as the portal says it) the last of them was written."""

    rows: int
    changed: str | None


class RowsClient:
    """The rows of one dataset.

    Bodies of more than some kB go gzipped, unless `compress` is False or the portal has refused
    one. Pieces that can be gone through twice (a list, no generator) are then sent anew, plain.
    """

    def __init__(self, session: PortalSession, dataset: Dataset, *, compress: bool = True) -> None:
        self._session = session
        self._path = f"/resource/{dataset.id}.json"
        self._compress = compress
        # The newer reply form names the rows that were left out, but not every portal knows it.
        self._version: Params = {"$$version": "2.0"}

    def send(self, body: bytes) -> Reply:
        """POST one JSON array: an upsert, or an append where there is no row identifier.

        Rows may be left out of a success: see `errors`. Raises PortalError where nothing of it
        was done, UnknownOutcome where that cannot be told.
        """
        packing = self._compress and len(body) >= WORTH_PACKING
        content, headers = (packed(body), _PACKED) if packing else (body, _JSON)
        try:
            return self._write(Write("POST", self._path, content, self._version, headers))
        except PortalError as error:
            if self._version and error.reason == "bad-argument":
                self._version = {}
            elif packing and _unreadable(error):
                self._compress = False
            else:
                raise
            return self.send(body)

    def send_whole(self, pieces: Iterable[bytes]) -> Reply:
        """POST one JSON array as it is made: all its rows in one transaction, none in memory.

        Raises as `send` does, and whatever `pieces` raises, which breaks the request off.
        """
        # A stream cannot be sent again to a portal that does not know the newer reply form.
        return self._streamed("POST", pieces)

    def replace(self, pieces: Iterable[bytes]) -> Reply:
        """PUT one JSON array, sent as it is made: afterwards there are no other rows.

        Raises PortalError where the dataset is as it was, UnknownOutcome where that cannot be
        told, and whatever `pieces` raises, which breaks the request off.
        """
        return self._streamed("PUT", pieces)

    def _streamed(self, method: str, pieces: Iterable[bytes]) -> Reply:
        source, head, size = iter(pieces), list[bytes](), 0
        while size < WORTH_PACKING and (piece := next(source, None)) is not None:
            head.append(piece)
            size += len(piece)
        packing = self._compress and size >= WORTH_PACKING
        whole = chain(head, source)
        body, headers = (packed_pieces(whole), _PACKED) if packing else (whole, _JSON)
        try:
            return self._write(Write(method, self._path, body, {}, headers))
        except PortalError as error:
            if not (packing and _unreadable(error)) or source is pieces:
                raise
            self._compress = False
        return self._streamed(method, pieces)

    def count(self) -> int:
        """How many rows the dataset has. Raises PortalError."""
        rows = self._rows({"$select": "count(*)"})
        # The name of the only value differs by the age of the portal; it is text (B.9).
        value = next(iter(rows[0].values()), None) if rows else None
        try:
            return int(str(value))
        except ValueError as error:
            raise PortalError(
                f"{self._session.host} did not say how many rows there are.",
                "It may be a map, a file or a filtered view; choose the dataset it comes from.",
                None,
                "no-count",
            ) from error

    def state(self) -> RowState | None:
        """How the rows stand; None while readers do not see every finished write yet (B.3).

        Raises PortalError.
        """
        select = "count(*) as n, max(:updated_at) as changed"
        try:
            answer = self._session.get(self._path, {"$select": select})
        except PortalError as error:
            if error.status != 400:
                raise
            # An older portal that does not say when rows were changed: the count alone, then.
            return RowState(self.count(), None) if self.settled() else None
        (row,) = self._read_rows(answer) or [{}]
        count = str(row.get("n", ""))
        if not count.isdigit() or not _up_to_date(answer):
            return None
        return RowState(int(count), row.get("changed"))

    def existing(self, field: str, identifiers: Sequence[str], kind: str) -> set[str]:
        """Those of the identifiers that the dataset has, spelt as they were asked for.

        `field` is the row identifier's field name and `kind` its type. Raises PortalError.
        """
        spellings: defaultdict[str, list[str]] = defaultdict(list)
        for identifier in identifiers:
            spellings[canonical(identifier, kind)].append(identifier)
        found: set[str] = set()
        for row in self.find(field, [names[0] for names in spellings.values()], kind):
            found.update(spellings.get(canonical(row.get(field), kind), ()))
        return found

    def find(
        self, field: str, identifiers: Sequence[str], kind: str, fields: Sequence[str] = ()
    ) -> Iterator[dict[str, Any]]:
        """The rows with these identifiers, in no order: their identifier and `fields`.

        `field` is the row identifier's field name and `kind` its type. Raises PortalError.
        """
        select = ",".join(field_name(name) for name in dict.fromkeys((field, *fields)))
        for params in lookups(field, identifiers, kind, select):
            yield from self._rows(params)

    @property
    def patience(self) -> Patience:
        """How long the portal is waited for."""
        return self._session.patience

    def wait(self, seconds: float) -> None:
        """Wait as long as the user does not stop it. Raises Cancelled."""
        self._session.wait(seconds)

    def settled(self) -> bool:
        """Whether readers see every finished write: the portal copies writes with a delay (B.3)."""
        answer = self._session.get(self._path, {"$select": "count(*)"})
        return _up_to_date(answer)

    def page(
        self,
        select: str = "",
        where: str = "",
        order: str = "",
        limit: int = PAGE,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """Rows as the portal's JSON has them: numbers as text, empty cells left out (B.9).

        The arguments are SoQL; the caller quotes (`portal.soql`). Raises PortalError.
        """
        said = {"$select": select, "$where": where, "$order": order}
        params: dict[str, str | int] = {name: text for name, text in said.items() if text}
        return self._rows(params | {"$limit": limit, "$offset": offset})

    def rows(self, select: str = "", size: int = 5_000) -> Iterator[dict[str, Any]]:
        """Every row, read in pages of at most `size`, in the portal's own order.

        Raises PortalError.
        """
        offset = 0
        # A portal may give less than it was asked for, so only an empty page is the end.
        while page := self.page(select, order=":id", limit=size, offset=offset):
            yield from page
            offset += len(page)

    def grouped(self, select: str, group: str = "", limit: int = PAGE) -> list[dict[str, Any]]:
        """Rows of a query with aggregates, the most frequent group first.

        `select` and `group` are SoQL; the caller quotes. Raises PortalError, with status 400 if the
        portal cannot answer the query.
        """
        params: dict[str, str | int] = {"$select": select, "$limit": limit}
        if group:
            params |= {"$group": group, "$order": "n DESC"}
        return self._rows(params)

    def _rows(self, params: Params) -> list[dict[str, Any]]:
        return self._read_rows(self._session.get(self._path, params))

    def _read_rows(self, answer: Answer) -> list[dict[str, Any]]:
        rows = self._session.json(answer)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise problem(answer, signed=self._session.signed)
        return rows

    def _write(self, request: Write) -> Reply:
        answer = self._session.write(request)
        if answer.status == 202:
            answer = finished(self._session, self._path, answer)
        try:
            return read_summary(answer.content)
        except (ValueError, RecursionError) as error:
            raise write_problem(answer, signed=self._session.signed) from error


def _up_to_date(answer: Answer) -> bool:
    return answer.headers.get("X-SODA2-Data-Out-Of-Date", "false").lower() != "true"


def _unreadable(error: PortalError) -> bool:
    """Whether the portal has refused a body's form (portal-api.md B.1, B.8).

    Ours is well-formed, so one that was packed has been read without being unpacked.
    """
    return error.status in (400, 415) and error.reason == "bad-request"
