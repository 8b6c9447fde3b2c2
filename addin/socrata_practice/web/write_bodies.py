"""Reading the body of a write: unzipped, spooled to disk, parsed row by row.

The body is taken in whole before anything is written, so that a slow sender never holds up other
writers; it is then read piece by piece, so that its size does not matter.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, TextIO, cast

from flask import Request

from socrata_practice import refusals

_PIECE = 1 << 20
_IN_MEMORY = 8 << 20
_JSON_TYPES = frozenset({"application/json", "text/json"})
_BLANK = " \t\r\n"
csv.field_size_limit(1 << 30)


@dataclass(frozen=True)
class Body:
    """A body that arrived completely; must be closed after use."""

    is_csv: bool
    text: TextIO


def receive(request: Request) -> Body:
    """Receive the body of a write; raises Refusal for an unsupported type or coding."""
    # The service behind the front tier refuses a body without a type (B.1), yet sodapy sends none
    # and works, so the front tier must take it for JSON.
    content_type = request.mimetype or "application/json"
    if content_type not in _JSON_TYPES and content_type != "text/csv":
        raise refusals.service(
            415,
            "req.content-type.not-json",
            f"Content-Type is not JSON: {content_type}",
            **{"content-type": content_type},
        )
    charset = _charset(request)
    raw = _spooled(request)
    text = io.TextIOWrapper(raw, encoding=charset, errors="strict", newline="")
    return Body(content_type == "text/csv", text)


def _charset(request: Request) -> str:
    given = request.mimetype_params.get("charset", "utf-8")
    try:
        return codecs.lookup(given).name
    except LookupError as error:
        raise refusals.service(
            415,
            "req.content-type.unknown-charset",
            f"Unknown charset: {given}",
            charset=given,
        ) from error


def _spooled(request: Request) -> IO[bytes]:
    kept = cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise refusals.front(415, "invalid_request", f"Unsupported Content-Encoding: {coding}")
    unzip = None if coding == "identity" else zlib.decompressobj(wbits=31)
    try:
        while piece := request.stream.read(_PIECE):
            kept.write(piece if unzip is None else unzip.decompress(piece))
        if unzip is not None and not unzip.eof:
            raise zlib.error("the stream ends early")
    except zlib.error as error:
        raise refusals.invalid("The body is not valid gzip") from error
    kept.seek(0)
    return kept


def rows_of(body: Body, one_allowed: bool) -> Iterator[Any]:
    """Yield the rows of a body, in order; raises Refusal at the first malformed place."""
    reader = _csv_rows(body.text) if body.is_csv else _JsonRows(body.text, one_allowed)
    try:
        yield from reader
    except UnicodeDecodeError as error:
        raise _malformed_json(1, 1, "The body is not valid text in its charset") from error


# --- CSV -----------------------------------------------------------------------------------------


def _csv_rows(text: TextIO) -> Iterator[dict[str, str | None]]:
    reader = csv.reader(text, strict=True)
    try:
        header = next(reader, None)
        if header is None:
            return
        if len(set(header)) != len(header):
            raise refusals.invalid("CSV header has the same field name more than once")
        for cells in reader:
            if cells:
                yield _csv_row(header, cells, reader.line_num)
    except csv.Error as error:
        raise refusals.invalid(
            f"CSV could not be parsed (line {reader.line_num}): {error}"
        ) from error


def _csv_row(header: list[str], cells: list[str], line: int) -> dict[str, str | None]:
    if len(cells) != len(header):
        raise refusals.invalid(
            f"CSV line {line} has {len(cells)} cells but the header has {len(header)}"
        )
    return {name: cell or None for name, cell in zip(header, cells, strict=True)}


# --- JSON ----------------------------------------------------------------------------------------


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def _malformed_json(row: int, column: int, why: str) -> refusals.Refusal:
    return refusals.service(
        400,
        "req.body.malformed-json",
        f"Malformed JSON at row {row}, column {column}: {why}",
        row=row,
        column=column,
    )


class _JsonRows:
    """The elements of one JSON array, or one bare object, read a piece at a time."""

    def __init__(self, text: TextIO, one_allowed: bool) -> None:
        self._text = text
        self._one_allowed = one_allowed
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._piece = _PIECE
        self._row, self._column = 1, 1  # of the buffer's first character

    def __iter__(self) -> Iterator[Any]:
        first = self._peek()
        if first == "{":
            if not self._one_allowed:
                raise refusals.service(
                    400, "req.content.json.invalid", "Expected a JSON array of rows"
                )
            yield self._element()
        elif first == "[":
            self._at += 1
            yield from self._elements()
        elif first:
            raise refusals.service(
                400, "req.content.json.invalid", "Expected a JSON array or object"
            )
        else:
            raise self._malformed("the body is empty")
        if self._peek():
            raise self._malformed("text after the end")

    def _elements(self) -> Iterator[Any]:
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self._element()
            mark = self._peek()
            self._at += 1
            if mark == "]":
                return
            if mark != ",":
                raise self._malformed("expected , or ]")

    def _peek(self) -> str:
        """Return the next character that is not a blank; "" at the end."""
        while True:
            while self._at < len(self._buffer):
                mark = self._buffer[self._at]
                if mark not in _BLANK:
                    return mark
                self._at += 1
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read more; a piece grows while one element does not fit, so that time stays linear."""
        done = self._buffer[: self._at]
        lines = done.count("\n")
        self._row += lines
        self._column = len(done) - done.rfind("\n") if lines else self._column + len(done)
        piece = "" if self._ended else self._text.read(self._piece)
        self._ended = not piece
        self._buffer = self._buffer[self._at :] + piece
        self._piece = max(_PIECE, len(self._buffer))
        self._at = 0
        return bool(piece)

    def _element(self) -> Any:
        self._peek()
        while True:
            start = self._at
            try:
                value, end = _DECODER.raw_decode(self._buffer, start)
            except json.JSONDecodeError as error:
                if self._more():  # the element may continue in the next piece
                    continue
                self._at += min(error.pos - start, len(self._buffer) - self._at)
                raise self._malformed(error.msg) from error
            except (ValueError, RecursionError) as error:
                raise self._malformed("nested too deep, or a number too long") from error
            length = end - start
            if end == len(self._buffer) and self._more():
                continue  # what looked like the end of a number may continue
            self._at += length
            return value

    def _malformed(self, why: str) -> refusals.Refusal:
        done = self._buffer[: self._at]
        lines = done.count("\n")
        column = len(done) - done.rfind("\n") if lines else self._column + len(done)
        return _malformed_json(self._row + lines, column, why)
