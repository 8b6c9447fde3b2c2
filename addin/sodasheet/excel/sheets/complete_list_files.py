"""Complete lists for sheets that show only the first lines: CSV files of this user.

One file for each dataset and kind, written over by the next check or preview.
"""

from __future__ import annotations

from pathlib import Path

from sodasheet.system.folders import home, make_private


def findings_list(dataset: str) -> Path:
    """Return the path for all findings of a dataset's last check. Raises SodaSheetError."""
    return _folder() / f"{dataset}-findings.csv"


def changes_list(dataset: str) -> Path:
    """Return the path for all changes in a dataset's last preview. Raises SodaSheetError."""
    return _folder() / f"{dataset}-changes.csv"


def _folder() -> Path:
    folder = home() / "lists"
    make_private(folder)
    return folder
