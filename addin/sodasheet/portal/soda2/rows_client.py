"""Read and write the rows of a dataset over SODA2."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError, SignInError, UnknownOutcome
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.progress import Progress
from sodasheet.portal.http.reply import Answer, is_stored, unknown_outcome, write_problem
from sodasheet.portal.http.request import (
    WORTH_PACKING,
    Params,
    SendAgain,
    Write,
    packed,
    packed_pieces,
)
from sodasheet.portal.learned_facts import REFUSES_GZIP, has_shown, no_versions, note_shown
from sodasheet.portal.soda2.async_job import finished
from sodasheet.portal.soda2.replication_state import Replication
from sodasheet.portal.soda2.saved_rows_page import HEADERS, keep
from sodasheet.portal.soda2.soql_queries import (
    LARGEST_PAGE,
    PAGE,
    after,
    canonical,
    field_name,
    lookups,
)
from sodasheet.portal.soda2.write_result import Reply, read_summary
from sodasheet.portal.soda3.soda3_rows import RowsReader

if TYPE_CHECKING:
    from sodasheet.portal.http.retries import Patience
    from sodasheet.portal.http.session import PortalSession

_JSON = {"Content-Type": "application/json; charset=utf-8"}
#: Maximum bytes of rows sent at once with their length; more are streamed.
SMALL_BODY = 4_000_000

#: Approximate rows per look-up request; downloading costs a request per page.
_PER_REQUEST = 300

#: How many columns one request counts; an address has space for this many names.
_COUNTED = 40

#: A page of whole rows takes as long as this many look-ups.
_WHOLE = 5

#: Up to this many look-ups are fast, so a download is not considered.
_FEW = 20

_PACKED = _JSON | {"Content-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class RowState:
    """Number of rows, and the time of the last write, in the portal's words.

    Whoever adds, changes or deletes rows changes the state. `changed` is None for an empty dataset
    and on portals that do not say it.
    """

    rows: int
    changed: str | None

    def unchanged_since(self, earlier: RowState) -> bool:
        """True if certainly no row has been written or deleted since."""
        known = earlier.changed is not None or earlier.rows == 0
        return known and self == earlier


class RowsClient:
    """The rows of a dataset.

    Bodies of more than some kB are gzipped, unless `compress` is False, the settings forbid it or
    the portal is known to refuse it. A refused one is sent once more uncompressed, if its pieces
    can
    be iterated twice (a list, not a generator).
    """

    def __init__(self, session: PortalSession, dataset: Dataset, *, compress: bool = True) -> None:
        self._session = session
        self._path = f"/resource/{dataset.id}.json"
        self._replication_path = f"/api/views/{dataset.id}/replication.json"
        self._unnumbered = no_versions(dataset.id)
        self._reader = RowsReader(session, dataset)
        self._dataset = dataset
        self._compress = compress and not has_shown(session.portal, REFUSES_GZIP)
        self._tells_changes = self._tells_lag = True
        # The newer reply format lists the rows that were left out, but not every portal supports
        # it.
        self._version: Params = {"$$version": "2.0"}

    @cached_property
    def _replication(self) -> Replication:
        return Replication(self._session, self._replication_path)

    def send(self, body: bytes, again: SendAgain | None = None) -> Reply:
        """POST one JSON array: an upsert, or an append without a row identifier.

        Rows may be left out of a success: see `errors`. `again` is asked before the rows are sent
        a further time. Raises PortalError if nothing of it was done, UnknownOutcome if that
        cannot be told, and whatever `again` raises.
        """
        packing = self._compress and len(body) >= WORTH_PACKING
        content, headers = (packed(body), _PACKED) if packing else (body, _JSON)
        try:
            return self._write(
                Write("POST", self._path, content, self._version, headers, again=again)
            )
        except PortalError as error:
            unversioned = bool(self._version) and error.reason == "bad-argument"
            if not (unversioned or (packing and _worth_sending_plain(error))):
                raise
            self._require_again(again, error)
            if unversioned:
                self._version = {}
                return self.send(body, again)
            self._compress = False
        reply = self.send(body, again)
        note_shown(self._session.portal, REFUSES_GZIP)
        return reply

    def send_whole(self, pieces: Iterable[bytes], again: SendAgain | None = None) -> Reply:
        """POST one JSON array as a stream: one transaction, without holding the rows in memory.

        Raises as `send` does, and whatever `pieces` raises, which breaks the request off.
        """
        # A stream cannot be sent again to a portal that does not support the newer reply format.
        return self._streamed("POST", pieces, again)

    def replace(self, pieces: Iterable[bytes], again: SendAgain | None = None) -> Reply:
        """PUT one JSON array, which replaces all rows.

        A small one is sent with its length, a larger one as it is made. `again` is asked before
        the rows are sent a further time.

        Raises PortalError if the dataset is as it was, UnknownOutcome if that cannot be
        told, and whatever `pieces` raises, which breaks the request off.
        """
        return self._streamed("PUT", pieces, again)

    def _streamed(self, method: str, pieces: Iterable[bytes], again: SendAgain | None) -> Reply:
        source, head, size = iter(pieces), list[bytes](), 0
        while size <= SMALL_BODY and (piece := next(source, None)) is not None:
            head.append(piece)
            size += len(piece)
        packing = self._compress and size >= WORTH_PACKING
        headers = _PACKED if packing else _JSON
        body: bytes | Iterable[bytes]
        if size <= SMALL_BODY:
            body = packed(b"".join(head)) if packing else b"".join(head)
        else:
            whole = chain(head, source)
            body = packed_pieces(whole) if packing else whole
        try:
            return self._write(Write(method, self._path, body, {}, headers, again=again))
        except PortalError as error:
            if not (packing and _worth_sending_plain(error)) or source is pieces:
                raise
            self._require_again(again, error)
            self._compress = False
        reply = self._streamed(method, pieces, again)
        note_shown(self._session.portal, REFUSES_GZIP)
        return reply

    def _require_again(self, again: SendAgain | None, error: PortalError) -> None:
        """Raise UnknownOutcome if a refused write must not be sent in another form."""
        if again is not None and not again(error.status):
            raise unknown_outcome(self._session.host, error.what, error.status)

    def count(self, where: str = "") -> int:
        """Return the number of rows of the dataset, or of the rows that match `where` (SoQL).

        Raises PortalError.
        """
        params = {"$select": "count(*)"} | ({"$where": where} if where else {})
        rows = self._rows(params)
        # The name of the only value differs by the age of the portal; it is text (B.9).
        value = next(iter(rows[0].values()), None) if rows else None
        try:
            return int(str(value))
        except ValueError as error:
            raise self._no_count() from error

    def state(self) -> RowState | None:
        """Return the state of the rows; None while readers do not see every finished write yet
        (B.3), or if a gateway gave a stored reply.

        Raises PortalError.
        """
        changed = ", max(:updated_at) as changed" if self._tells_changes else ""
        try:
            answer = self._reader.get({"$select": f"count(*) as n{changed}"})
        except PortalError as error:
            if error.status != 400 or not self._tells_changes:
                raise
            # An older portal does not say when rows were changed: then only the count.
            self._tells_changes = False
            return self.state()
        (row,) = self._session.rows(answer) or [{}]
        count = str(row.get("n", ""))
        if not count.isdigit():
            raise self._no_count()
        if is_stored(answer.headers):
            return None
        seen = _up_to_date(answer)
        if seen is None:
            seen = self._replication.is_up_to_date()
            self._tells_lag = not self._replication.is_silent
        return RowState(int(count), row.get("changed")) if seen else None

    @property
    def tells_lag(self) -> bool:
        """False if the portal does not say whether the rows of the last `state` may be outdated."""
        return self._tells_lag

    def version(self) -> int | None:
        """Return the number of the dataset's last write; None if the portal does not say (A.5).

        Readers need not show that write yet.
        """
        if has_shown(self._session.portal, self._unnumbered):
            return None
        try:
            found = self._session.get_json(self._replication_path)
        except PortalError as error:
            if error.status == 404:
                note_shown(self._session.portal, self._unnumbered)
            return None
        version = found.get("truth_data_version") if isinstance(found, dict) else None
        return version if isinstance(version, int) else None

    def existing(self, field: str, identifiers: Sequence[str], kind: str) -> set[str]:
        """The identifiers that exist in the dataset, spelled as in the query.

        `field` is the row identifier's field name and `kind` its type. Raises PortalError.
        """
        spellings: defaultdict[str, list[str]] = defaultdict(list)
        for identifier in identifiers:
            spellings[canonical(identifier, kind)].append(identifier)
        found: set[str] = set()
        for row in self.find(field, [names[0] for names in spellings.values()], kind):
            found.update(spellings.get(canonical(row.get(field), kind), ()))
        return found

    def prefers_download(self, identifier: Column, count: int, *, whole: bool = False) -> bool:
        """True if reading all rows is faster than reading the rows with this many identifiers.

        `whole` says that rows are wanted with all their columns, and not only which there are.
        """
        lookups = count / _PER_REQUEST
        if lookups <= _FEW or not identifier.comparable:
            return False
        return self.count() / LARGEST_PAGE * (_WHOLE if whole else 1) < lookups

    def find(
        self, field: str, identifiers: Sequence[str], kind: str, fields: Sequence[str] = ()
    ) -> Iterator[dict[str, Any]]:
        """The rows with these identifiers, unordered: their identifier and `fields`.

        `field` is the row identifier's field name and `kind` its type. Raises PortalError.
        """
        select = ",".join(field_name(name) for name in dict.fromkeys((field, *fields)))
        for params in lookups(field, identifiers, kind, select):
            yield from self._rows(params)

    @property
    def patience(self) -> Patience:
        """The session's patience with the portal."""
        return self._session.patience

    def wait(self, seconds: float) -> None:
        """Wait, unless the user presses stop. Raises Cancelled."""
        self._session.wait(seconds)

    def page(
        self,
        select: str = "",
        where: str = "",
        order: str = "",
        limit: int = PAGE,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """Rows as in the portal's JSON: numbers as strings, without empty cells (B.9).

        The arguments are SoQL; the caller quotes (`portal.soql`). Raises PortalError.
        """
        said = {"$select": select, "$where": where, "$order": order}
        params: dict[str, str | int] = {name: text for name, text in said.items() if text}
        return self._rows(params | {"$limit": limit, "$offset": offset})

    def save_page(self, path: Path, select: str, order: str, limit: int) -> None:
        """Save the same rows as `page` in `path`, for readers faster than Python.

        Raises PortalError, SodaSheetError if the file cannot be written.
        """
        params: Params = {"$select": select, "$order": order, "$limit": limit}
        self._reader.read_few(params, HEADERS, keep(path, lambda: self._session.stopped))

    def rows(
        self, select: str = "", size: int = 5_000, where: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Yield every row with its `:id`, read in pages of at most `size`, in the portal's order.

        Each page begins behind the last row of the one before, so that rows which others delete
        meanwhile move no other row out of sight. Raises PortalError.
        """
        fields, behind, offset = f"{select or '*'},:id", "", 0
        # A portal may return less than requested, so only an empty page is the end.
        while page := self.page(
            fields, " and ".join(filter(None, (where, behind))), ":id", size, offset
        ):
            yield from page
            last = after(page[-1].get(":id"))
            behind, offset = (last, 0) if last else (behind, offset + len(page))

    def _no_count(self) -> PortalError:
        return PortalError(
            f"{self._session.host} did not say how many rows there are.",
            "It may be a map, a file or a filtered view; choose the dataset it comes from.",
            None,
            "no-count",
        )

    def grouped(
        self, select: str, group: str = "", limit: int = PAGE, where: str = ""
    ) -> list[dict[str, Any]]:
        """Rows of a query with aggregates, most frequent group first.

        `select`, `group` and `where` are SoQL; the caller quotes. Raises PortalError, with status
        400 if the portal cannot answer the query.
        """
        params: dict[str, str | int] = {"$select": select, "$limit": limit}
        if where:
            params["$where"] = where
        if group:
            params |= {"$group": group, "$order": "n DESC"}
        return self._rows(params)

    def filled(self, columns: Sequence[Column]) -> list[Column]:
        """Return the columns that have a value in some row. Raises PortalError as `grouped`."""
        found = list[Column]()
        for start in range(0, len(columns), _COUNTED):
            some = columns[start : start + _COUNTED]
            names = (f"count({field_name(one.field)}) as n{at}" for at, one in enumerate(some))
            counts = next(iter(self.grouped(",".join(names))), {})
            found += [one for at, one in enumerate(some) if str(counts.get(f"n{at}", "0")) != "0"]
        return found

    def _rows(self, params: Params) -> list[dict[str, Any]]:
        return self._session.rows(self._reader.get(params))

    def _write(self, request: Write) -> Reply:
        answer = self._session.write(request)
        if answer.saved:
            return Reply(saved=True)
        if answer.status == 202:
            answer = finished(self._session, self._path, answer)
        try:
            reply = read_summary(answer.content, self._session.parse)
        except (ValueError, RecursionError) as error:
            raise write_problem(
                self._session.quotable(answer), signed=self._session.signed
            ) from error
        return replace(reply, version=_version(answer) or reply.version)


def _up_to_date(answer: Answer) -> bool | None:
    """True if the rows are up to date; None if the reply does not say."""
    # SODA2 says true or false; SODA3 lists lagging copies, as JSON.
    said = answer.headers.get("X-SODA2-Data-Out-Of-Date", "").strip().lower()
    return said in ("false", "[]") if said else None


def _version(answer: Answer) -> int | None:
    """Return the number of the write in the portal's latest reply (B.3)."""
    said = answer.headers.get("X-SODA2-Truth-Version", "")
    return int(said) if said.isascii() and said.isdigit() else None


def _worth_sending_plain(error: PortalError) -> bool:
    """True if a body may have been refused because of its compression.

    No source says that every portal takes gzip (portal-api.md B.1), and one that does not may
    name any fault in what it could not read.
    """
    if isinstance(error, UnknownOutcome | SignInError) or error.status is None:
        return False
    return 400 <= error.status < 500 and error.status not in (403, 404, 409, 429)


#: Seconds between two checks whether readers see every write: a minute in total.
_SETTLING = (0.2, 0.5, 1.0, 2.0, 4.0, 7.0, 15.0, 30.0)

#: Seconds after which the user sees the reason for the wait.
_SILENT = 1.0


def settled_state(rows: RowsClient, progress: Progress) -> RowState | None:
    """Wait until readers see every finished write; None after a minute.

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
