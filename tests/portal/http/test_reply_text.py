"""Names from a portal, made safe for display."""

from __future__ import annotations

from typing import Any

import pytest

from sodasheet.portal.http.reply import label


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Building  Permits ", "Building  Permits "),
        ("דוחות", "דוחות"),
        ("Fees\u202e drawkcab\u2066\u2069", "Fees drawkcab"),
        ("two\r\nlines\0", "two lines "),
        ("\u200f\u200e", ""),
        (" \xa0\u3000", ""),
        ("", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_a_name_stays_within_its_line(given: Any, shown: str) -> None:
    assert label(given) == shown
