"""Numbers, amounts and percentages: the digits as written, never through a float."""

from __future__ import annotations

from dataclasses import replace

from sodasheet.model.dataset import Column
from sodasheet.staging.sql_quoting import any_of, first_of, matches
from sodasheet.staging.types.compiled_type import Cell, PlainCells, SqlCondition, TypedColumn
from sodasheet.staging.types.degrees import DEGREES
from sodasheet.staging.types.number_format import MINUS_SIGNS, NumberFormat, two_notations

#: The default form of a number (portal-api.md D): `.5`, `5.`, `6.02e+23`.
_UNSIGNED = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
PLAIN = f"[+-]?{_UNSIGNED}"

#: A number as the portal writes it.
_CANONICAL = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"

#: The declared format of cells that a spreadsheet shows as 35 % and stores as 0.35.
FRACTION = "fraction"
_FRACTION = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"

#: The declared format of numbers with a power of ten, in addition to which another format is
#: declared.
SCIENTIFIC = "1e3"
_SCIENTIFIC = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]{1,3}"

#: Formats that are more than characters around and between digits.
SPECIAL = (FRACTION, DEGREES, SCIENTIFIC)

#: A number is its sign, its digits, and how many of these are before the decimal point. All of it
#: is
#: work on text, because a number of 38 digits must stay exact.
MACROS = (
    "number_sign(t) AS CASE WHEN starts_with(t, '-') THEN '-' ELSE '' END",
    "number_digits(t) AS replace(regexp_extract(t, '[0-9.]+'), '.', '')",
    "number_point(t) AS strlen(split_part(regexp_extract(t, '[0-9.]+'), '.', 1))",
    "number_power(t) AS coalesce(try_cast(regexp_extract(t, '[eE](.*)$', 1) AS INTEGER), 0)",
    """number_whole(d, p) AS coalesce(nullif(ltrim(CASE WHEN p <= 0 THEN ''
        WHEN p >= strlen(d) THEN d || repeat('0', p - strlen(d))
        ELSE left(d, p) END, '0'), ''), '0')""",
    """number_part(d, p) AS CASE WHEN p >= strlen(d) THEN ''
        WHEN p <= 0 THEN '.' || repeat('0', -p) || d ELSE '.' || substr(d, p + 1) END""",
    # A lambda of one element names digits and point: written out wherever they are needed, their
    # patterns took 5 ms to compile, for each column of each statement.
    """number_spelled_out(t) AS list_transform(
        [{'d': number_digits(t), 'p': number_point(t) + number_power(t)}],
        lambda a: number_sign(t) || number_whole(a.d, a.p) || number_part(a.d, a.p))[1]""",
    f"""plain_number(t) AS CASE WHEN {matches("t", _CANONICAL)} THEN t
        ELSE number_spelled_out(t) END""",
    # Half of a place, cut out of a long expression: a lambda gives it a name, too. That is slow for
    # each number, but few coordinates are written with a power of ten.
    f"""coordinate(t) AS CASE WHEN {matches("t", _CANONICAL)} THEN t
        ELSE list_transform([t], lambda n: number_spelled_out(n))[1] END""",
    """number_key(n) AS CASE WHEN regexp_full_match(n, '-0(\\.0*)?') THEN '0'
        WHEN contains(n, '.') THEN rtrim(rtrim(n, '0'), '.') ELSE n END""",
)


def number(cell: Cell) -> TypedColumn:
    """Compile a number as plain decimal text; raises UsageProblem for a bad format.

    A declared format replaces the plain form, it does not add to it. A percent sign divides by
    100 unless the column counts in hundredths (see `counts_in_hundredths`); `fraction` multiplies
    by 100 where it does.
    """
    readings = [_reading(example, cell) for example in cell.formats]
    readings = readings or [(matches(cell.text, PLAIN), cell.text), _with_other_minus(cell.text)]
    parsed, good = first_of(readings), any_of(fits for fits, _ in readings)
    plain = f"plain_number({cell.parsed})"
    problem = ("not-a-number", f"NOT {good}")
    if unclear := _unclear(cell):
        good = f"({good} AND NOT {unclear})"
        ambiguous = ("ambiguous-number", unclear)
        return _typed(plain, (ambiguous, problem), parsed, good)
    found = _typed(plain, (problem,), parsed, good)
    if not cell.formats:
        return replace(found, tidy=_decimals(cell), settled=_is_canonical)
    if len(readings) > 1:
        return found
    # If all cells fit, no cell has to be tested.
    ((_, bare),) = readings
    return replace(found, tidy=PlainCells(good, replace(found, parsed=bare)))


def _with_other_minus(text: str) -> tuple[str, str]:
    """Return the reading of a plain number whose minus sign is not a hyphen."""
    return matches(text, f"[{MINUS_SIGNS}]{_UNSIGNED}"), f"'-' || substr({text}, 2)"


def _decimals(cell: Cell) -> PlainCells:
    """Return numbers that are already plain decimals."""
    fits = _is_canonical(cell.text)
    typed = _typed(cell.parsed, (("not-a-number", "false"),), cell.text, fits)
    return PlainCells(fits, replace(typed, suffixes=(("true", ""),)))


def _is_canonical(text: str) -> str:
    """Return SQL that is true of a number in the spelling of the portal."""
    return matches(text, _CANONICAL)


def _unclear(cell: Cell) -> str:
    """Return SQL for ambiguous text: 1,234 where 1,234.5 and 4,6 are declared."""
    forms = [NumberFormat.read(one) for one in cell.formats if one not in SPECIAL]
    pairs = [
        f"({one.fits(cell.text)} AND {other.fits(cell.text)}"
        f" AND {one.bare(cell.text)} <> {other.bare(cell.text)})"
        for at, one in enumerate(forms)
        for other in forms[at + 1 :]
        if two_notations(one, other)
    ]
    return f"({' OR '.join(pairs)})" if pairs else ""


def _typed(plain: str, problems: tuple[SqlCondition, ...], parsed: str, good: str) -> TypedColumn:
    value = f"""'"' || {plain} || '"'"""
    return TypedColumn(value, problems, (), f"number_key({plain})", parsed, good, plain)


def counts_in_hundredths(column: Column) -> bool:
    """True if 45 in the column means 45 % (portal-api.md A.2 and D).

    The hint `percentScale` decides; without it the old `percent` type counts in hundredths and
    a plain number does not.
    """
    scale = column.format.get("percentScale")
    return scale == "100" if scale in ("1", "100") else column.type == "percent"


def _reading(example: str, cell: Cell) -> tuple[str, str]:
    """Return SQL that is true if a cell fits a declared format, and SQL for its number."""
    if example == FRACTION:
        shift = " || 'e2'" if counts_in_hundredths(cell.column) else ""
        return matches(cell.text, _FRACTION), f"{cell.text}{shift}"
    if example == DEGREES:
        angle = f"degrees_number({cell.text})"
        return f"({angle}) IS NOT NULL", angle
    if example == SCIENTIFIC:
        return matches(cell.text, _SCIENTIFIC), cell.text
    form = NumberFormat.read(example)
    return form.fits(cell.text), _bare(form, cell)


def _bare(form: NumberFormat, cell: Cell) -> str:
    """Return SQL for sign, digits and point, with an exponent if a percent sign divides."""
    bare = form.bare(cell.text)
    divided = form.percent and not counts_in_hundredths(cell.column)
    return f"{bare} || 'e-2'" if divided else bare
