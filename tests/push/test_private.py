"""Data stored for a push is hidden from other users of this computer."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.model.report import Outcome
from sodasheet.system.folders import home

from .conftest import Bench

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no such modes of files."
)

OPEN = stat.S_IRWXG | stat.S_IRWXO


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """The usual mask, under which others may read whatever is made without a thought."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def reachable(folder: Path) -> list[str]:
    """Files in a folder that other users can access, given the modes of all parent folders."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if (Path(place) / name).stat().st_mode & OPEN]
        found += [name for name in files if (Path(place) / name).stat().st_mode & OPEN]
    return found


def push(bench: Bench) -> None:
    bench.make("id", [{"id": "a", "name": "Private name", "amount": "1"}])
    bench.source(["Id", "Name", "Amount"], ["a", "Other name", "2"])
    job = replace(bench.job("upsert"), send="changes")
    report = bench.push(job)
    assert report.outcome is Outcome.DONE
    assert report.undo.snapshot is not None
    assert list((home() / "imprints").iterdir())


def test_a_new_data_folder_is_its_owners_alone(bench: Bench) -> None:
    push(bench)

    assert stat.S_IMODE(home().stat().st_mode) == 0o700


def test_a_data_folder_that_is_open_to_others_shows_no_rows(bench: Bench) -> None:
    home().mkdir(exist_ok=True)
    home().chmod(0o755)

    push(bench)

    assert reachable(home()) == []
