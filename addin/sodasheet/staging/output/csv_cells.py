"""Types that can be sent as CSV text without loss, and the SQL for that text.

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

#: Characters that a cell contains only in quotes.
_SPECIAL = ("'\"'", "','", "chr(10)", "chr(13)")

_HEIGHT = literal(rf"\[{PLAIN},{PLAIN},")


@dataclass(frozen=True, slots=True)
class CsvType:
    """The CSV form of a type: `cell` makes SQL for a value that is not blank, quoted as CSV.

    `lost` makes SQL that is true if this would lose something, which `loses` names.
    """

    cell: Callable[[Projected], str]
    lost: Callable[[Projected], str] | None = None
    loses: str = ""


def csv_cell(projected: Projected, *, bare: bool = False) -> str:
    """Return SQL for a cell of the CSV; a blank cell is empty, which the portal reads as null.

    NULL if a value is none that could be written. The type must be one of `CSV_TYPES`. `bare` says
    that no cell of the column has to be quoted.
    """
    kind = CSV_TYPES[projected.filled.column.type]
    if bare and kind.cell is _text and projected.is_untouched:
        return projected.text_name
    cell = kind.cell(projected)
    return f"CASE WHEN {projected.blank} THEN '' ELSE {cell} END"


def verbatim_suffixes(projected: Projected) -> tuple[tuple[str, str], ...]:
    """Return the strings that may be put behind the source's own cells to make those of the CSV.

    Each is behind SQL that must be true of all cells that are not blank; none if cells have to be
    written anew. A blank cell must stay blank, and nothing documented says that the portal puts
    nothing behind it.
    """
    if not projected.is_untouched:
        return ()
    if CSV_TYPES[projected.filled.column.type].cell is _text:
        return (("true", ""),)
    suffixes = projected.typed.suffixes
    return tuple(one for one in suffixes if not one[1] or projected.blanks == 0)


def _quoted(sql: str) -> str:
    """Quote always, which keeps blanks at either end and line breaks."""
    return f"""'"' || replace({sql}, '"', '""') || '"'"""


def _text(projected: Projected) -> str:
    """Quote only if needed: most text needs no quotes, which cost time and bytes."""
    text = projected.text_name
    return first_of([(needs_quotes(projected), _quoted(text))], text)


def needs_quotes(projected: Projected) -> str:
    """Return SQL that is true if the text of a cell has to be quoted."""
    text = projected.text_name
    special = " OR ".join(f"contains({text}, {sign})" for sign in _SPECIAL)
    return f"NOT ({clean(text)}) OR {special}" if projected.edged else special


def _ready(projected: Projected) -> str:
    """Return numbers and dates: text without characters that CSV would quote."""
    return projected.typed.bare


def _checkbox(projected: Projected) -> str:
    """Return 1 and 0, the only words that the portal's documentation promises to understand."""
    return f"CASE {projected.typed.value} WHEN 'true' THEN '1' WHEN 'false' THEN '0' END"


def _place(projected: Projected) -> str:
    """Return WKT, from the same parsed text as the JSON."""
    return _quoted(projected.typed.wkt)


def _has_height(projected: Projected) -> str:
    text = projected.text_name
    coordinates = f"CAST(try_cast({text} AS JSON) -> '$.coordinates' AS VARCHAR)"
    high = f"coalesce(regexp_matches({coordinates}, {_HEIGHT}), false)"
    return f"starts_with(ltrim({text}), '{{') AND {high}"


def _has_name(projected: Projected) -> str:
    return f"NOT {matches(projected.text_name, ADDRESS)}"


_HEIGHT_LOST = "a height as well as longitude and latitude"

#: Every type whose values CSV can express. Locations have parts that CSV cannot; the Publishing API
#: does not convert to the types of older datasets (portal-api.md A.2, C.5).
CSV_TYPES: dict[str, CsvType] = {
    "text": CsvType(_text),
    "json": CsvType(_text),
    "number": CsvType(_ready),
    "calendar_date": CsvType(_ready),
    "date": CsvType(_ready),
    "checkbox": CsvType(_checkbox),
    "url": CsvType(_text, _has_name, "a name as well as the address"),
    "point": CsvType(_place, _has_height, _HEIGHT_LOST),
} | {kind: CsvType(_place, _has_height, _HEIGHT_LOST) for kind in KINDS}
