"""Standard streams that always exist and accept every character."""

from __future__ import annotations

import errno
import io
import os
import sys


def prepare_streams(*, machine_readable: bool) -> None:
    """Make stdin, stdout and stderr usable wherever they are connected.

    Windows encodes redirected output in its ANSI code page, where a character beyond that page
    would end the command with an error after the rows have landed: such characters are written
    as escapes. Output that programs read is UTF-8. A program without a console (pythonw, a
    scheduled task) has no streams at all; output then goes nowhere and input is empty.
    """
    if sys.stdin is None:
        sys.stdin = _Nowhere("r")
    if sys.stdout is None:
        sys.stdout = _Nowhere("w")
    if sys.stderr is None:
        sys.stderr = _Nowhere("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = "utf-8" if machine_readable else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def reader_left(error: OSError) -> bool:
    """True if the error says that the program reading our output has ended.

    Windows reports a closed pipe as an invalid argument, without a file.
    """
    if isinstance(error, BrokenPipeError):
        return True
    return sys.platform == "win32" and error.errno == errno.EINVAL and error.filename is None


def drop_output() -> None:
    """Discard further output, so that the interpreter does not fail during its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Nowhere(io.TextIOWrapper):
    """Null device that is never mistaken for a terminal, as happens on Windows."""

    def __init__(self, mode: str) -> None:
        super().__init__(open(os.devnull, f"{mode}b"), encoding="utf-8")  # noqa: PTH123, SIM115

    def isatty(self) -> bool:
        """Return False: progress and questions have no reader."""
        return False
