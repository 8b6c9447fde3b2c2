"""Absolute paths without links, if the system provides them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.system.folders import real_path


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")

    assert real_path(tmp_path / "link" / "job.json") == (tmp_path / "there" / "job.json").resolve()


def test_a_share_that_refuses_leaves_the_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(path: Path, strict: bool = False) -> Path:
        raise OSError(22, "The specified network name is no longer available", str(path), 64)

    monkeypatch.setattr(Path, "resolve", lost)
    monkeypatch.chdir(tmp_path)

    assert real_path(Path("data", "..", "job.json")) == tmp_path / "job.json"
