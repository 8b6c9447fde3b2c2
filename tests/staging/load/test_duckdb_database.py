"""A wide table has a separate database that every reader of the stage can access."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.load import duckdb_database
from sodasheet.staging.staged_table import Stage

COLUMNS, ROWS = 200, 13_000


@pytest.fixture
def wide(tmp_path: Path) -> SourceSpec:
    path = tmp_path / "wide.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(f"h{n}" for n in range(COLUMNS)) + "\n")
        rest = ",1" * (COLUMNS - 1) + "\n"
        file.writelines(f"{n}{rest}" for n in range(ROWS))
    return SourceSpec(path=str(path), separator=",")


def test_a_wide_table_is_written_in_groups_of_fewer_rows(wide: SourceSpec, tmp_path: Path) -> None:
    with Stage.open(open_source(wide, tmp_path), tmp_path, Silent()) as stage:
        groups = "SELECT row_group_id, max(count) FROM pragma_storage_info('cells') GROUP BY 1"
        assert sorted(stage.each(groups)) == [(0, 12_288), (1, ROWS - 12_288)]


def test_every_cursor_reads_the_rows_of_a_wide_table_in_order(
    wide: SourceSpec, tmp_path: Path
) -> None:
    with Stage.open(open_source(wide, tmp_path), tmp_path, Silent()) as stage:
        outer = stage.fetched("SELECT _row, c0 FROM source")
        first = next(outer)
        inner = [row for rows in stage.fetched("SELECT _row, c0 FROM source") for row in rows]

        assert inner == [(n + 2, str(n)) for n in range(ROWS)]
        assert first + [row for rows in outer for row in rows] == inner
        assert stage.samples(1)["h199"] == ["1"]


def test_a_wide_stage_is_locked_like_any_other(wide: SourceSpec, tmp_path: Path) -> None:
    with Stage.open(open_source(wide, tmp_path), tmp_path, Silent()) as stage:
        for query in (
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
            f"SELECT * FROM read_csv('{wide.path}')",
            "SET memory_limit = '1GB'",
        ):
            with pytest.raises(duckdb.Error):
                stage.connection.execute(query)


def test_every_column_of_a_wide_table_adds_to_the_memory() -> None:
    connection = duckdb.connect()

    def limit(columns: int) -> str:
        duckdb_database.widen(connection, columns, Path())
        row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
        assert row is not None
        return str(row[0])

    assert limit(20) == limit(100)
    assert limit(20) == "162.1 MiB"
