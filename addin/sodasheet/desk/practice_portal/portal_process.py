"""The process of the practice portal that the desk offers: `python -m …portal_process`.

Ends when it is asked to, and by itself once it was not used for a while.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress

from filelock import Timeout

from socrata_practice import PracticePortal
from sodasheet.credentials.keychain import ATTENDED, forget, save
from sodasheet.desk.practice_portal.portal_control import (
    Running,
    announce,
    last_port,
    lock,
    practice_folder,
    remember_port,
    report,
    stop_file,
    withdraw,
)
from sodasheet.errors import SodaSheetError
from sodasheet.model.credentials import Credentials
from sodasheet.system.standard_streams import prepare_streams

#: Seconds without a request after which the portal ends, and between two polls.
IDLE, LOOK = 4 * 3600.0, 0.25

#: Seconds for which others may hold the lock while checking for a running portal.
ASKED = 5.0


def main() -> int:
    """Run the portal, signed in to as its publisher; return the exit code."""
    try:
        with lock().acquire(timeout=ASKED):
            _run()
    except Timeout:
        return 0  # another process is the portal
    except SodaSheetError as error:
        report(error)
        return 1
    except OSError as error:
        report(
            SodaSheetError(
                f"The practice portal cannot start: {error.strerror or error}.",
                "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
            )
        )
        return 1
    return 0


def _run() -> None:
    withdraw()
    portal = _start(PracticePortal(data=practice_folder() / "data"))
    try:
        account = portal.account("publisher")
        credentials = Credentials(account.key_id, account.key_secret)
        save(portal.url, credentials, deadline=ATTENDED)
        try:
            remember_port(portal.port)
            announce(Running(portal.url, account.key_id))
            _wait(portal)
        finally:
            withdraw()
            with suppress(SodaSheetError):
                forget(portal.url, account.key_id, deadline=ATTENDED)
    finally:
        portal.stop()


def _start(portal: PracticePortal) -> PracticePortal:
    """Start at the previous port, which earlier pushes use, or else at any port."""
    try:
        return portal.start(last_port())
    except OSError:
        return portal.start()


def _wait(portal: PracticePortal) -> None:
    """Wait until the portal is no longer needed."""
    used = time.monotonic()
    while not stop_file().exists() and time.monotonic() - used < IDLE:
        time.sleep(LOOK)
        if portal.requests_seen:
            portal.forget_requests()
            used = time.monotonic()


if __name__ == "__main__":
    prepare_streams(machine_readable=False)
    sys.exit(main())
