"""A source in words, in the form used in a cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.source_cell import Names, spec_of, words_of
from sodasheet.model.job import SourceSpec

NAMES = Names(["Permits", "2024", "données.csv"], ["tblPermits"])
LIVE = SourceSpec(kind="active", sheet="Other", header_row=3)


@pytest.mark.parametrize(
    ("words", "spec"),
    [
        ("Sheet: Permits", SourceSpec("active", sheet="Permits", header_row=3)),
        ("permits", SourceSpec("active", sheet="permits", header_row=3)),
        ("Table: tblPermits", SourceSpec("active", table="tblPermits", header_row=3)),
        ("TBLPERMITS", SourceSpec("active", table="TBLPERMITS", header_row=3)),
        ("Sheet: données.csv", SourceSpec("active", sheet="données.csv", header_row=3)),
        ("données.csv", SourceSpec("active", sheet="données.csv", header_row=3)),
        (
            "Range: 'It''s'!A3:F20",
            SourceSpec("active", sheet="It's", range="A3:F20", header_row=3),
        ),
        ("Permits!B2", SourceSpec("active", sheet="Permits", range="B2", header_row=3)),
        (
            "Sheet: Permits, visible rows only",
            SourceSpec("active", sheet="Permits", rows="visible", header_row=3),
        ),
        ("2024, all rows", SourceSpec("active", sheet="2024", rows="all", header_row=3)),
        (r"File: C:\data\p.csv", SourceSpec("file", path=r"C:\data\p.csv", header_row=3)),
        ("old/book.xlsx", SourceSpec("workbook", path="old/book.xlsx", header_row=3)),
    ],
)
def test_what_somebody_types_is_understood(words: str, spec: SourceSpec) -> None:
    assert spec_of(words, NAMES, LIVE) == spec


def test_words_that_were_not_touched_keep_everything_that_they_do_not_tell() -> None:
    spec = SourceSpec("file", "p.csv", "utf-16", ";", "'", "\\", 2)

    assert spec_of(words_of(spec), NAMES, spec) == spec


@pytest.mark.parametrize("words", ["", "nothing of the kind", "File: p.pdf"])
def test_what_is_no_source_is_said(words: str) -> None:
    with pytest.raises(UsageProblem, match=r"does not name a source|isn't a supported file type"):
        spec_of(words, NAMES, LIVE)


TITLES = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=31)
    .map(str.strip)
    .filter(lambda name: name and not set(name) & set("[]:*?/\\") and not name.endswith(" only"))
)


@given(TITLES, st.sampled_from(["", "visible", "all"]), st.sampled_from(["", "A1:F20", "B3"]))
def test_sheets_of_any_script_come_back(name: str, rows: str, cells: str) -> None:
    spec = SourceSpec("active", sheet=name, range=cells, rows=rows)

    assert spec_of(words_of(spec), NAMES, SourceSpec("active", sheet="else")) == spec
