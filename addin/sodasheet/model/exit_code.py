"""Exit codes of the command line, which outcomes and errors map to."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit code that a process reports to the program that started the process."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REJECTS = 3
    REFUSED = 4
    UNKNOWN = 5
    CANCELLED = 130
