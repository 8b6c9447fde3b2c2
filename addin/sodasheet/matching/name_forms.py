"""Forms of a name for comparing headers and columns, from strict to loose."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.matching.name_words import Words, compact, portal_name, singular, spelled, words
from sodasheet.matching.synonyms import meaning
from sodasheet.model.dataset import DATE_TYPES, Column

Key = tuple[object, ...]

#: Words that may precede or follow a name without changing its meaning.
_FREE_TEXT = """
first last start end begin from to min max minimum maximum total average north south east west
"""
_FREE = frozenset(_FREE_TEXT.split())
_SILENT = frozenset({"of", "the", "and"})
#: `Number of Units` is a count, `Unit Number` is a name: here `of` must remain.
_COUNTS = frozenset({"number", "count", "quantity"})


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms of one name: `strict` and `loose` have the same words, `meant` uses synonyms.

    A header matches a column in a form if they share a key. `senses` are the words whose
    spelling is compared.
    """

    strict: frozenset[Key]
    loose: frozenset[Key]
    meant: frozenset[Key]
    senses: tuple[Words, ...]


def header_forms(header: str) -> Forms:
    """Return the forms of a source header."""
    portal = frozenset({("portal", portal_name(header))} if spelled(header) else ())
    forms = _forms(header, frozenset())
    return Forms(forms.strict | portal, forms.loose, forms.meant, forms.senses)


def column_forms(column: Column) -> Forms:
    """Return the forms of a dataset column: of its display name and of its field name."""
    implied = _implied_by_type(column)
    both = [_forms(name, implied) for name in (_whole(column.name), _whole(column.field))]
    # If the display name has the character that became `_`, the header must have it too.
    shown = column.name != column.field and portal_name(column.name) == column.field
    portal = frozenset[Key](() if shown else {("portal", column.field)})
    return Forms(
        strict=portal.union(*(forms.strict for forms in both)),
        loose=frozenset[Key]().union(*(forms.loose for forms in both)),
        meant=frozenset[Key]().union(*(forms.meant for forms in both)),
        senses=tuple(dict.fromkeys(sense for forms in both for sense in forms.senses)),
    )


def _whole(name: str) -> str:
    """Return the name, or nothing if the portal dropped a sign (`_change`, `permit_`).

    In `_2024` the `_` replaces nothing: a field name cannot begin with a digit.
    """
    if name.startswith("_") and name[1:2].isdigit():
        name = name[1:]
    return name if name.strip("_") == name else ""


def _implied_by_type(column: Column) -> frozenset[str]:
    """Return words that a column's name may omit because its type implies them."""
    percent = column.type == "percent" or column.format.get("precisionStyle") == "percentage"
    return frozenset(
        (["date"] if column.type in DATE_TYPES else []) + (["percent"] if percent else [])
    )


def _forms(name: str, implied: frozenset[str]) -> Forms:
    written = spelled(name)
    if not written:
        return Forms(frozenset(), frozenset(), frozenset(), ())
    loose = _ordered(tuple(map(singular, words(name))))
    meant = _ordered(meaning(tuple(map(singular, words(name)))))
    return Forms(
        strict=frozenset({("words", words(name)), ("compact", compact(written))}),
        loose=frozenset(_keys(loose, implied)),
        meant=frozenset(_keys(meant, implied)),
        senses=(meant,),
    )


def _keys(parts: Words, implied: frozenset[str]) -> list[Key]:
    """Return keys: the words, the words run together, and the words without `date` or `percent`."""
    keys: list[Key] = [("words", parts), ("compact", compact(parts))]
    for word in ("date", "percent"):
        rest = tuple(part for part in parts if part != word)
        if rest and (word in parts or word in implied):
            keys.append((word, rest))
    return keys


def _ordered(parts: Words) -> Words:
    """Return the words of a name in a fixed order, whatever their original order.

    The words around `of` are exchanged (`date of issue` becomes `issue date`), silent words are
    left out, and words such as `first` or `total` are moved to the front.
    """
    if "of" in parts[1:-1] and parts[parts.index("of") - 1] not in _COUNTS:
        place = parts.index("of")
        parts = parts[place + 1 :] + parts[:place]
    silent = _SILENT - {"of"} if _COUNTS & set(parts) else _SILENT
    spoken = tuple(part for part in parts if part not in silent) or parts
    free = [part for part in spoken if part in _FREE]
    return (*free, *(part for part in spoken if part not in _FREE))
