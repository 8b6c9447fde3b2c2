"""Measure a profile by SQL over a DuckDB table of canonical strings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, permutations
from typing import TYPE_CHECKING, Any

from sodasheet.model.dataset import (
    DATE_TYPES,
    GEOMETRY_TYPES,
    NUMBER_TYPES,
    TEXT_TYPES,
    Column,
)
from sodasheet.quality.private_and_damaged_values import MARKS, maybe_marked
from sodasheet.quality.profile import ColumnProfile, Past, Profile, Relation, Spread
from sodasheet.staging.sql_quoting import literal

if TYPE_CHECKING:
    import duckdb

#: Returns the rows of a query.
Run = Callable[[str], list[tuple[Any, ...]]]

#: Maximum values and shapes of a column that are stored with their counts.
MOST_VALUES = 300
MOST_SHAPES = 40

#: Characters of the longest text whose shape is compared.
_SHAPED = 40

#: Rows of a source whose values are written as shapes: enough to compare columns with each other.
_THIN = 1_000

#: Maximum relations between values; each is tested in every row of a source.
_RELATIONS = 8

#: Number of blocks that the rows are divided into, and the fewest values that a block needs.
_BLOCKS = 12
_VALUES_OF_BLOCK = 15

#: Parts of the rows in which blanks are counted, and the quantiles of a distribution.
_PARTS = 20
_QUANTILES = "[0.01, 0.25, 0.5, 0.75, 0.99]"

#: Columns that one query measures, and the average bytes of a string above which it is long.
_AT_ONCE = 20
_LONG = 200

#: Rows of evidence for an order of dates, and date columns that are compared.
_EVIDENCE_OF_ORDER = 50
_ORDERED_DATES = 12

#: Rows of evidence that a column determines another, rows that a value needs, and such values.
_EVIDENCE_OF_RELATION = 200
_ROWS_OF_VALUE = 3
_REPEATED_VALUES = 3

#: Columns that are tried as determining columns, most distinct values of such a column, and the
#: share
#: of a value from which a column is nearly constant and is not called determined.
_DETERMINING_COLUMNS = 10
_DETERMINING_VALUES = 2_000
_NEARLY_CONSTANT = 0.9

#: Kinds of columns whose values have coordinates.
COORDINATES = frozenset({"point", "place"})

#: Kinds of columns whose values have a distribution.
_DISTRIBUTED = frozenset({"number", "date", "point"})

#: Kinds whose canonical strings never have a mark: no mark looks like an ISO date.
_UNMARKED = frozenset({"date"})

#: Places with coordinates that are needed for the area of a column; others are only addresses.
_LOCATED = 30

_PAIR = r"\(([^ ,()]+), ([^ ,()]+)\)$"


def kind_of(column: Column) -> str:
    """Return how values of the column are compared.

    That is: number, date, text, point, place (an address, coordinates or both), word or other.
    """
    if column.type in NUMBER_TYPES:
        return "number"
    if column.type in DATE_TYPES:
        return "date"
    if column.type == "point":
        return "point"
    if column.type == "location":
        return "place"
    if column.type in TEXT_TYPES:
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
    """Measure the profile of a source: the values of its columns, without past or relations."""
    ((sampled,),) = table.run(f"SELECT count(*) FROM {table.name}")
    columns = _all_values(table, _shapes_of(table, thin=-(-sampled // _THIN)))
    return Profile(max(rows, sampled), sampled, columns)


def measure(table: MeasuredTable, rows: int, as_of: float = 0.0) -> Profile:
    """Measure the profile of a dataset with `rows` rows, of which `table` has a sample."""
    ((sampled,),) = table.run(f"SELECT count(*) FROM {table.name}")
    ordered = _in_order(table)
    columns = _with_past(ordered, _all_values(ordered, _shapes_of(ordered), past=True))
    relations = (*_orders(ordered, columns), *_determined_columns(ordered, columns))
    hashes, repeats = _row_hashes(ordered), _repeated_rows(ordered, columns)
    fields = tuple(column.field for column in table.columns)
    rows = max(rows, sampled)
    table.run(f"DROP VIEW {ordered.name}")
    return Profile(rows, sampled, columns, relations, fields, hashes, repeats, as_of)


def _in_order(table: MeasuredTable) -> MeasuredTable:
    """Return a view of the table whose rows are numbered from the oldest.

    `_row` is the number, `block` and `part` are the numbers of the row's block and part, and
    `stored` is its place in the table. Nothing is sorted, because strings may be long.
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
    """Return SQL for the part that a place is in, if the rows are split into `parts` parts.

    The same as `ntile`, without a sort: the parts are equal, or the first are larger by a row.
    """
    size, larger_parts = divmod(rows, parts)
    rows_in_larger = larger_parts * (size + 1)
    in_larger = f"1 + ({place} - 1) // {size + 1}"
    in_smaller = f"{larger_parts + 1} + ({place} - {rows_in_larger} - 1) // {max(size, 1)}"
    return f"CASE WHEN {place} <= {rows_in_larger} THEN {in_larger} ELSE {in_smaller} END"


