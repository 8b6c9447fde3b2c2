"""Parsing uploads: the work between the last byte and an input schema."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any

from socrata_practice.publishing import schemas, transform_processing, uploaded_file_reader
from socrata_practice.publishing.context import Context
from socrata_practice.publishing.source_cell_store import ROWS, Blocks
from socrata_practice.publishing.stored_records import (
    InputColumn,
    InputSchema,
    Source,
    get,
    insert,
    update,
)
from socrata_practice.publishing.type_guessing import guessed_type
from socrata_practice.publishing.uploaded_file_reader import Header, ParseOptions, UnreadableError
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
    """Cuts records into blocks; counts and stores records of the wrong size."""

    def __init__(self, blocks: Blocks, width: int, options: ParseOptions) -> None:
        self._blocks = blocks
        self._width = width
        self._options = options
        self._pending: list[list[str]] = []
        self._block = 0
        self._position = 0
        self.total = 0
        self.wrong = 0

    def take(self, records: list[list[str]]) -> None:
        """Parse more records."""
        self._pending += self._usable(records)
        while len(self._pending) >= ROWS:
            self._put(self._pending[:ROWS])
            self._pending = self._pending[ROWS:]

    def finish(self) -> None:
        """Store the remaining records."""
        if self._pending:
            self._put(self._pending)
            self._pending = []

    def _usable(self, records: list[list[str]]) -> list[list[str]]:
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

    def _put(self, records: list[list[str]]) -> None:
        self._blocks.put_input(self._block, uploaded_file_reader.columns_of(records, self._options))
        self._block += 1
        self.total += len(records)


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
    records = uploaded_file_reader.records(
        path, source.content_type or uploaded_file_reader.CSV, options
    )
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
            for batch in _batches(records):
                context.workers.go_on()
                parser.take(batch)
            parser.finish()
    return header, parser


def _batches(records: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while batch := list(islice(records, ROWS)):
        yield batch


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
