"""SQL expressions, compared with Python's results for the same strings."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodasheet.staging.sql_quoting import BLANKS, clean, trimmed
from thorough import examples

EDGES = st.text(
    st.sampled_from(BLANKS + "ax~!éŁ東\u167f\u2fff\u2070€\ufefe\uff00😀\x7f\x00"), max_size=5
)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(max_examples=examples(120, 300), deadline=None)
@given(st.lists(EDGES | st.text(max_size=5), min_size=1, max_size=40))
def test_trimmed_texts_are_stripped_of_every_blank(
    connection: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    query = f"SELECT {trimmed('t')}, {clean('t')} FROM (SELECT unnest(?::VARCHAR[]) AS t)"

    rows = connection.execute(query, [texts]).fetchall()

    assert [text for text, _ in rows] == [text.strip(BLANKS) for text in texts]
    assert all(
        text == text.strip(BLANKS)
        for text, (_, is_clean) in zip(texts, rows, strict=True)
        if is_clean
    )
