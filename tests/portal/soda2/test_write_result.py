"""Every recorded form of a portal's reply to a write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sodasheet.portal.soda2.write_result import Reply, RowError, read_summary


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"Errors": 83, "Rows Created": 0, "Rows Updated": 9917, "Rows Deleted": 0},
            Reply(0, 9917, 0, 83),
        ),
        (
            {
                "By RowIdentifier": 0,
                "Rows Updated": 0,
                "Rows Deleted": 0,
                "Rows Created": 1,
                "Errors": 0,
                "By SID": 0,
            },
            Reply(1, 0, 0, 0),
        ),
        ({"Rows Created": 2}, Reply(2, None, None, 0)),
        ({"Rows Created": "2", "Errors": "1"}, Reply(2, None, None, 1)),
        ({}, Reply()),
        ({"code": "accepted"}, Reply()),
        ({"Rows Created": True, "Rows Updated": None}, Reply()),
        (
            {"rows_created": 1, "rows_updated": 2, "rows_deleted": 3, "errors": []},
            Reply(1, 2, 3, 0),
        ),
        (
            {
                "rows_created": 1,
                "errors": [
                    {"error": "no record is found", "input_index": 4, "primary_key": 17},
                    {"err": "no_primary_key"},
                    "odd",
                ],
            },
            Reply(
                1,
                None,
                None,
                3,
                (
                    RowError(4, "17", "no record is found"),
                    RowError(None, None, "the row identifier is blank"),
                    RowError(None, None, "odd"),
                ),
            ),
        ),
        (
            [
                {"typ": "insert", "id": "a", "ver": "rv-1"},
                {"typ": "update", "id": "b", "ver": "rv-2"},
                {"typ": "error", "id": "c", "err": "no_such_row_to_delete"},
            ],
            Reply(
                1,
                1,
                0,
                1,
                (RowError(2, "c", "there is no row with this identifier to delete"),),
            ),
        ),
        ([], Reply(0, 0, 0, 0)),
    ],
)
def test_every_form_of_summary_is_understood(value: Any, expected: Reply) -> None:
    assert read_summary(json.dumps(value).encode("utf-8-sig")) == expected


def test_an_empty_reply_tells_no_counts() -> None:
    assert read_summary(b" \r\n") == Reply(None, None, None, None)


@pytest.mark.parametrize("content", [b"<html>", b"17", b"[1, 2]", b'[{"a": 1}]', b"\xff", b"{"])
def test_anything_else_is_no_summary(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller makes the sentence
        read_summary(content)


@pytest.mark.parametrize(
    ("file", "created"),
    [
        ("soda-ruby/earthquakes_create_one_row.json", 1),
        ("soda-ruby/earthquakes_create_one_row.response", 1),
        ("sodapy/upsert_songs.txt", 1),
        ("sodapy/replace_songs.txt", 2),
    ],
)
def test_recorded_summaries_are_understood(shared_fixtures: Path, file: str, created: int) -> None:
    content = (shared_fixtures / file).read_bytes()

    assert read_summary(content[content.index(b"{") :]) == Reply(created, 0, 0, 0)
