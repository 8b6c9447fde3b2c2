"""Traits of portals that only a push shows, remembered on this computer."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from sodasheet.system.paths import home, write_whole

#: The portal has refused gzipped rows and taken them as they are.
PLAIN = "plain-portals"

#: The portal counts every write to a dataset as one.
COUNTS_WRITES = "counting-portals"

#: The portal does not tell how often a dataset was written.
NO_VERSIONS = "portals-without-versions"


def knows(trait: str, portal: str) -> bool:
    """Return True if the portal has shown the trait before."""
    return portal in _known(trait)


def learn(trait: str, portal: str) -> None:
    """Remember that the portal has the trait."""
    known = _known(trait)
    if portal not in known:
        # A trait that is not remembered shows itself again at the next push.
        with suppress(OSError):
            write_whole(_path(trait), json.dumps(sorted({*known, portal}), indent=1))


def _known(trait: str) -> set[str]:
    try:
        body = json.loads(_path(trait).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {one for one in body if isinstance(one, str)} if isinstance(body, list) else set()


def _path(trait: str) -> Path:
    return home() / f"{trait}.json"
