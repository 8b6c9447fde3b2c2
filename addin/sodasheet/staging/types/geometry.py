"""Lines, areas and sets of them, as WKT or GeoJSON (portal-api.md D).

Both notations are brought to one string, GeoJSON's nested coordinates without blanks, and judged
there: a regular expression knows how deep they must be nested and how many points a line needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sodasheet.staging.sql_quoting import first_of, literal, matches
from sodasheet.staging.types.compiled_type import Cell, PlainCells, TypedColumn
from sodasheet.staging.types.number import PLAIN
from sodasheet.staging.types.point import is_wkt
from sodasheet.staging.types.text import json_text

_POSITION = rf"\[{PLAIN},{PLAIN}\]"


def _list(item: str, least: int = 1) -> str:
    return rf"\[{item}(?:,{item}){{{least - 1},}}\]"


_RING = _list(_POSITION, 4)
_LINE = _list(_POSITION, 2)

#: dataTypeName -> (GeoJSON type, WKT word, shape of the coordinates). MULTIPOINT in WKT may put
#: each point in separate brackets.
KINDS = {
    "line": ("LineString", "LINESTRING", _LINE),
    "polygon": ("Polygon", "POLYGON", _list(_RING)),
    "multipoint": ("MultiPoint", "MULTIPOINT", _list(rf"(?:{_POSITION}|\[{_POSITION}\])")),
    "multiline": ("MultiLineString", "MULTILINESTRING", _list(_LINE)),
    "multipolygon": ("MultiPolygon", "MULTIPOLYGON", _list(_list(_RING))),
}

#: Types whose columns take a single shape as a set of one: its GeoJSON type and WKT word.
_SINGLE = {
    "multipoint": ("Point", "POINT"),
    "multiline": ("LineString", "LINESTRING"),
    "multipolygon": ("Polygon", "POLYGON"),
}

#: A position that is obviously on Earth. Others are parsed as numbers.
_ON_EARTH = (
    r"\[-?(?:180|1[0-7][0-9](?:\.[0-9]+)?|[0-9]{1,2}(?:\.[0-9]+)?)"
    r",-?(?:90|[0-8]?[0-9](?:\.[0-9]+)?)\]"
)

#: WKT as most programs write it, which takes no regular expressions to bring to one string.
_PLAIN_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_PLAIN_PAIRS = rf"\({_PLAIN_NUMBER} {_PLAIN_NUMBER}(?:, ?{_PLAIN_NUMBER} {_PLAIN_NUMBER})*\)"
_PLAIN_WKT = {
    "line": rf"LINESTRING ?{_PLAIN_PAIRS}",
    "polygon": rf"POLYGON ?\({_PLAIN_PAIRS}(?:, ?{_PLAIN_PAIRS})*\)",
}

_NUMBERS = literal(f"({PLAIN}) +({PLAIN})")
_HIGH = literal(rf"(\[{PLAIN},{PLAIN}),{PLAIN}\]")
_ANY_POSITION = literal(_POSITION)
_PAIR = literal(rf"\[({PLAIN}),({PLAIN})\]")
_FIRST, _LAST = literal(f"^{_POSITION}"), literal(f"{_POSITION}$")
_ANY_RING = literal(rf"\[({_POSITION}(?:,{_POSITION})*)\]")

MACROS = (
    # 'POLYGON ((1 2, 3 4))' -> '[[[1,2],[3,4]]]'
    rf"""wkt_coordinates(t) AS replace(replace(regexp_replace(regexp_replace(
        regexp_extract(t, '\(.*\)'), '\s*([(),])\s*', '\1', 'g'),
        {_NUMBERS}, '[\1,\2]', 'g'), '(', '['), ')', ']')""",
    # The same for WKT without extra blanks or brackets.
    """plain_pairs(t) AS replace(replace(replace(replace(replace(replace(
        substr(t, strpos(t, '(')), ', ', ','), '),(', '|'), ',', '],['), ' ', ','),
        '|', ']],[['), '(', '[')""",
    """plain_coordinates(t) AS '[' || replace(plain_pairs(t), ')', ']') || ']'""",
    # GeoJSON allows a height after longitude and latitude; WKT with heights is not accepted.
    rf"""geojson_coordinates(t) AS regexp_replace(
        CAST(json_extract(t, '$.coordinates') AS VARCHAR), {_HIGH}, '\1]', 'g')""",
    r"""shape_coordinates(t, kind, word) AS CASE WHEN starts_with(t, '{') THEN
        CASE WHEN strict_json(t) THEN CASE WHEN json_extract_string(t, '$.type') = kind
            THEN geojson_coordinates(t) END END
        WHEN regexp_full_match(t, '(?is)' || word || '\s*\(.*\)') THEN wkt_coordinates(t) END""",
    # A shape as a set of one. Points of a set need no brackets.
    r"""promoted(t, kind, word) AS CASE WHEN starts_with(t, '{') THEN
        CASE WHEN strict_json(t) AND json_extract_string(t, '$.type') = kind
            THEN '{"type":"Multi' || kind || '","coordinates":['
                || CAST(json_extract(t, '$.coordinates') AS VARCHAR) || ']}' ELSE t END
        WHEN regexp_matches(t, '(?i)^' || word || '\s*\(') THEN 'MULTI' || word || ' '
            || CASE WHEN word = 'POINT' THEN substr(t, strpos(t, '('))
                ELSE '(' || substr(t, strpos(t, '(')) || ')' END ELSE t END""",
    f"""positions_on_earth(p) AS len(list_filter(regexp_extract_all(p, {_ANY_POSITION}),
        lambda x: NOT on_earth(split_part(rtrim(x, ']'), ',', 2),
            split_part(ltrim(x, '['), ',', 1)))) = 0""",
    """position_numbers(p) AS list_transform(string_split(trim(p, '[]'), ','),
        lambda x: try_cast(x AS DOUBLE))""",
    f"""ring_closed(r) AS position_numbers(regexp_extract(r, {_FIRST}))
        = position_numbers(regexp_extract(r, {_LAST}))""",
    # As text, which is the usual case: the only ring ends with the position that it begins with.
    """one_closed_ring(p) AS NOT contains(p, ']],[[')
        AND ends_with(p, ',' || substr(split_part(p, ']', 1), 3) || ']]]')""",
    f"""rings_closed(p) AS len(list_filter(regexp_extract_all(p, {_ANY_RING}, 1),
        lambda r: NOT ring_closed(r))) = 0""",
)


def shape(kind: str) -> Callable[[Cell], TypedColumn]:
    """Return the compiler of a geometry type: `line`, `polygon`, `multipoint`, …"""
    name, word, pattern = KINDS[kind]
    rings = "rings_closed" if "polygon" in kind else ""
    plain = _PLAIN_WKT.get(kind)

    def compiled(cell: Cell) -> TypedColumn:
        text = f"edge_cut({cell.text})"
        if single := _SINGLE.get(kind):
            text = f"promoted({text}, {literal(single[0])}, {literal(single[1])})"
        parsed = f"shape_coordinates({text}, {literal(name)}, {literal(word)})"
        if plain is not None:
            parsed = first_of([(matches(cell.text, plain), f"plain_coordinates({text})")], parsed)
        shaped = f"coalesce({matches(cell.parsed, pattern)}, false)"
        open_ring = f"NOT {rings}({cell.parsed})" if rings else "false"
        value = f"CASE WHEN starts_with({text}, '{{') THEN {text} ELSE {json_text(text)} END"
        problems = (
            (f"not-a-{kind}", f"NOT {shaped}"),
            ("off-the-earth", f"NOT positions_on_earth({cell.parsed})"),
            ("ring-not-closed", open_ring),
        )
        good = matches(cell.parsed, pattern.replace(_POSITION, _ON_EARTH))
        if rings:
            good = f"{good} AND one_closed_ring({cell.parsed})"
        found = TypedColumn(
            value,
            problems,
            key=text,
            parsed=parsed,
            good=f"coalesce({good}, false)",
            wkt=f"CASE WHEN {is_wkt(text)} THEN {text} ELSE {_wkt(word, cell.parsed)} END",
        )
        if plain is None:
            return found
        written = TypedColumn(json_text(text), key=text, wkt=text)
        return replace(
            found, tidy=PlainCells(f"{matches(cell.text, plain)} AND {found.good}", written)
        )

    return compiled


def _wkt(word: str, coordinates: str) -> str:
    """Return SQL for the WKT of nested coordinates: `[[1,2],[3,4]]` -> `LINESTRING (1 2,3 4)`."""
    spaced = f"regexp_replace({coordinates}, {_PAIR}, '\\1 \\2', 'g')"
    return f"'{word} ' || translate({spaced}, '[]', '()')"
