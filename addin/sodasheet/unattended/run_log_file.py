"""`run.log`: the readable log of a run, a timestamped line for each step."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sodasheet.credentials.redaction import redact
from sodasheet.errors import SodaSheetError
from sodasheet.push.runs.journal import RunLog

NAME = "run.log"


class TextLog:
    """Text log of a run. Raises SodaSheetError if the file cannot be created."""

    def __init__(self, log: RunLog) -> None:
        self.path: Path = log.folder / NAME
        try:
            self._file = self.path.open("a", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise SodaSheetError(
                f"The run log {self.path} cannot be written: {error.strerror or error}.",
                "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
            ) from error

    def line(self, text: str) -> None:
        """Add one line; a full disk does not stop the push."""
        moment = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        told = " ".join(redact(text).split())
        # A name from a portal must not control the terminal in which the log is read.
        plain = "".join(sign if sign.isprintable() else "?" for sign in told)
        with suppress(OSError, ValueError):
            self._file.write(f"{moment}  {plain}\n")
            self._file.flush()

    def fileno(self) -> int:
        """Return the descriptor of the open file, for writers outside Python."""
        return self._file.fileno()

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._file.close()
