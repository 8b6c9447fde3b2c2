"""Places of addresses that a portal has found, stored on this computer for 90 days.

A daily push asks only for the addresses that are new. What cannot be read is asked for again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sodasheet.system.folders import home, make_private

_LASTS = timedelta(days=90)

#: How many addresses one statement asks for.
_AT_ONCE = 500

Place = tuple[str, str]


def recall_places(portal: str, keys: Sequence[str]) -> dict[str, Place]:
    """Return the known places among these addresses."""
    found: dict[str, Place] = {}
    with suppress(OSError, sqlite3.Error), _opened(portal) as database:
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = database.execute(
                f"SELECT address, latitude, longitude FROM places WHERE address IN ({marks})",
                some,
            )
            found |= {address: (latitude, longitude) for address, latitude, longitude in rows}
    return found


def remember_places(portal: str, places: Mapping[str, Place | None]) -> None:
    """Store the found places; a folder that cannot be written is not a failure."""
    now = _now().isoformat(timespec="seconds")
    rows = [(key, *place, now) for key, place in places.items() if place is not None]
    with suppress(OSError, sqlite3.Error), _opened(portal) as database, database:
        database.executemany("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?)", rows)


@contextmanager
def _opened(portal: str) -> Iterator[sqlite3.Connection]:
    path = _path(portal)
    make_private(path.parent)
    with closing(sqlite3.connect(path, timeout=10)) as database:
        with database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS places (address TEXT PRIMARY KEY, latitude TEXT,"
                " longitude TEXT, at TEXT) WITHOUT ROWID"
            )
            oldest = (_now() - _LASTS).isoformat(timespec="seconds")
            database.execute("DELETE FROM places WHERE at < ?", (oldest,))
        yield database


def _path(portal: str) -> Path:
    parts = urlsplit(portal)
    host = f"{parts.hostname}-{parts.port}" if parts.port else str(parts.hostname)
    return home() / "places" / f"{host.replace(':', '_')}.sqlite3"


def _now() -> datetime:
    return datetime.now(UTC)
