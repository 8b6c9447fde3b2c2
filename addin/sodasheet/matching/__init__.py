"""Suggest which source column fills which dataset column, and detect drift.

The names are imported when they are asked for: detecting drift needs no comparison of names.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sodasheet.matching.column_drift import drift, fingerprint, retyped
    from sodasheet.matching.suggest_mapping import suggest

__all__ = ["drift", "fingerprint", "retyped", "suggest"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "suggest_mapping" if name == "suggest" else "column_drift"
    return getattr(import_module(f"{__name__}.{module}"), name)
