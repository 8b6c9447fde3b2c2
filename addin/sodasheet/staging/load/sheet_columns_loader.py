"""Load columns of a sheet into the table `source`, with the text of sources/grid/cell_text.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.model.loading_fallback import Why
from sodasheet.sources.grid.cell_text import ERROR
from sodasheet.sources.sheet_columns import Columns, ColumnsPiece, Kind, NotPlain
from sodasheet.sources.spool import NativeCounts, Spool
from sodasheet.sources.spool_writer import MAX_BYTES
from sodasheet.staging.sql_quoting import literal

if TYPE_CHECKING:
    import duckdb

#: Whole numbers up to this one are written without an exponent; larger ones are never plain.
_WHOLE = "1e18"

#: Cells that are written in one transaction: more of them wait in memory, and fewer of them are
#: written to the disk twice.
_CELLS_AT_ONCE = 700_000

#: A timestamp that DuckDB 2.0 and later can calculate with: 2.0.1 has no `epoch_ms(TIMESTAMP_MS)`.
_MOMENT = "TRY_CAST({0} AS TIMESTAMP)"

#: SQL for the text of a value; DuckDB writes the fewest digits that tell a number, as Python does.
_TEXTS: dict[Kind, str] = {
    "string": "coalesce({0}, '')",
    "boolean": "CASE WHEN {0} THEN 'true' WHEN NOT {0} THEN 'false' ELSE '' END",
    "float": (
        f"CASE WHEN {{0}} IS NULL THEN '' WHEN trunc({{0}}) = {{0}} AND abs({{0}}) < {_WHOLE}"
        " THEN CAST(CAST({0} AS BIGINT) AS VARCHAR) ELSE CAST({0} AS VARCHAR) END"
    ),
    "datetime": (
        "CASE WHEN {0} IS NULL THEN ''"
        f" WHEN epoch_ms({_MOMENT}) % 86400000 = 0 THEN CAST(CAST({{0}} AS DATE) AS VARCHAR)"
        f" WHEN epoch_ms({_MOMENT}) % 1000 = 0 THEN strftime({{0}}, '%Y-%m-%dT%H:%M:%S')"
        " ELSE strftime({0}, '%Y-%m-%dT%H:%M:%S.%g') END"
    ),
    "duration": (
        "CASE WHEN {0} IS NULL THEN '' ELSE CASE WHEN epoch_ms({0}) < 0 THEN '-' ELSE '' END"
        " || printf('%02d:%02d:%02d', abs(epoch_ms({0})) // 3600000,"
        " abs(epoch_ms({0})) // 60000 % 60, abs(epoch_ms({0})) // 1000 % 60)"
        " || CASE WHEN epoch_ms({0}) % 1000 = 0 THEN ''"
        " ELSE printf('.%03d', abs(epoch_ms({0})) % 1000) END END"
    ),
}

#: SQL for strings that are left to the careful reading: what reads like an error or a duration,
#: cannot be stored, or may spell a character out (`_x000D_`, which fastexcel 0.21 leaves so in the
#: result of a formula); numbers with an exponent or of more than 15 digits; dates that a sheet
#: counts otherwise, be it that it begins in 1904, or that it takes 1900 for a leap year.
_ODD: dict[Kind, str] = {
    "string": (
        "CASE WHEN starts_with({0}, '#') OR starts_with({0}, 'Err:')"
        f" THEN regexp_full_match({{0}}, {literal(ERROR.pattern)})"
        " ELSE starts_with({0}, 'PT') OR starts_with({0}, '-PT') END"
        " OR contains({0}, chr(0)) OR contains({0}, '_x')"
    ),
    "boolean": "false",
    "float": "contains({0}, 'e') OR (length({0}) > 15 AND NOT contains({0}, '.'))",
    "datetime": "{0} <> '' AND ({0} < '1904-01-02' OR length({0}) NOT IN (10, 19, 23))",
    "duration": "false",
}

_COUNTED: dict[Kind, str] = {
    "string": "text",
    "boolean": "boolean",
    "float": "number",
    "datetime": "date",
    "duration": "date",
}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows of a column with cells of one kind: facts about the loaded strings.

    `first` is the place of the first value.
    """

    kind: Kind
    filled: int
    odd: int
    first: int | None
    longest: int


