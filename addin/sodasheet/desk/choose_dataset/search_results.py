"""Model of the page that finds a dataset: results and messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from sodasheet.desk.formatting.numbers import count
from sodasheet.desk.formatting.times import moment
from sodasheet.desk.portal_session import open_session
from sodasheet.errors import Refused, SodaSheetError, UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.portal.dataset_address import Address, host_of, parse_portal
from sodasheet.wording import listed

if TYPE_CHECKING:
    from sodasheet.portal.catalog_search import CatalogEntry
    from sodasheet.portal.http.session import PortalSession

Opener = Callable[[str], "PortalSession"]

#: Characters that occur only in addresses; search words may contain almost anything else.
_ADDRESS = re.compile(r"://|^\S+\.\S+/\S")

#: A portal's address followed by a dataset.
_DATASET = re.compile(r"\S\.\S+/\S*\b[a-z0-9]{4}-[a-z0-9]{4}\b", re.IGNORECASE)

_RIGHTS = {"add": "add", "write": "change", "delete": "delete"}

#: How many datasets the list shows.
MOST = 50


@dataclass(frozen=True, slots=True)
class Search:
    """Search words for a portal's catalog; without words, the catalog is listed."""

    portal: str
    words: str


@dataclass(frozen=True, slots=True)
class Details:
    """A dataset in the list of the page; `refusal` says why users can't choose the dataset."""

    dataset: Dataset
    facts: tuple[tuple[str, str], ...]
    may: str
    refusal: str = ""
    note: str = ""
    signed: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """Content of the page: a list of datasets, one of them in full, or an error."""

    entries: tuple[CatalogEntry, ...] = ()
    details: Details | None = None
    error: SodaSheetError | None = None
    address: bool = False


def wanted(text: str, portal: str) -> Address | Search | None:
    """Interpret the text: one dataset, or words to search a portal with.

    A dataset's whole address is understood in either field. None while there is nothing to go by.
    Raises UsageProblem for an address that can't be read.
    """
    text = text.strip()
    if not text and _DATASET.search(portal):
        return Address.parse(portal)
    base = parse_portal(portal) if portal.strip() else None
    try:
        return Address.parse(text, base)
    except UsageProblem:
        if _ADDRESS.search(text):
            raise
    return Search(base, text) if base else None


class Catalog:
    """The datasets of portals, with one session for each account; safe for several threads."""

    def __init__(self, opener: Opener = open_session) -> None:
        self._opener = opener
        self._sessions: dict[tuple[str, str], PortalSession] = {}
        self._lock = Lock()

    def find(self, text: str, portal: str, chosen: str) -> Found:
        """Search, and describe the dataset that is `chosen` or else the first dataset; slow.

        Whatever goes wrong is in `error`.
        """
        try:
            meant = wanted(text, portal)
            if meant is None:
                return Found()
            if isinstance(meant, Address):
                return Found(details=self.details(meant), address=True)
            entries = tuple(self._search(meant))
        except SodaSheetError as error:
            return Found(error=error)
        ids = [entry.id for entry in entries]
        first = chosen if chosen in ids else ids[0] if ids else ""
        if not first:
            return Found(entries)
        try:
            return Found(entries, self.details(Address(meant.portal, first)))
        except SodaSheetError as error:
            return Found(entries, error=error)

    def details(self, address: Address) -> Details:
        """Describe a dataset, and the user's right to push. Raises SodaSheetError."""
        from sodasheet.portal.dataset import read_dataset
        from sodasheet.portal.soda2.rows_client import RowsClient

        session = self._session(address.portal)
        dataset = read_dataset(session, address.dataset)
        rows = None if dataset.refusal else RowsClient(session, dataset).count()
        return described(dataset, rows, signed=session.signed)

    def _search(self, search: Search) -> list[CatalogEntry]:
        from sodasheet.portal.catalog_search import search as look

        return look(self._session(search.portal), search.words, MOST)

    def _session(self, portal: str) -> PortalSession:
        """The session of the account that is in use now; signing in makes a new session."""
        from sodasheet.desk.sign_in.try_and_save_key import known_key

        name = (portal, known_key(portal))
        with self._lock:
            if name not in self._sessions:
                self._sessions[name] = self._opener(portal)
            return self._sessions[name]


def described(dataset: Dataset, rows: int | None, *, signed: bool) -> Details:
    """Describe a dataset, with the reason if no push to the dataset is possible."""
    identifier = dataset.identifier
    facts = (
        ("Portal", host_of(dataset.portal)),
        ("Rows", count(rows)),
        ("Columns", f"{len(dataset.fillable):,}"),
        ("Row identifier", identifier.name if identifier else "none"),
        ("Updated", moment(dataset.updated)),
        *((("Update frequency", dataset.frequency),) if dataset.frequency else ()),
        ("ID", dataset.id),
    )
    # The rights of a user who has not signed in yet mean nothing.
    refusal = _refusal(dataset) if signed or dataset.refusal else ""
    if refusal or not signed:
        return Details(dataset, facts, "", refusal, signed=signed)
    return Details(dataset, facts, _rights(dataset), note=_missing_methods(dataset))


def _rights(dataset: Dataset) -> str:
    verbs = [verb for right, verb in _RIGHTS.items() if right in dataset.rights]
    return f"You can {listed(verbs)} rows" if verbs else ""


def _refusal(dataset: Dataset) -> str:
    """Return the reason if no method can push to the dataset; else an empty string."""
    refusals = {method: _refused(dataset, method) for method in Method}
    return refusals[Method.UPSERT] if all(refusals.values()) else ""


def _refused(dataset: Dataset, method: Method) -> str:
    from sodasheet.portal.dataset import require_rights

    try:
        require_rights(dataset, method)
    except Refused as error:
        return str(error)
    return ""


def _missing_methods(dataset: Dataset) -> str:
    """Methods that this dataset or the user's rights don't allow."""
    barred = [method.value for method in Method if _refused(dataset, method)]
    if dataset.identifier is None:
        return "It has no row identifier, so rows can only be added, or all rows replaced."
    return f"Your rights don’t allow: {listed(barred)}." if barred else ""
