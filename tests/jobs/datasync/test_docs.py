"""The page about moving from DataSync names everything to migrate."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.commands.datasync.flags_to_job import FLAGS, JOB_TYPES
from sodasheet.jobs.datasync import control_file
from sodasheet.jobs.datasync.importer import OTHER_JOBS
from sodasheet.jobs.datasync.preferences import KEYS

PAGE = (
    Path(__file__).resolve().parents[3] / "docs" / "how-to" / "move-from-datasync.md"
).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "names",
    [
        [name for flag in FLAGS for name in flag[:2]],
        JOB_TYPES,
        OTHER_JOBS,
        KEYS,
        control_file.TOP_KEYS,
        control_file.BLOCK_KEYS,
        control_file.OVERRIDE_KEYS,
        control_file.LOCATION_KEYS,
        control_file.POINT_KEYS,
    ],
    ids=["flags", "types", "files", "config", "top", "block", "overrides", "locations", "points"],
)
def test_each_is_on_the_page(names: list[str]) -> None:
    assert [name for name in names if f"`{name}`" not in PAGE] == []
