"""Dates: `calendar_date` has no zone, `date` is a time in UTC (portal-api.md D)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sodasheet.staging.sql_quoting import any_of, first_of, literal, matches
from sodasheet.staging.types.compiled_type import Cell, PlainCells, SqlCondition, TypedColumn
from sodasheet.staging.types.date_format import (
    ISO,
    SERIAL,
    SERIAL_1904,
    ZONE,
    exchanged,
    read_pattern,
)

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
_ISO_LOCAL = f"{_DAY}(?:{_TIME})?"
_ISO_ZONED = f"{_DAY}{_TIME}{ZONE}"

#: Three numbers that may be day, month and year in any order but ISO's.
_MM, _DD = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_NUMERIC = rf"(?:{_MM}[/.-]{_DD}|{_DD}[/.-]{_MM})[/.-](?:[0-9]{{4}}|[0-9]{{2}})(?:[ ,T].*)?"

#: Less than a thousandth of a second.
_FINE = r".*:[0-9]{2}[.,][0-9]{3}[0-9]*[1-9].*"

#: A year outside is possible, but nearly always a typo.
LIKELY_YEARS = (1800, 2200)

#: What makes a moment of a day in ISO 8601.
_MIDNIGHT = "T00:00:00.000"

#: Characters of a day and of a second in ISO 8601.
_DAY_LENGTH, _SECOND_LENGTH = 10, 19

_MILLISECONDS = "'%Y-%m-%dT%H:%M:%S.%g'"


@dataclass(frozen=True, slots=True)
class DateReading:
    """A way to read a cell: SQL for the matching text, and for its TIMESTAMP.

    The moment is in UTC where the format is `zoned`, else in nobody's zone.
    """

    fits: str
    moment: str
    zoned: bool


def readings(text: str, formats: tuple[str, ...]) -> list[DateReading]:
    """Return the ways to read `text`, in the order declared; ISO 8601 if none is declared.

    Raises UsageProblem for a format that cannot be read.
    """
    found: list[DateReading] = []
    for form in formats or (ISO,):
        found.extend(_iso(text) if form == ISO else [_declared(text, form)])
    return found


def _iso(text: str) -> list[DateReading]:
    local = DateReading(matches(text, _ISO_LOCAL), f"try_cast({text} AS TIMESTAMP)", zoned=False)
    moment = f"timezone('UTC', try_cast({text} AS TIMESTAMPTZ))"
    return [local, DateReading(matches(text, _ISO_ZONED), moment, zoned=True)]


#: Days from 1900 that a spreadsheet shows as dates of the years 1954 to 2119.
_SERIAL_DAYS = r"[2-7][0-9]{4}(?:\.[0-9]+)?"


#: Format -> the day that it counts from.
_COUNTED_FROM = {SERIAL: "1899-12-30", SERIAL_1904: "1904-01-01"}


def _serial(text: str, first: str) -> DateReading:
    """Return how to read days counted from `first`: 45292 is January 1, 2024 from 1900."""
    milliseconds = f"CAST(round(try_cast({text} AS DOUBLE) * 86400000) AS BIGINT)"
    moment = f"TIMESTAMP '{first}' + to_milliseconds({milliseconds})"
    return DateReading(matches(text, _SERIAL_DAYS), moment, zoned=False)


def _declared(text: str, form: str) -> DateReading:
    if (first := _COUNTED_FROM.get(form)) is not None:
        return _serial(text, first)
    pattern = read_pattern(form)
    shaped = matches(text, pattern.shape)
    if "%b" in pattern.strptime:
        # strptime knows three letters and no period: Sept. 5 and Jan. 5 are common.
        text = rf"regexp_replace({text}, '(?i)\b([a-z]{{3}})t?\.?( |-|/|,|$)', '\1\2')"
    # DuckDB's %z knows offsets but not the letter Z.
    source = text
    for found, instead in pattern.rewrites:
        source = f"regexp_replace({source}, {literal(found)}, {literal(instead)})"
    source = f"regexp_replace({source}, '([0-9 ])Z', '\\1+00')" if pattern.zoned else source
    moment = f"try_strptime({source}, {literal(pattern.strptime)})"
    moment = f"timezone('UTC', {moment})" if pattern.zoned else moment
    return DateReading(shaped, moment, pattern.zoned)


def calendar_date(cell: Cell) -> TypedColumn:
    """Compile a date or a date with a time, without a zone: `2001-01-01T00:00:00.000`."""
    ways = readings(cell.text, cell.formats)
    local = [way for way in ways if not way.zoned]
    zoned = [way for way in (*ways, *_iso(cell.text)) if way.zoned]
    zone = ("zone-in-calendar-date", any_of(way.fits for way in zoned))
    parsed = f"CAST({first_of((way.fits, way.moment) for way in local)} AS TIMESTAMP)"
    text = f"strftime({cell.parsed}, {_MILLISECONDS})"
    found = _typed(cell, parsed, (zone, *_problems(cell, local)), text, ())
    if not cell.formats:
        return replace(found, tidy=_plain_moments(cell, found), settled=_is_likely_moment)
    if len(local) != 1:
        return found
    # If all cells are dates, no cell has to be tested for looking like a date.
    (way,) = local
    return replace(found, tidy=PlainCells(found.good, replace(found, parsed=way.moment)))


def _plain_moments(cell: Cell, found: TypedColumn) -> PlainCells:
    """Return days in ISO 8601, the only such strings of ten characters, and moments in seconds."""
    day, second = (f"strlen({cell.text}) = {length}" for length in (_DAY_LENGTH, _SECOND_LENGTH))
    rest = f"CASE WHEN {day} THEN {literal(_MIDNIGHT)} ELSE '.000' END"
    text = f"{cell.text} || {rest}"
    written = replace(
        found,
        value=f"""'"' || {text} || '"'""",
        key=f"CASE WHEN {cell.text} <> '' THEN {text} END",
        bare=text,
        # Such cells need not be tested again for looking like a date.
        parsed=f"try_cast({cell.text} AS TIMESTAMP)",
        suffixes=((day, _MIDNIGHT), (second, "")),
    )
    shaped = f"({day} OR {second} AND ({cell.text})[{_DAY_LENGTH + 1}] = 'T')"
    return PlainCells(f"{shaped} AND {found.good}", written)


def _is_likely_moment(text: str) -> str:
    """Return SQL that is true of `2024-01-31` or `2024-01-31T08:00:00`, in a likely year.

    A string of as many characters that is written again as it was read can have no other form.
    Longer strings are written again too: years of five digits, and days before Christ.
    """
    first, last = LIKELY_YEARS
    day = f"CAST(try_cast({text} AS DATE) AS VARCHAR) = {text}"
    moment = f"replace(CAST(try_cast({text} AS TIMESTAMP) AS VARCHAR), ' ', 'T') = {text}"
    return (
        f"CASE strlen({text}) WHEN {_DAY_LENGTH} THEN {day} WHEN {_SECOND_LENGTH} THEN {moment}"
        f" ELSE false END AND {text} BETWEEN '{first}' AND '{last + 1}'"
    )


def fixed_date(cell: Cell) -> TypedColumn:
    """Compile a time with `Z` or an offset, or in the cell's time zone: `…T07:00:00.000Z`."""
    ways = readings(cell.text, cell.formats)
    zone = literal(cell.timezone)
    parsed = first_of(
        (way.fits, way.moment if way.zoned else f"timezone('UTC', timezone({zone}, {way.moment}))")
        for way in ways
    )
    notes = () if cell.timezone.upper() == "UTC" else _clock_notes(ways, zone)
    if cell.zone_assumed and (local := [way.fits for way in ways if not way.zoned]):
        notes = (("zone-assumed", any_of(local)),)
    text = f"strftime({cell.parsed}, {_MILLISECONDS}) || 'Z'"
    return _typed(cell, parsed, _problems(cell, ways), text, notes)


