"""Suggest the data type of a source column from all its values, with the evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.dataset import Column
from sodasheet.sources.fault_log import FAULTS
from sodasheet.staging.check.day_month_order import deciding_date
from sodasheet.staging.check.fitting_formats import (
    agreed_format,
    doubtful_comma,
    filled_values,
    first_disagreement,
    fitting_formats,
    nearest_format,
)
from sodasheet.staging.check.mapping_sql import without_markers
from sodasheet.staging.sql_quoting import literal, trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.suggest.text_column_suggestions import named_width
from sodasheet.staging.types.compiled_condition import condition_of, good_condition
from sodasheet.staging.types.compiled_type import Cell
from sodasheet.staging.types.date_format import date_words
from sodasheet.staging.types.registry import compile_cell
from sodasheet.wording import counted, listed, shortened

#: Headers of codes that look like numbers and are never added up.
_CODES = re.compile(
    r"\b(zip|zip ?code|postal ?code|phone|fax|fips|geoid|ssn|ein|code|account)\b", re.IGNORECASE
)

#: Maximum characters of a value in a reason.
_SHOWN = 40

#: Types that are tried, in this order; the first that fits every value is suggested.
_TRIED = ("checkbox", "number", "calendar_date", "date", "point", "line", "polygon",
          "multipoint", "multiline", "multipolygon")  # fmt: skip

#: The values of each type in a sentence, singular and plural.
_NOUNS = {
    "checkbox": ("a yes/no value", "yes/no values"), "number": ("a number", "numbers"),
    "calendar_date": ("a date", "dates"), "date": ("a time with its zone", "times with zones"),
    "point": ("a point", "points"), "line": ("a line", "lines"),
    "polygon": ("a polygon", "polygons"), "multipoint": ("a multipoint", "multipoints"),
    "multiline": ("a multiline", "multilines"), "multipolygon": ("a multipolygon", "multipolygons"),
}  # fmt: skip

#: Words that every column of a geometry type contains.
_GEOMETRY = {"point": "POINT", "line": "LINESTRING", "polygon": "POLYGON",
             "multipoint": "MULTIPOINT", "multiline": "MULTILINESTRING",
             "multipolygon": "MULTIPOLYGON"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypeProfile:
    """Counts of a source column: filled cells, blanks, and distinct values."""

    filled: int
    blank: int
    distinct: int
    leading_zeros: int
    web_addresses: int
    numeric_flags: bool
    first: str
    first_pointed: str
    first_percent: str

    @property
    def unique(self) -> bool:
        """True if every row has a distinct value."""
        return self.filled > 0 and not self.blank and self.distinct == self.filled


@dataclass(frozen=True, slots=True)
class TypeSuggestion:
    """A data type for a column, the format to declare, and why, in a sentence.

    `unclear` is True if the column stays text only because its values can be read in two ways.
    `digits` are those that the column's codes should have, 0 if none seems to have lost a zero.
    """

    type: str
    formats: tuple[str, ...]
    evidence: str
    profile: TypeProfile
    unclear: bool = False
    digits: int = 0


def suggest_types(stage: Stage, headers: Sequence[str]) -> dict[str, TypeSuggestion]:
    """Suggest the types of several columns by header; numbers like 1.234 stay text if unclear.

    Where another column has decimal commas, a point between groups of three digits may separate
    thousands as well as be a decimal point. Raises SourceError for formulas without results, which
    would pass for blanks.
    """
    _require_results(stage, headers)
    found = {header: suggest_type(stage, header) for header in headers}
    unclear = [one for one in headers if _may_be_thousands(stage, one, found[one])]
    if not unclear or not any(_decimal_commas(stage, one) for one in headers if one not in unclear):
        return found
    for header in unclear:
        why = (
            f"{found[header].profile.first_pointed} could be a fraction or have a point between "
            "thousands, because other columns have decimal commas"
        )
        found[header] = replace(found[header], type="text", formats=(), evidence=why, unclear=True)
    return found


def _require_results(stage: Stage, headers: Sequence[str]) -> None:
    """Raise SourceError if a column has formulas whose result no program has computed."""
    if not stage.faults:
        return
    found = stage.connection.execute(
        "SELECT column_index, count(*), min(_row), arg_min(value, _row) FROM faults"
        " WHERE reason = 'formula-unsaved' GROUP BY ALL ORDER BY 1"
    ).fetchall()
    columns = [(stage.headers[at], *facts) for at, *facts in found if stage.headers[at] in headers]
    if not columns:
        return
    header, _, row, formula = columns[0]
    count = sum(count for _, count, *_ in columns)
    what = counted(count, "cell has a formula", "cells have formulas")
    raise SourceError(
        f"{stage.name}: {what} whose result is not stored in the file, in"
        f" {listed(name for name, *_ in columns)}. The first is in row {row:,}, column {header}:"
        f" {shortened(str(formula), _SHOWN)}",
        FAULTS["formula-unsaved"].remedy,
    )


def clear_markers(stage: Stage, missing: Sequence[str]) -> None:
    """Empty the cells that contain only a marker, in a stage that is not pushed."""
    if not missing:
        return
    cells = ", ".join(
        f"{without_markers(trimmed(f'c{place}'), missing)} AS c{place}"
        for place in range(len(stage.headers))
    )
    # `source` may be a view; a temporary table of its name takes precedence.
    stage.connection.execute(f"CREATE TEMP TABLE source AS SELECT * REPLACE ({cells}) FROM source")


def type_of_formats(formats: tuple[str, ...]) -> str:
    """Return the type for the declared formats. Raises UsageProblem if there is none."""
    problem: UsageProblem | None = None
    for kind in ("number", "calendar_date", "checkbox"):
        try:
            compile_cell(Cell(Column(0, "", "a", kind, 1), "t", "p", formats))
        except UsageProblem as error:
            problem = problem or error
        else:
            return kind
    raise problem or UsageProblem("No format is specified.", "Specify a format.")


def _may_be_thousands(stage: Stage, header: str, found: TypeSuggestion) -> bool:
    """True if every point in a column of numbers precedes groups of three digits."""
    if found.type != "number" or found.formats or not found.profile.first_pointed:
        return False
    ((same,),) = stage.connection.execute(
        "SELECT bool_and(NOT contains(t, '.') OR "
        "regexp_full_match(t, '[+-]?[1-9][0-9]{0,2}([.][0-9]{3})+'))"
        f" FROM {filled_values(stage, header)}"
    ).fetchall()
    return bool(same)


def _decimal_commas(stage: Stage, header: str) -> bool:
    """True if every value of a column is a number, and every comma can only be decimal."""
    ((numbers, commas),) = stage.connection.execute(
        "SELECT bool_and(regexp_full_match(t, '[+-]?([0-9]+|[0-9]{1,3}([.][0-9]{3})+)(,[0-9]+)?')),"
        " count(*) FILTER (contains(t, ',') AND (regexp_matches(t, '^[+-]?0,|[.]')"
        " OR NOT regexp_matches(t, ',[0-9]{3}$')))"
        f" FROM {filled_values(stage, header)}"
    ).fetchall()
    return bool(numbers and commas)


def suggest_type(stage: Stage, header: str) -> TypeSuggestion:
    """Suggest the type of a source column; text if its values are of several kinds."""
    profile = _profile(stage, header)
    many = f"all {profile.filled:,} values" if profile.filled != 1 else "the only value"
    if not profile.filled:
        return TypeSuggestion("text", (), "the column is empty", profile)
    if lost := _lost_zeros(stage, header):
        count, digits = lost
        have = counted(count, "value has", "values have")
        lost_of = f"{have} fewer than {digits} digits: leading zeros seem to be missing"
        why = f"the header suggests a code; {lost_of}"
        return TypeSuggestion("text", (), why, profile, digits=digits)
    if zeros := profile.leading_zeros:
        begin = counted(zeros, "value begins", "values begin")
        why = f"{begin} with a zero, such as {profile.first}"
        return TypeSuggestion("text", (), why, profile)
    if _CODES.search(re.sub(r"[_\-.]+", " ", header)):
        return TypeSuggestion(
            "text", (), "the header suggests a code, which is not a number", profile
        )
    if profile.web_addresses == profile.filled:
        return TypeSuggestion(
            "url",
            (),
            f"{many} {'are web addresses' if profile.filled != 1 else 'is a web address'}",
            profile,
        )
    for kind in _TRIED:
        if kind == "checkbox" and profile.numeric_flags:
            continue
        formats = _formats(stage, header, kind)
        if formats is not None:
            why = f"{many} {_are(kind, formats, profile.filled)}"
            decided = deciding_date(stage, header, Column(0, header, "a", kind, 1), formats)
            why += f". {decided.sentence}" if decided else _as_fraction(formats, profile)
            return TypeSuggestion(kind, formats, why, profile)
    if (geometry := _damaged_geometry(stage, header, profile)) is not None:
        return geometry
    if why := _two_readings(stage, header):
        return TypeSuggestion("text", (), why, profile, unclear=True)
    why = f"no other type fits {many}{_misfit(stage, header)}"
    return TypeSuggestion("text", (), why, profile)


def _lost_zeros(stage: Stage, header: str) -> tuple[int, int] | None:
    """Return the number of codes shorter than the header suggests, and their digits, or None."""
    width = named_width(header)
    if not width:
        return None
    ((short, others),) = stage.connection.execute(
        f"SELECT count(*) FILTER (regexp_full_match(t, '[1-9][0-9]{{{width - 3},{width - 2}}}')),"
        f" count(*) FILTER (NOT regexp_full_match(t, '[0-9]{{{width - 2},{width}}}(-[0-9]{{4}})?'))"
        f" FROM {filled_values(stage, header)}"
    ).fetchall()
    return (short, width) if short and not others else None


def _damaged_geometry(stage: Stage, header: str, profile: TypeProfile) -> TypeSuggestion | None:
    """Suggest the geometry type of all values, even if some values are damaged.

    As text such a value would be published without a finding.
    """
    words = "upper(regexp_extract(t, '^([A-Za-z]+) *[(]', 1))"
    found = stage.connection.execute(
        f"SELECT {words}, count(*) FROM {filled_values(stage, header)} GROUP BY 1"
    ).fetchall()
    kinds = [kind for kind, word in _GEOMETRY.items() if found == [(word, profile.filled)]]
    if not kinds:
        return None
    (kind,) = kinds
    good = condition_of(Column(0, header, "a", kind, 1), ())
    ((bad, first),) = stage.connection.execute(
        f"SELECT count(*), min(_row) FROM {filled_values(stage, header)} WHERE NOT ({good})"
    ).fetchall()
    does = "1 of them does" if bad == 1 else f"{bad:,} of them do"
    where = "" if first is None else f", but {does} not fit, first in row {first:,}"
    why = f"all {profile.filled:,} values are written as {found[0][0]}{where}"
    return TypeSuggestion(kind, (), why, profile)


def _as_fraction(formats: tuple[str, ...], profile: TypeProfile) -> str:
    """Return the sentence that percentages are published as fractions; empty for others."""
    if not any(form.endswith("%") for form in formats):
        return ""
    return f"; {profile.first_percent} is published as a fraction, as 45% is 0.45"


def _two_readings(stage: Stage, header: str) -> str:
    """Return the value that makes a column ambiguous; empty if there is none."""
    for kind in ("number", "calendar_date"):
        column = Column(0, header, "a", kind, 1)
        fitting = fitting_formats(stage, header, column)
        if doubt := doubtful_comma(stage, header, column, fitting[:1]):
            return doubt.clause
        found = first_disagreement(stage, header, column, fitting)
        if found is not None:
            first, second = (one.removesuffix("T00:00:00.000") for one in found.readings)
            shown = f"{shortened(found.text, _SHOWN)} in row {found.row:,}"
            return f"{shown} could mean {first} or {second}"
    return ""


def _misfit(stage: Stage, header: str) -> str:
    """Return the type that fits most values and the first value that does not fit, or empty."""
    names = ("number", "calendar_date", "checkbox")
    columns = [Column(0, header, "a", kind, 1) for kind in names]
    formats = [nearest_format(stage, header, column) for column in columns]
    goods = list(map(condition_of, columns, formats))
    (counts,) = stage.connection.execute(
        f"SELECT count(*), {', '.join(f'count(*) FILTER ({good})' for good in goods)}"
        f" FROM {filled_values(stage, header)}"
    ).fetchall()
    total, *fitting = counts
    most = max(fitting)
    if not total > most > total / 2:
        return ""
    at = fitting.index(most)
    (first,) = stage.connection.execute(
        "SELECT arg_min(t, _row), min(_row)"
        f" FROM {filled_values(stage, header)} WHERE NOT {goods[at]}"
    ).fetchall()
    are = _are(names[at], formats[at], most)
    return f": {most:,} {are}, but {shortened(first[0], _SHOWN)} in row {first[1]:,} is not"


def _are(kind: str, formats: tuple[str, ...], count: int) -> str:
    """Return the sentence that values are of a type, and how they are written."""
    one, many = _NOUNS[kind]
    as_written = f" written as {date_words(formats[0])}" if formats else ""
    return f"{f'is {one}' if count == 1 else f'are {many}'}{as_written}"


def _formats(stage: Stage, header: str, kind: str) -> tuple[str, ...] | None:
    """Return the formats that make every value fit a type; None if a value does not fit."""
    column = Column(0, header, "a", kind, 1)
    if kind in _GEOMETRY:
        # Planning to parse a shape takes longer than checking how the values begin.
        begin = _all_begin(stage, header, _GEOMETRY[kind])
        return () if begin and _all_fit(stage, header, column) else None
    if _all_fit(stage, header, column):
        return ()
    fitting = fitting_formats(stage, header, column)
    return (agreed_format(stage, header, column, fitting) or None) if fitting else None


def _all_begin(stage: Stage, header: str, word: str) -> bool:
    query = (
        f"SELECT bool_and(starts_with(upper(t), {literal(word)}))"
        f" FROM {filled_values(stage, header)}"
    )
    row = stage.connection.execute(query).fetchone()
    return bool(row and row[0])


def _all_fit(stage: Stage, header: str, column: Column) -> bool:
    typed = compile_cell(Cell(column, "t", "p", ()))
    parsed = f", {typed.parsed} AS p" if typed.parsed else ""
    query = (
        f"SELECT bool_and({good_condition(column, typed)})"
        f" FROM (SELECT t{parsed} FROM {filled_values(stage, header)})"
    )
    row = stage.connection.execute(query).fetchone()
    return bool(row and row[0])


def _profile(stage: Stage, header: str) -> TypeProfile:
    zero = "regexp_matches(t, '^-?0[0-9]+$')"
    row = stage.connection.execute(
        f"SELECT count(*), count(DISTINCT t), count(*) FILTER ({zero}),"
        " count(*) FILTER (regexp_matches(t, '^https?://[^ ]+$', 'i')),"
        " coalesce(bool_and(t IN ('0', '1')), false),"
        f" coalesce(min(t) FILTER ({zero}), ''),"
        f" coalesce(arg_min(t, _row) FILTER (contains(t, '.')), ''),"
        " coalesce(arg_min(t, _row) FILTER (contains(t, '%')), '')"
        f" FROM {filled_values(stage, header)}"
    ).fetchone()
    filled, distinct, zeros, web, flags, *shown = row or (0, 0, 0, 0, False, "", "", "")
    total = stage.connection.execute("SELECT count(*) FROM source").fetchone()
    rows = total[0] if total else 0
    return TypeProfile(filled, rows - filled, distinct, zeros, web, bool(flags), *shown)