def _all_values(
    table: MeasuredTable, shapes: Mapping[str, Mapping[str, int]], *, past: bool = False
) -> dict[str, ColumnProfile]:
    """Measure the values of all columns, by field, several columns per query."""
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
    """Measure the values of a column whose `shapes` are known."""
    return _values_of(table, {name: kind}, {name: shapes})[name]


def _values_of(
    table: MeasuredTable,
    kinds: Mapping[str, str],
    shapes: Mapping[str, Mapping[str, int]],
    *,
    past: bool = False,
) -> dict[str, ColumnProfile]:
    """Measure the values of the columns in `kinds`, by name.

    With `past`, they are the dataset's, and its most frequent values are kept for every kind.
    """
    counts = _per_column(table, list(kinds), _counts)
    spreads = _spreads(table, {name: kind for name, kind in kinds.items() if kind != "text"})
    found: dict[str, ColumnProfile] = {}
    for name, kind in kinds.items():
        rows, filled, distinct, longest, shortest, upper = counts[name]
        # For numbers, dates and points, a source's distribution says more than its values.
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
    """Return SQL for the counts of a column: rows, values, distinct values, lengths, capitals.

    Distinct values are counted by hashes of 64 bits: long strings would fill the memory.
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
    """Yield the names in groups for one query each, because every query has to be planned."""
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def _short_together(table: MeasuredTable) -> Iterator[Sequence[str]]:
    """Yield the columns of a table in groups as `_together`, columns of long strings alone.

    A query has some thousand rows of all its columns in memory at once.
    """
    lengths = _per_column(table, table.names, lambda name: [f"coalesce(avg(strlen({name})), 0)"])
    long = [name for name in table.names if lengths[name][0] > _LONG]
    yield from _together([name for name in table.names if name not in long])
    yield from ([name] for name in long)


def _per_column(
    table: MeasuredTable,
    names: Sequence[str],
    aggregates: Callable[[str], Sequence[str]],
    source: str = "",
) -> dict[str, tuple[Any, ...]]:
    """Return the same aggregates of each column, by name, from one query.

    `aggregates` returns the SQL of a column's; `source` is a FROM clause if not the table itself.
    """
    if not names:
        return {}
    by_column = [aggregates(name) for name in names]
    width = len(by_column[0])
    (row,) = table.run(
        f"SELECT {', '.join(chain.from_iterable(by_column))} FROM {source or table.name}"
    )
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
            blocks, new_values = _blocks(table, name, column), _new_values(table, name, column)
            past = Past(blocks, new_values, newest_blank)
            found[name] = replace(
                column, run=runs[name], blankest=blankest, marks=marks.get(name, {}), past=past
            )
    return {
        column.field: found[name] for name, column in zip(table.names, table.columns, strict=True)
    }


def _marks(table: MeasuredTable, columns: Mapping[str, ColumnProfile]) -> dict[str, dict[str, int]]:
    """Count the values with each mark, by column; most columns have no marks."""
    able = [name for name, column in columns.items() if column.kind not in _UNMARKED]
    found: dict[str, dict[str, int]] = {}
    for name in perhaps_marked(table.run, table.name, able):
        # Compiling the pattern of every mark takes long, so only these columns are counted.
        tests = ", ".join(f"count(*) FILTER ({mark.search_sql(name)})" for mark in MARKS)
        (counts,) = table.run(f"SELECT {tests} FROM {table.name} WHERE {maybe_marked(name)}")
        found[name] = {mark.slug: count for mark, count in zip(MARKS, counts, strict=True) if count}
    return found


def perhaps_marked(run: Run, source: str, names: Sequence[str]) -> list[str]:
    """Return the columns of a FROM clause whose strings may have a mark, in order.

    Several columns are searched as one, because compiling the pattern takes as long as searching
    thousands of cells.
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
    """Return the quantiles of each block of a column of numbers."""
    if column.kind != "number" or column.filled < _BLOCKS * _VALUES_OF_BLOCK:
        return ()
    numbers = f"SELECT {number(name, 'number')} AS n, block FROM {table.name}"
    rows = table.run(
        f"SELECT quantile_cont(n, {_QUANTILES}) FROM ({numbers}) WHERE NOT isinf(n)"
        f" GROUP BY block HAVING count(n) >= {_VALUES_OF_BLOCK} ORDER BY block"
    )
    return tuple(tuple(quantiles) for (quantiles,) in rows)


