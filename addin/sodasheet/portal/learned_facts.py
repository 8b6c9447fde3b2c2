"""Facts that were learned about a portal, remembered on this computer.

Values are those of the contract's guesses (socrata_contract). A portal of which nothing is known,
or whose file cannot be read, has the assumed values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from socrata_contract import GUESSES
from sodasheet.portal.address import parse_portal
from sodasheet.system.paths import home, write_whole


def _path(portal: str) -> Path:
    name = re.sub(r"[^a-z0-9.-]+", "_", parse_portal(portal).partition("://")[2].lower())
    return home() / "portals" / f"{name}.json"


def recall(portal: str) -> dict[str, str]:
    """Return the known values of a portal, by guess; only values that the contract has."""
    with suppress(OSError, ValueError):
        found = json.loads(_path(portal).read_text("utf-8"))
        if isinstance(found, dict) and isinstance(found.get("guesses"), dict):
            return {
                name: value
                for name, value in found["guesses"].items()
                if name in GUESSES and value in GUESSES[name].values
            }
    return {}


def value_of(portal: str, guess: str) -> str:
    """Return the value of a guess for a portal: what is known, else what is assumed."""
    return recall(portal).get(guess, GUESSES[guess].assumed)


def remember(portal: str, values: Mapping[str, str]) -> None:
    """Add to the known values of a portal; a folder that cannot be written is no failure."""
    known = recall(portal) | {k: v for k, v in values.items() if v in GUESSES[k].values}
    text = json.dumps({"portal": parse_portal(portal), "guesses": known}, indent=1)
    with suppress(OSError):
        write_whole(_path(portal), text)
