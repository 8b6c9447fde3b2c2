"""Interactive sessions: is there a person who can be asked or shown something?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

#: Set (to anything) by whatever runs a push for nobody watching.
UNATTENDED = "SODASHEET_UNATTENDED"


def attended(environ: Mapping[str, str] = os.environ) -> bool:
    """True if nothing says that nobody is watching this run."""
    return not environ.get(UNATTENDED)


def leave_unattended() -> None:
    """Let this process, and all that it starts, know from now on that nobody is there."""
    os.environ[UNATTENDED] = "1"


@contextmanager
def unattended() -> Iterator[None]:
    """The same for the length of a block."""
    before = os.environ.get(UNATTENDED)
    leave_unattended()
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(UNATTENDED, None)
        else:
            os.environ[UNATTENDED] = before
