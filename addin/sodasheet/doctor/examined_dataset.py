"""The dataset that is examined, and the type of a check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sodasheet.doctor.plain_requests import Probe

#: An id that no dataset has: digits and letters that generated ids do not use.
NO_SUCH = "zzzz-0000"


@dataclass(frozen=True, slots=True)
class Subject:
    """The dataset that is examined, with its metadata; None if there is none to examine."""

    dataset: str | None
    view: dict[str, Any]
    private: str | None = None


Ask = Callable[[Probe, Subject], str | None]
