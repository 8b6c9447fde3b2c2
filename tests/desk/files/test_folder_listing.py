"""Folders as listed by a page, whatever errors their disks report."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sodasheet.desk.files.folder_listing import listing, shortcuts


@pytest.mark.parametrize("seconds", [2**38, -86_400])
def test_a_file_with_an_odd_time_is_listed(tmp_path: Path, seconds: int) -> None:
    file = tmp_path / "permits.csv"
    file.write_text("Id\n", "utf-8")
    os.utime(file, (seconds, seconds))

    (entry,) = listing(tmp_path).entries

    assert (entry.name, entry.size) == ("permits.csv", 3)


def test_a_home_on_a_share_that_is_gone_is_no_shortcut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Desktop").mkdir()

    def lost(path: Path, **_: bool) -> os.stat_result:
        raise OSError(22, "The network path was not found", str(path), 1231)

    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert [name for name, _ in shortcuts()][:2] == ["Home folder", "Desktop"]
    monkeypatch.setattr(os, "stat", lost)
    monkeypatch.setattr(os.path, "isdir", lambda _: False)

    assert [name for name, _ in shortcuts() if not name.startswith("Drive")] == []


@pytest.mark.skipif(sys.platform != "win32", reason="drives are those of Windows")
def test_drives_are_listed_without_a_look_into_them() -> None:
    assert ("Drive C:", "C:\\") in shortcuts()
