"""Archives of geographic files that cannot be unpacked."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from sodasheet.errors import SourceError

#: Errors of an archive that is damaged, encrypted (RuntimeError), or packed in an unknown way.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


def damaged_archive(path: Path) -> SourceError:
    """Return the error for an archive that cannot be unpacked."""
    return SourceError(
        f"{path.name} is damaged, incomplete, or needs a password.",
        "Copy or export it again, without a password.",
    )
