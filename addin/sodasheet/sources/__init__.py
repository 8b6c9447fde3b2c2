"""Read delimited files and closed workbooks into a spool: one CSV on disk, and its facts.

The names are imported when they are asked for: most of what reads a sheet needs no reader of files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sodasheet.sources.choose_source import open_source, source_spec
    from sodasheet.sources.spool import NativeCounts, Source, Spool

__all__ = ["NativeCounts", "Source", "Spool", "open_source", "source_spec"]

_CHOICE = ("open_source", "source_spec")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "choose_source" if name in _CHOICE else "spool"
    return getattr(import_module(f"{__name__}.{module}"), name)
