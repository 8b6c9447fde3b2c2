"""Places that are a pair of numbers: points and locations (portal-api.md D)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sodasheet.staging.sql_quoting import any_of, first_of, literal, matches
from sodasheet.staging.types import degrees
from sodasheet.staging.types.compiled_type import Cell, PlainCells, TypedColumn
from sodasheet.staging.types.number import PLAIN
from sodasheet.staging.types.text import json_text

_PAIR = rf"\(\s*({PLAIN})\s*,\s*({PLAIN})\s*\)"
_BARE_PAIR = rf"{PLAIN}(?:\s*[,;]\s*|\s+){PLAIN}"
_WKT = rf"(?i:POINT)\s*\(\s*({PLAIN})\s+({PLAIN})\s*\)"
_ADDRESS = rf"(?s)(.*\S)\s*{_PAIR}"
_CITY = r"^\s*(.*?)\s*,?\s+([A-Za-z]{2})\s+([0-9]{5}(?:-[0-9]{4})?)\s*$"

#: A latitude and a longitude on Earth as plain decimals.
_LATITUDE = r"-?(?:90(?:\.0+)?|[1-8]?[0-9](?:\.[0-9]+)?)"
_LONGITUDE = r"-?(?:180(?:\.0+)?|(?:1[0-7][0-9]|[1-9]?[0-9])(?:\.[0-9]+)?)"
_TIDY_WKT = rf"POINT ?\({_LONGITUDE} {_LATITUDE}\)"

#: The form of a tidy point in `parsed`, where 0 is any other good point.
_TIDY = "-1"

#: The format of pairs that begin with the longitude.
LONGITUDE_FIRST = "longitude first"


def _at_the_edge(text: str) -> str:
    """Return SQL that is true if `edge_cut` may change the text."""
    return f"contains({text}, '80.00000000') OR contains({text}, '90.00000000')"


MACROS = (
    *degrees.MACROS,
    f"bracketed_pair(t) AS CASE WHEN t[1] IN ('(', 'P', 'p', '{{') THEN t "
    f"WHEN {matches('t', _BARE_PAIR)} "
    r"THEN '(' || regexp_replace(t, '\s*[,; ]\s*', ', ') || ')' ELSE t END",
    # Computations produce 180.00000000000006, which is just off the Earth.
    rf"""edge_cut(t) AS CASE WHEN {_at_the_edge("t")}
        THEN regexp_replace(t, '\b(180|90)\.0{{8,}}[0-9]*', '\1', 'g') ELSE t END""",
    f"pair_part(t, n) AS regexp_extract(t, {literal(_PAIR + '$')}, n)",
    f"wkt_part(t, n) AS regexp_extract(t, {literal('^' + _WKT)}, n)",
    "json_number(t, path) AS try_cast(json_extract_string(t, path) AS DOUBLE)",
    """on_earth(lat, lon) AS coalesce(try_cast(lat AS DOUBLE) BETWEEN -90 AND 90
        AND try_cast(lon AS DOUBLE) BETWEEN -180 AND 180, false)""",
    """point_geojson(t) AS coalesce(CASE WHEN strict_json(t) THEN
        json_type(t) = 'OBJECT' AND json_extract_string(t, '$.type') = 'Point'
        AND json_array_length(t, '$.coordinates') IN (2, 3)
        AND json_type(t, '$.coordinates[0]') IN ('UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT')
        AND json_type(t, '$.coordinates[1]') IN ('UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT')
        END, false)""",
    """location_json(t) AS CASE WHEN strict_json(t) THEN json_type(t) = 'OBJECT'
        AND (json_exists(t, '$.human_address') OR (json_number(t, '$.latitude') IS NOT NULL
            AND json_number(t, '$.longitude') IS NOT NULL))
        AND (json_exists(t, '$.latitude') = json_exists(t, '$.longitude')) ELSE false END""",
    # The address is before the pair; its last line, if there are two, is the city.
    f"address_text(t) AS regexp_extract(t, {literal('^' + _ADDRESS + '$')}, 1)",
    r"address_city(a) AS CASE WHEN contains(a, chr(10)) THEN regexp_extract(a, '[^\n]*$') "
    "ELSE '' END",
    r"address_street(a) AS trim(CASE WHEN contains(a, chr(10)) "
    r"THEN regexp_replace(a, '\s*\n[^\n]*$', '') ELSE a END)",
    f"city_part(c, n) AS CASE WHEN regexp_matches(c, {literal(_CITY)}) "
    f"THEN regexp_extract(c, {literal(_CITY)}, n) WHEN n = 1 THEN trim(c) ELSE '' END",
    """human_address(a) AS CAST(json_object('address', address_street(a),
        'city', city_part(address_city(a), 1), 'state', city_part(address_city(a), 2),
        'zip', city_part(address_city(a), 3)) AS VARCHAR)""",
)


def point(cell: Cell) -> TypedColumn:
    """Compile `(lat, lon)` to GeoJSON; WKT and GeoJSON are sent as written."""
    if degrees.DEGREES in cell.formats:
        return _angles(cell)
    # `41.76, -72.68` without brackets can only mean a pair.
    text = f"edge_cut(bracketed_pair({cell.text}))"
    first, second = (2, 1) if LONGITUDE_FIRST in cell.formats else (1, 2)
    pair, wkt, geojson = matches(text, _PAIR), matches(text, _WKT), f"point_geojson({text})"
    latitude, longitude = (f"coordinate(pair_part({text}, {part}))" for part in (first, second))
    coordinates = f"{longitude} || ',' || {latitude}"
    value = first_of(
        [
            (pair, f"""'{{"type":"Point","coordinates":[' || {coordinates} || ']}}'"""),
            (wkt, json_text(text)),
            (geojson, text),
        ]
    )
    on_earth = first_of(
        [
            (pair, f"on_earth(pair_part({text}, {first}), pair_part({text}, {second}))"),
            (wkt, f"on_earth(wkt_part({text}, 2), wkt_part({text}, 1))"),
            (
                geojson,
                f"on_earth(json_number({text}, '$.coordinates[1]'), "
                f"json_number({text}, '$.coordinates[0]'))",
            ),
        ]
    )
    tidy_pair = _tidy_pair(cell)
    tidy = first_of(
        [
            (_at_the_edge(cell.text), "false"),
            (f"starts_with({cell.text}, '(')", matches(cell.text, tidy_pair)),
        ],
        matches(cell.text, _TIDY_WKT),
    )
    found = _place(cell, any_of((pair, wkt, geojson)), on_earth, value, "not-a-point", tidy)
    json = [
        f"coordinate(json_extract_string(try_cast({text} AS JSON), '$.coordinates[{part}]'))"
        for part in (0, 1)
    ]
    # A good point needs no full test of its form.
    written = first_of(
        [(f"starts_with({text}, '(')", _wkt(longitude, latitude)), (is_wkt(text), text)],
        _wkt(*json),
    )
    found = replace(found, wkt=written)
    return replace(found, tidy=PlainCells(f"{cell.parsed} = {_TIDY}", _tidy(cell, found)))


def _tidy_pair(cell: Cell) -> str:
    """Return the pattern of a tidy pair, whose groups are its numbers."""
    numbers = [f"({_LATITUDE})", f"({_LONGITUDE})"]
    if LONGITUDE_FIRST in cell.formats:
        numbers.reverse()
    return rf"\({numbers[0]}, ?{numbers[1]}\)"


def _tidy(cell: Cell, found: TypedColumn) -> TypedColumn:
    """Return tidy points: a pair is rewritten with one replacement, WKT stays unchanged."""
    order = r"\1{0}\2" if LONGITUDE_FIRST in cell.formats else r"\2{0}\1"

    def written(before: str, between: str, after: str, otherwise: str) -> str:
        new = literal(f"{before}{order.format(between)}{after}")
        pattern = literal(f"^{_tidy_pair(cell)}$")
        pair = f"regexp_replace({cell.text}, {pattern}, {new})"
        return first_of([(f"starts_with({cell.text}, '(')", pair)], otherwise)

    return replace(
        found,
        value=written('{"type":"Point","coordinates":[', ",", "]}", json_text(cell.text)),
        wkt=written("POINT (", " ", ")", cell.text),
        parsed=_TIDY,
    )


def is_wkt(text: str) -> str:
    """Return SQL that is true of a good place that is written as WKT."""
    return f"regexp_matches({text}, '^[A-Za-z]')"


#: The finding of a place with one of its two coordinates, as a blank cell of two leaves it.
_HALF = "half-a-place"


def _is_half(text: str) -> str:
    """Return SQL that is true of a pair without its latitude or its longitude."""
    return matches(text, r"\( *,[^,]*[0-9][^,]*\)|\([^,]*[0-9][^,]*, *\)")


def _wkt(longitude: str, latitude: str) -> str:
    return f"'POINT (' || {longitude} || ' ' || {latitude} || ')'"


def _angles(cell: Cell) -> TypedColumn:
    """Compile a pair of angles in degrees, minutes and seconds."""
    latitude, longitude = (f"pair_part({cell.parsed}, {part})" for part in (1, 2))
    value = f"""'{{"type":"Point","coordinates":[' || {longitude} || ',' || {latitude} || ']}}'"""
    found = _pair_of_angles(cell, value, "not-a-point")
    return replace(found, wkt=_wkt(longitude, latitude))


def _located_angles(cell: Cell) -> TypedColumn:
    """Compile a pair of angles to a location without an address."""
    latitude, longitude = (f"pair_part({cell.parsed}, {part})" for part in (1, 2))
    value = f"""'{{"latitude":"' || {latitude} || '","longitude":"' || {longitude} || '"}}'"""
    return _pair_of_angles(cell, value, "not-a-location")


def _pair_of_angles(cell: Cell, value: str, reason: str) -> TypedColumn:
    earth = f"on_earth(pair_part({cell.parsed}, 1), pair_part({cell.parsed}, 2))"
    problems = (
        (_HALF, f"{cell.parsed} IS NULL AND {_is_half(cell.text)}"),
        (reason, f"{cell.parsed} IS NULL"),
        ("off-the-earth", f"{cell.parsed} IS NOT NULL AND NOT {earth}"),
    )
    parsed = f"degrees_pair({cell.text})"
    return TypedColumn(
        f"CASE WHEN {earth} THEN {value} END",
        problems,
        key=cell.text,
        parsed=parsed,
        good=earth,
    )


def location(cell: Cell) -> TypedColumn:
    """Compile `(lat, lon)`, an address above these, or the portal's own JSON object."""
    if degrees.DEGREES in cell.formats:
        return _located_angles(cell)
    # As in a point, a pair may lack its brackets.
    text = f"edge_cut(bracketed_pair({cell.text}))"
    pair, address, ready = matches(text, _PAIR), matches(text, _ADDRESS), f"location_json({text})"
    latitude, longitude = (f"coordinate(pair_part({text}, {part}))" for part in (1, 2))
    pair_json = f"""'{{"latitude":"' || {latitude} || '","longitude":"' || {longitude} || '"'"""
    human = json_text(f"human_address(address_text({text}))")
    value = first_of(
        [
            (pair, f"{pair_json} || '}}'"),
            (ready, text),
            (address, f"""{pair_json} || ',"human_address":' || {human} || '}}'"""),
        ]
    )
    on_earth = first_of(
        [
            (ready, f"NOT json_exists({text}, '$.latitude') OR {_json_on_earth(text)}"),
            ("true", f"on_earth(pair_part({text}, 1), pair_part({text}, 2))"),
        ]
    )
    return _place(cell, any_of((pair, ready, address)), on_earth, value, "not-a-location")


