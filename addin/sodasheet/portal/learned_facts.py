"""Facts that were learned about a portal, remembered on this computer for 90 days.

Values are those of the contract's guesses (socrata_contract). A portal of which nothing is known,
or whose file cannot be read, has the assumed values. Portals change, so what was learned long ago
is forgotten and learned again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from socrata_contract import GUESSES
from sodasheet.portal.address import parse_portal
from sodasheet.system.paths import home, write_whole

_LASTS = timedelta(days=90)


def _path(portal: str) -> Path:
    name = re.sub(r"[^a-z0-9.-]+", "_", parse_portal(portal).partition("://")[2].lower())
    return home() / "portals" / f"{name}.json"


def recall(portal: str) -> dict[str, str]:
    """Return the known values of a portal, by guess; only values that the contract has."""
    return {name: value for name, (value, _) in _known(portal).items()}


def value_of(portal: str, guess: str) -> str:
    """Return the value of a guess for a portal: what is known, else what is assumed."""
    return recall(portal).get(guess, GUESSES[guess].assumed)


def remember(portal: str, values: Mapping[str, str]) -> None:
    """Add to the known values of a portal; a folder that cannot be written is no failure."""
    learned = {k: (v, _today()) for k, v in values.items() if v in GUESSES[k].values}
    known = _known(portal) | learned
    text = json.dumps(
        {
            "portal": parse_portal(portal),
            "guesses": {name: value for name, (value, _) in known.items()},
            "learned": {name: day.isoformat() for name, (_, day) in known.items()},
        },
        indent=1,
    )
    with suppress(OSError):
        write_whole(_path(portal), text)


def _known(portal: str) -> dict[str, tuple[str, date]]:
    """Return the values that are not too old, with the day on which each was learned."""
    with suppress(OSError, ValueError):
        path = _path(portal)
        found = json.loads(path.read_text("utf-8"))
        if isinstance(found, dict) and isinstance(found.get("guesses"), dict):
            days = found.get("learned")
            days = days if isinstance(days, dict) else {}
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
            dated = {
                name: (value, _day(days.get(name), written))
                for name, value in found["guesses"].items()
                if name in GUESSES and value in GUESSES[name].values
            }
            return {k: one for k, one in dated.items() if _today() - one[1] <= _LASTS}
    return {}


def _day(text: object, otherwise: date) -> date:
    """Return a day that was written down; files of earlier versions have the day of the file."""
    with suppress(ValueError):
        return date.fromisoformat(str(text))
    return otherwise


def _today() -> date:
    return datetime.now(UTC).date()
