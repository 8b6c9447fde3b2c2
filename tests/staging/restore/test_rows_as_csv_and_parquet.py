"""Downloaded rows as files that can be pushed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.model.progress import Silent
from sodasheet.staging.restore import rows_as_csv_and_parquet
from sodasheet.staging.staged_table import Stage


def test_pieces_of_a_csv_are_one_file_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one piece, a million rows would need more memory than the database may have."""
    monkeypatch.setattr(rows_as_csv_and_parquet, "_PIECE", 3)
    with Stage.bare("rows", 2, tmp_path, Silent()) as stage:
        stage.connection.execute(
            "CREATE TABLE table_files AS SELECT i::VARCHAR AS id,"
            " CASE WHEN i % 2 = 0 THEN 'a \"b\", c' END AS note FROM range(8) r(i)"
        )
        written = rows_as_csv_and_parquet.write_csv(stage, tmp_path / "rows.csv")
        stage.connection.execute("DELETE FROM table_files")
        empty = rows_as_csv_and_parquet.write_csv(stage, tmp_path / "empty.csv")

    lines = (tmp_path / "rows.csv").read_text().splitlines()
    assert (written, empty) == (8, 0)
    assert lines[0] == '"id","note"'
    assert lines[1:3] == ['"0","a ""b"", c"', '"1",']
    assert [line.split(",")[0] for line in lines[1:]] == [f'"{number}"' for number in range(8)]
    assert (tmp_path / "empty.csv").read_text().splitlines() == ['"id","note"']
