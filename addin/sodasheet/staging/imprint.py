"""The imprint of a push: each row's identifier and a hash of it, to find what changed since.

The hash is MD5 over the texts that the row was made of, as they stand in the source. Under the same
mapping equal texts make equal values; texts that differ and mean the same (1 and 1.0) only cost
a row sent once more.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.model.method import Method
from sodasheet.staging.checks import Checked
from sodasheet.staging.presence import COMPARABLE
from sodasheet.staging.projection import Projected
from sodasheet.staging.sql import Rows, literal
from sodasheet.staging.stage import Stage
from sodasheet.staging.whole import only_changes

if TYPE_CHECKING:
    import duckdb

#: Stands between the texts of a row; a row that holds it is told apart from every other.
_BETWEEN = "chr(31)"

_SHELVED = "imprint.parquet"
_FETCHED = 5000

_HAS_FRESH = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'fresh'"
_GOOD = "SELECT * FROM fresh WHERE _row NOT IN (SELECT _row FROM rejected)"
_SAME = "SELECT _row FROM fresh SEMI JOIN imprinted USING (k, h)"
_VANISHED = f"SELECT k FROM imprinted ANTI JOIN ({_GOOD}) USING (k)"


class ImprintError(SodaSheetError):
    """A file that is no imprint, or none any more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows of a check beside an imprint, in numbers.

    `changed` rows have another hash, `new` ones an identifier that the imprint has not; `vanished`
    are identifiers of the imprint that no row has any more, where that means something: in a
    replace.
    """

    unchanged: int
    changed: int
    new: int
    vanished: int

    @property
    def sending(self) -> int:
        """How many rows are new or changed."""
        return self.new + self.changed


def imprintable(checked: Checked) -> bool:
    """Whether the rows have an identifier of a source column, so that they can be told again."""
    return checked.identifier is not None and _tells_apart(checked.identifier)


def _tells_apart(identifier: Projected) -> bool:
    return identifier.filled.column.type in COMPARABLE and bool(identifier.filled.sources)


def unknown_rows(stage: Stage, projected: Sequence[Projected], path: Path, field: str) -> Rows:
    """The rows that the imprint in `path` does not have, as the table `unknown`.

    `field` is the row identifier's. Raises ImprintError where the file cannot be read as an
    imprint, or the rows have no identifier that can be told again.
    """
    identifier = next((one for one in projected if one.filled.column.field == field), None)
    if identifier is None or not _tells_apart(identifier):
        raise ImprintError("The rows have no identifier that can be told again.", "")
    _make_fresh(stage, projected, identifier)
    _load(stage, path)
    sources = dict.fromkeys(f"c{index}" for one in projected for index in one.filled.sources)
    table = stage.table
    known = f"(SELECT _row AS known FROM ({_SAME})) ON known = {table.row}"
    stage.connection.execute(
        f"CREATE OR REPLACE TABLE unknown AS SELECT {table.row} AS _row, {', '.join(sources)}"
        f" FROM {table.name} ANTI JOIN {known}"
    )
    return Rows("unknown", "_row")


def write_imprint(checked: Checked, path: Path) -> int:
    """Write the imprint of all good rows to `path` as Parquet; how many they are.

    The rows must be `imprintable`. A reader sees the old file or the new one whole. Raises
    SodaSheetError where it cannot be written.
    """
    stage, shelved = checked.stage, checked.stage.shelf / _SHELVED
    _require_fresh(checked)
    draft = path.with_suffix(".tmp")
    halves = "(h >> 64)::UBIGINT AS high, (h & 18446744073709551615)::UBIGINT AS low"
    try:
        with _gone_afterwards(shelved), _gone_afterwards(draft):
            stage.connection.execute(
                f"COPY (SELECT k, {halves} FROM ({_GOOD})) TO {literal(str(shelved))}"
                " (FORMAT parquet, COMPRESSION snappy)"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shelved, draft)
            draft.replace(path)
    except OSError as error:
        raise SodaSheetError(
            f"The imprint {path} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder you may write to.",
        ) from error
    return _number(stage, f"SELECT count(*) FROM ({_GOOD})")


def compare(checked: Checked, path: Path) -> Difference:
    """Set the good rows beside the imprint in `path`, which `narrowed` then goes by.

    Raises ImprintError where the file cannot be read as an imprint.
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
    return Difference(unchanged, changed, new, vanished if replacing else 0)


def narrowed(checked: Checked) -> Checked:
    """The check without the rows that `compare` found unchanged."""
    with closing(checked.stage.cursor()) as cursor:
        cursor.execute(_VANISHED)
        return only_changes(checked, _SAME, _keys(cursor))


def _keys(cursor: duckdb.DuckDBPyConnection) -> Iterator[str]:
    while rows := cursor.fetchmany(_FETCHED):
        yield from (key for (key,) in rows)


def _load(stage: Stage, path: Path) -> None:
    """Make the table `imprinted(k, h)`."""
    import duckdb

    shelved = stage.shelf / _SHELVED
    try:
        with _gone_afterwards(shelved):
            shutil.copyfile(path, shelved)
            stage.connection.execute(
                "CREATE OR REPLACE TABLE imprinted AS SELECT k::VARCHAR AS k,"
                " (high::UBIGINT::UHUGEINT << 64) | low::UBIGINT::UHUGEINT AS h"
                f" FROM read_parquet({literal(str(shelved))})"
            )
    except (OSError, duckdb.Error) as error:
        raise ImprintError(
            f"What the last push sent cannot be read from {path}: {_said(error)}.", ""
        ) from error


def _require_fresh(checked: Checked) -> None:
    """Make the table `fresh` unless the check has it already."""
    if not _number(checked.stage, _HAS_FRESH):
        assert checked.identifier is not None  # noqa: S101 - callers have looked
        _make_fresh(checked.stage, checked.projected, checked.identifier)


def _make_fresh(stage: Stage, projected: Sequence[Projected], key: Projected) -> None:
    """Make the table `fresh(_row, k, h)` of all rows, be they good or not."""
    table = stage.table
    sources = [f"c{index}" for one in projected for index in one.filled.sources]
    # One sign more than there are gaps means that it stands in a text: such a row has no hash, and
    # is never taken for unchanged.
    gaps = f"strlen(r) - strlen(replace(r, {_BETWEEN}, '')) = {len(sources) - 1}"
    parsed = f"CASE WHEN {key.text_name} <> '' THEN {key.typed.parsed or 'NULL'} END"
    stage.connection.execute(
        "CREATE TABLE fresh AS"
        f" SELECT _row, {key.typed.key} AS k, CASE WHEN {gaps} THEN md5_number(r) END AS h"
        f" FROM (SELECT *, {parsed} AS {key.parsed_name} FROM (SELECT {table.row} AS _row,"
        f" {key.text} AS {key.text_name}, concat_ws({_BETWEEN}, {', '.join(sources)}) AS r"
        f" FROM {table.name}))"
    )


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
