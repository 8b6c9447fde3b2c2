"""Splitting many lines at once gives the same cells as reading record by record."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from socrata_practice.publishing import delimited_text
from socrata_practice.publishing.delimited_text import Columns, DelimitedText

CELLS = st.text(st.sampled_from('ab," \t\n\r\x00\x01\x02é\xa0'), max_size=5)


def read(text: str, separator: str, quote: str, width: int) -> tuple[list[list[str]], int]:
    """Return all records, and how many portions were split into columns."""
    found, split = [], 0
    for rows in DelimitedText(io.StringIO(text, newline=""), separator, quote).portions(width):
        if isinstance(rows, Columns):
            split += 1
            assert len(rows.cells) == width
            found += list(map(list, zip(*rows.cells, strict=True)))
            if rows.is_trimmed:
                assert all(cell == cell.strip() for column in rows.cells for cell in column)
        else:
            found += rows
    return [row or [""] for row in found] if width == 1 else found, split


def by_record(text: str, separator: str, quote: str, width: int) -> list[list[str]]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    return [row or [""] for row in reader] if width == 1 else list(reader)


@pytest.fixture(autouse=True, scope="module")
def few_lines():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited_text, "_LINES", 8)
        patch.setattr(delimited_text, "_PATIENCE", 2)
        yield


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=9))
def test_a_written_file_is_read_as_it_was_written(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    assert read(text.getvalue(), ",", '"', 2)[0] == rows


@settings(max_examples=400, deadline=None)
@given(
    st.lists(CELLS, max_size=12).map(",".join),
    st.sampled_from([",", "\t"]),
    st.sampled_from(['"', ""]),
    st.integers(1, 3),
)
@example('a"b,c\n', ",", '"', 2)
@example('"a""b",""\n"","c\nd"\n', ",", '"', 2)
@example('"open,c\n' + "x,y\n" * 9, ",", '"', 2)
@example("a\x01b,c\x02d\n", ",", '"', 2)
@example('a\x01b,"c,d"\n', ",", '"', 2)
def test_any_text_is_read_as_record_by_record(text, separator, quote, width):
    assert read(text, separator, quote, width)[0] == by_record(text, separator, quote, width)


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("a,b\nc,d\n", 1),
        ("a,b\r\nc,d", 1),
        ('a,"Main St, 5"\nc,"say ""yes"""\n' + "e,f\n" * 6, 1),
        ('"a","Main St, 5"\n"c","say ""yes"""\n', 0),
        ('a,"two\nlines"\nc,d\n', 1),
        ('a,5" pipe\nc,d\n', 0),
        ("a,b\nc\n", 0),
        ("a,b\n" * 8 + "c\n" + "d,e\n" * 9, 2),
    ],
)
def test_usual_lines_are_split_at_once(text, split):
    rows, counted = read(text, ",", '"', 2)
    assert rows == by_record(text, ",", '"', 2)
    assert counted == split


def test_the_number_of_lines_read_is_told_where_the_text_breaks_off():
    raw = io.BytesIO(b"a,b\n" * 4000 + b"\xff,b\n")
    text = DelimitedText(io.TextIOWrapper(raw, encoding="utf-8", newline=""), ",", '"')
    with pytest.raises(UnicodeError):
        for _ in text.portions(2):
            pass
    assert 0 < text.line_number <= 4000
