"""The different texts of a column, grouped once for everything that looks at each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sodasheet.staging.check.check_result import CheckResult
from sodasheet.staging.check.mapping_sql import Projected


@dataclass(frozen=True, slots=True)
class DistinctTexts:
    """Temporary tables of one comparison, by column and rows.

    Each has the column under its own name, with `n`, the number of its rows, and `first`, the
    number of the first of them.
    """

    checked: CheckResult
    tables: dict[str, str] = field(default_factory=dict)

    def of(self, one: Projected, source: str) -> str:
        """Return the name of the table of a column; `source` is a FROM clause with its text."""
        query = (
            f"SELECT {one.text_name}, count(*) AS n, min(_row) AS first FROM {source} GROUP BY 1"
        )
        if query not in self.tables:
            name = f"distinct_texts_{len(self.tables)}"
            self.checked.stage.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
            self.tables[query] = name
        return self.tables[query]
