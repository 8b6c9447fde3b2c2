"""Checkboxes: true and false, and two words that a column can declare."""

from __future__ import annotations

from sodasheet.errors import UsageProblem
from sodasheet.staging.sql_quoting import first_of, literal
from sodasheet.staging.types.compiled_type import Cell, TypedColumn

#: Common words in true/false columns.
COMMON_WORDS = (
    "yes/no", "Y/N", "1/0", "T/F", "on/off", "x/-", "true/false", "oui/non", "s\u00ed/no",
    "checked/unchecked", "enabled/disabled",
)  # fmt: skip


def checkbox(cell: Cell) -> TypedColumn:
    """Compile `true` or `false` in any case, or a declared word; raises UsageProblem."""
    pairs = [("true", "false"), *map(words, cell.formats)]
    word = f"lower({cell.text})"
    yes, no = (", ".join(literal(pair[side].lower()) for pair in pairs) for side in (0, 1))
    value = first_of([(f"{word} IN ({yes})", "'true'"), (f"{word} IN ({no})", "'false'")])
    problem = ("not-a-checkbox", f"{word} NOT IN ({yes}, {no})")
    return TypedColumn(value, (problem,), (), value, settled=_is_canonical)


def _is_canonical(text: str) -> str:
    """Return SQL that is true of the portal's own words."""
    return f"{text} IN ('true', 'false')"


def words(example: str) -> tuple[str, str]:
    """Return the words for true and false of a format such as `yes/no`."""
    yes, _, no = (part.strip() for part in example.partition("/"))
    if not yes or not no or "/" in no or yes.lower() == no.lower():
        raise UsageProblem(
            f"{example!r} is not a pair of true/false words.",
            "Write the word for true, a slash, and the word for false, such as yes/no.",
        )
    return yes, no
