"""The result of one check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `remedy` says what to do if `ok` is False."""

    name: str
    ok: bool
    text: str
    remedy: str = ""
