"""Search for repeated row identifiers."""

from __future__ import annotations

from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.sql_quoting import Rows
from sodasheet.staging.staged_table import Stage

#: Rows from the top that show if the identifiers are in order.
_TRIED = 2048


def keep_duplicates(stage: Stage, identifier: Projected, code: int) -> None:
    """Put every row of every repeated identifier into `found`, each with another row's number.

    Text compares exactly, numbers as decimals (portal-api.md B.2, point 8). The first row of a
    group names the second, all others name the first.
    """
    if _are_distinct(stage, identifier):
        return
    values = values_from([identifier], stage.table)
    keys = (
        f"(SELECT _row, {identifier.typed.key} AS key FROM {values} "
        f"WHERE NOT ({identifier.blank}) AND {identifier.typed.value} IS NOT NULL)"
    )
    run = stage.connection.execute
    run("DROP TABLE IF EXISTS repeated")
    run(
        f"CREATE TEMP TABLE repeated AS SELECT key, min(_row) AS first FROM {keys} "
        "GROUP BY key HAVING count(*) > 1"
    )
    if not run("SELECT 1 FROM repeated LIMIT 1").fetchone():
        return
    run(
        f"""
        INSERT INTO found (_row, code, other)
        WITH members AS (SELECT _row, key, first FROM {keys} JOIN repeated USING (key)),
        seconds AS (SELECT key, min(_row) AS second FROM members WHERE _row > first GROUP BY key)
        SELECT _row, {code}, CASE WHEN _row = first THEN second ELSE first END
        FROM members JOIN seconds USING (key)
        """
    )


def _are_distinct(stage: Stage, identifier: Projected) -> bool:
    """True if no two identifiers can be equal, by tests that cost less than grouping them.

    Most sources are in the order of their identifiers; each is then beyond the one above it.
    """
    image = _image(identifier)
    if image is None:
        return False
    for table in (Rows(f"{stage.table.name} LIMIT {_TRIED}", stage.table.row), stage.table):
        cells = f"(SELECT {image} AS k FROM {values_from([identifier], table)})"
        beyond = f"(SELECT coalesce(k > lag(k) OVER (), false) AS beyond FROM {cells})"
        if _number(stage, f"SELECT count(*) FROM {beyond} WHERE NOT beyond") > 1:
            break
    else:
        return True
    cells = f"(SELECT {image} AS k FROM {values_from([identifier], stage.table)})"
    return not _number(stage, f"SELECT count(*) - count(DISTINCT k) FROM {cells}")


def _image(identifier: Projected) -> str | None:
    """Return SQL that is equal for equal identifiers, None without a cheap one."""
    if identifier.typed.key == identifier.text_name:
        return identifier.text_name
    if identifier.filled.column.type == "number" and identifier.is_tidy:
        return f"try_cast({identifier.text_name} AS DOUBLE)"
    return None


def _number(stage: Stage, query: str) -> int:
    row = stage.connection.execute(query).fetchone()
    return int(row[0]) if row else 0
