"""Values of a preview, and their difference in words."""

from __future__ import annotations

import pytest

from sodasheet.jobs.sheet.values_in_words import difference, shown_value


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("calendar_date", "2024-01-03T00:00:00.000", "Jan 3, 2024"),
        ("calendar_date", "2024-01-23T16:20:00.000", "Jan 23, 2024, 4:20 PM"),
        ("calendar_date", "2024-01-23T00:05:00", "Jan 23, 2024, 12:05 AM"),
        ("calendar_date", "yesterday", "yesterday"),
        ("number", "34153.45", "34,153.45"),
        ("number", "1e3", "1,000"),
        ("number", "n/a", "n/a"),
        ("number", "NaN", "NaN"),
        ("checkbox", "true", "Yes"),
        ("point", "POINT (-72.70402 41.74883)", "41.74883, -72.70402"),
        ("point", '{"type":"Point","coordinates":[-72.70402,41.74883]}', "41.74883, -72.70402"),
        ("location", '{"latitude":"41.5","longitude":"-72.0"}', "41.5, -72"),
        ("point", "somewhere", "somewhere"),
        ("polygon", "POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0))", "Polygon, 5 corners"),
        ("text", "=1+1", "=1+1"),
        ("text", None, "(empty)"),
        ("text", "", "(empty)"),
    ],
)
def test_values_are_shown_as_people_write_them(kind: str, text: str | None, words: str) -> None:
    assert shown_value(text, kind) == words


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"),
    [
        ("number", "8419.07", "34153.45", "+25,734.38"),
        ("number", "35", "11", "-24"),
        ("number", "a", "11", ""),
        ("calendar_date", "2024-01-13T09:13:00", "2024-01-23T16:20:00", "10 days later"),
        ("calendar_date", "2024-01-03T00:00:00", "2024-01-02T00:00:00", "1 day earlier"),
        ("calendar_date", "2024-01-03T10:00:00", "2024-01-03T11:00:00", "1 hour later"),
        ("checkbox", "false", "true", "No to Yes"),
        ("point", "POINT (-72.69075 41.7506)", "POINT (-72.70402 41.74883)", "1.1 km away"),
        ("point", "POINT (0 0)", "POINT (0 0.001)", "111 m away"),
        ("point", "?", "POINT (0 0.001)", ""),
        ("polygon", "a", "b", "shape differs"),
        ("text", "Roof", "", "emptied"),
        ("text", "Roof", None, "emptied"),
        ("number", None, "1", "filled"),
        ("text", "06102", "6102", "leading zero lost"),
        ("text", "6102", "06102", "leading zero added"),
        ("text", "a b", "a  b", "only spaces differ"),
        ("text", "Main ST", "Main St", "only capitals differ"),
        ("text", "Electrical", "Plumbing", ""),
    ],
)
def test_differences_are_told_in_words(
    kind: str, old: str | None, new: str | None, words: str
) -> None:
    assert difference(old, new, kind) == words
