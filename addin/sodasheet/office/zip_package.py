"""Office files are zip packages: the same parts always make the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

#: Office itself writes this date, the first that a zip entry can have.
_STILL = (1980, 1, 1, 0, 0, 0)


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: Mapping[str, bytes]) -> bytes:
    """Return a package of these parts, uncompressed, the same on every machine.

    Stored, because two versions of a deflate library may disagree about the bytes.
    """
    settled = io.BytesIO()
    with zipfile.ZipFile(settled, "w") as package:
        for name, part in content.items():
            entry = zipfile.ZipInfo(name, _STILL)
            entry.create_system = 0
            entry.external_attr = 0
            package.writestr(entry, part, zipfile.ZIP_STORED)
    return settled.getvalue()
