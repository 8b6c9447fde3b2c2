"""Checked rows as one CSV for the Publishing API, in source order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from sodasheet.errors import Refused, SodaSheetError
from sodasheet.model.dataset import type_words
from sodasheet.model.mapping import Blank
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.output.csv_cells import CSV_TYPES, csv_cell, needs_quotes
from sodasheet.staging.output.rows_to_send import scan_rows
from sodasheet.staging.sql_quoting import Rows

_ROW = "sodasheet_row"
_END = b"\r\n"


@dataclass(frozen=True, slots=True)
class CsvPiece:
    """A piece of the CSV, always whole records; `rows` is their number without the header."""

    rows: int
    body: bytes


@dataclass(frozen=True, slots=True)
class CsvHeader:
    """The columns of the CSV: the source's row number, then a column for each field filled.

    `row` is empty if the CSV has no row numbers. `suffixes` are strings that have to be put behind
    each cell of a field.
    """

    row: str
    fields: tuple[str, ...]
    suffixes: Mapping[str, str] = field(default_factory=dict)


def csv_header(checked: CheckResult) -> CsvHeader:
    """Return the names of the columns; the row number's name is not in the dataset."""
    taken = {column.field for column in checked.plan.dataset.columns}
    names = chain([_ROW], (f"{_ROW}_{number}" for number in range(2, len(taken) + 3)))
    row = next(name for name in names if name not in taken)
    return CsvHeader(row, tuple(one.filled.column.field for one in checked.projected))


def csv_pieces(checked: CheckResult, limit: int | None = None) -> Iterator[CsvPiece]:
    """Yield the sendable rows, or the first `limit`, as RFC 4180 in UTF-8 after a header.

    Numbers are plain decimals, dates ISO 8601, checkboxes 1 and 0, places WKT, blanks empty. Only
    for what is `publishable`. Raises Refused if the check stopped.
    """
    if checked.stopped:
        raise Refused("The check found something that stops the push.", "Check its findings.")
    header = csv_header(checked)
    names = (f'"{name}"' for name in (header.row, *header.fields))
    yield CsvPiece(0, ",".join(names).encode() + _END)
    left = checked.sendable if limit is None else limit
    for lines in _sendable_lines(checked):
        if not left:
            return
        kept = lines[:left]
        left -= len(kept)
        yield CsvPiece(len(kept), _END.join(kept) + _END)


def publishable(checked: CheckResult) -> str | None:
    """Return the reason why these rows cannot be sent as CSV; None if they can.

    A CSV says of a blank cell only that it is empty, and of a value only what a string can say.
    """
    if checked.removals:
        return "Rows of the dataset are deleted by the same request, which a CSV cannot express."
    for one in checked.projected:
        column = one.filled.column
        if one.filled.rule.verbatim:
            return (
                "Restored rows are sent exactly as the portal returned them, which a CSV cannot "
                "express."
            )
        if column.type not in CSV_TYPES:
            kind = type_words(column.type)
            return f"The column {column.label} has the type {kind}, which a CSV cannot fill."
    return _kept_from(checked)


def _kept_from(checked: CheckResult) -> str | None:
    """Return the first obstacle among the rows; one scan, only if needed."""
    columns = [one for one in checked.projected if any(_losses(one, checked))]
    watched = [(one, *loss) for one in columns for loss in _losses(one, checked)]
    if not watched:
        return None
    firsts = ", ".join(f"min(_row) FILTER (WHERE {lost})" for _, lost, _ in watched)
    sendable = f"_row NOT IN ({LEFT_OUT})"
    query = f"SELECT {firsts} FROM {values_from(columns, checked.stage.table)} WHERE {sendable}"
    rows = checked.stage.connection.execute(query).fetchone() or ()
    for row, (one, _, what) in zip(rows, watched, strict=True):
        if row is not None:
            column = one.filled.column.label
            return f"Row {row:,} has {what} for the column {column}, which a CSV cannot express."
    return None


def _losses(one: Projected, checked: CheckResult) -> Iterator[tuple[str, str]]:
    """Yield SQL that is true if part of a cell would be lost, and the name of that part."""
    # Only an upsert can keep an existing value.
    if one.filled.blank is Blank.KEEP and checked.plan.method is Method.UPSERT:
        yield one.blank, "a blank that keeps the old value"
    elif one.empty_text:
        yield one.blank, "an empty text"
    kind = CSV_TYPES[one.filled.column.type]
    if kind.lost is not None and not one.is_tidy:
        yield f"NOT ({one.blank}) AND {kind.lost(one)}", kind.loses


def _sendable_lines(checked: CheckResult) -> Iterator[list[bytes]]:
    """Yield the records of sendable rows without line endings, thousands at a time.

    Those that stay behind come as a second stream where the scan does not leave them out.
    """
    stage, way = checked.stage, scan_rows(checked)
    behind = stage.fetched(f"{LEFT_OUT} ORDER BY _row") if way.whole else iter(())
    left_out = chain.from_iterable(behind)
    skip = next(left_out, None)
    for rows in stage.fetched(_query(checked, way.table) + way.order):
        out = set[int]()
        while skip is not None and skip[0] <= rows[-1][0]:
            out.add(skip[0])
            skip = next(left_out, None)
        lines = [line for row, line in rows if row not in out] if out else [row[1] for row in rows]
        # A record has at least its number, and comparing each with None takes far longer.
        if not all(lines):
            raise _unwritable(next(row for row, line in rows if line is None and row not in out))
        yield lines


def _query(checked: CheckResult, table: Rows) -> str:
    """Return SQL for row number and record, the latter NULL if a value cannot be written.

    `concat` is much faster than a chain of `||` but skips NULL, hence the CASE.
    """
    projected = checked.projected
    names = [f"v{index}" for index in range(len(projected))]
    cells = "".join(
        f", {csv_cell(one, bare=_is_bare(checked, one))} AS {name}"
        for one, name in zip(projected, names, strict=True)
    )
    missing = " OR ".join(f"{name} IS NULL" for name in names)
    listed = ", ".join(f"',', {name}" for name in names)
    return (
        f"SELECT _row, CASE WHEN {missing} THEN NULL ELSE encode(concat(_row, {listed})) END "
        f"FROM (SELECT _row{cells} FROM {values_from(projected, table)})"
    )


def _is_bare(checked: CheckResult, column: Projected) -> bool:
    """True if no text of the column has to be quoted, as far as this costs little to know."""
    if checked.stage.spool.bare or column.distinct is None:
        return checked.stage.spool.bare
    texts = values_from([column], column.distinct)
    query = f"SELECT 1 FROM {texts} WHERE {needs_quotes(column)} LIMIT 1"
    return checked.stage.connection.execute(query).fetchone() is None


def _unwritable(row: int) -> SodaSheetError:
    return SodaSheetError(
        f"Row {row:,} passed the check but cannot be written.",
        "Nothing was changed; please report this row.",
    )