def _new_values(table: MeasuredTable, name: str, column: ColumnProfile) -> float:
    """Return the largest share of a block's rows with a value that no earlier block has.

    The first quarter of the blocks does not count, because most values are new there.
    """
    if column.kind == "number" or not column.complete:
        return 0.0
    if column.filled < _BLOCKS * _VALUES_OF_BLOCK:
        return 0.0
    counts = (
        f"SELECT {name} AS value, block, count(*) AS n FROM {table.name}"
        " WHERE value IS NOT NULL GROUP BY ALL"
    )
    with_first_block = (
        f"SELECT *, min(block) OVER (PARTITION BY value) AS first_block FROM ({counts})"
    )
    shares = (
        "SELECT sum(n) FILTER (block = first_block) / sum(n) AS share"
        f" FROM ({with_first_block}) WHERE block > {_BLOCKS // 4} GROUP BY block"
    )
    ((share,),) = table.run(f"SELECT max(share) FROM ({shares})")
    return float(share or 0.0)


def _blanks(
    table: MeasuredTable, columns: Mapping[str, ColumnProfile]
) -> dict[str, tuple[float, float]]:
    """Return the largest share of blanks in any part of the rows, and in the newest rows.

    The newest rows are the newest fiftieth, or 30 rows. Columns without blanks are left out.
    """
    names = [name for name, column in columns.items() if column.blanks and column.rows]
    if not names:
        return {}
    rows = columns[names[0]].rows
    shares = ", ".join(f"1 - count({name}) / count(*) AS {name}" for name in names)
    parts = f"(SELECT {shares} FROM {table.name} GROUP BY part)"
    newest = f"(SELECT * FROM {table.name} WHERE _row > {rows - max(30, rows // 50)})"
    most = _per_column(table, names, lambda name: [f"max({name})"], parts)
    last = _per_column(table, names, lambda name: [f"1 - count({name}) / count(*)"], newest)
    return {name: (float(most[name][0] or 0.0), float(last[name][0] or 0.0)) for name in names}


def _longest_runs(table: MeasuredTable, names: Sequence[str]) -> dict[str, int]:
    """Return the length of the longest run of rows with the same value, by column.

    The windows have no ORDER BY, so DuckDB streams the rows in the order of the table.
    """
    begins = ", ".join(
        f"stored = 0 OR {name} IS DISTINCT FROM lag({name}) OVER () AS {name}" for name in names
    )
    starts_of_run = ", ".join(
        f"max(CASE WHEN {name} THEN stored END) OVER"
        f" (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS {name}"
        for name in names
    )
    runs = f"(SELECT stored, {starts_of_run} FROM (SELECT stored, {begins} FROM {table.name}))"
    longest = _per_column(table, names, lambda name: [f"max(stored - {name} + 1)"], runs)
    return {name: int(longest[name][0] or 0) for name in names}


