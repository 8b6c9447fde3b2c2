"""Canonical text: equal if and only if two values of a type are equal.

A value stands here in two spellings: as we send it (`TypedColumn`), and as the portal gives it back
(portal-api.md B.9 and D). 1 = 1.0 = "1", one moment has one spelling, WKT equals GeoJSON, and null,
missing and blank are the same nothing, which is NULL. The strings are made to be read as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from sodasheet.model.dataset import DATE_TYPES, NUMBER_TYPES, Column
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.types.compiled_type import TypedColumn
from sodasheet.staging.types.geometry import KINDS
from sodasheet.staging.types.number import PLAIN

_SHAPES = {kind: word for kind, (_, word, _) in KINDS.items()} | {"point": "POINT"}

#: Types whose text is built from other values, and so never contains NUL.
_MADE = DATE_TYPES | {"checkbox"}

#: Types whose value is an object in JSON, and the SQL function that reads it.
_OBJECTS = {"url": "canonical_url", "location": "canonical_location", "json": "canonical_json"}

_NUMBER = literal(PLAIN)
_POSITION = literal(r"\[([^\[\],]+),([^\[\],]+)(?:,([^\[\],]+))?\]")
#: The portals' form of timestamps, compared by character in a third of a regular expression's time.
#: Text in this form that is not a timestamp stays unchanged either way.
_LOCAL, _UTC = (
    f"strlen(t) = {len(form)} AND t LIKE '{form}'"
    for form in ("____-__-__T__:__:__.___", "____-__-__T__:__:__.___Z")
)

#: Powers of ten that are spelled out: others would be gigabytes of text.
_POWER = literal(r"[eE][+-]?[0-9]{1,3}$")

#: A number that is already spelled like this.
_SHORTEST = literal(r"0|-?[1-9][0-9]*(?:\.[0-9]*[1-9])?|-?0\.[0-9]*[1-9]")

MACROS = (
    f"""canonical_local(t) AS CASE WHEN {_LOCAL} THEN t
        ELSE coalesce(strftime(try_cast(t AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%g'), t) END""",
    f"""canonical_moment(t) AS CASE WHEN {_UTC} THEN t ELSE coalesce(
        strftime(timezone('UTC', try_cast(t AS TIMESTAMPTZ)), '%Y-%m-%dT%H:%M:%S.%g') || 'Z',
        t) END""",
    # Each step refers to its value once: SQL has no names inside an expression, and repeated
    # expressions soon become too large to plan.
    r"""shortest(n) AS regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        ltrim(n, '+'), '(\.[0-9]*?)0*$', '\1'), '\.$', ''), '^(-?)0*([0-9]+)', '\1\2'),
        '^(-?)\.', '\10.'), '^-?0$', '0')""",
    f"""canonical_number(t) AS CASE WHEN regexp_full_match(t, {_SHORTEST}) THEN t
        ELSE shortest(CASE WHEN regexp_matches(t, {_POWER}) THEN number_spelled_out(t)
            ELSE t END) END""",
    # Few plain decimals can be written shorter: 1.50 and -0.
    """shortest_decimal(t) AS CASE WHEN ends_with(t, '0') THEN number_key(t) ELSE t END""",
    """canonical_url(t) AS nullif(CASE WHEN starts_with(t, '{') AND json_valid(t) THEN
        CASE WHEN coalesce(json_extract_string(t, '$.description'), '') = ''
            THEN coalesce(json_extract_string(t, '$.url'), '')
            ELSE json_extract_string(t, '$.description') || ' ('
                || coalesce(json_extract_string(t, '$.url'), '') || ')' END
        ELSE t END, '')""",
    # Older portals may contain invalid JSON, which is then plain text.
    """canonical_json(t) AS nullif(CASE WHEN json_valid(t) THEN CAST(json(t) AS VARCHAR)
        ELSE t END, 'null')""",
    """address_part(t, name) AS CASE WHEN json_valid(t)
        THEN coalesce(json_extract_string(t, '$.' || name), '') ELSE '' END""",
    """degrees(t, name) AS coalesce(CAST(json_number(t, '$.' || name) AS VARCHAR), '')""",
    """canonical_location(t) AS CASE WHEN starts_with(t, '{') AND json_valid(t) THEN
        nullif(location_lines(json_extract_string(t, '$.human_address'), CASE
            WHEN degrees(t, 'latitude') = '' THEN '' ELSE '(' || degrees(t, 'latitude') || ', '
                || degrees(t, 'longitude') || ')' END), repeat(chr(10), 4)) ELSE t END""",
    # Five lines, so that a city is never mistaken for a street.
    """location_lines(h, pair) AS concat_ws(chr(10), address_part(h, 'address'),
        address_part(h, 'city'), address_part(h, 'state'), address_part(h, 'zip'), pair)""",
    """json_coordinates(t) AS CASE WHEN json_valid(t) THEN
        CAST(json_extract(t, '$.coordinates') AS VARCHAR) END""",
    """json_word(t) AS CASE WHEN json_valid(t) THEN json_extract_string(t, '$') END""",
    """shape_text(t) AS CASE WHEN starts_with(t, '{') THEN json_coordinates(t)
        WHEN starts_with(t, '"') THEN wkt_coordinates(json_word(t))
        ELSE wkt_coordinates(t) END""",
    # Every number as a double, because portals store places as doubles.
    f"""shape_numbers(c) AS array_to_string(list_transform(list_zip(
        string_split_regex(c, {_NUMBER}), regexp_extract_all(c, {_NUMBER})),
        lambda pair: pair[1] || coalesce(CAST(CAST(pair[2] AS DOUBLE) AS VARCHAR), '')), '')""",
    rf"""shape_positions(c) AS rtrim(replace(
        regexp_replace(c, {_POSITION}, '\1 \2 \3', 'g'), ' ,', ','))""",
    r"""shape_brackets(c) AS regexp_replace(translate(c, '[]', '()'), ' +\)', ')', 'g')""",
    # A point, and each point of several, may have its own brackets.
    """canonical_points(t, word) AS word || ' (' || trim(replace(translate(
        shape_positions(shape_numbers(shape_text(t))), '[]', ''), ' ,', ',')) || ')'""",
    """canonical_shape(t, word) AS
        word || ' ' || shape_brackets(shape_positions(shape_numbers(shape_text(t))))""",
)


def canonical_to_portal(kind: str, typed: TypedColumn, parsed_name: str) -> str:
    """Return SQL for the canonical text of a cell in the form sent; see `Projected.canonical`."""
    if typed.plain:
        return _stripped(typed.plain)
    if _is_object(kind):
        return _object(kind, typed.value)
    if kind in NUMBER_TYPES and typed.parsed:
        is_plain = typed.bare == parsed_name
        return f"{'shortest_decimal' if is_plain else 'canonical_number'}({parsed_name})"
    return typed.key if kind in _MADE else _stripped(typed.key)


def text_to_portal(kind: str, typed: TypedColumn, parsed_name: str) -> str:
    """Return SQL for a cell in the form sent, if a portal most probably returns the same form.

    A number keeps its zeros, so that 1.50 is 1.50, and a text its NULs, which portals do not
    store: equal strings are equal values in any case.
    """
    if (kind in NUMBER_TYPES or kind == "calendar_date") and typed.bare:
        return typed.bare
    if typed.key.isidentifier() and not (typed.plain or _is_object(kind)):
        return typed.key
    return canonical_to_portal(kind, typed, parsed_name)


def canonical_from_portal(column: Column, name: str) -> str:
    """Return SQL for the canonical text of the portal's value in the column `name`."""
    kind = column.type
    if _is_object(kind):
        return _object(kind, name)
    if kind in NUMBER_TYPES:
        return f"CASE WHEN {name} <> '' THEN canonical_number({name}) END"
    by_type = {
        "checkbox": f"lower({name})",
        "calendar_date": f"canonical_local({name})",
        "date": f"canonical_moment({name})",
    }
    # `nullif` would compute its value twice.
    return f"CASE WHEN {name} <> '' THEN {by_type.get(kind, name)} END"


def row_hash(values: Sequence[str]) -> str:
    """Return SQL for a 128-bit number that distinguishes rows of canonical text.

    Two hashes of 64 bits that share no step: over the values one by one, and over all of them as
    one string. An MD5 of the values as JSON takes twice as long.
    """
    if not values:
        return "CAST(0 AS UHUGEINT)"
    texts = ", ".join(f"coalesce({value}, chr(1))" for value in values)
    return (
        f"(CAST(hash({', '.join(values)}) AS UHUGEINT) << 64)"
        f" | CAST(hash(concat_ws(chr(2), {texts})) AS UHUGEINT)"
    )


def hash_text(values: Sequence[str]) -> str:
    """Return SQL for the same hash as text, for Parquet; spelling out the number is slower."""
    return f"md5({_row_text(values)})"


def _row_text(values: Sequence[str]) -> str:
    return f"CAST(to_json([{', '.join(values)}]) AS VARCHAR)"


def shown(kind: str, text: str | None) -> str | None:
    """Return canonical text of this type in readable form."""
    if text is None or kind != "location":
        return text
    return ", ".join(filter(None, text.split("\n")))


def _is_object(kind: str) -> bool:
    return kind in _OBJECTS or kind in _SHAPES


def _object(kind: str, text: str) -> str:
    if kind in _OBJECTS:
        macro, more = _OBJECTS[kind], ""
    else:
        points = kind in ("point", "multipoint")
        macro = "canonical_points" if points else "canonical_shape"
        more = f", {literal(_SHAPES[kind])}"
    # A list of one gives the value a name, as in the macros: they write it out many times.
    read = f"CASE WHEN o IS NOT NULL THEN {macro}(o{more}) END"
    return f"list_transform([{text}], lambda o: {read})[1]"


def _stripped(key: str) -> str:
    """Drop NUL, which portals do not store (portal-api.md B.2, point 10)."""
    without = f"replace({key}, chr(0), '')"
    # Checking first is faster, but the value needs a name to avoid computing it twice.
    if key.isidentifier():
        without = f"CASE WHEN contains({key}, chr(0)) THEN {without} ELSE {key} END"
    return f"nullif({without}, '')"
