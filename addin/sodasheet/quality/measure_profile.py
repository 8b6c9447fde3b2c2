"""Measuring a profile: SQL over a DuckDB table of canonical texts, one query per column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, permutations
from typing import TYPE_CHECKING, Any

from sodasheet.model.dataset import GEOMETRY_TYPES, Column
from sodasheet.quality.private_and_damaged_values import MARKS, maybe_marked
from sodasheet.quality.profile import ColumnProfile, Past, Profile, Relation, Spread
from sodasheet.staging.sql_quoting import literal

if TYPE_CHECKING:
    import duckdb

#: Returns the rows of a query.
Run = Callable[[str], list[tuple[Any, ...]]]

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

#: Parts of the rows in which blanks are counted, and the quantiles of a distribution.
_PARTS = 20
_QUANTILES = "[0.01, 0.25, 0.5, 0.75, 0.99]"

#: Columns that one query asks about, and bytes of texts that are long on average.
_AT_ONCE = 20
_LONG = 200

#: Rows that must show a relation before it is believed, and values that may decide another column.
_BELIEVED = 50
_DECIDING = 2_000

_NUMBERS = frozenset({"number", "money", "percent", "double", "stars"})
_DATES = frozenset({"calendar_date", "date"})
#: Kinds of columns whose values have coordinates.
COORDINATES = frozenset({"point", "place"})

#: Kinds of columns whose values have a distribution.
_DISTRIBUTED = frozenset({"number", "date", "point"})

#: Kinds whose canonical texts bear no mark: no mark looks like an ISO date.
_UNMARKED = frozenset({"date"})

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

    `row` is SQL for what numbers the rows: they are stored in its order, or in the opposite one.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    columns: tuple[Column, ...]
    row: str = "_row"

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
    columns = _all_values(table, _shapes_of(table, thin=-(-sampled // _THIN)))
    return Profile(max(rows, sampled), sampled, columns)


def measure(table: MeasuredTable, rows: int, as_of: float = 0.0) -> Profile:
    """Measure a dataset: every column of `table`, of a whole of `rows` rows, oldest first."""
    ((sampled,),) = table.run(f"SELECT count(*) FROM {table.name}")
    ordered = _in_order(table)
    columns = _with_past(ordered, _all_values(ordered, _shapes_of(ordered), past=True))
    relations = (*_orders(ordered, columns), *_decisions(ordered, columns))
    hashes, repeats = _hashes(ordered, columns)
    fields = tuple(column.field for column in table.columns)
    rows = max(rows, sampled)
    table.run(f"DROP VIEW {ordered.name}")
    return Profile(rows, sampled, columns, relations, fields, hashes, repeats, as_of)


def _in_order(table: MeasuredTable) -> MeasuredTable:
    """Return a view of the table with the places of its rows: everything about the past needs them.

    `_row` counts from the oldest row, `block` and `part` are the block and the twentieth of the
    rows that a row is in. Nothing is sorted, since texts may be long.
    """
    first, last = f"arg_min({table.row}, rowid)", f"arg_max({table.row}, rowid)"
    ((rows, is_newest_first),) = table.run(
        f"SELECT count(*), coalesce({first} > {last}, false) FROM {table.name}"
    )
    place = f"{rows} - rowid" if is_newest_first else "rowid + 1"
    parts = f"{_part(place, rows, _BLOCKS)} AS block, {_part(place, rows, _PARTS)} AS part"
    values = "".join(f", {name}" for name in table.names)
    table.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW in_order AS SELECT {place} AS _row, {parts},"
        f" rowid AS stored{values} FROM {table.name}"
    )
    return replace(table, name="in_order", row="_row")


def _part(place: str, rows: int, parts: int) -> str:
    """Return SQL for the number of the part that a place is in, of so many `parts`.

    The same as `ntile`, without a sort: the parts are equal, or the first are larger by a row.
    """
    size, larger = divmod(rows, parts)
    there = larger * (size + 1)
    beyond = f"{larger + 1} + ({place} - {there} - 1) // {max(size, 1)}"
    return f"CASE WHEN {place} <= {there} THEN 1 + ({place} - 1) // {size + 1} ELSE {beyond} END"


def _all_values(
    table: MeasuredTable, shapes: Mapping[str, Mapping[str, int]], *, past: bool = False
) -> dict[str, ColumnProfile]:
    """Measure the values of all columns, by field, some columns by each query."""
    kinds = {name: kind_of(column) for name, column in zip(table.names, table.columns, strict=True)}
    found: dict[str, ColumnProfile] = {}
    for names in _short_together(table):
        some = {name: kinds[name] for name in names}
        found |= _values_of(table, some, shapes, past=past)
    return {
        column.field: found[name] for name, column in zip(table.names, table.columns, strict=True)
    }


def measure_values(
    table: MeasuredTable, name: str, kind: str, shapes: Mapping[str, int]
) -> ColumnProfile:
    """Measure the values of a column, in any order, beside their `shapes`."""
    return _values_of(table, {name: kind}, {name: shapes})[name]


def _values_of(
    table: MeasuredTable,
    kinds: Mapping[str, str],
    shapes: Mapping[str, Mapping[str, int]],
    *,
    past: bool = False,
) -> dict[str, ColumnProfile]:
    """Measure the values of the columns in `kinds`, by name.

    Those of a dataset's `past` are what others are compared with.
    """
    counts = _per_column(table, list(kinds), _counts)
    spreads = _spreads(table, {name: kind for name, kind in kinds.items() if kind != "text"})
    found: dict[str, ColumnProfile] = {}
    for name, kind in kinds.items():
        rows, filled, distinct, longest, shortest, upper = counts[name]
        # Of numbers, dates and points, a source's distribution tells more than its values.
        wanted = past or kind not in _DISTRIBUTED or distinct == 1
        unique = distinct == filled > MOST_VALUES
        values = _most_frequent(table, name, unique=unique) if wanted else {}
        own = shapes.get(name, {})
        spread, spread_y = spreads.get(name, (None, None))
        found[name] = ColumnProfile(
            kind,
            rows,
            filled,
            distinct,
            values,
            complete=len(values) == distinct <= MOST_VALUES,
            shapes=own,
            few_shapes=0 < len(own) <= MOST_SHAPES,
            longest=longest,
            shortest=shortest,
            upper=upper / filled if filled else 0.0,
            spread=spread,
            spread_y=spread_y,
        )
    return found


def _counts(name: str) -> Sequence[str]:
    """Return SQL for the counts of a column: rows, values, texts, lengths, capitals.

    Texts are told apart by hashes of 64 bits: long ones of several columns would fill the memory.
    """
    return (
        "count(*)",
        f"count({name})",
        f"count(DISTINCT hash({name})) FILTER ({name} IS NOT NULL)",
        f"coalesce(max(len({name})), 0)",
        f"coalesce(min(len({name})), 0)",
        f"count(*) FILTER (upper({name}) = {name} AND lower({name}) <> {name})",
    )


def _together(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the names in groups, a query for each: every statement costs a plan."""
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def _short_together(table: MeasuredTable) -> Iterator[Sequence[str]]:
    """Yield the columns of a table in groups as `_together`, columns of long texts alone.

    A query has the texts of all its columns in memory at once, some thousand rows of them.
    """
    lengths = _per_column(table, table.names, lambda name: [f"coalesce(avg(strlen({name})), 0)"])
    long = [name for name in table.names if lengths[name][0] > _LONG]
    yield from _together([name for name in table.names if name not in long])
    yield from ([name] for name in long)


