"""One-time tickets: only a window that we open ourselves gets access.

A ticket is a random word that is good once and for two minutes. The desk's folder contains only its
hash and the page that it opens. The word itself reaches the browser in a file that only this
user can read and that is gone once it was used, never on a command line or in an address.
"""

from __future__ import annotations

import hashlib
import html
import json
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sodasheet.desk.server.page_opening_files import Opening, desk_folder
from sodasheet.system.atomic_files import read_json
from sodasheet.system.dataclass_from_json import DamagedError, read_as
from sodasheet.system.folders import write_whole

#: Seconds for which a ticket is valid: a browser may have to start first.
LIFETIME = 120.0

#: Endings of a ticket's file, and of the file that takes the ticket to the browser.
_TICKET, _DOOR_FILE = ".ticket", ".html"

_DOOR = """<!doctype html>
<html lang="en-US"><head><meta charset="utf-8"><title>SodaSheet</title>
<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark"></head>
<body><form method="post" action="{address}/enter">
<input type="hidden" name="ticket" value="{word}">
<noscript><p><button>Open SodaSheet</button></p></noscript></form>
<script>document.forms[0].submit()</script></body></html>
"""


@dataclass(frozen=True, slots=True)
class _Ticket:
    """Content of a ticket's file."""

    page: str
    time: float


def issue_ticket(opening: Opening) -> str:
    """Return a new ticket for a page. Raises OSError."""
    word = secrets.token_urlsafe(32)
    _forget_old()
    write_whole(_path(word), json.dumps(asdict(_Ticket(opening.page, time.time()))))
    return word


def redeem_ticket(word: str) -> str | None:
    """Return the page that a ticket opens, once; None if used, expired or forged."""
    path = _path(word)
    # Whoever moves the file away first has the ticket: two windows can't use it both.
    mine = path.with_suffix(f".{secrets.token_hex(4)}")
    try:
        path.rename(mine)
        ticket = read_as(_Ticket, read_json(mine))
    except (OSError, DamagedError):
        return None
    finally:
        mine.unlink(missing_ok=True)
        _door(word).unlink(missing_ok=True)
    return ticket.page if 0 <= time.time() - ticket.time < LIFETIME else None


def tickets_waiting() -> bool:
    """True if a window is about to open with a valid ticket."""
    # A window that never opened would keep the desk running forever.
    _forget_old()
    return any(_folder().glob(f"*{_TICKET}"))


def write_door(address: str, word: str) -> Path:
    """Write the file that sends a ticket to the desk at `address`. Raises OSError."""
    path = _door(word)
    write_whole(path, _DOOR.format(address=html.escape(address), word=html.escape(word)))
    return path


def _forget_old() -> None:
    """Remove expired tickets and their files.

    Their age is told by the time within: the clock of a file share may be hours off.
    """
    tickets_first = sorted(_folder().glob("*"), key=lambda path: path.suffix != _TICKET)
    for path in tickets_first:
        with suppress(OSError):
            if path.suffix == _TICKET:
                gone = not _is_good(path)
            elif path.suffix == _DOOR_FILE:
                gone = not path.with_suffix(_TICKET).exists()
            else:  # left behind while a ticket was used
                gone = time.time() - path.stat().st_mtime > LIFETIME
            if gone:
                path.unlink()


def _is_good(path: Path) -> bool:
    try:
        ticket = read_as(_Ticket, read_json(path))
    except DamagedError:
        return False
    return 0 <= time.time() - ticket.time < LIFETIME


def _folder() -> Path:
    return desk_folder() / "tickets"


def _name(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()


def _path(word: str) -> Path:
    return _folder() / f"{_name(word)}{_TICKET}"


def _door(word: str) -> Path:
    return _folder() / f"{_name(word)}{_DOOR_FILE}"
