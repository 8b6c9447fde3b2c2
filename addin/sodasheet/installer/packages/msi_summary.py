"""The summary of an MSI: wixl writes the time and a random number, which are fixed here.

The stream is a property set of OLE (MS-OLEPS 2.21): a list of ids and offsets, then the values.
"""

from __future__ import annotations

import struct
from pathlib import Path
from uuid import UUID

import olefile

_STREAM = "\x05SummaryInformation"
_NUMBER, _CREATED, _SAVED = 9, 12, 13
_TEXT, _TIME = 0x1E, 0x40

#: Seconds from 1601, where Windows begins to count, to 1970; and its steps in a second.
_EPOCH, _STEPS = 11_644_473_600, 10_000_000


def fix_summary(msi: Path, number: UUID, moment: int) -> None:
    """Set the existing package number and the two times in place."""
    with olefile.OleFileIO(msi, write_mode=True) as file:
        content = bytearray(file.openstream(_STREAM).read())
        places = dict(_properties(content))
        text = f"{{{str(number).upper()}}}".encode("ascii")
        kind, length = struct.unpack_from("<II", content, places[_NUMBER])
        if (kind, length) != (_TEXT, len(text) + 1):
            raise ValueError("The summary of the MSI has no package number.")
        start = places[_NUMBER] + 8
        content[start : start + len(text)] = text
        for name in (_CREATED, _SAVED):
            struct.pack_into("<IQ", content, places[name], _TIME, (moment + _EPOCH) * _STEPS)
        file.write_stream(_STREAM, bytes(content))


def _properties(content: bytes | bytearray) -> list[tuple[int, int]]:
    """Return the ids of the first section with the places of their values."""
    (section,) = struct.unpack_from("<I", content, 44)
    (count,) = struct.unpack_from("<I", content, section + 4)
    pairs = (struct.unpack_from("<II", content, section + 8 + 8 * at) for at in range(count))
    return [(name, section + offset) for name, offset in pairs]
