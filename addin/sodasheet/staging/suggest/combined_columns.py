"""Suggestions across columns: joined or split names, and addresses from their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.finding import Finding
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping, place_of
from sodasheet.model.suggestion import SuggestedChange, Suggestion
from sodasheet.staging.check.computed_column_template import WORDS
from sodasheet.staging.sql_quoting import matches, trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.degrees import DEGREES
from sodasheet.staging.types.number import PLAIN
from sodasheet.staging.types.registry import EMPTY_TEXT_TYPES
from sodasheet.wording import listed, part_of

_FIRST = ("first name", "firstname", "fname", "given name", "first")
_LAST = ("last name", "lastname", "lname", "surname", "family name", "last")
_WHOLE = ("full name", "fullname", "name")
_NAMES = {"first": _FIRST, "last": _LAST, "whole": _WHOLE}

_PARTS = {
    "address": ("address", "street address", "street", "address 1", "address line 1"),
    "city": ("city", "town", "municipality"),
    "state": ("state", "st"),
    "zip": ("zip", "zip code", "zipcode", "postal code", "zip5"),
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "long", "lon", "lng", "x"),
}
_COUNTRY = ("country", "country code")
_COORDINATES = frozenset({"latitude", "longitude"})

#: Share of the values that must have a comma for `Last, First`.
_MOSTLY = 0.5


def combined_suggestions(stage: Stage, mapping: Mapping, dataset: Dataset) -> Iterator[Suggestion]:
    """Yield suggestions for unfilled dataset columns, based on the headers."""
    yield from _angles(stage, mapping, dataset)
    free = [column for column in dataset.fillable if column.field not in mapping.filled]
    texts = [column for column in free if column.type in EMPTY_TEXT_TYPES]
    yield from _names(stage, texts)
    yield from _places(stage, [column for column in free if column.type in ("location", "point")])


def _angles(stage: Stage, mapping: Mapping, dataset: Dataset) -> Iterator[Suggestion]:
    """Yield the format of points whose latitude and longitude are degrees, minutes and seconds."""
    for point in mapping.points:
        column, names = dataset.column(point.field), (point.latitude, point.longitude)
        known = point.formats or mapping.formats.get(column.type if column else "")
        if column is None or known or not {*names} <= {*stage.headers}:
            continue
        fits, count = _count_angles(stage, names)
        if 2 * fits > count:
            yield Suggestion(
                f"formats:{column.field}",
                f"{listed(names)}: {part_of(fits, count, 'place')}"
                f" {'is' if fits == 1 else 'are'} written as {DEGREES}.",
                SuggestedChange(points=(replace(point, formats=(DEGREES,)),)),
                field=column.field,
                fits=fits,
                count=count,
                examples=_examples(stage, names),
            )


def _count_angles(stage: Stage, names: tuple[str, str]) -> tuple[int, int]:
    """Return the numbers of rows with two angles that are not plain numbers, and with a place."""
    cells = [trimmed(f"c{stage.headers.index(name)}") for name in names]
    plain = " AND ".join(matches(cell, PLAIN) for cell in cells)
    angles = " AND ".join(f"degrees_number({cell}) IS NOT NULL" for cell in cells)
    there = " OR ".join(f"{cell} <> ''" for cell in cells)
    beginning = f"(SELECT * FROM source WHERE {there} LIMIT {_FIRST_ROWS})"
    query = "SELECT coalesce(sum(CAST(NOT ({0}) AND ({1}) AS INTEGER)), 0), count(*) FROM {2}"
    fits, count = stage.connection.execute(query.format(plain, angles, beginning)).fetchall()[0]
    if 2 * fits <= count:  # nearly always: the whole column then needs no search
        return 0, count
    whole = query.format(plain, angles, f"source WHERE {there}")
    fits, count = stage.connection.execute(whole).fetchall()[0]
    return int(fits), int(count)


#: Rows by which a column of angles is recognized before the whole column is counted.
_FIRST_ROWS = 500


def _names(stage: Stage, columns: list[Column]) -> Iterator[Suggestion]:
    headers = {role: header for header in stage.headers if (role := _name_role(header))}
    wanted = {role: column for column in columns if (role := _name_role(column.name))}
    for (owner, part), column in wanted.items():
        first, last, whole = ((owner, role) for role in ("first", "last", "whole"))
        if part == "whole" and whole not in headers and {first, last} <= {*headers}:
            template = f"{_braced(headers[first])} {_braced(headers[last])}"
            yield _template(stage, column, template, (headers[first], headers[last]))
        elif part in ("first", "last") and whole in headers and not {first, last} & {*headers}:
            yield _part_of_name(stage, column, headers[whole], part)


def _name_role(name: str) -> tuple[str, str] | None:
    """Return the person and part of a name in a header: ("owner", "first") for Owner First Name."""
    words = _plain(name)
    for part, endings in _NAMES.items():
        for ending in endings:
            if words == ending or words.endswith(f" {ending}"):
                return words.removesuffix(ending).strip(), part
    return None


def _part_of_name(stage: Stage, column: Column, header: str, part: str) -> Suggestion:
    first, last = ("after ,", "before ,") if _has_commas(stage, header) else _WORD_PARTS
    template = _braced(header, first if part == "first" else last)
    return _template(stage, column, template, (header,))


#: Parts of `Ann Marie Lee`: what follows the first word is the last name, such as `de la Cruz`.
_WORD_PARTS = ("first word", "all but first word")


def _has_commas(stage: Stage, header: str) -> bool:
    """True if most values are written `Last, First`."""
    cell = f"c{stage.headers.index(header)}"
    query = f"SELECT avg(CAST(contains({cell}, ',') AS INTEGER)) FROM source WHERE {cell} <> ''"
    ((share,),) = stage.connection.execute(query).fetchall()
    return share is not None and share > _MOSTLY


def _template(stage: Stage, column: Column, template: str, headers: tuple[str, ...]) -> Suggestion:
    rule = ColumnRule(None, column.field, template=template, match=CONFIRMED, confidence=1.0)
    return Suggestion(
        f"template:{column.field}",
        f"{column.name} can be computed from {' and '.join(headers)}: {template}.",
        SuggestedChange(rules=(rule,)),
        field=column.field,
        count=stage.rows,
        fits=stage.rows,
        examples=_examples(stage, headers),
    )


def _places(stage: Stage, columns: list[Column]) -> Iterator[Suggestion]:
    parts = {
        part: header for part, names in _PARTS.items() for header in _only(stage.headers, names)
    }
    if not {*parts} >= _COORDINATES:
        parts = {part: header for part, header in parts.items() if part not in _COORDINATES}
    if len(columns) != 1 or "address" not in parts or "city" not in parts:
        return
    (column,) = columns
    # A pair of coordinates fills a point directly; an address has to be looked up.
    looked_up = column.type == "point"
    if looked_up and {*parts} & _COORDINATES:
        return
    for header in _only(stage.headers, _COUNTRY) if looked_up else ():
        parts["country"] = header
    shown = ", ".join(f"{part} from {header}" for part, header in parts.items())
    told = "can be looked up by the portal" if looked_up else "can be filled"
    yield Suggestion(
        f"place:{column.field}",
        f"{column.name} {told} from the parts of an address: {shown}.",
        SuggestedChange(places=(place_of(column.field, parts, geocode=looked_up),)),
        field=column.field,
        count=stage.rows,
        fits=stage.rows,
        examples=_examples(stage, (parts["address"], parts["city"])),
    )


def _only(headers: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the only header with one of these names; none if there are several."""
    found = tuple(header for header in headers if _plain(header) in names)
    return found if len(found) == 1 else ()


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())


def _braced(header: str, part: str = "") -> str:
    name = f"column:{header}" if header in WORDS else header
    return f"{{{name}|{part}}}" if part else f"{{{name}}}"


def _examples(stage: Stage, headers: tuple[str, ...]) -> tuple[Finding, ...]:
    """Return the first three rows in which all of the columns have a value."""
    cells = [trimmed(f"c{stage.headers.index(header)}") for header in headers]
    listed = ", ".join(f"left({cell}, 40)" for cell in cells)
    filled = " AND ".join(f"{cell} <> ''" for cell in cells)
    query = f"SELECT _row, {listed} FROM source WHERE {filled} ORDER BY _row LIMIT 3"
    rows = stage.connection.execute(query).fetchall()
    return tuple(Finding(row, " + ".join(headers), ", ".join(texts)) for row, *texts in rows)
