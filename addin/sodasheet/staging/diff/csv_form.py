"""Comparing the two forms in which a portal gives the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sodasheet.model.dataset import GEOMETRY_TYPES, Column
from sodasheet.staging.diff.dataset_rows import DatasetRows
from sodasheet.staging.staged_table import Stage

#: Types whose form in CSV is only believed once it was seen.
_TO_BE_SEEN = frozenset({"url", *GEOMETRY_TYPES})

#: Types whose CSV tells different values apart, as JSON does: all but places with an address, files
#: and nested values. In the comparison an empty text and no value are the same nothing.
SAYS_ENOUGH = _TO_BE_SEEN | {
    "text", "html", "email", "phone", "flag", "drop_down_list",
    "number", "money", "percent", "stars", "double",
    "checkbox", "calendar_date", "date",
}  # fmt: skip


def differing_columns(
    stage: Stage, json_page: Path, csv_page: Path, columns: Sequence[Column]
) -> list[Column]:
    """Return the columns whose values differ between two pages of the same rows.

    Besides those of which too little was seen to tell. Raises SodaSheetError if a page cannot be
    read.
    """
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
    return [
        column
        for column, same, filled in zip(columns, found[::2], found[1::2], strict=True)
        if not same or (column.type in _TO_BE_SEEN and not filled)
    ]
