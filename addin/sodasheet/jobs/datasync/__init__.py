"""Migration from DataSync: its jobs, control files and preferences, read and written."""

from __future__ import annotations

from sodasheet.jobs.datasync.exporter import write_sij
from sodasheet.jobs.datasync.importer import Imported, read_sij

__all__ = ["Imported", "read_sij", "write_sij"]
