"""The confirmation before a push if no window can be opened."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sodasheet.excel.actions.confirm_push import Numbers, agreed
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Within
from sodasheet.model.method import Method
from sodasheet.sources.spool import Spool
from sodasheet.sources.spool_folder import write_spool_folder

PERMITS = Dataset(
    "http://localhost", "abcd-1234", "Permits", (Column(1, "Year", "year", "number", 1),)
)


@pytest.mark.parametrize(
    ("method", "question"),
    [
        (Method.REPLACE, "Replace all rows of Permits (300 rows) with the rows of new.csv?"),
        (Method.APPEND, "Append the rows of new.csv to Permits (300 rows)?"),
        (Method.UPSERT, "Update or add the rows of new.csv in Permits (300 rows)?"),
        (Method.DELETE, "Delete the rows listed in new.csv from Permits (300 rows)?"),
    ],
)
def test_the_question_names_the_file_the_dataset_and_its_rows(
    method: Method, question: str
) -> None:
    assert asked_about(method, None, Path()) == question


def test_the_question_names_the_part_of_a_file_that_is_not_counted() -> None:
    assert asked_about(Method.REPLACE, Within("Year", ("2026",)), Path()) == (
        "Replace the part Year = 2026 of Permits with the rows of new.csv?"
        " Rows of this part that are not in the file are deleted."
    )


def test_the_question_names_the_part_its_rows_and_the_skipped_ones(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "rows.csv", ("Year",), "0" * 64, rows=12)
    write_spool_folder(spool, "Permits", tmp_path)

    assert asked_about(Method.REPLACE, Within("year", each="year"), tmp_path) == (
        "Replace the part Year = the years of the source of Permits with 10 rows, which deletes"
        " rows of the part missing from the source; 2 rows with findings will be skipped."
        "\n\nGo ahead?"
    )


def asked_about(method: Method, within: Within | None, folder: Path) -> str:
    """Return the question about a folder's spool, or about new.csv if there is none."""
    asked: list[str] = []
    press: Any = SimpleNamespace(dialogs=SimpleNamespace(ask_yes_no=asked.append), base=folder)
    spooled = folder.is_absolute()
    source = SimpleNamespace(kind="spool" if spooled else "file", path="" if spooled else "new.csv")
    opened: Any = SimpleNamespace(dataset=PERMITS)
    job: Any = SimpleNamespace(within=within, method=method, source=source)

    agreed(press, opened, job, Numbers(300, 2 if spooled else 0))

    (question,) = asked
    return question
