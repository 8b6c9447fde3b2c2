"""Templates of computed columns: `{First Name} {Last Name}`, `{today}`, `{City, State|before ,}`.

A template holds text and names in braces, and no code. `{{` and `}}` are braces of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sodasheet.errors import UsageProblem

#: Names that are not headers. A header of the same name is written `{column:today}`.
WORDS = ("today", "now", "file", "row", "run")

_COLUMN = "column:"
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_PARTS = ("first word", "last word", "all but first word", "all but last word", "before ", "after ")
_ALLOWED = (
    "first word, last word, all but first word, all but last word, "
    "before and after with the text between, such as before ,"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a template: `text`, or the value of `header`, or a word of `WORDS`.

    `part` is the part of the header's value, empty for all of it; `mark` is the text that divides
    the value for the parts `before` and `after`.
    """

    text: str = ""
    header: str = ""
    word: str = ""
    part: str = ""
    mark: str = ""


def parse_template(template: str) -> tuple[Piece, ...]:
    """Return the pieces of a template. Raises UsageProblem for a template that is not valid."""
    return tuple(_piece(template, token) for token in _TOKEN.finditer(template))


def template_headers(template: str) -> tuple[str, ...]:
    """Return the distinct headers that a template uses."""
    return tuple(dict.fromkeys(piece.header for piece in parse_template(template) if piece.header))


def template_words(template: str) -> frozenset[str]:
    """Return the words of `WORDS` that a template uses."""
    return frozenset(piece.word for piece in parse_template(template) if piece.word)


def _piece(template: str, token: re.Match[str]) -> Piece:
    if token[1] is None:
        if token[0] in ("{", "}"):
            raise _invalid(template, f"a single {token[0]}", "Write {{ and }} for braces.")
        return Piece(text=token[0].replace("{{", "{").replace("}}", "}"))
    name, bar, part = token[1].partition("|")
    if name in WORDS and not bar:
        return Piece(word=name)
    header = name.removeprefix(_COLUMN)
    if not header.strip():
        raise _invalid(template, "empty braces", "Write a column's header between the braces.")
    return _part(template, header, part) if bar else Piece(header=header)


def _part(template: str, header: str, part: str) -> Piece:
    for known in _PARTS:
        if known.endswith(" ") and part.startswith(known) and part != known:
            return Piece(header=header, part=known.strip(), mark=part.removeprefix(known))
        if part == known and not known.endswith(" "):
            return Piece(header=header, part=known)
    raise _invalid(template, f"the part {part!r}", f"The parts of a value are: {_ALLOWED}.")


def _invalid(template: str, what: str, remedy: str) -> UsageProblem:
    return UsageProblem(f"The template {template!r} has {what}.", remedy)
