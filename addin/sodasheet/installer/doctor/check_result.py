"""The result of looking at one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `remedy` says what to do if `ok` is False."""

    name: str
    ok: bool
    text: str
    remedy: str = ""
