"""Facts learned about a portal, stored on this computer for 90 days.

Values are those of the contract's guesses (socrata_contract). A portal of which nothing is known,
or whose file cannot be read, has the assumed values. Traits are facts that only a push shows and
that the contract has no guess for. Portals change, so what was learned long ago is forgotten and
learned again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from socrata_contract import GUESSES
from sodasheet.portal.dataset_address import parse_portal
from sodasheet.system.folders import home, write_whole

#: The portal refused gzipped rows but accepted uncompressed rows.
REFUSES_GZIP = "refuses gzip"

#: The portal does not say in advance whether a change has to be approved.
NO_GUIDANCE = "no guidance about approvals"

_LASTS = timedelta(days=90)

#: Maximum length of a trait's name in a file.
_LONGEST = 80


def counts_writes(kind: str) -> str:
    """Return the trait of a portal that counts a write of this kind as a single write."""
    return f"counts one write: {kind}"


def no_versions(dataset: str) -> str:
    """Return the trait of a portal that does not report how often this dataset was written."""
    return f"no versions: {dataset}"


def recall(portal: str) -> dict[str, str]:
    """Return the known values of a portal, by guess; only values in the contract."""
    return {name: value for name, (value, _) in _read(portal).guesses.items()}


def value_of(portal: str, guess: str) -> str:
    """Return the value of a guess for a portal: the known value, or else the assumption."""
    return recall(portal).get(guess, GUESSES[guess].assumed)


def remember(portal: str, values: Mapping[str, str]) -> None:
    """Add to the known values of a portal; an unwritable folder is not a failure."""
    known = _read(portal)
    known.guesses |= {k: (v, _today()) for k, v in values.items() if v in GUESSES[k].values}
    _write(portal, known)


def has_shown(portal: str, trait: str) -> bool:
    """Return True if the portal has shown the trait before."""
    return trait in _read(portal).traits


def note_shown(portal: str, trait: str) -> None:
    """Store that the portal has shown the trait, as of today."""
    known = _read(portal)
    if known.traits.get(trait) != _today():
        known.traits[trait] = _today()
        _write(portal, known)


@dataclass(slots=True)
class _Known:
    """The facts about a portal that are not too old, each with the day when it was learned."""

    guesses: dict[str, tuple[str, date]] = field(default_factory=dict)
    traits: dict[str, date] = field(default_factory=dict)


def _path(portal: str) -> Path:
    return home() / "portals" / _file_name(portal)


@lru_cache(maxsize=32)
def _file_name(portal: str) -> str:
    name = re.sub(r"[^a-z0-9.-]+", "_", parse_portal(portal).partition("://")[2].lower())
    return f"{name}.json"


def _read(portal: str) -> _Known:
    """Return a copy of a portal's facts, for the caller to change and write."""
    with suppress(OSError, ValueError):
        path = _path(portal)
        state = path.stat()
        known = _parsed(path, (state.st_ino, state.st_mtime_ns, state.st_size), _today())
        return _Known(dict(known.guesses), dict(known.traits))
    return _Known()


@lru_cache(maxsize=32)
def _parsed(path: Path, version: tuple[int, int, int], today: date) -> _Known:
    """Return the facts in a file, cached because a push needs them a dozen times."""
    found = json.loads(path.read_text("utf-8"))
    written = datetime.fromtimestamp(version[1] / 1e9, UTC).date()
    return _fresh(found, written, today) if isinstance(found, dict) else _Known()


def _fresh(found: Mapping[str, Any], written: date, today: date) -> _Known:
    """Return the facts in a file that are in the contract and not too old."""
    days = _mapping(found.get("learned"))
    guesses = {
        name: (value, _day(days.get(name), written))
        for name, value in _mapping(found.get("guesses")).items()
        if name in GUESSES and value in GUESSES[name].values
    }
    traits = {
        name: _day(day, written)
        for name, day in _mapping(found.get("traits")).items()
        if len(name) <= _LONGEST
    }
    oldest = today - _LASTS
    return _Known(
        {name: one for name, one in guesses.items() if one[1] >= oldest},
        {name: day for name, day in traits.items() if day >= oldest},
    )


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _write(portal: str, known: _Known) -> None:
    text = json.dumps(
        {
            "portal": parse_portal(portal),
            "guesses": {name: value for name, (value, _) in known.guesses.items()},
            "learned": {name: day.isoformat() for name, (_, day) in known.guesses.items()},
            "traits": {name: day.isoformat() for name, day in known.traits.items()},
        },
        indent=1,
    )
    with suppress(OSError):
        write_whole(_path(portal), text)


def _day(text: object, otherwise: date) -> date:
    """Return the stored day of a fact; in files of earlier versions, the day of the file."""
    with suppress(ValueError):
        return date.fromisoformat(str(text))
    return otherwise


def _today() -> date:
    return datetime.now(UTC).date()