def _per_column(
    table: MeasuredTable,
    names: Sequence[str],
    asked: Callable[[str], Sequence[str]],
    source: str = "",
) -> dict[str, tuple[Any, ...]]:
    """Return the answers to the same questions about each column, by name, by one query.

    `asked` gives the aggregates of a column, `source` is a FROM clause if not the table itself.
    """
    if not names:
        return {}
    questions = [asked(name) for name in names]
    width = len(questions[0])
    listed = ", ".join(chain.from_iterable(questions))
    (row,) = table.run(f"SELECT {listed} FROM {source or table.name}")
    return {name: row[n * width : (n + 1) * width] for n, name in enumerate(names)}


def _with_past(table: MeasuredTable, columns: dict[str, ColumnProfile]) -> dict[str, ColumnProfile]:
    """Return the columns of a table in order, each with its past."""
    found: dict[str, ColumnProfile] = {}
    by_name = {
        name: columns[column.field] for name, column in zip(table.names, table.columns, strict=True)
    }
    for names in _short_together(table):
        some = {name: by_name[name] for name in names}
        runs, marks, blanks = _longest_runs(table, names), _marks(table, some), _blanks(table, some)
        for name, column in some.items():
            blankest, newest_blank = blanks.get(name, (0.0, 0.0))
            past = Past(_blocks(table, name, column), _fresh(table, name, column), newest_blank)
            found[name] = replace(
                column, run=runs[name], blankest=blankest, marks=marks.get(name, {}), past=past
            )
    return {
        column.field: found[name] for name, column in zip(table.names, table.columns, strict=True)
    }


