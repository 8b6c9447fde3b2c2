"""How large rows are when they are sent."""

from __future__ import annotations

from sodasheet.staging.checks import Checked
from sodasheet.staging.loading import LINE_SIZE
from sodasheet.staging.projection import values_from
from sodasheet.staging.selection import LEFT_OUT

#: A character takes at most so many times its bytes in JSON (a control character: six).
_SWELL = 6


def oversized(checked: Checked, limit: int) -> tuple[int, int] | None:
    """The first sendable row whose JSON has more than `limit` bytes, and how many; else None.

    Only where the source's cells are large enough for it are the rows worked out.
    """
    names = sum(len(one.filled.column.field) + _SWELL for one in checked.projected)
    # No line that was loaded is longer.
    if checked.stage.spool.of_lines and _SWELL * (LINE_SIZE + names) <= limit:
        return None
    run = checked.stage.connection.execute
    raw = " + ".join(f"strlen({one.raw})" for one in checked.projected)
    if checked.stopped or not raw:
        return None
    longest = run(f"SELECT max({raw}) FROM {checked.stage.table.name}").fetchone()
    if not longest or _SWELL * (longest[0] or 0) + _SWELL * names <= limit:
        return None
    size = " + ".join(f"strlen({one.piece})" for one in checked.projected)
    found = run(
        f"SELECT _row, size + 1 FROM (SELECT _row, {size} AS size FROM"
        f" {values_from(checked.projected, checked.stage.table)}) WHERE size + 1 > {int(limit)}"
        f" AND _row NOT IN ({LEFT_OUT}) ORDER BY _row LIMIT 1"
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else None
