"""Parsing uploads: the work between the last byte and an input schema."""

from __future__ import annotations

import csv
import io
import sqlite3
from itertools import islice
from typing import Any

from socrata_practice.publishing import schemas, transform_processing, uploaded_file_reader
from socrata_practice.publishing.delimited_text import (
    Columns,
    columns_of,
    trimmed,
    without_empty_rows,
)
from socrata_practice.publishing.parse_options import ParseOptions
from socrata_practice.publishing.shared_resources import Context
from socrata_practice.publishing.source_cell_store import ROWS, Blocks, Cells
from socrata_practice.publishing.stored_records import (
    InputColumn,
    InputSchema,
    Source,
    get,
    insert,
    update,
)
from socrata_practice.publishing.type_guessing import guessed_type
from socrata_practice.publishing.uploaded_file_reader import Header, UnreadableError
from socrata_practice.soql import row_reader
from socrata_practice.soql.query_planner import plan
from socrata_practice.storage import asset_store
from socrata_practice.storage.database import now_text, transaction


def new_source(
    connection: sqlite3.Connection,
    user_id: str,
    source_type: dict[str, Any],
    options: ParseOptions,
    **more: Any,
) -> int:
    """Store a source without bytes; return its number."""
    values = {"source_type": source_type, "parse_options": vars(options), "created_by": user_id}
    return insert(connection, Source, created_at=now_text(), **values, **more)


class Parser:
    """Cuts rows into blocks; counts and stores records of the wrong size."""

    def __init__(self, blocks: Blocks, width: int, options: ParseOptions) -> None:
        self._blocks = blocks
        self._width = width
        self._options = options
        self._pending: list[Cells] = [[] for _ in range(width)]
        self._block = 0
        self._position = 0
        self.total = 0
        self.wrong = 0

    def take(self, rows: Columns | list[list[str]]) -> None:
        """Parse more rows."""
        columns = rows if isinstance(rows, Columns) else columns_of(self._usable(rows))
        if not columns.cells:
            return
        if self._options.trim_whitespace:
            columns = trimmed(columns)
        if isinstance(rows, Columns):
            if self._options.remove_empty_rows:
                columns = without_empty_rows(columns)
            self._position += len(columns.cells[0])
        self._add([[cell or None for cell in one] if "" in one else one for one in columns.cells])

    def _add(self, columns: list[Cells]) -> None:
        if not self._pending[0] and len(columns[0]) == ROWS:
            self._put(columns)
            return
        for pending, column in zip(self._pending, columns, strict=True):
            pending.extend(column)
        while len(self._pending[0]) >= ROWS:
            self._put([pending[:ROWS] for pending in self._pending])
            for pending in self._pending:
                del pending[:ROWS]

    def finish(self) -> None:
        """Store the remaining rows."""
        if self._pending[0]:
            self._put(self._pending)

    def _usable(self, records: list[list[str]]) -> list[list[str]]:
        """Return the records of the right size that are not empty."""
        width = self._width
        if set(map(len, records)) == {width} and all(record[0].strip() for record in records):
            self._position += len(records)
            return records
        usable, errors = [], []
        for record in records:
            if self._is_empty(record):
                continue
            if len(record) == width or (width == 1 and not record):
                usable.append(record or [""])
            else:
                errors.append((self._position, self._error(record)))
            self._position += 1
        self.wrong += len(errors)
        self._blocks.put_row_errors(errors)
        return usable

    def _is_empty(self, record: list[str]) -> bool:
        if not self._options.remove_empty_rows:
            return not record and self._width > 1
        trim = self._options.trim_whitespace
        return not any(cell.strip() if trim else cell for cell in record)

    def _error(self, record: list[str]) -> dict[str, Any]:
        kind = "too_long" if len(record) > self._width else "too_short"
        return {"wanted": self._width, "got": len(record), "type": kind, "contents": record}

    def _put(self, columns: list[Cells]) -> None:
        self._blocks.put_input(self._block, columns)
        self._block += 1
        self.total += len(columns[0])


