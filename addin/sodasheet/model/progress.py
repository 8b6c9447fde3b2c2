"""Progress of long operations, and the request to stop them."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receiver of a run's progress, shown by a terminal, a window or a log.

    `stop` is read between units of work; True means that the user wants to stop.
    """

    def begin(self, stage: str, total: int | None = None) -> None:
        """Begin a new stage of the run; `total` is in rows (or bytes while reading)."""

    def advance(self, amount: int) -> None:
        """Count more rows as done in this stage."""

    @property
    def stop(self) -> bool:
        """True if the user asked to stop."""


class Silent:
    """Progress that shows nothing."""

    stop = False

    def begin(self, stage: str, total: int | None = None) -> None:
        """Show nothing."""

    def advance(self, amount: int) -> None:
        """Show nothing."""
