"""The rows that would change, stored completely so that any page can be read at any time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError
from sodasheet.staging.diff.row_comparison import Comparison
from sodasheet.staging.diff.row_join import CellPair, Kind, cells_of
from sodasheet.staging.sql_quoting import literal

if TYPE_CHECKING:
    import duckdb

#: Rows of a group in the file: as many are read to show one page.
_GROUP = 20_000

#: The place in the list for each kind of row without a source row.
_LAST = 2**62


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that would change: `cells` are its old and new text, in the order of the columns."""

    kind: Kind
    row: int | None
    identifier: str | None
    cells: tuple[tuple[str | None, str | None], ...]


def write_change_rows(comparison: Comparison, path: Path) -> list[int]:
    """Write every row that would change to `path` as Parquet, in the order of the source.

    Returns how many cells of changed rows would change in each column. Raises SodaSheetError if
    the file can't be written.
    """
    stage = comparison.checked.stage
    comparison.load_old_rows()
    draft = stage.shelf / "changes.parquet"
    run = stage.connection.execute
    try:
        run(
            f"COPY (SELECT row_number() OVER (ORDER BY coalesce(_row, {_LAST}), k) AS n, *"
            f" FROM ({_all(comparison)}) ORDER BY n) TO {literal(str(draft))}"
            f" (FORMAT parquet, ROW_GROUP_SIZE {_GROUP})"
        )
        shutil.move(draft, path)
    except OSError as error:
        raise SodaSheetError(
            f"The changes cannot be written to {path.parent}: {error.strerror or error}.",
            "Free some disk space and make the preview again.",
        ) from error
    with _reading(path) as connection:
        counts = ", ".join(
            f"count_if(kind = {Kind.CHANGED:d} AND a{place} IS DISTINCT FROM b{place})"
            for place in range(len(comparison.pairs))
        )
        if not counts:
            return []
        found = connection.execute(f"SELECT {counts} FROM changes").fetchone()
    return [int(number) for number in found or ()]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rows to read: of one kind, with a change in one column, or with one identifier."""

    kind: Kind | None = None
    column: int | None = None
    identifier: str = ""

    @property
    def all(self) -> bool:
        """True if no row is left out."""
        return self.kind is None and self.column is None and not self.identifier


def read_change_rows(
    path: Path, columns: int, wanted: Wanted, offset: int, limit: int
) -> tuple[list[ChangedRow], int]:
    """Return a number of rows from an offset on, and the total number of rows.

    Nothing else of the file is held in memory. Raises SodaSheetError if the file is gone or
    damaged.
    """
    cells = "".join(f", a{place}, b{place}" for place in range(columns))
    terms, values = _terms(wanted)
    where = f" WHERE {' AND '.join(terms)}" if terms else ""
    if wanted.all:
        # By number, so that only the groups with these rows are read.
        query = f"WHERE n > {offset:d} AND n <= {offset + limit:d} ORDER BY n"
        values = []
    else:
        query = f"{where} ORDER BY n LIMIT {limit:d} OFFSET {offset:d}"
    with _reading(path) as connection:
        run = connection.execute
        counted = run(f"SELECT count(*) FROM changes{where}", values).fetchone()
        found = run(f"SELECT kind, _row, k{cells} FROM changes {query}", values).fetchall()
    rows = [
        ChangedRow(Kind(kind), row, key, tuple(zip(texts[::2], texts[1::2], strict=True)))
        for kind, row, key, *texts in found
    ]
    return rows, int(counted[0]) if counted else 0


def _terms(wanted: Wanted) -> tuple[list[str], list[Any]]:
    terms: list[str] = []
    values: list[Any] = []
    if wanted.kind is not None:
        terms.append(f"kind = {wanted.kind:d}")
    if wanted.column is not None:
        place = wanted.column
        terms.append(f"kind = {Kind.CHANGED:d} AND a{place:d} IS DISTINCT FROM b{place:d}")
    if wanted.identifier:
        terms.append("contains(lower(k), lower(?))")
        values.append(wanted.identifier)
    return terms, values


def _all(comparison: Comparison) -> str:
    """SQL for every row that would change, with old and new text of every cell."""
    pairs = comparison.pairs
    parts = [_new(comparison, pairs)]
    if comparison.held is not None:
        parts += [_changed(comparison, pairs), _deleted(pairs)]
    return " UNION ALL ".join(parts)


def _changed(comparison: Comparison, pairs: Sequence[CellPair]) -> str:
    rows = f"(SELECT * FROM compared WHERE kind = {Kind.CHANGED:d})"
    cells = "".join(
        f", v{pair.place} AS a{place}, {_kept(pair)} AS b{place}"
        for place, pair in enumerate(pairs)
    )
    mine = cells_of(comparison.checked, pairs, rows)
    return (
        f"SELECT {Kind.CHANGED:d} AS kind, _row, c.k AS k{cells} FROM {rows} c"
        f" JOIN held AS old ON old.id = c.rid JOIN ({mine}) USING (_row)"
    )


def _kept(pair: CellPair) -> str:
    return f"coalesce({pair.new}, v{pair.place})" if pair.keeps else pair.new


def _deleted(pairs: Sequence[CellPair]) -> str:
    cells = "".join(f", v{pair.place}, CAST(NULL AS VARCHAR)" for pair in pairs)
    return (
        f"SELECT {Kind.DELETED:d}, _row, c.k{cells} FROM"
        f" (SELECT * FROM compared WHERE kind = {Kind.DELETED:d}) c"
        " JOIN held AS old ON old.id = c.rid"
    )


def _new(comparison: Comparison, pairs: Sequence[CellPair]) -> str:
    rows = f"(SELECT _row, k FROM compared WHERE kind = {Kind.NEW:d})"
    mine = cells_of(comparison.checked, pairs, rows)
    cells = "".join(
        f", CAST(NULL AS VARCHAR) AS a{place}, {pair.new} AS b{place}"
        for place, pair in enumerate(pairs)
    )
    return f"SELECT {Kind.NEW:d} AS kind, _row, k{cells} FROM {rows} c JOIN ({mine}) USING (_row)"


@contextmanager
def _reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    try:
        with duckdb.connect(config={"memory_limit": "256MB", "threads": 2}) as connection:
            connection.execute(
                f"CREATE VIEW changes AS SELECT * FROM read_parquet({literal(str(path))})"
            )
            yield connection
    except duckdb.Error as error:
        raise SodaSheetError(
            "The preview can no longer be read.", "Create the preview again."
        ) from error