#: Degrees with a decimal comma. Three digits behind a comma may be thousands of another unit.
_DECIMAL_COMMA = r"-?[0-9]{1,3},(?:[0-9]{1,2}|[0-9]{4,})"


def degrees_with_point(text: str) -> str:
    """Return SQL for a latitude or longitude in which a decimal comma is a point."""
    comma = f"contains({text}, ',') AND {matches(text, _DECIMAL_COMMA)}"
    return f"CASE WHEN {comma} THEN replace({text}, ',', '.') ELSE {text} END"


def address_json(parts: Mapping[str, str]) -> str:
    """Return SQL for the JSON object of a location from several columns; '' if all are blank.

    `parts` is the SQL of each part there is: address, city, state, zip, latitude, longitude.
    """
    blank = " AND ".join(f"{text} = ''" for text in parts.values())
    lines = ", ".join(f"'{name}', {parts.get(name, chr(39) * 2)}" for name in _ADDRESS_PARTS)
    human = "NULL"
    if {*parts} & {*_ADDRESS_PARTS}:
        human = f"CAST(json_object({lines}) AS VARCHAR)"
    pair = "NULL, 'longitude', NULL"
    if {"latitude", "longitude"} <= {*parts}:
        halves = (f"nullif({parts[half]}, '')" for half in ("latitude", "longitude"))
        pair = ", 'longitude', ".join(halves)
    # Nulls are left out, so that an address without its pair is one the portal has to look up.
    whole = f"json_merge_patch('{{}}', json_object('latitude', {pair}, 'human_address', {human}))"
    return f"CASE WHEN {blank} THEN '' ELSE CAST({whole} AS VARCHAR) END"


#: Parts of the address inside a location (portal-api.md D).
_ADDRESS_PARTS = ("address", "city", "state", "zip")


def _json_on_earth(text: str) -> str:
    return f"on_earth(json_number({text}, '$.latitude'), json_number({text}, '$.longitude'))"


def _place(
    cell: Cell, shaped: str, on_earth: str, value: str, reason: str, tidy: str = "false"
) -> TypedColumn:
    """Test once whether the cell contains a place, and whether the place is on Earth."""
    parsed = (
        f"CASE WHEN {tidy} THEN {_TIDY} WHEN NOT {shaped} THEN 1 WHEN {on_earth} THEN 0 ELSE 2 END"
    )
    problems = (
        (_HALF, f"{cell.parsed} = 1 AND {_is_half(cell.text)}"),
        (reason, f"{cell.parsed} = 1"),
        ("off-the-earth", f"{cell.parsed} = 2"),
    )
    return TypedColumn(value, problems, (), cell.text, parsed, f"{cell.parsed} <= 0")
