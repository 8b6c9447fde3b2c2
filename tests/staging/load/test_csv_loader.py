"""A directly loaded file has the same rows as the careful reading, or is read carefully."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sodasheet.errors import SodaSheetError
from sodasheet.model.job import SourceSpec
from sodasheet.model.loading_fallback import Why
from sodasheet.model.progress import Progress, Silent
from sodasheet.sources import open_source
from sodasheet.sources.spool import Source, Spool
from sodasheet.staging.load import duckdb_database
from sodasheet.staging.staged_table import Stage
from thorough import examples


@dataclass
class WithCare:
    """A source that is always read with care."""

    source: Source

    @property
    def name(self) -> str:
        return self.source.name

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        return self.source.spool(folder, progress, careful=True)


@contextmanager
def staged(data: bytes, *, careful: bool = False, **options: str) -> Iterator[Stage]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fees.csv").write_bytes(data)
        spec = SourceSpec(path="fees.csv", separator=",", **options)
        source: Source = open_source(spec, folder)
        room = folder / "room"
        room.mkdir()
        with Stage.open(WithCare(source) if careful else source, room, Silent()) as stage:
            yield stage


def found_in(stage: Stage) -> tuple[object, ...]:
    faults = stage.connection.execute("FROM faults ORDER BY ALL").fetchall()
    return stage.headers, stage.rows, list(stage.each("FROM source ORDER BY _row")), faults


def both(data: bytes, **options: str) -> tuple[object, object, tuple[Why, ...]]:
    """Return the findings of either reading, and the reason for leaving the fast reading."""
    try:
        with staged(data, careful=True, **options) as stage:
            careful: object = found_in(stage)
    except SodaSheetError as error:
        careful = str(error)
    try:
        with staged(data, **options) as stage:
            return found_in(stage), careful, tuple(one.why for one in stage.fallbacks)
    except SodaSheetError as error:
        return str(error), careful, ()


TEXTS = st.text(st.sampled_from('ab7 "",\n\té'), max_size=6) | st.sampled_from(
    ['Person, "7"', ' "x" ', '" , "', 'a "b" c', "", " ", 'say "yes" "no"', "two\nlines", "x, "]
)
#: What a program writes that is not careful, cell by cell.
RAW = st.sampled_from(
    ['"a"', ' "a"', '"a" ', '"a" "b"', '5" pipe', '""', '"" ', ' ""', 'a"b"', '"x, "', '" x"', "a",
     "", '"a""b"', '"a"" "', '"two\nlines"', '"1, ""2"""', '"a"  "b"', '" ""a"" "', '"a" b']
)  # fmt: skip


@st.composite
def well_formed(draw: st.DrawFn) -> str:
    rows = draw(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6))
    text = io.StringIO(newline="")
    end = draw(st.sampled_from(["\n", "\r\n"]))
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([["h", "i", "j"], *rows])
    whole = text.getvalue()
    return whole.removesuffix(end) if draw(st.booleans()) else whole


@st.composite
def carelessly_written(draw: st.DrawFn) -> str:
    rows = draw(st.lists(st.lists(RAW, min_size=3, max_size=3), min_size=1, max_size=5))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    whole = end.join(["h,i,j", *(",".join(row) for row in rows)])
    return whole + draw(st.sampled_from(["", end]))


@settings(max_examples=examples(60, 150), deadline=None)
@given(well_formed() | carelessly_written(), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_the_fast_way_finds_what_the_careful_way_finds(text: str, encoding: str) -> None:
    fast, careful, why = both(text.encode(encoding), encoding=encoding)

    event(str(why))
    assert fast == careful


@pytest.mark.parametrize(
    "text",
    [
        'a,b\r\n1,"Person, ""7"""\r\n2,"""x"" y"\r\n',
        'a,b\n1,"x, "\n2," y"\n',
        'a,b\n1,"two\nlines"\n2,"three\nmore\nlines"\n3,x\n',
        'a,b\r\n1,"two\r\nlines"\r\n2,x',
        'a,b\n1,"q "" , "" q"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_well_formed_file_takes_the_fast_way(text: str, encoding: str) -> None:
    fast, careful, why = both(text.encode(encoding), encoding=encoding)

    assert why == ()
    assert fast == careful


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('a,b\n1, "x"\n', Why.QUOTES),
        ('a,b\n1,"x" \n', Why.QUOTES),
        ('a,b\n"1" ,x\n', Why.QUOTES),
        ('a,b\n1,"x" "y"\n', Why.QUOTES),
        ('a,b\n1,"x""" \n', Why.QUOTES),
        ('a,b\n1, ""\n', Why.QUOTES),
    ],
)
def test_what_readers_read_in_two_ways_is_read_with_care(text: str, why: Why) -> None:
    fast, careful, found = both(text.encode())

    assert found == (why,)
    assert fast == careful


def test_bytes_that_are_not_in_the_encoding_are_faults_of_their_cells() -> None:
    fast, careful, found = both(b"a,b\n1,\x81\n2,\xe9\n", encoding="cp1252")

    assert found == (Why.ENCODING,)
    assert fast == careful


@pytest.mark.parametrize("careful", [False, True])
def test_much_text_in_cells_with_doubled_quotes_is_loaded_in_pieces(
    careful: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB keeps such text until its reader has come to the end: here half of its memory."""
    monkeypatch.setattr(duckdb_database, "MEMORY", 50)
    text = '"a ""quoted"" word\nand "' + "x" * 100
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(
        [["h", "i", "j"], *([f"{n}", f"{text}{n}", text] for n in range(200_000))]
    )

    with staged(out.getvalue().encode(), careful=careful) as stage:
        assert Why.DOUBLED_QUOTES in [one.why for one in stage.fallbacks]
        assert stage.rows == 200_000
        query = "SELECT count(DISTINCT c0), count(DISTINCT c1), count(DISTINCT c2) FROM source"
        assert next(iter(stage.each(query))) == (200_000, 200_000, 1)
        assert next(iter(stage.each("SELECT c1 FROM source ORDER BY _row DESC"))) == (
            f"{text}199999",
        )
