"""Read delimited files and closed workbooks into a spool: one CSV on disk, and its facts."""

from sodasheet.sources.choose_source import open_source, source_spec
from sodasheet.sources.spool import NativeCounts, Source, Spool

__all__ = ["NativeCounts", "Source", "Spool", "open_source", "source_spec"]