@dataclass(frozen=True, slots=True)
class _Column:
    """Facts about a loaded column, whose cells may be of different kinds in different rows."""

    stretches: tuple[_Stretch, ...]

    @property
    def filled(self) -> int:
        """Number of cells with a string."""
        return sum(stretch.filled for stretch in self.stretches)

    @property
    def longest(self) -> int:
        """Bytes of the longest text."""
        return max((stretch.longest for stretch in self.stretches), default=0)


def load_columns(connection: duckdb.DuckDBPyConnection, spool: Spool, columns: Columns) -> Spool:
    """Load the columns of a spool; return the spool with the facts learned.

    Raises NotPlain if a cell is not plain, so that the source must be read with care.
    """
    cells = _Cells(connection, columns.width)
    with cells.filled():
        for piece in columns.pieces():
            cells.append(piece, columns.first_row)
            cells.require_complete(piece)
        found = cells.columns()
        _require_plain(found)
    return _without_blank_rows(connection, spool, found, cells.rows)


class _Cells:
    """The table `cells`, with a string for every cell in its `rows`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, width: int) -> None:
        self._connection = connection
        self._names = _names(width)
        self._kinds: list[list[tuple[Kind, int]]] = [[] for _ in self._names]
        self.rows = 0
        self._uncommitted = 0
        self._last_not_null = 0

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Fill the table, and remove the table if anything fails."""
        try:
            yield
        except BaseException:
            if self._uncommitted:
                self._connection.execute("ROLLBACK")
            self._connection.unregister("sheet")
            self._connection.execute("DROP TABLE IF EXISTS cells")
            raise

    def _commit(self) -> None:
        """End a transaction, if any; only then do the rows have their final numbers."""
        if self._uncommitted:
            self._uncommitted = 0
            self._connection.execute("COMMIT")

    def append(self, piece: ColumnsPiece, first_row: int) -> None:
        """Append the rows of a piece, and the blank rows above the piece."""
        if self._uncommitted > _CELLS_AT_ONCE:
            self._commit()
        if not self._uncommitted:
            self._connection.execute("BEGIN")
            self._uncommitted = 1
        before = piece.first_row - first_row - self.rows
        if before < 0:
            raise NotPlain(Why.NOT_PLAIN)
        if before:
            blank = ", ".join(f"'' AS {name}" for name in self._names)
            self._insert(f"SELECT {blank} FROM range({before})")
            self.rows += before
        present = [name for name, kind in zip(self._names, piece.kinds, strict=True) if kind]
        texts = ", ".join(
            f"{_put(_TEXTS[kind], name)} AS {name}" if kind else f"'' AS {name}"
            for kind, name in zip(piece.kinds, self._names, strict=True)
        )
        # Columns are named by position: nothing out of the file is ever part of a statement.
        sheet = f"sheet AS _({', '.join(present)})"
        self._connection.register("sheet", piece.arrow)
        self._insert(f"SELECT {texts} FROM {sheet}")
        counts = " + ".join(f"count({name})" for name in present)
        (self._last_not_null,) = _row(self._connection, f"SELECT {counts} FROM {sheet}")
        self._connection.unregister("sheet")
        for kinds, kind in zip(self._kinds, piece.kinds, strict=True):
            if kind and (not kinds or kinds[-1][0] != kind):
                kinds.append((kind, self.rows))
        self.rows += piece.rows
        self._uncommitted += piece.rows * len(self._names)

    def require_complete(self, last: ColumnsPiece) -> None:
        """Raise NotPlain if a cell of the last piece looks blank and is not blank."""
        found, counts = self._last_not_null, last.counts
        if found == last.rows * len(self._names):
            return
        values = counts.values()
        # Empty strings are values too, and differ from missing values in the columns passed in.
        if values == found and counts.all_end_plainly():
            return
        filled = " + ".join(f"count(*) FILTER ({name} <> '')" for name in self._names)
        self._commit()
        start = self.rows - last.rows
        query = f"SELECT {filled} FROM cells WHERE rowid >= {start}"
        if _row(self._connection, query) != [values]:
            raise NotPlain(Why.MISSING_CELLS)

    def _insert(self, query: str) -> None:
        into = "INSERT INTO cells" if self.rows else "CREATE TABLE cells AS"
        self._connection.execute(f"{into} {query}")

    def columns(self) -> list[_Column]:
        """Return the facts about all columns, once the table is filled."""
        self._commit()
        return [
            _Column(tuple(self._stretches(name, kinds)))
            for name, kinds in zip(self._names, self._kinds, strict=True)
        ]

    def _stretches(self, name: str, kinds: list[tuple[Kind, int]]) -> Iterator[_Stretch]:
        ends = [start for _, start in kinds[1:]]
        for (kind, start), end in zip(kinds, [*ends, self.rows], strict=False):
            alone = len(kinds) == 1
            filled, odd, first, longest = _row(
                self._connection,
                f"SELECT count(*) FILTER ({name} <> ''),"
                f" count(*) FILTER ({_put(_ODD[kind], name)}),"
                f" min(rowid) FILTER ({name} <> ''), max(strlen({name})) FROM cells"
                + ("" if alone else f" WHERE rowid >= {start} AND rowid < {end}"),
            )
            yield _Stretch(kind, filled, odd, first, longest or 0)


