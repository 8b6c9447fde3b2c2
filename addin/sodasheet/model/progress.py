"""Progress of long work, and the request to stop it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Progress as a terminal, a window or a log shows it during a run.

    `stop` is asked between units of work; True means the user wants to end it.
    """

    def begin(self, stage: str, total: int | None = None) -> None:
        """A new stage of the run begins; `total` is in rows (or bytes while reading)."""

    def advance(self, amount: int) -> None:
        """So many more rows are done in this stage."""

    @property
    def stop(self) -> bool:
        """True if the user asked to stop."""


class Silent:
    """Progress for nobody watching."""

    stop = False

    def begin(self, stage: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, amount: int) -> None:
        """Say nothing."""
