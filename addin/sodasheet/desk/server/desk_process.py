"""The desk's process: one per user; later processes hand over their page and exit."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from sodasheet.desk.server.browser_window import app_browser, open_window
from sodasheet.desk.server.desk_still_needed import Presence
from sodasheet.desk.server.one_time_tickets import issue_ticket, tickets_waiting, write_door
from sodasheet.desk.server.page_opening_files import Opening, desk_folder
from sodasheet.desk.unwritable_folder import unwritable
from sodasheet.errors import SodaSheetError
from sodasheet.system.atomic_files import read_json
from sodasheet.system.dataclass_from_json import read_if_whole
from sodasheet.system.folders import make_private, write_whole

if TYPE_CHECKING:
    from flask import Flask

#: Seconds between two checks if the desk is still needed, and to wait for a starting desk.
LOOK, STARTING = 1.0, 20.0

#: Number of simultaneous requests; a running task occupies one per window.
THREADS = 24

#: Seconds after which a connection without a request is closed.
QUIET = 10

#: Makes the application that is reached at a host (name and port).
Application = Callable[[str, Presence], "Flask"]


@dataclass(frozen=True, slots=True)
class Served:
    """The application that the process serves; `busy` is true while tasks run."""

    application: Application
    busy: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Running:
    """The running desk, for processes that start later."""

    address: str
    pid: int


def run_desk(opening: Opening, desk: Served) -> None:
    """Show a page in the running desk, or become the desk for as long as needed.

    Raises SodaSheetError if no window opens, or SodaSheet's folder can't be written.
    """
    folder = desk_folder()
    try:
        make_private(folder)
        lock = FileLock(folder / "desk.lock")
        # First, so that a desk that is about to exit sees the ticket and stays.
        ticket = issue_ticket(opening)
        until = time.monotonic() + STARTING
        while True:
            with suppress(Timeout):
                lock.acquire(timeout=0)
                break
            if (address := _address()) is not None:
                open_window(write_door(address, ticket), small=opening.small)
                return
            if time.monotonic() > until:
                raise SodaSheetError(
                    "The desk is starting or ending and doesn’t answer.", "Open it again."
                )
            time.sleep(0.05)
        try:
            _serve(opening, desk, ticket)
        finally:
            lock.release()
    except OSError as error:
        raise unwritable(folder, error) from error


def _serve(opening: Opening, desk: Served, ticket: str) -> None:
    """Serve on a separate port until nothing needs the desk anymore."""
    listener = _listening()
    host = f"{_name()}:{listener.getsockname()[1]}"
    address = f"http://{host}"
    presence = Presence(lambda: desk.busy() or tickets_waiting())
    try:
        _announce(address)
        # The browser starts while the pages load; its first requests wait on the port.
        open_window(write_door(address, ticket), small=opening.small)
        server = _server(listener, desk.application(host, presence))
        Thread(target=server.run, name="desk", daemon=True).start()
        while not _ended(presence, address):
            time.sleep(LOOK)
        server.close()
    finally:
        _state().unlink(missing_ok=True)
        listener.close()


def _listening() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform == "win32":
        # Nobody else may listen on the same port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def _server(listener: socket.socket, application: Flask) -> Any:
    from waitress.server import create_server

    from sodasheet.desk.server.flask_app import LARGEST_FORM

    options: dict[str, Any] = {
        "threads": THREADS,
        "clear_untrusted_proxy_headers": True,
        # The server collects a body before checking who sent it: no other user of this computer may
        # fill our disk.
        "max_request_body_size": LARGEST_FORM,
        # Idle connections are closed soon, and many are allowed, so that another program can't lock
        # the user out by holding some. Windows waits for at most
        # 512 sockets at a time.
        "connection_limit": 400,
        "channel_timeout": QUIET,
        "cleanup_interval": 2,
    }
    return create_server(application, sockets=[listener], ident=None, **options)


def _ended(presence: Presence, address: str) -> bool:
    """True once nothing needs the desk; waits for clients that still use its address."""
    if presence.needed:
        return False
    # A second start leaves its ticket before it looks for the address: either it does not find the
    # address anymore, or its ticket is seen here.
    _state().unlink(missing_ok=True)
    if not tickets_waiting():
        return True
    presence.expect()
    _announce(address)
    return False


def _name() -> str:
    """A host name for this desk alone, if the browser resolves every .localhost to loopback."""
    if sys.platform == "darwin" and app_browser() is None:
        return "127.0.0.1"  # Safari asks the system, which does not know such names
    return f"desk-{secrets.token_hex(8)}.localhost"


def _announce(address: str) -> None:
    write_whole(_state(), json.dumps(asdict(_Running(address, os.getpid()))))


def _address() -> str | None:
    """The address of the running desk; None while unknown."""
    running = read_if_whole(_Running, read_json(_state()))
    return running.address if running else None


def _state() -> Path:
    return desk_folder() / "desk.json"
