"""Freshness of the datasets that are pushed from here, against what their portals declare.

The portals are asked after the page is there, at most every quarter of an hour; a file keeps the
answers, so that the page shows the last ones at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.desk.portal_session import open_session
from sodasheet.desk.server.open_requests import desk_folder
from sodasheet.desk.words.times import duration, moment
from sodasheet.errors import SodaSheetError
from sodasheet.portal.update_frequency import parse_frequency
from sodasheet.system.paths import write_whole

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: A dataset: the portal's address and the dataset's id.
Key = tuple[str, str]
Opener = Callable[[str], "PortalSession"]

#: How long an answer is good, and how many datasets are asked about at once, and at all.
GOOD, AT_ONCE, MOST = timedelta(minutes=15), 4, 40


@dataclass(frozen=True, slots=True)
class Declared:
    """Answer of a portal: a dataset's declared frequency, and when its rows last changed."""

    frequency: str
    updated: str
    asked: str

    def badge(self, now: datetime) -> tuple[str, str, str]:
        """Return tone, word and explanation, all empty if there is nothing to compare."""
        frequency = parse_frequency(self.frequency)
        if frequency is None or not self.updated:
            return "", "", f"Declared: {self.frequency or 'no update frequency'}."
        updated = datetime.fromisoformat(self.updated)
        told = f"Declared: {frequency.words}. Updated {moment(self.updated, now)}."
        late = frequency.late_by(updated, now)
        if late is None:
            return "good", "On time", told
        return "warn", f"{duration(late.total_seconds())} late", told


def known() -> dict[Key, Declared]:
    """Return the answers of earlier questions."""
    try:
        body = json.loads(_path().read_bytes())
        return {(one["portal"], one["dataset"]): Declared(**one["declared"]) for one in body}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def ask(keys: Iterable[Key], now: datetime, opener: Opener = open_session) -> bool:
    """Ask the portals about datasets whose answers are old; True if anything is different now.

    A portal that doesn't answer leaves the earlier answer as it was.
    """
    before = known()
    old = [key for key in list(keys)[:MOST] if _is_old(before.get(key), now)]
    if not old:
        return False
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = dict(zip(old, pool.map(lambda key: _asked(key, now, opener), old), strict=True))
    after = {**before, **{key: one for key, one in answers.items() if one is not None}}
    _write(after)
    return {key: _facts(one) for key, one in before.items()} != {
        key: _facts(one) for key, one in after.items()
    }


def _facts(one: Declared) -> tuple[str, str]:
    return one.frequency, one.updated


def _is_old(one: Declared | None, now: datetime) -> bool:
    if one is None:
        return True
    with suppress(ValueError):
        return now - datetime.fromisoformat(one.asked) > GOOD
    return True


def _asked(key: Key, now: datetime, opener: Opener) -> Declared | None:
    from sodasheet.portal.dataset import read_dataset

    portal, dataset = key
    found = None
    # Most datasets are public: the credential store, which may ask something, is not needed.
    for open_one in (_anonymous, opener):
        with suppress(SodaSheetError), open_one(portal) as session:
            found = read_dataset(session, dataset)
            break
    if found is None:
        return None
    updated = found.updated.isoformat() if found.updated else ""
    return Declared(found.frequency, updated, now.astimezone(UTC).isoformat(timespec="seconds"))


def _anonymous(portal: str) -> PortalSession:
    from sodasheet.portal.connect import connect_without_key
    from sodasheet.portal.http.retries import Patience

    return connect_without_key(portal, Patience(connect=5, read=15, tries=0, unreachable=0))


def _write(answers: Mapping[Key, Declared]) -> None:
    body = [
        {"portal": portal, "dataset": dataset, "declared": asdict(one)}
        for (portal, dataset), one in answers.items()
    ]
    # A disk that is full costs the memory of these answers and nothing else.
    with suppress(OSError):
        write_whole(_path(), json.dumps(body, ensure_ascii=False))


def _path() -> Path:
    return desk_folder() / "freshness.json"
