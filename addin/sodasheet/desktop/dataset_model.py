"""What the window Choose dataset decides and says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from sodasheet.credentials.accounts import latest_portal, list_accounts
from sodasheet.credentials.keychain import ATTENDED, find
from sodasheet.desktop.notice import NOTHING, Notice, Tone
from sodasheet.errors import Refused, SodaSheetError, UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.portal.address import Address, host_of, parse_portal

if TYPE_CHECKING:
    from sodasheet.portal.catalog import CatalogEntry
    from sodasheet.portal.http.session import PortalSession

Opener = Callable[[str], "PortalSession"]

#: What only an address can hold; words to search for may hold almost anything else.
_ADDRESS = re.compile(r"://|^\S+\.\S+/\S")

#: A portal's address that goes on to a dataset.
_DATASET = re.compile(r"\S\.\S+/\S*\b[a-z0-9]{4}-[a-z0-9]{4}\b", re.IGNORECASE)

_RIGHTS = {"add": "add", "write": "change", "delete": "delete"}

#: How many datasets the list shows.
MOST = 50


@dataclass(frozen=True, slots=True)
class Search:
    """Words to look for in a portal's catalogue; none at all list what is there."""

    portal: str
    words: str


@dataclass(frozen=True, slots=True)
class Details:
    """A dataset as the window shows it; it can be chosen unless there is a `refusal`."""

    dataset: Dataset
    facts: tuple[tuple[str, str], ...]
    refusal: str = ""
    notice: Notice = NOTHING


def wanted(text: str, portal: str) -> Address | Search | None:
    """What the user means by the text: one dataset, or words to search a portal with.

    A dataset's whole address is understood in either field. None while there is nothing to go by.
    Raises UsageProblem for an address that is none.
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


def portals() -> tuple[str, ...]:
    """The portals that somebody has signed in to on this computer, the latest first."""
    try:
        known = [one.host for one in list_accounts() if one.kind == "portal"]
        return tuple(dict.fromkeys([latest_portal(), *known])) if known else ()
    except SodaSheetError:
        return ()


def as_signed_in(portal: str) -> PortalSession:
    """A session as whoever is signed in, or as anybody where nobody is."""
    from sodasheet.portal.http.session import PortalSession

    return PortalSession(portal, find(portal, deadline=ATTENDED))


class Catalogue:
    """What portals have, one session for each; slow, and safe to use from several threads.

    Every method raises SodaSheetError.
    """

    def __init__(self, opener: Opener = as_signed_in) -> None:
        self._opener = opener
        self._sessions: dict[str, PortalSession] = {}
        self._lock = Lock()

    def search(self, search: Search) -> list[CatalogEntry]:
        """Datasets that fit the words."""
        from sodasheet.portal.catalog import search as look

        return look(self._session(search.portal), search.words, MOST)

    def details(self, address: Address) -> Details:
        """The dataset as its portal describes it, and whether it can be pushed to."""
        from sodasheet.portal.dataset import read_dataset
        from sodasheet.portal.soda2.rows import RowsClient

        session = self._session(address.portal)
        dataset = read_dataset(session, address.dataset)
        rows = None if dataset.refusal else RowsClient(session, dataset).count()
        return described(dataset, rows, signed=session.signed)

    def close(self) -> None:
        """Give the connections back."""
        for session in self._sessions.values():
            session.close()

    def _session(self, portal: str) -> PortalSession:
        with self._lock:
            if portal not in self._sessions:
                self._sessions[portal] = self._opener(portal)
            return self._sessions[portal]


def described(dataset: Dataset, rows: int | None, *, signed: bool) -> Details:
    """The dataset in words, with the reason where no push can go there."""
    identifier = dataset.identifier
    facts = (
        ("Portal", host_of(dataset.portal)),
        ("Id", dataset.id),
        ("Rows", "-" if rows is None else f"{rows:,}"),
        ("Columns", f"{len(dataset.fillable):,}"),
        ("Last update", moment(dataset.updated) or "not told"),
        ("Row identifier", identifier.label if identifier else "none"),
        ("You may", _rights(dataset, signed)),
    )
    # What somebody may do who has not signed in yet says nothing.
    refusal = _refusal(dataset) if signed or dataset.refusal else ""
    if refusal:
        return Details(dataset, facts, refusal, Notice(refusal, Tone.BAD))
    if not signed:
        told = f"You are not signed in to {host_of(dataset.portal)}; sign in before you push."
        return Details(dataset, facts, "", Notice(told, Tone.CARE))
    return Details(dataset, facts, "", _missing_methods(dataset))


def moment(when: datetime | None) -> str:
    """A moment by the clock of this computer; empty where there is none."""
    try:
        return when.astimezone().strftime("%Y-%m-%d %H:%M") if when else ""
    except (OverflowError, OSError, ValueError):
        return ""


def _rights(dataset: Dataset, signed: bool) -> str:
    if dataset.refusal:
        return "-"
    if not signed:
        return "read, as everybody may"
    if not dataset.rights:
        return "not told"
    verbs = [verb for right, verb in _RIGHTS.items() if right in dataset.rights]
    return f"{', '.join(verbs)} rows" if verbs else "only read"


def _refusal(dataset: Dataset) -> str:
    """Why no push by any method can go there, or empty."""
    refusals = {method: _refused(dataset, method) for method in Method}
    return refusals[Method.UPSERT] if all(refusals.values()) else ""


def _refused(dataset: Dataset, method: Method) -> str:
    from sodasheet.portal.dataset import require_rights

    try:
        require_rights(dataset, method)
    except Refused as error:
        return str(error)
    return ""


def _missing_methods(dataset: Dataset) -> Notice:
    """Methods that this dataset or these rights do not allow."""
    barred = [method.value for method in Method if _refused(dataset, method)]
    if barred:
        return Notice(f"Your rights do not allow: {', '.join(barred)}.", Tone.CARE)
    if dataset.identifier is None:
        return Notice("It has no row identifier, so only append and replace are possible.")
    return NOTHING
