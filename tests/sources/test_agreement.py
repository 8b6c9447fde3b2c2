"""The fast reader returns the same cells as the careful reader."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sodasheet.errors import SourceError
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import Spool, open_source
from sodasheet.staging.sql_quoting import BLANKS
from thorough import examples

#: Characters that readers trip over, and a few that they should not.
AWKWARD = list("ab1 \",;|\t\n\r\x0b'\\#é\ufeff\u2028\x1f😀")

Rows = list[tuple[int, ...]]


def duckdb_rows(spool: Spool) -> Rows:
    """Row number and cells as DuckDB reads the spool, with explicit options."""
    names = [f"c{place}" for place in range(len(spool.headers) + spool.numbered)]
    line_end = ", new_line='\\n'" if spool.numbered else ""
    rows = duckdb.execute(
        "SELECT * FROM read_csv(?, auto_detect=false, header=false, strict_mode=true, columns=?,"
        f" delim=?, quote=?, escape=?, skip=?, force_not_null=?{line_end})",
        [
            str(spool.path),
            dict.fromkeys(names, "VARCHAR"),
            spool.delimiter,
            spool.quote,
            spool.escape,
            spool.skip,
            names,
        ],
    ).fetchall()
    if spool.numbered:
        return [(int(number), *cells) for number, *cells in rows]
    return [(number, *cells) for number, cells in enumerate(rows, start=spool.first_row)]


def both_ways(data: bytes, spec: SourceSpec) -> tuple[Spool | None, Rows, Spool, Rows]:
    """Return the fast spool if used by a stage, and the careful spool."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / spec.path).write_bytes(data)
        source = open_source(spec, folder)
        careful = source.spool(folder, Silent(), careful=True)
        slow = duckdb_rows(careful)
        quick = source.spool(folder, Silent())
        if quick.numbered:
            return None, [], careful, slow
        try:
            fast = duckdb_rows(quick)
        except duckdb.Error:
            return None, [], careful, slow
        taken = quick if len(fast) == quick.rows else None
        return taken, [(row, *cells) for row, *cells in fast], careful, slow


def with_values(rows: Rows) -> Rows:
    """Rows that are not blank: the stage drops the others (staging/load/non_data_rows.py)."""
    return [row for row in rows if any(str(cell).strip(BLANKS) for cell in row[1:])]


@st.composite
def delimited_text(draw: st.DrawFn) -> tuple[bytes, SourceSpec]:
    """Generate text that resembles a delimited file, with options for reading."""
    separator = draw(st.sampled_from([",", "\t", ";", "|", "auto"]))
    cell = st.text(st.sampled_from(AWKWARD), max_size=4)
    rows = draw(st.lists(st.lists(cell, min_size=1, max_size=4), min_size=1, max_size=6))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    sign = "," if separator == "auto" else separator
    text = line_end.join(sign.join(row) for row in rows)
    quote = draw(st.sampled_from(['"', "'", ""]))
    header_row = draw(st.integers(0, 3))
    spec = SourceSpec(path="x.csv", separator=separator, quote=quote, header_row=header_row)
    return text.encode(), spec


@settings(max_examples=examples(120, 300), deadline=None)
@given(delimited_text())
def test_fast_and_careful_reader_agree(
    case: tuple[bytes, SourceSpec],
) -> None:
    try:
        quick, fast, careful, slow = both_ways(*case)
    except SourceError:
        event("refused")
        return

    event("quick" if quick else "careful")
    if quick is not None:
        assert with_values(fast) == with_values(slow)
        assert quick.headers == careful.headers
        assert careful.faults is None


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], dict[str, str]]:
    """Generate a table of text, and options for writing."""
    width = draw(st.integers(1, 4))
    text = st.text(st.sampled_from(AWKWARD) | st.characters(exclude_categories=["Cs"]), max_size=8)
    # Neither survives: NUL is refused, and Ctrl-Z ends a file of DOS.
    cell = text.map(lambda value: value.replace("\0", "").replace("\x1a", ""))
    table = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=6))
    way = {
        "delimiter": draw(st.sampled_from([",", "\t", ";", "|"])),
        "quotechar": draw(st.sampled_from(['"', "'"])),
        "lineterminator": draw(st.sampled_from(["\n", "\r\n", "\r"])),
    }
    return table, way


@settings(max_examples=examples(120, 300), deadline=None)
@given(tables(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_of_text_survives_exactly(
    case: tuple[list[list[str]], dict[str, str]], encoding: str
) -> None:
    table, way = case
    headers = [f"h{place}" for place in range(len(table[0]) if table else 2)]
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, **way).writerows([headers, *table])  # type: ignore[arg-type]
    spec = SourceSpec(path="x.csv", separator=way["delimiter"], quote=way["quotechar"])

    quick, fast, careful, slow = both_ways(text.getvalue().encode(encoding), spec)

    assert [list(cells) for _, *cells in slow] == table
    assert list(careful.headers) == headers
    assert careful.faults is None
    if quick is not None:
        assert fast == slow
