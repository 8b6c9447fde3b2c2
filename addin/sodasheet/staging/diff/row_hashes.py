"""Row-hash index of a push: each row's identifier and hash, to find changed rows.

The hash `h` is over the strings that the row was made of, exactly as in the source. Under the
same
mapping equal strings make equal values; strings that differ and mean the same (1 and 1.0) only cost
a row sent once more. Where the source is a file whose lines are its rows, `high` and `low` are
hashes of the line (staging/load/changed_lines.py). All are DuckDB's own, of 64 bits;
another version of it may have others (push/incremental/baseline.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.diff.changes_only import only_changes
from sodasheet.staging.load.changed_lines import knows_lines, load_row_hashes, numbered_lines
from sodasheet.staging.sql_quoting import Rows, literal
from sodasheet.staging.staged_table import Stage

if TYPE_CHECKING:
    import duckdb

_SHELVED = "imprint.parquet"

#: Hashes and identifiers are rarely repeated, so a dictionary only costs time.
_AS_IT_IS = "COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 0"
_FETCHED = 5000

_HAS_FRESH = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'fresh'"
_GOOD = "SELECT * FROM fresh WHERE _row NOT IN (SELECT _row FROM rejected)"
_SAME = "SELECT _row FROM fresh SEMI JOIN imprinted USING (k, h)"
_VANISHED = f"SELECT k FROM imprinted ANTI JOIN ({_GOOD}) USING (k)"


class RowHashesError(SodaSheetError):
    """A file of row hashes that cannot be read."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows of a check compared with row hashes, in numbers.

    `changed` rows have a different hash, `new` rows an identifier that is not in the imprint. For a
    replace, `vanished` has the identifiers of the imprint that no row has anymore.
    """

    unchanged: int
    changed: int
    new: int
    vanished: int

    @property
    def sending(self) -> int:
        """Number of rows that are new or changed."""
        return self.new + self.changed


def can_hash_rows(checked: CheckResult) -> bool:
    """True if a source column identifies the rows, so that they can be found again."""
    return checked.identifier is not None and _tells_apart(checked.identifier)


def _tells_apart(identifier: Projected) -> bool:
    return identifier.filled.column.comparable and bool(identifier.filled.sources)


def rows_to_check(stage: Stage, projected: Sequence[Projected], path: Path, field: str) -> Rows:
    """Return the rows that the row hashes in `path` do not have, as the table `unknown`.

    `field` is the row identifier's. Raises RowHashesError if the file cannot be read as an
    imprint, or the rows have no identifier that can be told again.
    """
    identifier = next((one for one in projected if one.filled.column.field == field), None)
    if identifier is None or not _tells_apart(identifier):
        raise RowHashesError("The rows have no identifier by which to recognize them.", "")
    _make_fresh(stage, projected, identifier)
    _load(stage, path)
    sources = dict.fromkeys(f"c{index}" for one in projected for index in one.filled.positions)
    table = stage.table
    known = f"(SELECT _row AS known FROM ({_SAME})) ON known = {table.row}"
    stage.connection.execute(
        f"CREATE OR REPLACE TABLE unknown AS SELECT {table.row} AS _row, {', '.join(sources)}"
        f" FROM {table.name} ANTI JOIN {known}"
    )
    return Rows("unknown", "_row")


def write_row_hashes(checked: CheckResult, path: Path) -> int:
    """Write the row hashes of all good rows to `path` as Parquet; return their number.

    The rows must be `can_hash_rows`. A reader sees the old file or the new one whole. Raises
    SodaSheetError if it cannot be written.
    """
    stage, shelved = checked.stage, checked.stage.shelf / _SHELVED
    draft = path.with_suffix(".tmp")
    try:
        with _gone_afterwards(shelved), _gone_afterwards(draft):
            copied = stage.connection.execute(
                f"COPY ({_all_good(checked)}) TO {literal(str(shelved))}"
                f" (FORMAT parquet, {_AS_IT_IS})"
            ).fetchone()
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shelved, draft)
            draft.replace(path)
    except OSError as error:
        raise SodaSheetError(
            f"The record of the push {path} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
        ) from error
    return int(copied[0]) if copied else 0


def _all_good(checked: CheckResult) -> str:
    """Return SQL for the row hashes of all good rows, including rows that were not read again."""
    stage = checked.stage
    if not _number(stage, _HAS_FRESH) and not stage.as_sent:
        # Nothing has been compared: the hashes are written as they are computed.
        assert checked.identifier is not None  # noqa: S101 - callers have looked
        made = _fresh(stage, checked.projected, checked.identifier)
        good = f"SELECT * FROM ({made})"
        if checked.rejected:
            good = f"{good} WHERE _row NOT IN (SELECT _row FROM rejected)"
        return f"SELECT k, h, high, low FROM ({good})"
    _require_fresh(checked)
    columns = "_row, k, h, high, low"
    known = f" UNION ALL SELECT {columns} FROM as_sent" if stage.as_sent else ""
    return (
        f"SELECT k, h, high, low FROM (SELECT {columns} FROM fresh{known})"
        " WHERE _row NOT IN (SELECT _row FROM rejected)"
    )


def compare(checked: CheckResult, path: Path) -> Difference:
    """Compare the good rows with the row hashes in `path`, for `drop_unchanged`.

    Raises RowHashesError if the file cannot be read as an imprint.
    """
    stage = checked.stage
    _require_fresh(checked)
    _load(stage, path)
    counted = stage.connection.execute(
        "SELECT count(*) FILTER (f.k IS NOT NULL AND i.k IS NOT NULL AND f.h = i.h),"
        " count(*) FILTER (f.k IS NOT NULL AND i.k IS NOT NULL AND NOT coalesce(f.h = i.h, false)),"
        " count(*) FILTER (i.k IS NULL), count(*) FILTER (f.k IS NULL)"
        f" FROM ({_GOOD}) f FULL JOIN imprinted i ON f.k = i.k"
    ).fetchone()
    unchanged, changed, new, vanished = counted or (0, 0, 0, 0)
    replacing = checked.plan.method is Method.REPLACE
    unchanged += stage.as_sent
    return Difference(unchanged, changed, new, vanished if replacing else 0)


def drop_unchanged(checked: CheckResult) -> CheckResult:
    """Return the result without the rows that `compare` found unchanged."""
    with closing(checked.stage.cursor()) as cursor:
        cursor.execute(_VANISHED)
        known = replace(checked, held=checked.held + checked.stage.as_sent)
        return only_changes(known, _SAME, _keys(cursor))


def repeats(checked: CheckResult) -> bool:
    """True if a row has the identifier of another row whose line the last push sent.

    To say which rows these are, all of them have to be loaded.
    """
    stage, identifier = checked.stage, checked.identifier
    if not stage.as_sent or identifier is None:
        return False
    keys = f"SELECT {identifier.typed.key} AS k FROM {values_from([identifier], stage.table)}"
    return bool(_number(stage, f"SELECT count(*) FROM ({keys}) SEMI JOIN as_sent USING (k)"))


def _keys(cursor: duckdb.DuckDBPyConnection) -> Iterator[str]:
    while rows := cursor.fetchmany(_FETCHED):
        yield from (key for (key,) in rows)


def _load(stage: Stage, path: Path) -> None:
    """Create the table `imprinted`, unless loading the rows already did."""
    import duckdb

    if stage.as_sent:
        return
    shelved = stage.shelf / _SHELVED
    try:
        with _gone_afterwards(shelved):
            shutil.copyfile(path, shelved)
            load_row_hashes(stage.connection, shelved)
    except (OSError, duckdb.Error) as error:
        raise RowHashesError(
            f"The record of the last push cannot be read from {path}: {_said(error)}.", ""
        ) from error


def _require_fresh(checked: CheckResult) -> None:
    """Create the table `fresh` unless the check already did."""
    if not _number(checked.stage, _HAS_FRESH):
        assert checked.identifier is not None  # noqa: S101 - callers have looked
        _make_fresh(checked.stage, checked.projected, checked.identifier)


def _make_fresh(stage: Stage, projected: Sequence[Projected], key: Projected) -> None:
    """Create the table `fresh(_row, k, h, high, low)` of all rows that were read, good or not."""
    stage.connection.execute(f"CREATE TABLE fresh AS {_fresh(stage, projected, key)}")


def _fresh(stage: Stage, projected: Sequence[Projected], key: Projected) -> str:
    table = stage.table
    sources = ", ".join(f"c{index}" for one in projected for index in one.filled.sources)
    parsed = f"CASE WHEN {key.text_name} <> '' THEN {key.typed.parsed or 'NULL'} END"
    cells = (
        f"(SELECT {table.row} AS _row, {key.text} AS {key.text_name}, hash({sources}) AS h"
        f" FROM {table.name})"
    )
    return (
        f"SELECT _row, {key.typed.key} AS k, h, high, low"
        f" FROM (SELECT *, {parsed} AS {key.parsed_name} FROM {cells} {_with_lines(stage)})"
    )


def _with_lines(stage: Stage) -> str:
    """Return SQL that adds the hashes of each row's line, NULL if rows are not lines."""
    if stage.as_sent:
        return f"JOIN {numbered_lines(stage.spool)} USING (_row)"
    if not stage.spool.numbered and knows_lines(stage.connection, stage.rows):
        # Both tables were filled in the order of the file.
        return "POSITIONAL JOIN lines"
    return "CROSS JOIN (SELECT NULL::UBIGINT AS high, NULL::UBIGINT AS low)"


@contextmanager
def _gone_afterwards(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def _number(stage: Stage, query: str) -> int:
    row = stage.connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _said(error: Exception) -> str:
    return str(error).partition("\n")[0]
