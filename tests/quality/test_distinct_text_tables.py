"""Columns that determine each other are grouped, and each is counted as if alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sodasheet.quality.distinct_text_tables import DistinctTexts
from sodasheet.quality.profile import Profile
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from

from .conftest import rows


def test_columns_that_decide_each_other_share_a_table(
    checked: Callable[..., CheckResult], known: Profile
) -> None:
    result = checked([*rows(200, 601), *rows(50, 801)])
    texts = DistinctTexts.planned(result, known)
    by_field = {one.filled.column.field: one for one in result.projected}

    def all_rows(columns: Sequence[Projected]) -> str:
        return values_from(columns, result.stage.table)

    def counted(name: str, source: str) -> list[tuple[object, ...]]:
        query = f"SELECT {name}, sum(n), min(first) FROM {source} GROUP BY 1 ORDER BY 1"
        return result.stage.connection.execute(query).fetchall()

    assert [[one.filled.column.field for one in group] for group in texts.sets] == [["zip", "town"]]
    for field in ("zip", "town", "kind"):
        one = by_field[field]
        alone = f"(SELECT *, 1 AS n, _row AS first FROM {all_rows([one])})"
        assert texts.has_few(one)
        assert counted(one.text_name, texts.of(one, all_rows)) == counted(one.text_name, alone)
    assert texts.combined(by_field["zip"], by_field["town"], all_rows) in texts.tables.values()
    assert len(texts.tables) == 4  # zip with town, each of them, and kind
    assert not texts.has_few(by_field["notes"])


def test_columns_that_do_not_decide_each_other_are_grouped_when_asked_for(
    checked: Callable[..., CheckResult], known: Profile
) -> None:
    result = checked(rows(100, 601))
    by_field = {one.filled.column.field: one for one in result.projected}
    kind, town = by_field["kind"], by_field["town"]
    texts = DistinctTexts.planned(result, known)

    def all_rows(columns: Sequence[Projected]) -> str:
        return values_from(columns, result.stage.table)

    table = texts.combined(kind, town, all_rows)

    found = result.stage.connection.execute(f"SELECT sum(n) FROM {table}").fetchall()
    assert found == [(100,)]
    assert DistinctTexts.planned(result, None).sets == ()
