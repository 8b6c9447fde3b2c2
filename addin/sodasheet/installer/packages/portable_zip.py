"""The portable package: a zip that can be unpacked anywhere and leaves no other traces."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path


def write_zip(payload: Path, file: Path, moment: int) -> None:
    """Pack a folder into `file` reproducibly."""
    stamp = time.gmtime(moment)[:6]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in payload.rglob("*") if path.is_file()):
            name = (Path("SodaSheet") / path.relative_to(payload)).as_posix()
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
