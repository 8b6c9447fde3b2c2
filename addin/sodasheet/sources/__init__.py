"""Delimited files and closed workbooks become a spool: one CSV on disk with its facts."""

from sodasheet.sources.factory import open_source, source_spec
from sodasheet.sources.spool import NativeCounts, Source, Spool

__all__ = ["NativeCounts", "Source", "Spool", "open_source", "source_spec"]
