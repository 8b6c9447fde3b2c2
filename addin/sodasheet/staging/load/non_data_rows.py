"""Rows that are not data: totals, notes, repeated headers, units, and blank rows."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.job import STARTING_WITH
from sodasheet.sources.row_notes import ROW_NOTES
from sodasheet.sources.spool import Spool
from sodasheet.staging.load.csv_loader import row_of, table_of
from sodasheet.staging.load.summed_rows import MOST_ADDED, MOST_NAMED, table_row, totals_among
from sodasheet.staging.sql_quoting import (
    BLANKS,
    any_of,
    both,
    contains,
    literal,
    matches,
    trimmed,
    visible,
)
from sodasheet.wording import counted

if TYPE_CHECKING:
    import duckdb

#: Number of leftmost columns to search for the first value of a total or a note.
_LEADING = 3

_TOTAL = r"(?:grand[ -]?|sub[ -]?|overall )?totals?:?"
_TOTAL_OF = (
    r"(?:grand[ -]?|sub[ -]?|overall )?totals? (?:for|of|by|in|per)\b.*|.* (?:sub-?)?totals?:?"
)
#: A subtotal counts even in a full row.
_SUBTOTAL = r".* sub-?totals?:?"
#: Rows named like totals or averages; their cells decide.
_NAMED_TOTAL = r"(?:grand[ -]?|sub[ -]?|overall )?totals?\b.*|.*\btotals?:?"
_NAMED_AVERAGE = r"(?:overall )?(?:averages?|mean):?"
#: Rows at the end that are searched for averages.
_AVERAGES_FROM_END = 20
_NOTE = (
    r"(?:sources?|notes?|footnotes?|disclaimer|caveats?|prepared by|produced by|contact)"
    r"\s*:.*|(?:data )?(?:as of|last updated|updated|generated|printed|retrieved|run date)\b.*"
    r"|[*†‡§]+ ?\S.*|(?:\(\d{1,2}\)|\[\d{1,2}\]) ?\S.*|(?:end of (?:report|file|data)).*"
)
#: The last line of a page, with the date at the left and the page at the right.
_PAGE = r"(?:run|report|print(?:ed)?) (?:date|on)\b.*|page \d+(?: of \d+)?"
_UNIT = (
    r"\(?(?:usd|us\$|\$|€|£|%|percent|pct|people|persons|miles?|mi|km|feet|ft|met(?:er|re)s?|m"
    r"|acres?"
    r"|hours?|hrs|minutes|min|seconds|sec|days|years|yrs|counts?|numbers?|no\.|#|dollars|kwh|mwh|tons"
    r"|tonnes|lbs|pounds|kg|gallons|text|string|date|integer|numeric|decimal|in thousands"
    r"|degrees|deg|yyyy-mm-dd|mm/dd/yyyy)\)?"
)


#: SQL condition for a full row: its first two cells are both filled.
_FULL = "c0 <> '' AND c1 <> ''"

_SEPARATOR = r"[,;|\t]"

#: Two words, which no identifier has.
_WORDS = r"\pL{2,}\W+\pL"

_UNIT_CELL = re.compile(f"(?:{_UNIT})?")

#: Maximum characters of a row's text, and maximum rows shown.
_SHOWN, _EXAMPLES = 80, 20

#: Kind of row -> its name in a note; any other kind is its own name.
_NAMES = {
    "totals": "total",
    "notes": "note",
    "headers": "repeated header",
    "units": "units",
}


@dataclass(frozen=True, slots=True)
class UnusualRow:
    """A row that is not data: the kind (model/job.py), and the beginning of its text."""

    row: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """Positions of source columns: `wordless` have no letters, `full` have no empty cells."""

    wordless: frozenset[int] = frozenset()
    full: frozenset[int] = frozenset()


def unusual_rows(
    connection: duckdb.DuckDBPyConnection,
    spool: Spool,
    kinds: tuple[str, ...],
    known: ColumnFacts = ColumnFacts(),
) -> list[UnusualRow]:
    """Return the distinct rows of these kinds in the table `source`, in order."""
    found: dict[int, UnusualRow] = {}
    for kind in _possible(connection, spool, kinds, known):
        for row, text in _rows_of(connection, spool, kind):
            found.setdefault(row, UnusualRow(row, kind, text))
    return [found[row] for row in sorted(found)]


def _possible(
    connection: duckdb.DuckDBPyConnection,
    spool: Spool,
    kinds: tuple[str, ...],
    known: ColumnFacts,
) -> list[str]:
    """Return the kinds that may occur, by one scan; most sources have none."""
    single = len(spool.headers) < 2
    no_header = 0 in known.wordless and any(map(str.isalpha, spool.headers[0]))
    likely = {
        "totals": "false" if single else _likely_total_or_average(spool, known.wordless),
        "notes": "false" if single or known.full >= {0, 1} else f"NOT ({_FULL})",
        "headers": "false" if no_header else _likely_header(spool),
    }
    none = {kind for kind, condition in likely.items() if condition == "false"}
    asked = [kind for kind in kinds if kind in likely and kind not in none]
    if not asked:
        return [kind for kind in kinds if kind not in none]
    conditions = ", ".join(f"bool_or({likely[kind]})" for kind in asked)
    query = f"SELECT {conditions} FROM {table_of(spool).name}"
    answers = connection.execute(query).fetchone() or ()
    none |= {kind for kind, any_row in zip(asked, answers, strict=True) if not any_row}
    return [kind for kind in kinds if kind not in none]


def _rows_of(
    connection: duckdb.DuckDBPyConnection, spool: Spool, kind: str
) -> Iterator[tuple[int, str]]:
    """Yield number and text of the rows of a kind.

    A wide table makes long statements, so SQL looks at the leading columns of all rows, and all
    columns are looked at in few rows.
    """
    if kind == "units":
        yield from _units(connection, spool)
    elif kind == "headers":
        yield from _headers(connection, spool)
    elif kind == "totals":
        found = dict(connection.execute(_query(spool, kind)).fetchall())
        yield from (found | _summed(connection, spool, found)).items()
    elif kind.startswith(STARTING_WITH) or len(spool.headers) > 1:
        yield from connection.execute(_query(spool, kind)).fetchall()


def _units(connection: duckdb.DuckDBPyConnection, spool: Spool) -> Iterator[tuple[int, str]]:
    table, width = table_of(spool), len(spool.headers)
    listed = ", ".join(_names(spool))
    # The table is in source order: searching for the smallest number would read every row.
    query = f"SELECT {table.row}, {listed} FROM {table.name} LIMIT 1"
    for row, *cells in connection.execute(query).fetchall():
        filled = [cell.strip(BLANKS).lower() for cell in cells if cell]
        if len(filled) >= min(2, width) and all(map(_UNIT_CELL.fullmatch, filled)):
            yield row, _first(cells)


def _headers(connection: duckdb.DuckDBPyConnection, spool: Spool) -> Iterator[tuple[int, str]]:
    table, wanted = table_of(spool), [header.lower() for header in spool.headers]
    query = (
        f"SELECT {table.row}, {', '.join(_names(spool))} FROM {table.name}"
        f" WHERE {_likely_header(spool)}"
    )
    for row, *cells in connection.execute(query).fetchall():
        if [cell.strip(BLANKS).lower() for cell in cells] == wanted:
            yield row, _first(cells)


def _likely_header(spool: Spool) -> str:
    """SQL for a row whose leading cells repeat the headers."""
    pairs = list(zip(_names(spool)[:_LEADING], spool.headers, strict=False))
    whole = " AND ".join(
        f"lower({trimmed(name)}) = {literal(header.lower())}" for name, header in pairs
    )
    # Hardly any row contains the first header, and trimming costs far more than a search.
    name, header = pairs[0]
    return both(f"contains(lower({name}), {literal(header.lower())})", whole)


def _likely_total(spool: Spool, wordless: frozenset[int] = frozenset()) -> str:
    """SQL for a row whose leading cells may name a total."""
    names = [name for at, name in enumerate(_names(spool)[:_LEADING]) if at not in wordless]
    if not names:
        return "false"
    # Only in these spellings, because changing case costs more than two searches.
    return any_of(f"contains({name}, '{word}')" for name in names for word in ("otal", "OTAL"))


def _likely_total_or_average(spool: Spool, wordless: frozenset[int] = frozenset()) -> str:
    """SQL for a row whose leading cells may name a total, or an average at the end."""
    table = table_of(spool)
    names = [name for at, name in enumerate(_names(spool)[:_LEADING]) if at not in wordless]
    if not names:
        return "false"
    last = f"(SELECT max({table.row}) FROM {table.name})"
    is_at_end = f"{table.row} > {last} - {_AVERAGES_FROM_END}"
    average = any_of(
        f"contains(lower({name}), '{word}')" for name in names for word in ("average", "mean")
    )
    return any_of([_likely_total(spool, wordless), both(is_at_end, average)])


def _summed(
    connection: duckdb.DuckDBPyConnection, spool: Spool, totals: Container[int]
) -> dict[int, str]:
    """Return row and text of other rows named like totals, as confirmed by their cells."""
    named = _named(connection, spool)
    if not named or len(named) > MOST_NAMED:
        return {}
    table, last = table_of(spool), max(named)
    rows = connection.execute(
        f"SELECT {table.row}, {', '.join(_names(spool))} FROM {table.name}"
        f" WHERE {table.row} > {last - MOST_ADDED} ORDER BY 1 LIMIT {MOST_ADDED}"
    ).fetchall()
    of_table = [table_row(number, cells) for number, *cells in rows if number not in totals]
    candidates = [row for row in of_table if row.number in named]
    others = [row for row in of_table if row.number not in named]
    return {row.number: named[row.number] for row in totals_among(candidates, others)}


def _named(connection: duckdb.DuckDBPyConnection, spool: Spool) -> dict[int, str]:
    """Return row and text of the rows whose first words name a total or an average."""
    condition = any_of([matches("low", _NAMED_TOTAL), matches("low", _NAMED_AVERAGE)])
    rows = _rows(spool, _likely_total_or_average(spool))
    return dict(connection.execute(_chosen(rows, condition)).fetchall())


def names_totals(connection: duckdb.DuckDBPyConnection, spool: Spool) -> bool:
    """True if any row may be a total, as only the rows above can prove."""
    return len(spool.headers) > 1 and bool(_named(connection, spool))


def _first(cells: Sequence[str]) -> str:
    leading = (cell.strip(BLANKS) for cell in cells[:_LEADING])
    return next(filter(None, leading), "")[:_SHOWN]


def _names(spool: Spool) -> list[str]:
    return [f"c{index}" for index in range(len(spool.headers))]


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
                f" AND reason = 'too-few-cells' AND ({condition}) ORDER BY _row"
            ).fetchall()
            found += [UnusualRow(row, kind, text) for row, text in rows]
    return found


def _text_condition(kind: str, text: str) -> str | None:
    """SQL for the text of a whole line, None for kinds that depend on cells."""
    if kind.startswith(STARTING_WITH):
        return f"starts_with({text}, {literal(kind.removeprefix(STARTING_WITH).lower())})"
    if kind == "totals":
        return matches(text, f"{_TOTAL}(?:[ ,;|\t].*)?")
    # Below the last row any words without a separator are a note.
    below = both("_row > (SELECT coalesce(max(_row), 0) FROM source)", _words_alone(text))
    return any_of([matches(text, _NOTE), below]) if kind == "notes" else None


def _words_alone(text: str) -> str:
    """SQL for a line of words without cell separators."""
    return f"{contains(text, _WORDS)} AND NOT {contains(text, _SEPARATOR)}"


def _query(spool: Spool, kind: str) -> str:
    """SQL for number and text of the rows of a kind that leading cells reveal."""
    if kind.startswith(STARTING_WITH):
        start = literal(kind.removeprefix(STARTING_WITH).lower())
        return _chosen(_rows(spool, "true"), f"starts_with(low, {start})")
    width = len(spool.headers)
    if kind == "totals":
        of = f"{matches('low', _TOTAL_OF)} AND n <= {max(2, (width + 1) // 2)}"
        named = [matches("low", pattern) for pattern in (_TOTAL, _SUBTOTAL)]
        condition = f"contains(low, 'total') AND {any_of([*named, of])}"
        return _chosen(_rows(spool, _likely_total(spool)), condition)
    # Notes have one cell; below the last full row any words in one cell are a note.
    table = table_of(spool)
    last = (
        f"greatest((SELECT max({table.row}) FROM {table.name} WHERE {_FULL}),"
        " (SELECT max(_row) FROM sparse WHERE n > 1))"
    )
    # An identifier alone is not a note: a note has words.
    below = f"_row > {last} AND {contains('low', _WORDS)}" if width > 2 else "false"
    alone = f"n = 1 AND low <> '' AND {any_of([matches('low', _NOTE), below])}"
    page = f"n = 2 AND {matches('low', _PAGE)}" if width > 2 else "false"
    chosen = _chosen("(SELECT * FROM sparse WHERE n <= 2)", f"({alone}) OR ({page})")
    return f"WITH sparse AS MATERIALIZED {_rows(spool, f'NOT ({_FULL})')} {chosen}"


def _rows(spool: Spool, likely: str) -> str:
    """SQL for number, first text and number of filled cells `n` of the likely rows."""
    table, names = table_of(spool), _names(spool)
    # A list, because a long chain of sums takes seconds to plan.
    filled = ", ".join(f"CAST({name} <> '' AS INTEGER)" for name in names)
    leading = ", ".join(f"nullif({trimmed(name)}, '')" for name in names[:_LEADING])
    return (
        f"(SELECT {table.row} AS _row, coalesce({leading}, '') AS first, list_sum([{filled}]) AS n"
        f" FROM {table.name} WHERE {likely})"
    )


def _chosen(rows: str, condition: str) -> str:
    """SQL for number and text of the rows that meet the condition."""
    return (
        f"SELECT _row, left(first, {_SHOWN}) FROM (SELECT *, lower(first) AS low FROM {rows})"
        f" WHERE {condition} ORDER BY _row"
    )


def drop_blank_rows(connection: duckdb.DuckDBPyConnection, spool: Spool) -> tuple[Spool, int]:
    """Delete rows without a value from the table `source`; return the spool and their number."""
    names = [f"c{index}" for index in range(len(spool.headers))]
    blank = " AND ".join(map(_blank, names))
    table = "source" if spool.numbered else "cells"
    # Hardly any row begins with blank cells, and a condition on every column takes long to plan.
    likely = " AND ".join(map(_blank, names[:_LEADING]))
    if not _count(connection, table, likely):
        return spool, 0
    count = _count(connection, table, blank)
    if not count:
        return spool, 0
    if spool.numbered:
        connection.execute(f"DELETE FROM source WHERE {blank}")
        return spool, count
    return number_rows(connection, spool, f"NOT ({blank})"), count


def number_rows(connection: duckdb.DuckDBPyConnection, spool: Spool, kept: str = "true") -> Spool:
    """Replace the table `cells` with a numbered table `source` of the rows that are `kept`.

    The row number of a record is its position in `cells`, so no record may be deleted there.
    """
    listed = ", ".join(f"c{index}" for index in range(len(spool.headers)))
    connection.execute("DROP VIEW source")
    numbered = f"SELECT {row_of(spool)} AS _row, {listed} FROM cells WHERE {kept}"
    connection.execute(f"CREATE TABLE source AS {numbered}")
    connection.execute("DROP TABLE cells")
    return replace(spool, numbered=True)


def _count(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()
    return int(row[0]) if row else 0


def _blank(name: str) -> str:
    """SQL that is true for a cell of blanks; most cells begin with a visible character."""
    return (
        f"CASE WHEN {name} = '' THEN true WHEN {visible(name)} THEN false "
        f"ELSE trim({name}, {literal(BLANKS)}) = '' END"
    )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A spool without the rows to leave out, and their numbers: `rows` and `faults`."""

    spool: Spool
    rows: int = 0
    faults: int = 0


