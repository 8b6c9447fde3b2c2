"""Distinct values of a source column, with their counts and first rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sodasheet.model.finding import Finding
from sodasheet.model.mapping import ColumnRule
from sodasheet.staging.check.mapping_sql import cleaned
from sodasheet.staging.sql_quoting import trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.wording import shortened

#: Maximum distinct values examined; a column with more is not a list of categories.
MOST = 200_000

_TABLE = "suggest_values"

#: Maximum characters of a value in an example.
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Values:
    """The table of a column's values: text `t`, count `n`, first row `r`."""

    stage: Stage
    header: str
    count: int
    different: int

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        """Return the rows of a query; `{values}` is the table."""
        return self.stage.connection.execute(self.named(query), list(parameters)).fetchall()

    def named(self, query: str) -> str:
        """Return a query with the table's name for `{values}`."""
        return query.replace("{values}", _TABLE)

    def number(self, query: str) -> int:
        """Return the number that a query returns."""
        ((number,),) = self.rows(query)
        return int(number or 0)

    def examples(self, condition: str, limit: int = 3) -> tuple[Finding, ...]:
        """Return the first values for which a condition is true."""
        query = f"SELECT r, t FROM {{values}} WHERE {condition} ORDER BY r LIMIT {limit}"
        return tuple(
            Finding(row, self.header, shortened(text, _SHOWN)) for row, text in self.rows(query)
        )

    def without(self, condition: str) -> None:
        """Forget the values for which a condition is true."""
        self.stage.connection.execute(f"DELETE FROM {_TABLE} WHERE {condition}")


@contextmanager
def values_of(stage: Stage, rule: ColumnRule, missing: tuple[str, ...]) -> Iterator[Values]:
    """Collect the values of a rule's source column after its cleanup, blank cells excluded.

    `missing` are the mapping's own markers.
    """
    header = rule.source or ""
    text = cleaned(trimmed(f"c{stage.headers.index(header)}"), rule, missing)
    stage.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_TABLE} AS SELECT t, count(*) AS n, min(_row) AS r FROM "
        f"(SELECT {text} AS t, _row FROM source) WHERE t <> '' GROUP BY t LIMIT {MOST}"
    )
    ((count, different),) = stage.connection.execute(
        f"SELECT coalesce(sum(n), 0), count(*) FROM {_TABLE}"
    ).fetchall()
    try:
        yield Values(stage, header, int(count), int(different))
    finally:
        stage.connection.execute(f"DROP TABLE IF EXISTS {_TABLE}")
