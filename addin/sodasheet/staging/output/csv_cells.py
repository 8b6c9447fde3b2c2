"""Types that can travel as text in a CSV without loss, and the SQL of that text.

A CSV of the Publishing API is text through and through; the portal converts it by one function
per column (portal-api.md C.5, portal/conversions.py). What such a function cannot be told has to
travel as JSON instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sodasheet.sources.grid.hyperlinks import ADDRESS
from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.sql_quoting import clean, first_of, literal, matches
from sodasheet.staging.types.geometry import KINDS
from sodasheet.staging.types.number import PLAIN
from sodasheet.staging.types.point import LONGITUDE_FIRST

#: Signs that a cell holds only in quotes.
_SPECIAL = ("'\"'", "','", "chr(10)", "chr(13)")

_HEIGHT = literal(rf"\[{PLAIN},{PLAIN},")
_PAIR = literal(rf"\[({PLAIN}),({PLAIN})\]")


@dataclass(frozen=True, slots=True)
class CsvType:
    """The CSV form of a type: `cell` makes SQL for a value that is not blank, quoted as CSV.

    `lost` makes SQL that is true if this would lose something, which `loses` names.
    """

    cell: Callable[[Projected], str]
    lost: Callable[[Projected], str] | None = None
    loses: str = ""


def csv_cell(projected: Projected) -> str:
    """Return SQL for a cell of the CSV; a blank cell is empty, which the portal reads as null.

    NULL if a value is none that could be written. The type must be one of `CSV_TYPES`.
    """
    cell = CSV_TYPES[projected.filled.column.type].cell(projected)
    return f"CASE WHEN {projected.blank} THEN '' ELSE {cell} END"


def _quoted(sql: str) -> str:
    """Quote always, which keeps blanks at either end and line breaks."""
    return f"""'"' || replace({sql}, '"', '""') || '"'"""


def _text(projected: Projected) -> str:
    """Quote only if needed: most texts need no quotes, which cost time and bytes."""
    text = projected.text_name
    special = " OR ".join(f"contains({text}, {sign})" for sign in _SPECIAL)
    special = f"NOT ({clean(text)}) OR {special}" if projected.edged else special
    return first_of([(special, _quoted(text))], text)


def _ready(projected: Projected) -> str:
    """Return numbers and dates: text without any sign that CSV would quote."""
    return projected.typed.bare


def _checkbox(projected: Projected) -> str:
    """Return 1 and 0, the only words that the portal's documentation promises to understand."""
    return f"CASE {projected.typed.value} WHEN 'true' THEN '1' WHEN 'false' THEN '0' END"


def _point(projected: Projected) -> str:
    # The very reading of the type (staging/types/point.py): brackets may be missing.
    text = f"bracketed_pair({projected.text_name})"
    parts = (1, 2) if LONGITUDE_FIRST in projected.filled.rule.formats else (2, 1)
    pair = [f"plain_number(pair_part({text}, {part}))" for part in parts]
    json = [
        f"plain_number(json_extract_string(try_cast({text} AS JSON), '$.coordinates[{i}]'))"
        for i in (0, 1)
    ]
    written = first_of(
        [
            (f"starts_with({text}, '(')", _wkt_point(pair)),
            (_is_wkt(text), text),
        ],
        _wkt_point(json),
    )
    return _quoted(written)


def _wkt_point(numbers: list[str]) -> str:
    longitude, latitude = numbers
    return f"'POINT (' || {longitude} || ' ' || {latitude} || ')'"


def _shape(projected: Projected) -> str:
    """Return WKT as-is, and GeoJSON by the coordinates that the type has laid out."""
    if projected.is_tidy:
        return _quoted(projected.text_name)
    text, word = projected.text_name, KINDS[projected.filled.column.type][1]
    spaced = f"regexp_replace({projected.parsed_name}, {_PAIR}, '\\1 \\2', 'g')"
    brackets = f"translate({spaced}, '[]', '()')"
    return _quoted(f"CASE WHEN {_is_wkt(text)} THEN {text} ELSE '{word} ' || {brackets} END")


def _is_wkt(text: str) -> str:
    return f"regexp_matches({text}, '^[A-Za-z]')"


def _has_height(projected: Projected) -> str:
    text = projected.text_name
    coordinates = f"CAST(try_cast({text} AS JSON) -> '$.coordinates' AS VARCHAR)"
    high = f"coalesce(regexp_matches({coordinates}, {_HEIGHT}), false)"
    return f"starts_with(ltrim({text}), '{{') AND {high}"


def _has_name(projected: Projected) -> str:
    return f"NOT {matches(projected.text_name, ADDRESS)}"


_PLACE = "a height beside longitude and latitude"

#: Every type whose values a CSV can carry. Locations have parts that it cannot; the types of older
#: datasets are none that the Publishing API converts to (portal-api.md A.2, C.5).
CSV_TYPES: dict[str, CsvType] = {
    "text": CsvType(_text),
    "json": CsvType(_text),
    "number": CsvType(_ready),
    "calendar_date": CsvType(_ready),
    "date": CsvType(_ready),
    "checkbox": CsvType(_checkbox),
    "url": CsvType(_text, _has_name, "a name beside the address"),
    "point": CsvType(_point, _has_height, _PLACE),
} | {kind: CsvType(_shape, _has_height, _PLACE) for kind in KINDS}