def _most_frequent(table: MeasuredTable, name: str, *, unique: bool) -> dict[str, int]:
    """Return the most frequent values, plus one extra entry if there are more than `MOST_VALUES`.

    If all values are `unique`, they need not be counted.
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
    """Return the most frequent shapes of each text column, from about one row in `thin`."""
    pairs = zip(table.names, table.columns, strict=True)
    names = [name for name, column in pairs if kind_of(column) == "text"]
    return shapes_of(table, names, thin)


def shapes_of(
    table: MeasuredTable, names: Sequence[str], thin: int = 1
) -> dict[str, dict[str, int]]:
    """Return the most frequent shapes of these columns, plus one extra entry if there are more.

    Each distinct value is turned into a shape once, and all values by one query, because compiling
    the patterns takes longer than searching.
    """
    if not names:
        return {}
    sampled = "true" if thin == 1 else f"hash({table.row}) % {thin} = 0"
    values = " UNION ALL ".join(
        f"SELECT {literal(name)} AS name, CASE WHEN len({name}) <= {_SHAPED} THEN {name} END AS v,"
        f" count(*) AS n FROM {table.name} WHERE {name} IS NOT NULL AND {sampled} GROUP BY v"
        for name in names
    )
    # In a single query DuckDB would compile the patterns again for each column.
    table.run(f"CREATE OR REPLACE TEMP TABLE distinct_values AS {values}")
    shaped = f"coalesce({shape('v')}, '…')"
    counted = (
        f"SELECT name, shape, sum(n)::BIGINT AS n FROM (SELECT name, {shaped} AS shape, n"
        " FROM distinct_values) GROUP BY name, shape"
    )
    rows = table.run(
        f"SELECT * FROM ({counted}) QUALIFY row_number() OVER "
        f"(PARTITION BY name ORDER BY n DESC, shape) <= {MOST_SHAPES + 1} ORDER BY n DESC, shape"
    )
    table.run("DROP TABLE distinct_values")
    shapes: dict[str, dict[str, int]] = {name: {} for name in names}
    for name, shape_of_value, count in rows:
        shapes[name][shape_of_value] = count
    return shapes


def number(name: str, kind: str) -> str:
    """SQL for the number in a canonical text; NULL if there is none."""
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
    """SQL for the latitude of a canonical point or place; NULL if there is none."""
    if kind == "place":
        return f"TRY_CAST(regexp_extract({name}, '{_PAIR}', 1) AS DOUBLE)"
    return rf"TRY_CAST(regexp_extract({name}, ' ([^ )]+)\)', 1) AS DOUBLE)"


def _spreads(
    table: MeasuredTable, kinds: Mapping[str, str]
) -> dict[str, tuple[Spread | None, Spread | None]]:
    """Return the distributions of these columns' numbers, and of their latitudes, by name."""
    values = {f"{name}_x": number(name, kind) for name, kind in kinds.items()}
    values |= {
        f"{name}_y": latitude(name, kind) for name, kind in kinds.items() if kind in COORDINATES
    }
    if not values:
        return {}
    # A string that is not a number is NULL, and infinity is not a number here.
    finite = ", ".join(f"CASE WHEN NOT isinf({name}) THEN {name} END AS {name}" for name in values)
    made = ", ".join(f"{value} AS {name}" for name, value in values.items())
    source = f"(SELECT {finite} FROM (SELECT {made} FROM {table.name}))"
    found = _per_column(table, list(values), _distribution, source)
    spreads: dict[str, tuple[Spread | None, Spread | None]] = {}
    for name, kind in kinds.items():
        least = _LOCATED if kind == "place" else 1
        x, y = found[f"{name}_x"], found.get(f"{name}_y")
        spreads[name] = (_spread(x, least), None if y is None else _spread(y, least))
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


def _spread(distribution: Sequence[Any], least: int) -> Spread | None:
    """Return the distribution; None for fewer than `least` numbers."""
    low, high, quantiles, whole, count = distribution
    return Spread(low, high, tuple(quantiles), whole) if count >= least else None