def _typed(
    cell: Cell,
    parsed: str,
    problems: tuple[SqlCondition, ...],
    text: str,
    notes: tuple[SqlCondition, ...],
) -> TypedColumn:
    first, last = LIKELY_YEARS
    unlikely = ("unlikely-year", f"year({cell.parsed}) NOT BETWEEN {first} AND {last}")
    good = f"year({cell.parsed}) BETWEEN 1 AND 9999"
    value = f"""'"' || {text} || '"'"""
    cut = ("seconds-cut", f"strlen({cell.text}) > 18 AND {matches(cell.text, _FINE)}")
    return TypedColumn(value, problems, (unlikely, cut, *notes), text, parsed, good, text)


def _problems(cell: Cell, ways: list[DateReading]) -> tuple[SqlCondition, ...]:
    """Return the problems of a cell without a date, most specific first."""
    shaped = ("no-such-date", any_of(way.fits for way in ways) if ways else "false")
    other = ("not-a-date", "true")
    if not cell.formats:
        return shaped, ("ambiguous-date", matches(cell.text, _NUMERIC)), other
    return (
        ("other-date-order", _any(_exchanged(cell))),
        shaped,
        ("other-date-format", _any(_iso(cell.text))),
        other,
    )


def _exchanged(cell: Cell) -> Iterator[DateReading]:
    """Yield the declared formats with day and month exchanged."""
    for form in cell.formats:
        if form not in (ISO, *_COUNTED_FROM) and (other := exchanged(read_pattern(form).strptime)):
            yield _declared(cell.text, other)


def _any(ways: Iterable[DateReading]) -> str:
    """Return SQL that is true for text that one of the ways reads."""
    found = [f"({way.fits} AND ({way.moment}) IS NOT NULL)" for way in ways]
    return any_of(found) if found else "false"


def _clock_notes(ways: list[DateReading], zone: str) -> tuple[SqlCondition, ...]:
    """Note local times that clock changes skip or repeat; ICU uses the later reading."""
    local = first_of((way.fits, way.moment) for way in ways if not way.zoned)
    moment = f"timezone({zone}, {local})"
    earlier = (f"timezone({zone}, {moment} - INTERVAL {step} MINUTE)" for step in (60, 30))
    return (
        ("skipped-time", f"timezone({zone}, {moment}) <> {local}"),
        ("repeated-time", any_of(f"{moment} = {local}" for moment in earlier)),
    )
