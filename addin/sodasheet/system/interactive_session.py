"""Interactive sessions, in which a user can answer questions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

#: Set (to anything) by programs that run a push unattended.
UNATTENDED = "SODASHEET_UNATTENDED"


def attended(environ: Mapping[str, str] = os.environ) -> bool:
    """True unless the environment marks this run as unattended."""
    return not environ.get(UNATTENDED)


def leave_unattended() -> None:
    """Mark this process and its child processes as unattended from now on."""
    os.environ[UNATTENDED] = "1"


@contextmanager
def unattended() -> Iterator[None]:
    """Mark this process as unattended for the duration of a block."""
    before = os.environ.get(UNATTENDED)
    leave_unattended()
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(UNATTENDED, None)
        else:
            os.environ[UNATTENDED] = before
