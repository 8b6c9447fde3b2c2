"""Call the programs of the system's schedulers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from sodasheet.errors import SodaSheetError
from sodasheet.system.system_programs import for_others, system_program

#: The programs of Windows print in the OEM code page.
_ENCODING = "oem" if sys.platform == "win32" else "utf-8"

#: Time limit of a program, in seconds.
_PATIENCE = 60.0


def call(arguments: Sequence[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a program without a shell, with `given` as its input; return the process, failed or not.

    Raises SodaSheetError if the program cannot be started or does not end in time.
    """
    try:
        return subprocess.run(  # noqa: S603 - the system's own scheduler, no shell
            [_found(arguments[0]), *arguments[1:]],
            input=given,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env=for_others(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SodaSheetError(
            f"The system's scheduler {arguments[0]} cannot be used: {error}.",
            "Ask your IT department.",
        ) from error


def _found(name: str) -> str:
    path = system_program(name)
    if path is None:
        raise FileNotFoundError(f"there is no program {name}")
    return path


def demand(arguments: Sequence[str], given: bytes = b"") -> bytes:
    """Return a program's output. Raises SodaSheetError with the program's own words on failure."""
    done = call(arguments, given)
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).decode(_ENCODING, "replace").split())[:500]
        shown = "".join(sign if sign.isprintable() else "?" for sign in said)
        raise SodaSheetError(
            f"The system's scheduler {arguments[0]} refused the schedule: "
            f"{shown or 'no reason given'}",
            "Ask your IT department, or see docs/how-to/schedule.md.",
        )
    return done.stdout