def _require_plain(found: Sequence[_Column]) -> None:
    """Raise NotPlain if the careful reader might return different cells.

    A sheet without values, and one with a row too long for a record, are left to it as well.
    """
    quoted = 2 * sum(column.longest for column in found)
    if not 0 < quoted < MAX_BYTES:
        raise NotPlain(Why.LONG_RECORDS if quoted else Why.MISSING_CELLS)
    odd = {stretch.kind for column in found for stretch in column.stretches if stretch.odd}
    if odd:
        raise NotPlain(Why.LARGE_NUMBERS if odd == {"float"} else Why.ODD_CELLS)


def _without_blank_rows(
    connection: duckdb.DuckDBPyConnection, spool: Spool, found: Sequence[_Column], rows: int
) -> Spool:
    names = _names(len(found))
    listed, first = ", ".join(names), spool.first_row
    filled = " OR ".join(f"{name} <> ''" for name in names)
    numbered = f"SELECT CAST(rowid + {first} AS BIGINT) AS _row, {listed} FROM cells"
    kept = rows
    if not any(column.filled == rows for column in found):
        (kept,) = _row(connection, f"SELECT count(*) FILTER ({filled}) FROM cells")
    if kept == rows:
        connection.execute(f"CREATE VIEW source AS {numbered}")
    else:
        connection.execute(f"CREATE TABLE source AS {numbered} WHERE {filled}")
        connection.execute("DROP TABLE cells")
    natives = tuple(_counts(column, kept, first) for column in found)
    return replace(spool, columns=None, natives=natives, rows=kept, numbered=kept < rows)


def _counts(column: _Column, rows: int, first_row: int) -> NativeCounts:
    counts = dict.fromkeys(_COUNTED.values(), 0)
    for stretch in column.stretches:
        counts[_COUNTED[stretch.kind]] += stretch.filled
    numbers = (stretch.first for stretch in column.stretches if stretch.kind == "float")
    first = next((place for place in numbers if place is not None), None)
    return NativeCounts(
        **counts,
        blank=rows - column.filled,
        first_number_row=None if first is None else first + first_row,
    )


def _put(template: str, name: str) -> str:
    return template.replace("{0}", name)


def _names(count: int) -> list[str]:
    return [f"c{index}" for index in range(count)]


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> list[int]:
    ((*row,),) = connection.execute(query).fetchall()
    return row
