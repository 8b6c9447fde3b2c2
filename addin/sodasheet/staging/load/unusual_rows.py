"""Rows that are not data: totals, notes, repeated headers, units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.model.job import STARTING_WITH
from sodasheet.sources.spool import Spool
from sodasheet.staging.sql import any_of, literal, matches, trimmed

if TYPE_CHECKING:
    import duckdb

#: Columns from the left in which the first value of a total or a note is searched for.
_LEADING = 3

_TOTAL = r"(?:grand[ -]?|sub[ -]?|overall )?totals?:?"
_TOTAL_OF = (
    r"(?:grand[ -]?|sub[ -]?|overall )?totals? (?:for|of|by|in|per)\b.*|.* (?:sub-?)?totals?:?"
)
_NOTE = (
    r"(?:sources?|notes?|footnotes?|disclaimer|caveats?|prepared by|produced by|contact)"
    r"\s*:.*|(?:data )?(?:as of|last updated|updated|generated|printed|retrieved|run date)\b.*"
    r"|[*†‡§]+ ?\S.*|(?:\(\d{1,2}\)|\[\d{1,2}\]) ?\S.*|(?:end of (?:report|file|data)).*"
)
_UNIT = (
    r"\(?(?:usd|us\$|\$|€|£|%|percent|pct|people|persons|miles?|mi|km|feet|ft|met(?:er|re)s?|m"
    r"|acres?"
    r"|hours?|hrs|minutes|min|seconds|sec|days|years|yrs|counts?|numbers?|no\.|#|dollars|kwh|mwh|tons"
    r"|tonnes|lbs|pounds|kg|gallons|text|string|date|integer|numeric|decimal|in thousands"
    r"|degrees|deg|yyyy-mm-dd|mm/dd/yyyy)\)?"
)


@dataclass(frozen=True, slots=True)
class UnusualRow:
    """A row that is not data: the kind (model/job.py), and the beginning of its text."""

    row: int
    kind: str
    text: str


def unusual_rows(
    connection: duckdb.DuckDBPyConnection, spool: Spool, kinds: tuple[str, ...]
) -> list[UnusualRow]:
    """Return the rows of these kinds in the table `source`, in order, each once."""
    found: dict[int, UnusualRow] = {}
    for kind in kinds:
        for row, text in connection.execute(_query(spool, kind)).fetchall():
            found.setdefault(row, UnusualRow(row, kind, text))
    return [found[row] for row in sorted(found)]


def unusual_faults(
    connection: duckdb.DuckDBPyConnection, kinds: tuple[str, ...]
) -> list[UnusualRow]:
    """Return the rows with too few cells that read like notes or totals."""
    found = []
    for kind in kinds:
        condition = _text_condition(kind, "lower(trim(value, ' ,;\t\"'))")
        if condition is not None:
            rows = connection.execute(
                "SELECT _row, value FROM faults WHERE column_index IS NULL"
                f" AND reason = 'too-few-cells' AND {condition} ORDER BY _row"
            ).fetchall()
            found += [UnusualRow(row, kind, text) for row, text in rows]
    return found


def _text_condition(kind: str, text: str) -> str | None:
    """SQL for the text of a whole line, None for kinds that depend on cells."""
    if kind.startswith(STARTING_WITH):
        return f"starts_with({text}, {literal(kind.removeprefix(STARTING_WITH).lower())})"
    if kind == "totals":
        return matches(text, f"{_TOTAL}(?:[ ,;|\t].*)?")
    return matches(text, _NOTE) if kind == "notes" else None


def _query(spool: Spool, kind: str) -> str:
    """SQL for number and text of the rows of a kind."""
    width = len(spool.headers)
    names = [f"c{index}" for index in range(width)]
    leading = ", ".join(f"nullif({trimmed(name)}, '')" for name in names[:_LEADING])
    first = f"coalesce({leading}, '')"
    filled = " + ".join(f"CAST({name} <> '' AS INTEGER)" for name in names)
    condition = _condition(spool, kind, filled)
    return (
        f"SELECT _row, left(first, 80) FROM (SELECT *, lower(first) AS low FROM "
        f"(SELECT *, {first} AS first FROM source)) WHERE {condition} ORDER BY _row"
    )


def _condition(spool: Spool, kind: str, filled: str) -> str:
    width = len(spool.headers)
    if kind.startswith(STARTING_WITH):
        return f"starts_with(low, {literal(kind.removeprefix(STARTING_WITH).lower())})"
    if kind == "headers":
        same = [
            f"lower({trimmed(f'c{index}')}) = {literal(header.lower())}"
            for index, header in enumerate(spool.headers)
        ]
        return " AND ".join(same)
    if kind == "units":
        first = "_row = (SELECT min(_row) FROM source)"
        names = [f"c{index}" for index in range(width)]
        fits = [matches(f"lower({trimmed(name)})", _UNIT) for name in names]
        units = " AND ".join(
            f"({name} = '' OR {fit})" for name, fit in zip(names, fits, strict=True)
        )
        return f"{first} AND {filled} >= {min(2, width)} AND {units}"
    if width < 2:
        return "false"
    if kind == "totals":
        sparse = f"{filled} <= {max(2, (width + 1) // 2)}"
        of = f"{matches('low', _TOTAL_OF)} AND {sparse}"
        return f"contains(low, 'total') AND ({matches('low', _TOTAL)} OR ({of}))"
    # Notes have one cell; below the last full row any text of one cell is a note.
    full = f"(SELECT max(_row) FROM source WHERE {filled} > 1)"
    alone = f"{filled} = 1 AND low <> ''"
    last = f"_row > {full}" if width > 2 else "false"
    return f"{alone} AND {any_of([matches('low', _NOTE), last])}"
