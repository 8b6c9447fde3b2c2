"""The question before a push of a file whose rows are not counted yet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sodasheet.excel.actions.confirm_push import Numbers, agreed
from sodasheet.model.method import Method


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
    asked = []
    press: Any = SimpleNamespace(dialogs=SimpleNamespace(ask_yes_no=asked.append))
    opened: Any = SimpleNamespace(dataset=SimpleNamespace(name="Permits"))
    job: Any = SimpleNamespace(
        within=None, method=method, source=SimpleNamespace(kind="file", path="new.csv")
    )

    agreed(press, opened, job, Numbers(300, 0))

    assert asked == [question]
