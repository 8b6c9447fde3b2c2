"""Identifiers in the dataset, joined with identifiers of the source."""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.errors import Refused
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import values_from
from sodasheet.staging.check.row_selection import LEFT_OUT


class IdentifierPresence:
    """The dataset's identifiers, stored on the stage, which holds only one such list at a time."""

    def __init__(self, checked: CheckResult) -> None:
        self._checked = checked
        self._connection = checked.stage.connection
        self._connection.execute("CREATE OR REPLACE TABLE present (key VARCHAR)")

    def add(self, identifiers: list[str]) -> None:
        """Add more identifiers of the dataset, in their canonical spelling."""
        self._connection.execute("INSERT INTO present SELECT unnest(?::VARCHAR[])", [identifiers])

    def rows(self, *, present: bool) -> Iterator[tuple[int, str]]:
        """Yield source row and identifier of the sendable rows that the dataset has, or lacks."""
        identifier = self._checked.identifier
        if identifier is None:
            raise Refused(
                "No source column fills the row identifier.", "Map a source column to it."
            )
        join = "SEMI" if present else "ANTI"
        table = values_from([identifier], self._checked.stage.table)
        query = (
            f"SELECT _row, k FROM (SELECT _row, {identifier.typed.key} AS k FROM {table})"
            f" {join} JOIN present ON k = present.key"
            f" WHERE _row NOT IN ({LEFT_OUT}) ORDER BY _row"
        )
        yield from self._checked.stage.each(query)
