"""Formats of replies: pretty JSON from the front tier, rows one a line, CSV, headers."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from email.utils import formatdate
from itertools import islice
from typing import Any

import orjson
from flask import Response, request

from socrata_practice import refusals
from socrata_practice.soql import row_reader
from socrata_practice.soql.query_planner import Output, Plan
from socrata_practice.storage.asset import Asset
from socrata_practice.web import access
from socrata_practice.web.guessed_error_forms import formed
from socrata_practice.web.http.compression import compressed

JSON_TYPE = "application/json; charset=utf-8"
CSV_TYPE = "text/csv; charset=utf-8"
GEOJSON_TYPE = "application/vnd.geo+json; charset=utf-8"
_QUOTE, _DOUBLED = '"', '""'
_LONGEST_HEADER = 5_000
#: A key at the beginning of a line: no string of JSON runs over a line's end.
_KEY = re.compile(r'^( *"[^"\\]*(?:\\.[^"\\]*)*"): ', re.MULTILINE)


def pretty(body: Any, status: int = 200) -> Response:
    """Return JSON in the front tier's form: `"key" : value`, a line each."""
    return Response(pretty_text(body) + "\n", status, content_type=JSON_TYPE)


def pretty_text(body: Any) -> str:
    """Return JSON with `"key" : value`, a line each."""
    try:
        text = orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # a number of more than 64 bits, which only the slow writer knows
        return json.dumps(body, indent=2, separators=(",", " : "), ensure_ascii=False)
    parts = _KEY.split(text)
    parts[1::2] = [f"{key} : " for key in parts[1::2]]
    return "".join(parts)


def refused(refusal: refusals.Refusal) -> Response:
    """Return the reply for a refusal."""
    access.close_connection()
    shown, headers = formed(refusal, access.site().settings)
    response = pretty(shown.body, shown.status)
    response.headers.update(headers)
    return response


def rows_type() -> str:
    """Return the content type of rows as JSON."""
    compact = access.site().settings.guess("json_content_type") == "compact"
    return JSON_TYPE.replace(" ", "") if compact else JSON_TYPE


def http_date(seconds: int | None) -> str:
    """Return a time in the form of RFC 1123."""
    return formatdate(seconds or 0, usegmt=True)


def entity_tag(asset: Asset) -> str:
    """Return an opaque tag that changes with the rows, the metadata and the query."""
    question = f"{request.full_path}|{request.headers.get('Accept', '')}"
    state = f"{asset.id}|{asset.readable_version}|{asset.modified_at}|{question}"
    tag = f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'
    return tag if access.site().settings.guess("etag") == "strong" else f"W/{tag}"


def unchanged(asset: Asset) -> Response | None:
    """Return 304 if the caller already has this answer, else None."""
    tag = entity_tag(asset)
    return Response(status=304, headers={"ETag": tag}) if _known(tag) else None


def _known(tag: str) -> bool:
    given = request.headers.get("If-None-Match", "")
    # The ETag of a compressed reply ends with a suffix.
    return tag in [part.strip().replace('--gzip"', '"') for part in given.split(",")]


def row_headers(asset: Asset, outputs: Iterable[Output]) -> dict[str, str]:
    """Return the headers of a read; field and type lists are omitted if they are too long."""
    listed = list(outputs)
    stamp = http_date(asset.rows_updated_at)
    headers = {
        "ETag": entity_tag(asset),
        "Last-Modified": stamp,
        "X-SODA2-Truth-Last-Modified": stamp,
        "X-SODA2-Secondary-Last-Modified": stamp,
    }
    if access.site().settings.guess("out_of_date") == "sent":
        headers["X-SODA2-Data-Out-Of-Date"] = "true" if asset.is_behind else "false"
    fields = json.dumps([output.name for output in listed], separators=(",", ":"))
    types = json.dumps([output.type.soda_name for output in listed], separators=(",", ":"))
    if len(fields) + len(types) <= _LONGEST_HEADER and fields.isascii():
        headers |= {"X-SODA2-Fields": fields, "X-SODA2-Types": types}
    return headers


def streamed(connection: sqlite3.Connection, asset: Asset, plan: Plan, form: str) -> Response:
    """Return a streamed reply with the rows of a plan as json, csv or geojson."""
    lines, content_type = {
        "json": (_json_lines, rows_type()),
        "csv": (_csv_lines, CSV_TYPE),
        "geojson": (_geojson_lines, GEOJSON_TYPE),
    }[form]
    pieces = _Pieces(connection, lines(connection, plan))
    first = next(pieces, "")  # database errors occur before the status is sent
    response = Response(content_type=content_type)
    response.headers.update(row_headers(asset, plan.outputs))
    compressed(response, first, pieces)
    response.call_on_close(pieces.close)
    return response


class _Pieces:
    """Lines joined to larger pieces, read over a connection that serves again after the last."""

    def __init__(self, connection: sqlite3.Connection, lines: Iterator[str]) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._lines = lines
        self._database = access.site().database

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if batch := list(islice(self._lines, 200)):
            return "".join(batch)
        if self._connection is not None:
            self._database.keep(self._connection)
            self._connection = None
        raise StopIteration

    def close(self) -> None:
        """Close the connection of rows that were not read to the end."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _framed(start: str, items: Iterator[str], end: str) -> Iterator[str]:
    lead = start
    for item in items:
        yield f"{lead}{item}\n"
        lead = ","
    yield end if lead == "," else start + end


def _json_lines(connection: sqlite3.Connection, plan: Plan) -> Iterator[str]:
    """Yield the lines of `[{...}\\n,{...}]\\n` (portal-api.md B.9)."""
    # Nested values keep the notation of their numbers, which a faster writer would change.
    nested = any(output.type.kind in ("shape", "object") for output in plan.outputs)
    items = map(json_text if nested else _flat, row_reader.records(connection, plan))
    lead = "["
    for item in items:
        yield f"{lead}{item}"
        lead = "\n,"
    yield "[]\n" if lead == "[" else "]\n"


def json_text(value: Any) -> str:
    """Return compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _flat(record: row_reader.Record) -> str:
    return orjson.dumps(record).decode()


def _csv_lines(connection: sqlite3.Connection, plan: Plan) -> Iterator[str]:
    """Yield field names, then rows: every cell quoted but a null, which is nothing at all."""
    yield _csv_line([output.name for output in plan.outputs])
    yield from map(_csv_line, row_reader.csv_cells(connection, plan))


def _csv_line(cells: list[str | None]) -> str:
    quoted = ("" if cell is None else f'"{cell.replace(_QUOTE, _DOUBLED)}"' for cell in cells)
    return ",".join(quoted) + "\n"


def _geojson_lines(connection: sqlite3.Connection, plan: Plan) -> Iterator[str]:
    shape = next(output.name for output in plan.outputs if output.type.kind == "shape")
    features = (
        {
            "type": "Feature",
            "geometry": record.pop(shape, None),
            "properties": {output.name: record.get(output.name) for output in plan.outputs
                           if output.name != shape},
        }
        for record in row_reader.records(connection, plan)
    )  # fmt: skip
    return _framed('{"type":"FeatureCollection","features":[', map(json_text, features), "]}\n")
