"""Rows of the source that are already in the dataset, found by whole lines of the portal's CSV.

Lines are not parsed; instead, the same line is built from the source's cells, and both are
compared by two 64-bit hashes. Lines that differ prove nothing, as a value may be written in
several ways: such rows are left to be compared cell by cell (staging/diff/row_join.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from sodasheet.model.dataset import AMOUNT_TYPES, DATE_TYPES
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.diff.dataset_rows import DatasetRows, among, without
from sodasheet.staging.diff.row_join import CellPair, Rest, likely_cells_of
from sodasheet.staging.sql_quoting import literal

#: Rows of the dataset whose cells are all loaded at once.
_FEW = 50_000

#: Types whose strings contain no quotes.
_UNQUOTED = AMOUNT_TYPES | DATE_TYPES | {"checkbox"}

#: Everything after the `:id` of a line, as bytes: cutting a string has to count its characters.
_REST = "encode(l)[strpos(l, '\",') + 2 :]"
_NEXT = "encode(l)[strpos(l, '\",') + 3 :]"
_ID = "substr(l, 2, strpos(l, '\",') - 2)"


def find_equal_rows(
    checked: CheckResult, held: DatasetRows, pairs: Sequence[CellPair]
) -> Rest | None:
    """Find the rows to send that have their equals in the dataset, and return the rest.

    Leaves the table `unequal(_row, rid)` behind: all other rows, of either side. None if the pages
    do not tell: they must be CSV of exactly the columns to compare. Raises as `load_dataset_rows`.
    """
    by_field = {pair.column.field: pair for pair in pairs}
    first, *fields = held.csv_fields or [""]
    if checked.plan.method is Method.DELETE or first != ":id" or set(fields) != set(by_field):
        return None
    run = checked.stage.connection.execute
    run("CREATE OR REPLACE TABLE held_lines (rid VARCHAR, h UBIGINT, n UBIGINT)")
    held.each_line(
        f"INSERT INTO held_lines SELECT {_ID}, hash({_REST}), hash({_NEXT}) FROM",
        "starts_with(l, '\"row-')",
    )
    line = _line([by_field[field] for field in fields], bare=checked.stage.spool.bare)
    mine = (
        "SELECT _row, hash(encode(line)) AS h, hash(encode(line)[2:]) AS n"
        f" FROM (SELECT _row, {line} AS line FROM ({likely_cells_of(checked, pairs)}))"
    )
    theirs, both = "FROM held_lines", "h, n"
    if checked.plan.dataset.identifier is None:
        mine, theirs, both = _numbered(mine, "_row"), _numbered(theirs, "rid"), "h, n, place"
    # Most rows are equal as a rule, so that only the others are kept.
    run(
        "CREATE OR REPLACE TABLE unequal AS"
        f" SELECT _row, rid FROM ({mine}) FULL JOIN ({theirs}) USING ({both})"
        " WHERE _row IS NULL OR rid IS NULL"
    )
    ((mine_left, theirs_left, lines_read),) = run(
        "SELECT count(_row), count(rid), (SELECT count(*) FROM held_lines) FROM unequal"
    ).fetchall()
    equal = lines_read - theirs_left
    chosen: str | None = None
    if lines_read != held.rows:
        # Lines that could not be read are among the rest, and only those read have a known `:id`.
        run(
            "CREATE OR REPLACE TABLE equal_ids AS"
            " SELECT rid FROM held_lines ANTI JOIN unequal USING (rid)"
        )
        chosen = without("SELECT rid FROM equal_ids")
    elif theirs_left:
        chosen = among("SELECT rid FROM unequal WHERE rid IS NOT NULL")
    run("DROP TABLE held_lines")
    is_few = lines_read == held.rows and theirs_left <= _FEW
    return Rest(equal=equal, left=mine_left, chosen=chosen, is_few=is_few)


def _numbered(rows: str, order: str) -> str:
    """Return SQL that numbers equal rows, which are interchangeable without an identifier."""
    return (
        f"SELECT *, row_number() OVER (PARTITION BY h, n ORDER BY {order}) AS place FROM ({rows})"
    )


def _line(pairs: Sequence[CellPair], *, bare: bool) -> str:
    """Return SQL for a row as in the portal's CSV: everything quoted, null as nothing.

    `bare` says that no cell of the source contains a quote. Signs between two cells are one text:
    every text more takes time in every row.
    """
    texts, between = list[str](), ""
    for pair in pairs:
        value = pair.new if _is_unquoted(pair, bare=bare) else _doubled(pair.new)
        if pair.projected is not None and pair.projected.blanks == 0:
            texts += [literal(f'{between}"'), value]
            between = '",'
        else:
            cell = f"CASE WHEN {pair.new} <> '' THEN concat('\"', {value}, '\"') ELSE '' END"
            texts += [literal(between), cell]
            between = ","
    return f"concat({', '.join([*texts, literal(between.removesuffix(','))])})"


def _is_unquoted(pair: CellPair, *, bare: bool) -> bool:
    """True if no text of the column contains a quote."""
    if pair.column.type in _UNQUOTED:
        return True
    return bare and pair.projected is not None and pair.projected.is_untouched


def _doubled(text: str) -> str:
    return f"CASE WHEN contains({text}, '\"') THEN replace({text}, '\"', '\"\"') ELSE {text} END"
