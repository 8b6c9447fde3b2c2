"""Requests stored on this computer, and requests that send only changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method
from sodasheet.push.request import SMALL, PushRequest, UndoTarget

JOB = Job("https://x.test", "abcd-1234", Method.UPSERT, SourceSpec(path="rows.csv"), Mapping(()))


@pytest.mark.parametrize(
    ("size", "send", "remembered"),
    [(SMALL - 1, "all", False), (SMALL, "all", True), (SMALL - 1, "changes", True)],
)
def test_rows_of_a_small_file_are_remembered_only_to_send_changes(
    tmp_path: Path, size: int, send: str, remembered: bool
) -> None:
    (tmp_path / "rows.csv").write_bytes(b"x" * size)

    assert PushRequest(replace(JOB, send=send), tmp_path).remembered is remembered


def test_a_source_of_unknown_size_is_remembered(tmp_path: Path) -> None:
    folder = replace(JOB, source=SourceSpec(path=".", kind="spool"))

    assert PushRequest(JOB, tmp_path).remembered  # no file, so of no known size
    assert PushRequest(folder, tmp_path).remembered


def test_changes_only_are_asked_of_whole_requests(tmp_path: Path) -> None:
    request = PushRequest(replace(JOB, send="changes"), tmp_path)

    assert request.changes_only
    assert request.remembered
    for other in (
        request.with_options(draft=True),
        request.with_options(limit=3),
        replace(request, job=replace(request.job, method=Method.APPEND)),
        replace(request, undo=UndoTarget("20260101-000000-0000")),
    ):
        assert not other.changes_only
