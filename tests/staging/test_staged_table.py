"""The stage contains exactly the source's text, and leaves no files behind."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodasheet.errors import Cancelled, SourceError
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.staged_table import Stage

OpenStage = Callable[..., Stage]


def rows_of(stage: Stage) -> list[tuple[Any, ...]]:
    return stage.connection.execute("SELECT * FROM source ORDER BY _row").fetchall()


def test_a_well_formed_file_is_loaded_as_it_is(
    open_stage: OpenStage, plain_csv: type, tmp_path: Path
) -> None:
    # Windows allows no asterisk in a name.
    path = tmp_path / ("a [b] {c}.csv" if sys.platform == "win32" else "a [b] *.csv")
    path.write_bytes('Id,"Name, full"\r\n1,"x ""y"""\r\n,\r\n3,é😀\r\n'.encode())
    source = plain_csv(path)

    stage = open_stage(source)

    assert source.asked == ["quick"]
    assert rows_of(stage) == [(2, "1", 'x "y"'), (4, "3", "é😀")]
    assert (stage.name, stage.headers, stage.rows) == ("plain.csv", ("Id", "Name, full"), 2)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a,b\n1,x\n\n2,z\n", [(2, "1", "x"), (4, "2", "z")]),
        (b"a,b\n1,x\r\n2,z\n", [(2, "1", "x"), (3, "2", "z")]),
    ],
)
def test_where_lines_and_records_differ_the_careful_way_is_taken(
    open_stage: OpenStage,
    plain_csv: type,
    tmp_path: Path,
    content: bytes,
    rows: list[tuple[Any, ...]],
) -> None:
    path = tmp_path / "plain.csv"
    path.write_bytes(content)
    source = plain_csv(path)

    stage = open_stage(source)

    assert source.asked == ["quick", "careful"]
    assert rows_of(stage) == rows


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_quick_and_careful_spools_give_the_same_stage(
    open_stage: OpenStage, plain_csv: type, tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    flat = [tuple("".join(cell.split()) or "x" for cell in row) for row in rows]
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("a", "b"), *flat])
    path = tmp_path / "plain.csv"
    path.write_bytes(buffer.getvalue().encode())

    quick = open_stage(plain_csv(path))
    careful = open_stage(("a", "b"), flat)

    assert rows_of(quick) == rows_of(careful)
    assert rows_of(quick) == [(number, *row) for number, row in enumerate(flat, 2)]


def test_a_very_long_row_is_loaded_at_the_last_try(open_stage: OpenStage) -> None:
    stage = open_stage(("a", "b"), [("1", "x" * 5_000_000), ("2", "y")])

    assert [len(row[2]) for row in rows_of(stage)] == [5_000_000, 1]


def test_a_stage_leaves_nothing_behind_after_an_error(tmp_path: Path) -> None:
    from sodasheet.model.progress import Progress
    from sodasheet.sources.spool import Spool

    class Broken:
        name = "broken.csv"

        def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
            (folder / "spool.csv").write_bytes(b"2,x,y,z\n")
            return Spool(folder / "spool.csv", ("a",), "0")

    with pytest.raises(SourceError) as raised, Stage.open(Broken(), tmp_path, Silent()):
        pass

    assert str(raised.value).startswith("The rows of broken.csv cannot be loaded:")
    assert list(tmp_path.iterdir()) == []


def test_a_stage_leaves_nothing_behind_when_it_closes(plain_csv: type, tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("a,b\n1,2\n")

    with Stage.open(plain_csv(path), tmp_path, Silent()) as stage:
        folders = [place for place in tmp_path.iterdir() if place.is_dir()]
        assert len(folders) == 1
        assert stage.rows == 1

    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_changes_while_it_is_loaded_is_told(
    plain_csv: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sodasheet.staging.load import load_source as room

    path = tmp_path / "plain.csv"
    path.write_text("a,b\n1,2\n")
    real = room.load

    def load_and_write(connection: Any, spool: Any) -> int:
        count = real(connection, spool)
        with path.open("a") as file:
            file.write("3,4\n")
        return count

    monkeypatch.setattr(room, "load", load_and_write)

    with (
        pytest.raises(SourceError, match=r"plain\.csv changed while being read"),
        Stage.open(plain_csv(path), tmp_path, Silent()),
    ):
        pass


@pytest.mark.not_on_windows("another inode")
def test_another_file_of_the_same_size_and_time_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sodasheet.staging.load import load_source as room

    path, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    for each, text in ((path, "a,b\n1,2\n"), (other, "a,b\n3,4\n")):
        each.write_text(text)
        os.utime(each, (1.7e9, 1.7e9))
    real = room.load

    def swap_and_load(connection: Any, spool: Any) -> int:
        if other.exists():
            other.replace(path)
        return real(connection, spool)

    monkeypatch.setattr(room, "load", swap_and_load)
    source = open_source(SourceSpec(path=str(path)), tmp_path)

    with (
        pytest.raises(SourceError, match=r"plain\.csv changed while being read"),
        Stage.open(source, tmp_path, Silent()),
    ):
        pass


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/sodasheet-must-not-exist.csv'",
        "INSTALL httpfs",
        "ATTACH '/tmp/sodasheet-must-not-exist.duckdb'",
        "SET enable_external_access = true",
        "SET memory_limit = '8GB'",
    ],
)
def test_the_database_is_locked_down(open_stage: OpenStage, statement: str) -> None:
    stage = open_stage(("a",), [("1",)])

    with pytest.raises(duckdb.Error):
        stage.connection.execute(statement)


def test_samples_are_the_first_different_values(open_stage: OpenStage) -> None:
    rows = [(" a ", ""), ("a", ""), ("b" * 100, ""), ("c", "z")]

    samples = open_stage(("One", "Two"), rows).samples(2)

    assert samples == {"One": ["a", "b" * 80], "Two": ["z"]}


def test_an_empty_source_is_a_stage_without_rows(open_stage: OpenStage) -> None:
    stage = open_stage(("a", "b"), [])

    assert stage.rows == 0
    assert stage.samples(3) == {"a": [], "b": []}


def test_a_stop_while_loading_is_heard(plain_csv: type, tmp_path: Path) -> None:
    class Stopped(Silent):
        stop = True

    path = tmp_path / "plain.csv"
    path.write_text('a,b\n1,"x\ny"\n')

    with pytest.raises(Cancelled), Stage.open(plain_csv(path), tmp_path, Stopped()):
        pass
