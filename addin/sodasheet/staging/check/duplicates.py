"""Row identifiers that occur more than once, as the portal would compare them."""

from __future__ import annotations

from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.stage import Stage


def keep_duplicates(stage: Stage, identifier: Projected, code: int) -> None:
    """Put every row of every repeated identifier into `found`, each with another row's number.

    Text compares exactly, numbers as decimals (portal-api.md B.2, point 8). The first row of a
    group names the second, all others name the first.
    """
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
