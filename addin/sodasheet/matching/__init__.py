"""Suggesting which source column fills which dataset column."""

from __future__ import annotations

from sodasheet.matching.drift import drift, fingerprint
from sodasheet.matching.suggest import suggest

__all__ = ["drift", "fingerprint", "suggest"]
