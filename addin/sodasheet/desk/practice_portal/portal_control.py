"""The practice portal that the desk offers: a separate process, found by a file, one per user.

The process itself (portal_process.py) puts its key into the credential store, so that no secret is
handed from one process to another.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from sodasheet.credentials.keychain import ATTENDED, forget
from sodasheet.errors import SodaSheetError
from sodasheet.system.atomic_files import read_json
from sodasheet.system.dataclass_from_json import read_if_whole
from sodasheet.system.detached_process import start_detached
from sodasheet.system.folders import home, make_private, write_whole

MODULE = "sodasheet.desk.practice_portal.portal_process"

#: Time limits in seconds for starting and stopping.
STARTING, ENDING = 60.0, 20.0


@dataclass(frozen=True, slots=True)
class Running:
    """The running portal: its address, and the key that the user is signed in with."""

    url: str
    key_id: str


@dataclass(frozen=True, slots=True)
class _Problem:
    """The error of a portal that did not start."""

    what: str
    remedy: str


def practice_folder() -> Path:
    """Return the folder of the portal: its datasets, and the state of its process."""
    return home() / "practice"


def running() -> Running | None:
    """Return the running portal; None if there is none."""
    return _read() if _is_held() else None


def start() -> Running:
    """Start the portal, or return the running portal. Raises SodaSheetError."""
    if (found := running()) is not None:
        return found
    with suppress(OSError):
        _problem().unlink(missing_ok=True)
    start_detached(MODULE)
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        if (found := running()) is not None:
            return found
        if problem := _told():
            raise problem
        time.sleep(0.1)
    raise SodaSheetError(
        "The practice portal did not start.", "Try again, or restart the computer."
    )


def stop() -> None:
    """Ask the portal to end, and wait. Raises SodaSheetError if the portal keeps running."""
    if running() is None:
        return
    write_whole(stop_file(), "")
    until = time.monotonic() + ENDING
    while _is_held():
        if time.monotonic() > until:
            raise SodaSheetError("The practice portal did not stop.", "Try again in a minute.")
        time.sleep(0.1)


def forget_dead() -> None:
    """Remove the account of a portal whose process died; never raises."""
    if not _state().exists() or _is_held():
        return
    with suppress(SodaSheetError, OSError):
        if (left := _read()) is not None:
            forget(left.url, left.key_id, deadline=ATTENDED)
        # The credential store may take its time, and a new portal may have started since.
        if _read() == left:
            _state().unlink(missing_ok=True)


def announce(portal: Running) -> None:
    """Store how the portal is reached, without a secret. Raises OSError."""
    write_whole(_state(), json.dumps(asdict(portal)) + "\n")


def withdraw() -> None:
    """Remove what `announce` stored, and a request to stop."""
    for path in (_state(), stop_file()):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def report(error: SodaSheetError) -> None:
    """Store why the portal did not start, for the waiting process."""
    with suppress(OSError):
        write_whole(_problem(), json.dumps(asdict(_Problem(error.what, error.remedy))) + "\n")


def lock() -> FileLock:
    """Return the lock that the portal's process holds while running. Raises OSError."""
    make_private(practice_folder())
    return FileLock(practice_folder() / "practice.lock")


def last_port() -> int:
    """Return the port of the last portal, for earlier pushes; 0 if none."""
    try:
        port = int((practice_folder() / "port").read_text("ascii"))
    except (OSError, ValueError):
        return 0
    return port if 0 < port < 65536 else 0


def remember_port(port: int) -> None:
    """Store the port for the next start. Raises OSError."""
    write_whole(practice_folder() / "port", str(port))


def stop_file() -> Path:
    """Return the file whose presence asks the portal to end."""
    return practice_folder() / "stop"


def _is_held() -> bool:
    if not practice_folder().is_dir():
        return False
    try:
        with lock().acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def _read() -> Running | None:
    return read_if_whole(Running, read_json(_state()))


def _told() -> SodaSheetError | None:
    told = read_if_whole(_Problem, read_json(_problem()))
    return SodaSheetError(told.what, told.remedy) if told else None


def _state() -> Path:
    return practice_folder() / "portal.json"


def _problem() -> Path:
    return practice_folder() / "problem.json"
