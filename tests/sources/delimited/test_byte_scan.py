"""The scan finds the same line ends and control characters as plain searches of the bytes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sodasheet.model.progress import Silent
from sodasheet.sources.delimited import byte_scan
from sodasheet.sources.delimited.byte_scan import QuoteSigns, scan_file

_PIECES = (b"a", b"b,c", b"\t", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\n")
_RARE = (b"\0", b"\x1f", b"\x7f", "\u00e9".encode())


@pytest.mark.parametrize("size", [8, 256 * 1024])
def test_line_ends_and_controls_of_any_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(byte_scan, "_BLOCK", size)
    chance = random.Random(size)
    path = tmp_path / "any.csv"
    for _ in range(400):
        pieces = _PIECES[: chance.choice((5, 6, 8))]
        data = b"".join(
            chance.choice(_RARE if chance.random() < 0.02 else pieces)
            for _ in range(chance.randrange(1, 30))
        )
        path.write_bytes(data)

        scan = scan_file(path, QuoteSigns(), Silent())

        assert scan.feeds == data.count(b"\n"), data
        assert scan.nul == (b"\0" in data), data
        controls = {*range(32), 127} - {*b"\t\r\n"}
        assert scan.controls == bool(controls & {*data}), data
        lone_returns = data.replace(b"\r\n", b"").count(b"\r")
        pairs = data.count(b"\r\n")
        assert scan.even == (not lone_returns and pairs in (0, data.count(b"\n"))), data
        if scan.even:
            lines = data.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
            assert scan.blank == (b"" in lines), data
