"""Measuring a profile: SQL over a DuckDB table of canonical texts, one query per column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

from sodasheet.model.dataset import GEOMETRY_TYPES, Column
from sodasheet.quality.private_and_damaged_values import MARKS, maybe_marked
from sodasheet.quality.profile import ColumnProfile, Past, Profile, Relation, Spread
from sodasheet.staging.sql_quoting import literal

if TYPE_CHECKING:
    import duckdb

#: Values and shapes of a column that are kept by name.
MOST_VALUES = 300
MOST_SHAPES = 40

#: Characters of a text that has a shape worth comparing.
_SHAPED = 40

#: Rows of a source whose values are written as shapes: enough to compare columns with each other.
_THIN = 1_000

#: Relations between values that are remembered; each costs a look at every row of a source.
_RELATIONS = 8

#: Blocks that the rows are divided into, and the fewest values that a block needs.
_BLOCKS = 12
_BLOCK = 15

#: Rows that must show a relation before it is believed, and values that may decide another column.
_BELIEVED = 50
_DECIDING = 2_000

_NUMBERS = frozenset({"number", "money", "percent", "double", "stars"})
_DATES = frozenset({"calendar_date", "date"})
#: Kinds of columns whose values have coordinates.
COORDINATES = frozenset({"point", "place"})

#: Kinds of columns whose values have a distribution.
_DISTRIBUTED = frozenset({"number", "date", "point"})

#: Places with coordinates that tell where a column's places are; the others are addresses only.
_LOCATED = 30

_PAIR = r"\(([^ ,()]+), ([^ ,()]+)\)$"

_TEXTS = frozenset({"text", "html", "email", "phone", "url", "drop_down_list"})


def kind_of(column: Column) -> str:
    """Return how values of the column are compared.

    That is: number, date, text, point, place (an address, coordinates or both), word or other.
    """
    if column.type in _NUMBERS:
        return "number"
    if column.type in _DATES:
        return "date"
    if column.type == "point":
        return "point"
    if column.type == "location":
        return "place"
    if column.type in _TEXTS:
        return "text"
    return "other" if column.type in GEOMETRY_TYPES else "word"


def shape(text: str) -> str:
    """SQL for the shape of `text`: every digit 9, every letter A or a, the rest unchanged."""
    return (
        f"regexp_replace(regexp_replace(regexp_replace({text}, '[0-9]', '9', 'g'), "
        r"'\p{Lu}', 'A', 'g'), '[\p{Ll}\p{Lo}]', 'a', 'g')"
    )


@dataclass(frozen=True, slots=True)
class MeasuredTable:
    """A table of canonical texts: `names` are its columns of `columns`, NULL being a blank.

    The column `_row` orders the rows.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in SQL."""
        return tuple(f"v{place}" for place in range(len(self.columns)))

    def run(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query).fetchall()


def measure_source(table: MeasuredTable, rows: int) -> Profile:
    """Measure what a comparison needs of a source: its values, not their past or relations."""
    ((sampled,),) = table.run(f"SELECT count(*) FROM {table.name}")
    shapes = _shapes_of(table, thin=-(-sampled // _THIN))
    columns = {
        column.field: measure_values(table, name, kind_of(column), shapes.get(name, {}))
        for name, column in zip(table.names, table.columns, strict=True)
    }
    return Profile(max(rows, sampled), sampled, columns)


def measure(table: MeasuredTable, rows: int, as_of: float = 0.0) -> Profile:
    """Measure a dataset: every column of `table`, of a whole of `rows` rows, oldest first."""
    ((sampled,),) = table.run(f"SELECT count(*) FROM {table.name}")
    shapes = _shapes_of(table)
    columns = {
        column.field: _column(table, name, kind_of(column), shapes.get(name, {}))
        for name, column in zip(table.names, table.columns, strict=True)
    }
    relations = (*_orders(table, columns), *_decisions(table, columns))
    hashes, repeats = _hashes(table, columns)
    fields = tuple(column.field for column in table.columns)
    rows = max(rows, sampled)
    return Profile(rows, sampled, columns, relations, fields, hashes, repeats, as_of)


def _column(table: MeasuredTable, name: str, kind: str, shapes: Mapping[str, int]) -> ColumnProfile:
    """Measure a column with its past."""
    found = measure_values(table, name, kind, shapes, past=True)
    return replace(
        found,
        run=_longest_run(table, name),
        blankest=_blankest(table, name) if found.blanks else 0.0,
        marks=_marks(table, name),
        past=measure_past(table, name, found),
    )


def _marks(table: MeasuredTable, name: str) -> dict[str, int]:
    """Count the values that bear each mark."""
    maybe = f"FROM {table.name} WHERE {maybe_marked(name)}"
    # Most columns bear no mark, and every mark has a pattern of its own to compile.
    if table.run(f"SELECT count(*) {maybe}") == [(0,)]:
        return {}
    asked = ", ".join(f"count(*) FILTER ({mark.found(name)})" for mark in MARKS)
    (counts,) = table.run(f"SELECT {asked} {maybe}")
    return {mark.slug: count for mark, count in zip(MARKS, counts, strict=True) if count}


def measure_values(
    table: MeasuredTable, name: str, kind: str, shapes: Mapping[str, int], past: bool = False
) -> ColumnProfile:
    """Measure the values of a column, in whatever order they come, beside their `shapes`.

    Those of a dataset's `past` are what others are compared with.
    """
    ((rows, filled, distinct, longest, shortest, upper),) = table.run(
        f"SELECT count(*), count({name}), count(DISTINCT {name}), coalesce(max(len({name})), 0), "
        f"coalesce(min(len({name})), 0), "
        f"count(*) FILTER (upper({name}) = {name} AND lower({name}) <> {name}) FROM {table.name}"
    )
    # Of numbers, dates and points, a source's distribution tells more than its values.
    wanted = past or kind not in _DISTRIBUTED or distinct == 1
    values = _counted(table, name, name, MOST_VALUES) if wanted else {}
    least = _LOCATED if kind == "place" else 1
    return ColumnProfile(
        kind,
        rows,
        filled,
        distinct,
        values,
        complete=len(values) == distinct <= MOST_VALUES,
        shapes=shapes,
        few_shapes=0 < len(shapes) <= MOST_SHAPES,
        longest=longest,
        shortest=shortest,
        upper=upper / filled if filled else 0.0,
        spread=_spread(table, name, number(name, kind), least) if kind != "text" else None,
        spread_y=_spread(table, name, latitude(name, kind), least) if kind in COORDINATES else None,
    )


def measure_past(table: MeasuredTable, name: str, column: ColumnProfile) -> Past:
    """Measure how a column has varied."""
    blocks: tuple[tuple[float, ...], ...] = ()
    if column.kind == "number" and column.filled >= _BLOCKS * _BLOCK:
        found = table.run(
            f"SELECT quantile_cont(n, [0.01, 0.25, 0.5, 0.75, 0.99]), count(n) FROM "
            f"(SELECT {number(name, 'number')} AS n, {_part(_BLOCKS)} AS part FROM {table.name}) "
            f"WHERE NOT isinf(n) GROUP BY part HAVING count(n) >= {_BLOCK} ORDER BY part"
        )
        blocks = tuple(tuple(quantiles) for quantiles, _ in found)
    return Past(blocks, _fresh(table, name, column), _newest_blank(table, name, column))


def _part(count: int) -> str:
    return f"ntile({count}) OVER (ORDER BY _row)"


def _fresh(table: MeasuredTable, name: str, column: ColumnProfile) -> float:
    """The largest share of a block whose values no earlier one has, the first quarter aside."""
    if column.kind == "number" or not column.complete or column.filled < _BLOCKS * _BLOCK:
        return 0.0
    ((share,),) = table.run(
        f"SELECT max(share) FROM (SELECT avg(CASE WHEN part = first THEN 1 ELSE 0 END) AS share "
        f"FROM (SELECT part, min(part) OVER (PARTITION BY v) AS first FROM "
        f"(SELECT {name} AS v, {_part(_BLOCKS)} AS part FROM {table.name}) WHERE v IS NOT NULL) "
        f"WHERE part > {_BLOCKS // 4} GROUP BY part)"
    )
    return float(share or 0.0)


def _newest_blank(table: MeasuredTable, name: str, column: ColumnProfile) -> float:
    if not column.blanks or not column.rows:
        return 0.0
    newest = max(30, column.rows // 50)
    ((share,),) = table.run(
        f"SELECT 1 - count({name}) / count(*) FROM "
        f"(SELECT {name} FROM {table.name} ORDER BY _row DESC LIMIT {newest})"
    )
    return float(share or 0.0)


def _longest_run(table: MeasuredTable, name: str) -> int:
    """The most rows in a row with one value."""
    # Numbered once, then only the rows with another value than the row before are looked at.
    begins = f"{name} IS DISTINCT FROM lag({name}) OVER (ORDER BY _row)"
    numbered = (
        f"SELECT row_number() OVER (ORDER BY _row) AS n, count(*) OVER () AS most,"
        f" {begins} AS begins FROM {table.name}"
    )
    ((rows,),) = table.run(
        "SELECT max(later - n) FROM (SELECT n, lead(n, 1, most + 1) OVER (ORDER BY n) AS later"
        f" FROM ({numbered}) WHERE begins OR n = 1)"
    )
    return int(rows or 0)


def _blankest(table: MeasuredTable, name: str) -> float:
    """The largest share of blanks in any twentieth of the rows, in their order."""
    ((share,),) = table.run(
        f"SELECT max(share) FROM (SELECT 1 - count({name}) / count(*) AS share FROM "
        f"(SELECT {name}, ntile(20) OVER (ORDER BY _row) AS part FROM {table.name}) GROUP BY part)"
    )
    return float(share or 0.0)


def _counted(table: MeasuredTable, name: str, value: str, most: int) -> dict[str, int]:
    """The most frequent values, and another beyond `most` if there are more."""
    return dict(
        table.run(
            f"SELECT {value} AS value, count(*) AS n FROM {table.name} WHERE {name} IS NOT NULL "
            f"GROUP BY value ORDER BY n DESC, value LIMIT {most + 1}"
        )
    )


def _shapes_of(table: MeasuredTable, thin: int = 1) -> dict[str, dict[str, int]]:
    """The most frequent shapes of each column of texts, by its name, of one in `thin` rows."""
    pairs = zip(table.names, table.columns, strict=True)
    names = [name for name, column in pairs if kind_of(column) == "text"]
    return shapes_of(table, names, thin)


def shapes_of(
    table: MeasuredTable, names: Sequence[str], thin: int = 1
) -> dict[str, dict[str, int]]:
    """Return the most frequent shapes of these columns, and another if there are more.

    Each different value is written as a shape once, all of them by one query: the patterns take
    longer to compile than to search.
    """
    if not names:
        return {}
    some = "true" if thin == 1 else f"hash(_row) % {thin} = 0"
    values = " UNION ALL ".join(
        f"SELECT {literal(name)} AS name, {name} AS v, count(*) AS n FROM {table.name} "
        f"WHERE {name} IS NOT NULL AND {some} GROUP BY {name}"
        for name in names
    )
    shaped = f"CASE WHEN len(v) <= {_SHAPED} THEN {shape('v')} ELSE '…' END"
    counted = (
        f"SELECT name, shape, sum(n)::BIGINT AS n FROM (SELECT name, {shaped} AS shape, n FROM "
        f"({values})) GROUP BY name, shape"
    )
    rows = table.run(
        f"SELECT * FROM ({counted}) QUALIFY row_number() OVER "
        f"(PARTITION BY name ORDER BY n DESC, shape) <= {MOST_SHAPES + 1} ORDER BY n DESC, shape"
    )
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    for name, one, count in rows:
        found[name][one] = count
    return found


def number(name: str, kind: str) -> str:
    """SQL for the number that a canonical text stands for, NULL if there is none."""
    if kind == "number":
        return f"TRY_CAST({name} AS DOUBLE)"
    if kind == "date":
        return f"epoch(TRY_CAST(rtrim({name}, 'Z') AS TIMESTAMP))"
    if kind == "point":
        return rf"TRY_CAST(regexp_extract({name}, '\(([^ ]+) ', 1) AS DOUBLE)"
    if kind == "place":
        return f"TRY_CAST(regexp_extract({name}, '{_PAIR}', 2) AS DOUBLE)"
    return "NULL::DOUBLE"


def latitude(name: str, kind: str) -> str:
    """SQL for the latitude of a canonical point or place, NULL if there is none."""
    if kind == "place":
        return f"TRY_CAST(regexp_extract({name}, '{_PAIR}', 1) AS DOUBLE)"
    return rf"TRY_CAST(regexp_extract({name}, ' ([^ )]+)\)', 1) AS DOUBLE)"


def _spread(table: MeasuredTable, name: str, value: str, least: int = 1) -> Spread | None:
    """The distribution of the values, None if there are fewer than `least`."""
    ((low, high, quantiles, whole, count),) = table.run(
        f"SELECT min(n), max(n), quantile_cont(n, [0.01, 0.25, 0.5, 0.75, 0.99]), "
        f"avg(CASE WHEN n = round(n) THEN 1 ELSE 0 END), count(n) FROM (SELECT {value} AS n FROM "
        f"{table.name} WHERE {name} IS NOT NULL) WHERE n IS NOT NULL AND NOT isinf(n)"
    )
    return None if count < least else Spread(low, high, tuple(quantiles), whole)


def _orders(table: MeasuredTable, columns: dict[str, ColumnProfile]) -> list[Relation]:
    """Pairs of date columns of which the first is never after the second."""
    dates = [
        (name, column.field)
        for name, column in zip(table.names, table.columns, strict=True)
        if columns[column.field].kind == "date"
    ]
    found = []
    for (a, first), (b, second) in combinations(dates[:12], 2):
        ((both, before, after),) = table.run(
            f"SELECT count(*), count(*) FILTER ({a} <= {b}), count(*) FILTER ({a} >= {b}) "
            f"FROM {table.name} WHERE {a} IS NOT NULL AND {b} IS NOT NULL"
        )
        if both >= _BELIEVED and before == both:
            found.append(Relation("order", first, second, both))
        elif both >= _BELIEVED and after == both:
            found.append(Relation("order", second, first, both))
    return found


def _decisions(table: MeasuredTable, columns: dict[str, ColumnProfile]) -> list[Relation]:
    """Pairs of columns: the value of the first decides the value of the second."""
    able = [
        (name, column.field)
        for name, column in zip(table.names, table.columns, strict=True)
        if _repeats(columns[column.field])
    ]
    found = []
    for (a, first), (b, second) in permutations(able[:10], 2):
        if columns[second].distinct < 2 or columns[second].top_share > 0.9:
            continue
        pairs = table.run(
            f"SELECT {a}, min({b}), count(*), min({b}) = max({b}) FROM {table.name} "
            f"WHERE {a} IS NOT NULL AND {b} IS NOT NULL GROUP BY {a}"
        )
        repeated = [row for row in pairs if row[2] >= 3]
        rows = sum(row[2] for row in repeated)
        if rows >= 4 * _BELIEVED and len(repeated) >= 3 and all(row[3] for row in pairs):
            known = {row[0]: row[1] for row in repeated}
            found.append(Relation("decides", first, second, rows, known))
    return _direct(found)[:_RELATIONS]


def _direct(relations: list[Relation]) -> list[Relation]:
    """Leave out what follows from two others: ZIP and town decide the county, town by itself."""
    kept = {(one.first, one.second): one for one in relations}
    for first, second in list(kept):
        between = [b for a, b in kept if a == first and b != second]
        if any((middle, second) in kept for middle in between):
            del kept[first, second]
    return list(kept.values())


def _repeats(column: ColumnProfile) -> bool:
    return (
        (column.listed or column.kind == "number")
        and 2 <= column.distinct <= _DECIDING
        and column.filled >= 3 * column.distinct
        and column.longest <= _SHAPED
    )


def _hashes(table: MeasuredTable, columns: dict[str, ColumnProfile]) -> tuple[frozenset[int], int]:
    rows = table.run(f"SELECT {row_hash(table.names)}, count(*) FROM {table.name} GROUP BY 1")
    repeated = _without_unique(table, columns)
    if len(repeated) < 2:
        return frozenset(row[0] for row in rows), 0
    ((repeats,),) = table.run(
        f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM (SELECT count(*) AS n FROM {table.name} "
        f"GROUP BY {row_hash(repeated)})"
    )
    return frozenset(row[0] for row in rows), repeats


def _without_unique(table: MeasuredTable, columns: dict[str, ColumnProfile]) -> list[str]:
    """The columns by which two rows are the same, however they are numbered."""
    return [
        name
        for name, column in zip(table.names, table.columns, strict=True)
        if not columns[column.field].numbers_rows
    ]


def row_hash(names: Sequence[str]) -> str:
    """SQL for a number of 63 bits by which rows are recognized."""
    texts = ", ".join(f"coalesce({name}, chr(1))" for name in names)
    return f"(md5_number_lower(concat_ws(chr(2), {texts})) >> 1)::BIGINT"
