"""Read samples of a column by its rule, without a stage, as the rows would be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.model.mapping import ColumnRule
from sodasheet.staging.check.check_plan import CheckPlan, filled_columns
from sodasheet.staging.check.mapping_sql import project, values_from
from sodasheet.staging.sql_quoting import Rows, literal
from sodasheet.staging.types.canonical_text import shown
from sodasheet.staging.types.registry import MACROS

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class SampleValue:
    """Readable value of a sample; None if the rule can't read the sample.

    `blank` is True if the sample counts as an empty cell.
    """

    text: str | None
    blank: bool = False


class SampleReader:
    """Reads samples by rules; an in-memory database does the same as the check."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @staticmethod
    @contextmanager
    def opened() -> Iterator[SampleReader]:
        """Open a reader."""
        import duckdb

        with duckdb.connect(config={"enable_external_access": False}) as connection:
            for macro in MACROS:
                connection.execute(f"CREATE TEMP MACRO {macro}")
            yield SampleReader(connection)

    def read(
        self, rule: ColumnRule, plan: CheckPlan, texts: Sequence[str]
    ) -> tuple[SampleValue, ...]:
        """Return the values of samples of the rule's source column; none if the rule fills none.

        Raises UsageProblem for a format that no cell could be read by.
        """
        alone = replace(plan, mapping=replace(plan.mapping, columns=(rule,), points=(), places=()))
        filled = filled_columns(alone, (rule.source or "",))
        if not texts or not filled:
            return ()
        (one,) = project(alone, filled, lambda _zone: True)
        lines = " UNION ALL ".join(
            f"SELECT {at} AS _row, {literal(text)} AS c0" for at, text in enumerate(texts)
        )
        answers = self._connection.execute(
            f"SELECT {one.blank}, {one.piece} IS NULL, {one.canonical}"
            f" FROM {values_from([one], Rows(f'({lines})', '_row'))} ORDER BY _row"
        ).fetchall()
        kind = one.filled.column.type
        return tuple(
            SampleValue(None if unread else shown(kind, value), bool(blank))
            for blank, unread, value in answers
        )
