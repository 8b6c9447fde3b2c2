"""Compare the CSV and the JSON that a portal returns for the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sodasheet.model.dataset import DATE_TYPES, GEOMETRY_TYPES, NUMBER_TYPES, Column
from sodasheet.staging.diff.dataset_rows import DatasetRows
from sodasheet.staging.staged_table import Stage

#: Types whose CSV needs no comparison, because a string is the same in both.
_TEXTS = frozenset({"text", "html", "email", "phone", "flag", "drop_down_list"})

#: Types whose CSV has a different text for each different value, as JSON does: all but places with
#: an address, files and nested values. Here an empty string and no value count as the same.
SAYS_ENOUGH = GEOMETRY_TYPES | NUMBER_TYPES | DATE_TYPES | _TEXTS | {"url", "checkbox"}


@dataclass(frozen=True, slots=True)
class ComparedForms:
    """Columns whose values differ between the two forms, and columns without values."""

    different: tuple[Column, ...]
    unseen: tuple[Column, ...]


def compared_forms(
    stage: Stage, json_page: Path, csv_page: Path, columns: Sequence[Column]
) -> ComparedForms:
    """Compare two pages of the same rows. Raises SodaSheetError if a page cannot be read."""
    run = stage.connection.execute
    for page, table in ((json_page, "as_json"), (csv_page, "as_csv")):
        DatasetRows(stage, [page], tuple(columns), None).load("")
        run(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM held")
    tests = "".join(
        f", coalesce(bool_and(j.v{n} IS NOT DISTINCT FROM c.v{n}), false), count(j.v{n})"
        for n in range(len(columns))
    )
    ((_, *found),) = run(
        f"SELECT count(*){tests} FROM as_json j FULL JOIN as_csv c USING (id)"
    ).fetchall()
    for table in ("as_json", "as_csv", "held"):
        run(f"DROP TABLE {table}")
    judged = list(zip(columns, found[::2], found[1::2], strict=True))
    return ComparedForms(
        tuple(column for column, same, _ in judged if not same),
        tuple(
            column
            for column, same, filled in judged
            if same and not filled and column.type not in _TEXTS
        ),
    )