def parse(context: Context, source_id: int, fails: bool) -> None:
    """Parse a source whose bytes have arrived, then create its first output schema.

    `fails` has it fail after all, as if something in the portal had broken.
    """
    with context.connection() as connection, context.turn(source_id):
        source = get(connection, Source, id=source_id)
        try:
            if fails:
                raise UnreadableError("Internal error (injected)")
            header, parser = _parsed(context, source)
        except (UnreadableError, OSError, MemoryError) as error:
            _fail(connection, source, str(error))
            return
        output = _keep(context, connection, source, header, parser)
    if output is not None:
        transform_processing.process(context, output, fails=False)


def _fail(connection: sqlite3.Connection, source: Source, message: str) -> None:
    details = {"type": "unparseable_file", "message": message}
    with transaction(connection):
        update(connection, source, failed_at=now_text(), failure_details=details)


def _parsed(context: Context, source: Source) -> tuple[Header, Parser]:
    options = ParseOptions.read(source.parse_options)
    path = context.bytes_path(source.bytes_of or source.id)
    with uploaded_file_reader.opened(
        path, source.content_type or uploaded_file_reader.CSV, options
    ) as records:
        header = uploaded_file_reader.read_header(records, options)
        first = [] if header is not None else list(islice(records, 1))
        if header is None and not first:
            raise UnreadableError("The file is empty")
        header = header or uploaded_file_reader.unnamed(len(first[0]))
        if not header.columns:
            raise UnreadableError("The header row is empty")
        with context.blocks(source.id) as blocks:
            parser = Parser(blocks, len(header.columns), options)
            with blocks.writing():
                parser.take(first)
                for rows in records.portions(len(header.columns)):
                    context.workers.go_on()
                    parser.take(rows)
                parser.finish()
    return header, parser


def _keep(
    context: Context,
    connection: sqlite3.Connection,
    source: Source,
    header: Header,
    parser: Parser,
) -> int | None:
    """Store the input schema and its first output schema; return the latter."""
    with context.blocks(source.id) as blocks:
        guesses = [
            guessed_type(blocks.input_cells(position, 0))
            for position in range(1, len(header.columns) + 1)
        ]
    now = now_text()
    with transaction(connection):
        connection.execute("UPDATE sources SET finished_at = ? WHERE id = ?", (now, source.id))
        schema_id = insert(
            connection,
            InputSchema,
            source_id=source.id,
            total_rows=parser.total,
            num_row_errors=parser.wrong,
            created_at=now,
            created_by=source.created_by,
        )
        for position, (name, shown) in enumerate(header.columns, 1):
            insert(connection, InputColumn, input_schema_id=schema_id, position=position,
                   field_name=name, display_name=shown,
                   guessed_type=guesses[position - 1])  # fmt: skip
        typed = context.settings.guess("first_output_types") == "typed"
        return schemas.create_first(connection, source, schema_id, typed)


# --- a dataset as a source -----------------------------------------------------------------------


def load_view(context: Context, source_id: int) -> None:
    """Use the rows of a dataset as the bytes of a view source, and parse them."""
    with context.connection() as connection:
        source = get(connection, Source, id=source_id)
        asset = asset_store.find(connection, source.source_type["fourfour"])
        if asset is None:
            _fail(connection, source, "There is no such dataset")
            return
        rows = plan(asset, [("$limit", str(1 << 62))])
        with context.bytes_path(source.id).open("w", encoding="utf-8", newline="") as text:
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow([output.name for output in rows.outputs])
            writer.writerows(row_reader.csv_cells(connection, rows))
            text.seek(0, io.SEEK_END)
            size = text.tell()
        with transaction(connection):
            connection.execute(
                "UPDATE sources SET filesize = ?, content_type = ? WHERE id = ?",
                (size, uploaded_file_reader.CSV, source.id),
            )
    parse(context, source_id, fails=False)