def _marks(table: MeasuredTable, columns: Mapping[str, ColumnProfile]) -> dict[str, dict[str, int]]:
    """Count the values that bear each mark, by column; most columns bear none."""
    able = [name for name, one in columns.items() if one.kind not in _UNMARKED]
    found: dict[str, dict[str, int]] = {}
    for name in perhaps_marked(table.run, table.name, able):
        # Every mark has a pattern of its own to compile.
        asked = ", ".join(f"count(*) FILTER ({mark.found(name)})" for mark in MARKS)
        (counts,) = table.run(f"SELECT {asked} FROM {table.name} WHERE {maybe_marked(name)}")
        found[name] = {mark.slug: count for mark, count in zip(MARKS, counts, strict=True) if count}
    return found


def perhaps_marked(run: Run, source: str, names: Sequence[str]) -> list[str]:
    """Return the columns of a FROM clause that have any text which may bear a mark, in order.

    Some columns are searched as one: to compile the pattern takes as long as to search thousands of
    cells.
    """
    found: set[str] = set()
    for some in _together(names):
        texts = (
            f"SELECT unnest([{', '.join(map(literal, some))}]) AS name,"
            f" unnest([{', '.join(some)}]) AS text FROM {source}"
        )
        query = f"SELECT DISTINCT name FROM ({texts}) WHERE {maybe_marked('text')}"
        found |= {name for (name,) in run(query)}
    return [name for name in names if name in found]


def _blocks(
    table: MeasuredTable, name: str, column: ColumnProfile
) -> tuple[tuple[float, ...], ...]:
    """The quantiles of each block of a column of numbers."""
    if column.kind != "number" or column.filled < _BLOCKS * _BLOCK:
        return ()
    found = table.run(
        f"SELECT quantile_cont(n, {_QUANTILES}), count(n) FROM "
        f"(SELECT {number(name, 'number')} AS n, block FROM {table.name}) "
        f"WHERE NOT isinf(n) GROUP BY block HAVING count(n) >= {_BLOCK} ORDER BY block"
    )
    return tuple(tuple(quantiles) for quantiles, _ in found)


def _fresh(table: MeasuredTable, name: str, column: ColumnProfile) -> float:
    """The largest share of a block whose values no earlier one has, the first quarter aside."""
    if column.kind == "number" or not column.complete or column.filled < _BLOCKS * _BLOCK:
        return 0.0
    ((share,),) = table.run(
        "SELECT max(share) FROM (SELECT sum(n) FILTER (block = first) / sum(n) AS share FROM "
        "(SELECT *, min(block) OVER (PARTITION BY v) AS first FROM (SELECT "
        f"{name} AS v, block, count(*) AS n FROM {table.name} WHERE v IS NOT NULL GROUP BY ALL)) "
        f"WHERE block > {_BLOCKS // 4} GROUP BY block)"
    )
    return float(share or 0.0)


def _blanks(
    table: MeasuredTable, columns: Mapping[str, ColumnProfile]
) -> dict[str, tuple[float, float]]:
    """The largest share of blanks in any twentieth of the rows, and the newest fiftieth's."""
    some = [name for name, one in columns.items() if one.blanks and one.rows]
    if not some:
        return {}
    rows = columns[some[0]].rows
    shares = ", ".join(f"1 - count({name}) / count(*) AS {name}" for name in some)
    parts = f"(SELECT {shares} FROM {table.name} GROUP BY part)"
    newest = f"(SELECT * FROM {table.name} WHERE _row > {rows - max(30, rows // 50)})"
    most = _per_column(table, some, lambda name: [f"max({name})"], parts)
    last = _per_column(table, some, lambda name: [f"1 - count({name}) / count(*)"], newest)
    return {name: (float(most[name][0] or 0.0), float(last[name][0] or 0.0)) for name in some}


