"""The folder with a snapshot, inside the folder of its run."""

from __future__ import annotations

from pathlib import Path

from sodasheet.portal.soda2.download import FACTS as DATASET
from sodasheet.staging.restore.sent_rows import FACTS as SENT

#: The folder inside the run's.
NAME = "snapshot"


def complete(folder: Path) -> bool:
    """True if the folder has a snapshot that an undo can use."""
    return (folder / DATASET).is_file() and (folder / SENT).is_file()
