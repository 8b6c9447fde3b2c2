"""Freshness of the datasets that are pushed from here, compared with the declared frequency.

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

from sodasheet.desk.formatting.times import duration, local_time, moment
from sodasheet.desk.portal_session import open_session
from sodasheet.desk.server.page_opening_files import desk_folder
from sodasheet.errors import SodaSheetError
from sodasheet.portal.update_frequency import parse_frequency
from sodasheet.system.atomic_files import read_json
from sodasheet.system.dataclass_from_json import read_if_whole
from sodasheet.system.folders import write_whole

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: A dataset: the portal's address and the dataset's id.
Key = tuple[str, str]
Opener = Callable[[str], "PortalSession"]

#: How long an answer is valid, and how many datasets are asked about at once and in total.
GOOD, AT_ONCE, MOST = timedelta(minutes=15), 4, 40


@dataclass(frozen=True, slots=True)
class Declared:
    """Answer of a portal: a dataset's declared frequency, and when its rows last changed."""

    frequency: str
    updated: str

    def badge(self, now: datetime) -> tuple[str, str, str]:
        """Return tone, word and explanation, all empty if there is nothing to compare."""
        frequency = parse_frequency(self.frequency)
        if frequency is None or not self.updated:
            return "", "", f"Declared: {self.frequency or 'no update frequency'}."
        updated = local_time(self.updated)
        if updated is None:
            return "", "", ""
        told = f"Declared: {frequency.words}. Updated {moment(self.updated, now)}."
        late = frequency.late_by(updated, now)
        if late is None:
            return "good", "On time", told
        return "warn", f"{duration(late.total_seconds())} late", told


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last question about a dataset, and the newest answer of any age, or None."""

    tried: str
    declared: Declared | None

    def is_old(self, now: datetime) -> bool:
        """True if the portal may be asked again."""
        tried = local_time(self.tried)
        return tried is None or abs(now - tried) > GOOD


@dataclass(frozen=True, slots=True)
class _Dataset:
    portal: str
    dataset: str
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class _Written:
    """Content of the file."""

    datasets: tuple[_Dataset, ...] = ()


def known() -> dict[Key, Declared]:
    """Return the answers to earlier questions."""
    return _answers(_attempts())


def ask(keys: Iterable[Key], now: datetime, opener: Opener = open_session) -> bool:
    """Ask the portals about datasets whose answers are old; True if anything has changed.

    If a portal doesn't answer, the earlier answer stays, and the portal is not asked again before
    the same pause is over.
    """
    before = _attempts()
    old = _oldest(keys, before, now)
    if not old:
        return False
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda key: _asked(key, opener), old))
    tried = now.astimezone(UTC).isoformat(timespec="seconds")
    after = dict(before)
    for key, answer in zip(old, answers, strict=True):
        earlier = before[key].declared if key in before else None
        after[key] = Attempt(tried, answer or earlier)
    _write(after)
    return _facts(before) != _facts(after)


def _oldest(keys: Iterable[Key], before: Mapping[Key, Attempt], now: datetime) -> list[Key]:
    """Return the datasets to ask about, up to a limit, untried datasets first."""
    old = [key for key in dict.fromkeys(keys) if key not in before or before[key].is_old(now)]
    # All times are in UTC and in one format, so they sort as text.
    old.sort(key=lambda key: before[key].tried if key in before else "")
    return old[:MOST]


def _answers(attempts: Mapping[Key, Attempt]) -> dict[Key, Declared]:
    return {key: one.declared for key, one in attempts.items() if one.declared is not None}


def _facts(attempts: Mapping[Key, Attempt]) -> dict[Key, tuple[str, str]]:
    return {key: (one.frequency, one.updated) for key, one in _answers(attempts).items()}


def _attempts() -> dict[Key, Attempt]:
    written = read_if_whole(_Written, read_json(_path())) or _Written()
    return {(one.portal, one.dataset): one.attempt for one in written.datasets}


def _asked(key: Key, opener: Opener) -> Declared | None:
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
    return Declared(found.frequency, updated)


def _anonymous(portal: str) -> PortalSession:
    from sodasheet.portal.connect import SessionOptions, connect_as
    from sodasheet.portal.http.retries import Patience

    patience = Patience(connect=5, read=15, tries=0, unreachable=0)
    return connect_as(portal, None, SessionOptions(patience=patience))


def _write(attempts: Mapping[Key, Attempt]) -> None:
    datasets = (_Dataset(portal, dataset, one) for (portal, dataset), one in attempts.items())
    body = asdict(_Written(tuple(datasets)))
    # A full disk only loses these answers.
    with suppress(OSError):
        write_whole(_path(), json.dumps(body, ensure_ascii=False))


def _path() -> Path:
    return desk_folder() / "freshness.json"