def _longest_runs(table: MeasuredTable, names: Sequence[str]) -> dict[str, int]:
    """The most rows in a row with one value, by column.

    Without an order DuckDB compares as it streams, in the order of the table.
    """
    begins = ", ".join(
        f"stored = 0 OR {name} IS DISTINCT FROM lag({name}) OVER () AS {name}" for name in names
    )
    last = ", ".join(
        f"max(CASE WHEN {name} THEN stored END) OVER"
        f" (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS {name}"
        for name in names
    )
    runs = f"(SELECT stored, {last} FROM (SELECT stored, {begins} FROM {table.name}))"
    found = _per_column(table, names, lambda name: [f"max(stored - {name} + 1)"], runs)
    return {name: int(found[name][0] or 0) for name in names}


def _most_frequent(table: MeasuredTable, name: str, *, unique: bool) -> dict[str, int]:
    """The most frequent values, and another beyond `MOST_VALUES` if there are more.

    If all of them are `unique`, they need not be counted.
    """
    values = (
        f"SELECT {name} AS value, 1 AS n" if unique else f"SELECT {name} AS value, count(*) AS n"
    )
    group = "" if unique else " GROUP BY value"
    return dict(
        table.run(
            f"{values} FROM {table.name} WHERE {name} IS NOT NULL{group}"
            f" ORDER BY n DESC, value LIMIT {MOST_VALUES + 1}"
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
    some = "true" if thin == 1 else f"hash({table.row}) % {thin} = 0"
    values = " UNION ALL ".join(
        f"SELECT {literal(name)} AS name, CASE WHEN len({name}) <= {_SHAPED} THEN {name} END AS v,"
        f" count(*) AS n FROM {table.name} WHERE {name} IS NOT NULL AND {some} GROUP BY v"
        for name in names
    )
    # Within a query DuckDB would compile the patterns anew for each column.
    table.run(f"CREATE OR REPLACE TEMP TABLE different AS {values}")
    shaped = f"coalesce({shape('v')}, '…')"
    counted = (
        f"SELECT name, shape, sum(n)::BIGINT AS n FROM (SELECT name, {shaped} AS shape, n"
        " FROM different) GROUP BY name, shape"
    )
    rows = table.run(
        f"SELECT * FROM ({counted}) QUALIFY row_number() OVER "
        f"(PARTITION BY name ORDER BY n DESC, shape) <= {MOST_SHAPES + 1} ORDER BY n DESC, shape"
    )
    table.run("DROP TABLE different")
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


def _spreads(
    table: MeasuredTable, kinds: Mapping[str, str]
) -> dict[str, tuple[Spread | None, Spread | None]]:
    """The distributions of these columns' numbers, and of their latitudes, by name."""
    values = {f"{name}_x": number(name, kind) for name, kind in kinds.items()}
    values |= {
        f"{name}_y": latitude(name, kind) for name, kind in kinds.items() if kind in COORDINATES
    }
    if not values:
        return {}
    # No number is infinite, and what is none is NULL.
    finite = ", ".join(f"CASE WHEN NOT isinf({name}) THEN {name} END AS {name}" for name in values)
    made = ", ".join(f"{value} AS {name}" for name, value in values.items())
    source = f"(SELECT {finite} FROM (SELECT {made} FROM {table.name}))"
    found = _per_column(table, list(values), _distribution, source)
    spreads: dict[str, tuple[Spread | None, Spread | None]] = {}
    for name, kind in kinds.items():
        least = _LOCATED if kind == "place" else 1
        both = (found.get(f"{name}{end}") for end in ("_x", "_y"))
        x, y = (None if one is None or one[-1] < least else _spread(one) for one in both)
        spreads[name] = (x, y)
    return spreads


def _distribution(name: str) -> Sequence[str]:
    """SQL for the extremes, the quantiles, the share of whole numbers, and the count of numbers."""
    return (
        f"min({name})",
        f"max({name})",
        f"quantile_cont({name}, {_QUANTILES})",
        f"avg(CASE WHEN {name} = round({name}) THEN 1 ELSE 0 END) FILTER ({name} IS NOT NULL)",
        f"count({name})",
    )


def _spread(found: Sequence[Any]) -> Spread:
    low, high, quantiles, whole, _ = found
    return Spread(low, high, tuple(quantiles), whole)


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
        f"GROUP BY hash({', '.join(repeated)}))"
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
