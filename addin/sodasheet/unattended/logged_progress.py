"""Progress of an unattended run as lines of its log."""

from __future__ import annotations

from sodasheet.unattended.run_log_file import TextLog
from sodasheet.unattended.time_limit import TimeLimit


class LoggedProgress:
    """Progress as a log line for every stage; `stop` comes from the time limit."""

    def __init__(self, book: TextLog, limit: TimeLimit) -> None:
        self._text_log = book
        self._limit = limit
        self._stage = ""

    @property
    def stop(self) -> bool:
        """True if the time limit has passed or a signal has arrived."""
        return self._limit.stop

    def begin(self, stage: str, total: int | None = None) -> None:
        """Log the new stage."""
        if stage != self._stage:
            self._text_log.line(f"{stage} ({total:,})" if total else stage)
        self._stage = stage

    def advance(self, amount: int) -> None:
        """Do nothing: the log shows stages only."""
