"""Suggest which source column fills which dataset column, and detect drift."""

from __future__ import annotations

from sodasheet.matching.column_drift import drift, fingerprint, retyped
from sodasheet.matching.suggest_mapping import suggest

__all__ = ["drift", "fingerprint", "retyped", "suggest"]
