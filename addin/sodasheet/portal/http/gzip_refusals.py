"""Portals that are known to refuse gzipped rows, remembered on this computer."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from sodasheet.system.paths import home, write_whole

_NAME = "plain-portals.json"


def takes_gzip(portal: str) -> bool:
    """True unless the portal has refused gzipped rows before."""
    return portal not in _known()


def note_plain(portal: str) -> None:
    """Remember that the portal took uncompressed rows after refusing gzip."""
    known = _known()
    if portal not in known:
        # Not to remember it costs one refused request at the next push, and no more.
        with suppress(OSError):
            write_whole(_path(), json.dumps(sorted({*known, portal}), indent=1))


def _known() -> set[str]:
    try:
        body = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {one for one in body if isinstance(one, str)} if isinstance(body, list) else set()


def _path() -> Path:
    return home() / _NAME
