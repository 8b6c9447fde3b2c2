"""Stopping between two steps of a check."""

from __future__ import annotations

from sodasheet.errors import Cancelled
from sodasheet.model.progress import Progress


def raise_if_cancelled(progress: Progress) -> None:
    """Raise Cancelled if the user asked to stop."""
    if progress.stop:
        raise Cancelled("The check was stopped.", "Nothing was sent.")
