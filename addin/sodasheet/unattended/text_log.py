"""`run.log`: what one run did, a line for each step with its time, for people to read."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sodasheet.credentials.redaction import redact
from sodasheet.errors import SodaSheetError
from sodasheet.push.runs.run_folder import RunLog
from sodasheet.unattended.time_limit import Watch

NAME = "run.log"


class Logbook:
    """The text log of one run. Raises SodaSheetError where it cannot be begun."""

    def __init__(self, log: RunLog) -> None:
        self.path: Path = log.folder / NAME
        try:
            self._file = self.path.open("a", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise SodaSheetError(
                f"The run log {self.path} cannot be written: {error.strerror or error}.",
                "Free some disk space, or set SODASHEET_HOME to a folder you may write to.",
            ) from error

    def line(self, text: str) -> None:
        """Add one line; a disk that is full by now ends no push."""
        moment = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        told = " ".join(redact(text).split())
        # Whoever reads it in a terminal must not be steered by a name that a portal gave.
        plain = "".join(sign if sign.isprintable() else "?" for sign in told)
        with suppress(OSError, ValueError):
            self._file.write(f"{moment}  {plain}\n")
            self._file.flush()

    def fileno(self) -> int:
        """The open file, for what is written by no Python."""
        return self._file.fileno()

    def close(self) -> None:
        """The run has ended."""
        with suppress(OSError):
            self._file.close()


class LoggedProgress:
    """Progress that is a line in the log for every stage; `stop` is the watch's."""

    def __init__(self, book: Logbook, watch: Watch) -> None:
        self._book = book
        self._watch = watch
        self._stage = ""

    @property
    def stop(self) -> bool:
        """True if the time is over, or the system wants the process to end."""
        return self._watch.stop

    def begin(self, stage: str, total: int | None = None) -> None:
        """A new stage begins."""
        if stage != self._stage:
            self._book.line(f"{stage} ({total:,})" if total else stage)
        self._stage = stage

    def advance(self, amount: int) -> None:
        """Nobody is watching."""
