"""Text and similar types: email, phone, html, flags, drop-down lists, stars."""

from __future__ import annotations

from itertools import product

from sodasheet.staging.sql_quoting import both, contains, literal, matches
from sodasheet.staging.types.compiled_type import Cell, SqlCondition, TypedColumn

#: Maximum bytes of text according to the portal's own article (portal-api.md D, G.13).
TEXT_BYTES = 4096

#: Characters at which a spreadsheet truncates a cell (portal-api.md G.13).
EXCEL_CHARACTERS = 32_767

#: Words that mean "nothing" to people and stay words on the portal (portal-api.md G.11).
NULL_WORDS = ("NULL", "N/A", "#N/A", "NA", "-", "--", ".")

#: The same in every capitalization: a lookup is faster than changing case.
_NULL_WORDS = tuple(
    "".join(letters)
    for word in NULL_WORDS
    for letters in product(*(dict.fromkeys((letter, letter.lower())) for letter in word))
)

#: A number as a spreadsheet shows it when the column is narrow: its other digits are lost.
SCIENTIFIC = r"[0-9]\.[0-9]+E\+[0-9]{2,3}"

#: Every C0 and C1 control but tab, line feed and carriage return (portal-api.md G.12).
CONTROLS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x{80}-\\x{9f}]"

#: The colors a flag can have (portal-api.md D).
FLAGS = ("Red", "Blue", "Green", "Yellow", "Orange", "Purple")


def json_text(text: str) -> str:
    """Return SQL for `text` as a JSON string."""
    return f"CAST(to_json({text}) AS VARCHAR)"


def text(cell: Cell) -> TypedColumn:
    """Compile any text, sent as-is."""
    plain = json_text(cell.text)
    return TypedColumn(plain, (), _notes(cell.text), cell.text, settled=_is_clean)


def email(cell: Cell) -> TypedColumn:
    """Compile text with an @ inside; the portal requires no more (portal-api.md D)."""
    good = matches(cell.text, r"[^\s@]+@[^\s@]+")
    return TypedColumn(json_text(cell.text), (("not-an-email", f"NOT {good}"),), (), cell.text)


def flag(cell: Cell) -> TypedColumn:
    """Compile any of six colors, in any case."""
    words = ", ".join(literal(name.lower()) for name in FLAGS)
    name = f"upper({cell.text}[1]) || lower({cell.text}[2:])"
    problem = ("not-a-flag", f"lower({cell.text}) NOT IN ({words})")
    return TypedColumn(json_text(name), (problem,), (), name)


def stars(cell: Cell) -> TypedColumn:
    """Compile a whole number of stars from 1 to 5."""
    problem = ("not-stars", f"{cell.text} NOT IN ('1', '2', '3', '4', '5')")
    return TypedColumn(json_text(cell.text), (problem,), (), cell.text)


def _is_clean(sql: str) -> str:
    """Return SQL that is true for most text without surrounding blanks or notes.

    Controls are not looked for. Most strings begin with a letter and are longer than any word for
    nothing; a number shown as 1.2E+10 begins with a digit. CASE, since OR asks all of its terms.
    """
    words, longest = ", ".join(map(literal, _NULL_WORDS)), max(map(len, _NULL_WORDS))
    return (
        f"CASE WHEN strlen({sql}) BETWEEN {longest + 1} AND {TEXT_BYTES}"
        f" AND {sql} BETWEEN 'A' AND '~~' THEN true"
        f" WHEN strlen({sql}) <= {TEXT_BYTES} AND {sql} BETWEEN '!' AND '~~'"
        f" THEN {sql} NOT IN ({words}) AND NOT contains({sql}, 'E+') ELSE false END"
        f" AND ({sql})[-1] BETWEEN '!' AND '~'"
    )


def _notes(sql: str) -> tuple[SqlCondition, ...]:
    words, longest = ", ".join(map(literal, _NULL_WORDS)), max(map(len, _NULL_WORDS))
    cut = f"length({sql}) = {EXCEL_CHARACTERS}"
    return (
        ("long-text", f"strlen({sql}) > {TEXT_BYTES}"),
        ("cut-text", both(f"strlen({sql}) >= {EXCEL_CHARACTERS}", cut)),
        ("control-characters", contains(sql, CONTROLS)),
        ("digits-lost", both(f"contains({sql}, 'E+')", matches(sql, SCIENTIFIC))),
        ("null-word", both(f"strlen({sql}) <= {longest}", f"{sql} IN ({words})")),
    )