def _orders(table: MeasuredTable, columns: dict[str, ColumnProfile]) -> list[Relation]:
    """Return the pairs of date columns in which the first is never after the second."""
    dates = [
        (name, column.field)
        for name, column in zip(table.names, table.columns, strict=True)
        if columns[column.field].kind == "date"
    ]
    orders = []
    for (a, first), (b, second) in combinations(dates[:_ORDERED_DATES], 2):
        ((rows, not_after, not_before),) = table.run(
            f"SELECT count(*), count(*) FILTER ({a} <= {b}), count(*) FILTER ({a} >= {b}) "
            f"FROM {table.name} WHERE {a} IS NOT NULL AND {b} IS NOT NULL"
        )
        if rows < _EVIDENCE_OF_ORDER:
            continue
        if not_after == rows:
            orders.append(Relation("order", first, second, rows))
        elif not_before == rows:
            orders.append(Relation("order", second, first, rows))
    return orders


def _determined_columns(table: MeasuredTable, columns: dict[str, ColumnProfile]) -> list[Relation]:
    """Return the pairs of columns in which the first value determines the second."""
    able = [
        (name, column.field)
        for name, column in zip(table.names, table.columns, strict=True)
        if _may_determine(columns[column.field])
    ]
    relations = []
    for (a, first), (b, second) in permutations(able[:_DETERMINING_COLUMNS], 2):
        if columns[second].top_share > _NEARLY_CONSTANT:
            continue
        values = table.run(
            f"SELECT {a}, min({b}), count(*), min({b}) = max({b}) FROM {table.name} "
            f"WHERE {a} IS NOT NULL AND {b} IS NOT NULL GROUP BY {a}"
        )
        if not all(has_one_value for *_, has_one_value in values):
            continue
        pairs = {
            value: (determined, rows)
            for value, determined, rows, _ in values
            if rows >= _ROWS_OF_VALUE
        }
        evidence = sum(rows for _, rows in pairs.values())
        if evidence >= _EVIDENCE_OF_RELATION and len(pairs) >= _REPEATED_VALUES:
            known = {value: determined for value, (determined, _) in pairs.items()}
            relations.append(Relation("decides", first, second, evidence, known))
    return _without_indirect(relations)[:_RELATIONS]


def _without_indirect(relations: list[Relation]) -> list[Relation]:
    """Return the relations that do not follow from two others.

    If ZIP determines town and town determines county, ZIP to county is dropped.
    """
    kept = {(relation.first, relation.second): relation for relation in relations}
    for first, second in list(kept):
        determined_too = [b for a, b in kept if a == first and b != second]
        if any((middle, second) in kept for middle in determined_too):
            del kept[first, second]
    return list(kept.values())


def _may_determine(column: ColumnProfile) -> bool:
    """True if a column has few short values, each of which occurs several times."""
    return (
        (column.listed or column.kind == "number")
        and 2 <= column.distinct <= _DETERMINING_VALUES
        and column.filled >= _ROWS_OF_VALUE * column.distinct
        and column.longest <= _SHAPED
    )


def _row_hashes(table: MeasuredTable) -> frozenset[int]:
    """Return the distinct hashes of all rows."""
    rows = table.run(f"SELECT DISTINCT {row_hash(table.names)} FROM {table.name}")
    return frozenset(row[0] for row in rows)


def _repeated_rows(table: MeasuredTable, columns: dict[str, ColumnProfile]) -> int:
    """Return the number of rows that match another in everything except sequence numbers."""
    compared = [
        name
        for name, column in zip(table.names, table.columns, strict=True)
        if not columns[column.field].numbers_rows
    ]
    if len(compared) < 2:
        return 0
    groups = f"SELECT count(*) AS n FROM {table.name} GROUP BY hash({', '.join(compared)})"
    ((repeats,),) = table.run(f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM ({groups})")
    return int(repeats)


def row_hash(names: Sequence[str]) -> str:
    """SQL for a 63-bit number that identifies rows."""
    texts = ", ".join(f"coalesce({name}, chr(1))" for name in names)
    return f"(md5_number_lower(concat_ws(chr(2), {texts})) >> 1)::BIGINT"