def leave_out(connection: duckdb.DuckDBPyConnection, spool: Spool) -> LeftOut:
    """Delete the rows that `spool.leave_out` names from the tables `source` and `faults`."""
    if not spool.leave_out:
        return LeftOut(spool)
    rows = unusual_rows(connection, spool, spool.leave_out)
    broken = unusual_faults(connection, spool.leave_out)
    if rows and not spool.numbered:
        spool = number_rows(connection, spool)
    for table, found in (("source", rows), ("faults", broken)):
        if found:
            connection.execute(
                f"DELETE FROM {table} WHERE _row IN (SELECT unnest(?::BIGINT[]))",
                [[one.row for one in found]],
            )
    notes = tuple(_note(kind, [*rows, *broken]) for kind in spool.leave_out)
    spool = replace(spool, findings=spool.findings + tuple(note for note in notes if note))
    return LeftOut(spool, len(rows), len(broken))


def _note(kind: str, found: list[UnusualRow]) -> FindingGroup | None:
    rows = sorted((one for one in found if one.kind == kind), key=lambda one: one.row)
    if not rows:
        return None
    many = f"{_NAMES[kind]} rows" if kind in _NAMES else kind
    what = counted(len(rows), f"{many.replace('rows', 'row', 1)} was", f"{many} were")
    return FindingGroup(
        reason="rows-left-out",
        severity=Severity.NOTE,
        message=f"{what} left out, as the source's settings say.",
        remedy=ROW_NOTES["rows-left-out"][1],
        count=len(rows),
        examples=tuple(Finding(one.row, None, one.text) for one in rows[:_EXAMPLES]),
    )
