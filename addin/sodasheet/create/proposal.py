"""Proposals of new datasets: names, types and a row identifier, each with its evidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import type_words
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.suggest.column_type_suggestions import (
    TypeSuggestion,
    clear_markers,
    suggest_types,
    type_of_formats,
)
from sodasheet.staging.types.registry import TYPES
from sodasheet.wording import listed

#: Longest field name that is proposed.
_LONGEST = 60

#: Letters that Unicode does not decompose, and their plain spelling.
_SPELLED_OUT = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
     "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i"}
)  # fmt: skip

#: Words of headers that name an identifier, best first.
_IDENTIFIERS = ("id", "identifier", "key", "number", "no", "code")


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column to create: its source column, its names, its type and the reason for the type.

    `unclear` is True if the column stays text only because its values can be read in two ways.
    `digits` are those that codes should have which seem to have lost their zeros, 0 for others;
    `pad` is the user's own number of digits, to which zeros are added.
    """

    source: str
    name: str
    field: str
    type: str
    formats: tuple[str, ...]
    evidence: str
    unique: bool
    unclear: bool = False
    digits: int = 0
    pad: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the column as one JSON object."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {"formats": list(self.formats)}


@dataclass(frozen=True, slots=True)
class NewDataset:
    """A dataset to create; `identifier` is the field name of its row identifier, or empty."""

    name: str
    columns: tuple[NewColumn, ...]
    identifier: str
    identifier_evidence: str
    missing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the proposal as one JSON object."""
        return {
            "name": self.name,
            "columns": [column.to_json() for column in self.columns],
            "row_identifier": self.identifier or None,
            "row_identifier_evidence": self.identifier_evidence,
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Wishes:
    """The user's decisions: types, field names and formats by header, ignored headers.

    `missing` are the strings that stand for an empty cell, `pads` the digits to which zeros are
    added, 0 for values that are kept unchanged. `identifier` is a header or field name,
    empty for none; None leaves the choice to the proposal. `taken` are field names that no column
    may have.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    identifier: str | None = None
    formats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    pads: Mapping[str, int] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()


def propose(stage: Stage, name: str, wishes: Wishes) -> NewDataset:
    """Propose a dataset for a source; missing-value markers are cleared in the stage.

    Raises UsageProblem for a wish that cannot be met.
    """
    named = [*wishes.types, *wishes.fields, *wishes.formats, *wishes.pads, *wishes.ignored]
    _require_known(stage.headers, named)
    clear_markers(stage, wishes.missing)
    kept = [header for header in stage.headers if header not in wishes.ignored]
    return proposed(suggest_types(stage, kept), name, wishes)


def proposed(suggestions: Mapping[str, TypeSuggestion], name: str, wishes: Wishes) -> NewDataset:
    """Propose a dataset with a column for each suggested type, in their order.

    Raises UsageProblem for a wish that cannot be met.
    """
    if not name.strip():
        raise UsageProblem("The dataset has no name.", "Enter a name.")
    taken = {*wishes.taken, *wishes.fields.values()}
    columns = []
    for header, found in suggestions.items():
        if header in wishes.ignored:
            continue
        chosen = wishes.fields.get(header) or field_name(header, taken)
        taken.add(chosen)
        columns.append(_column(header, chosen, _formatted(header, found, wishes), wishes))
    if not columns:
        raise UsageProblem("No column is left to create.", "Keep at least one column.")
    _require_fields([column.field for column in columns])
    identifier, evidence = _identifier(columns, wishes.identifier)
    return NewDataset(name.strip(), tuple(columns), identifier, evidence, wishes.missing)


def field_name(header: str, taken: Iterable[str]) -> str:
    """Return a field name for a header: lower case, `_` for other characters, not in `taken`."""
    spelled = header.translate(_SPELLED_OUT)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    words = re.sub("[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].rstrip("_") or "column"
    words = words if not words[0].isdigit() else f"_{words}"
    chosen, number = words, 2
    while chosen in set(taken):
        chosen, number = f"{words}_{number}", number + 1
    return chosen


def _formatted(header: str, found: TypeSuggestion, wishes: Wishes) -> TypeSuggestion:
    """Return the suggestion with the formats that the user has declared, if any."""
    formats = wishes.formats.get(header, ())
    if not formats:
        return found
    kind = wishes.types.get(header) or type_of_formats(formats)
    return replace(
        found, type=kind, formats=formats, evidence="your choice of format", unclear=False
    )


def _column(header: str, chosen: str, found: TypeSuggestion, wishes: Wishes) -> NewColumn:
    wish = wishes.types.get(header)
    if wish is None or wish == found.type:
        kind, formats, evidence = found.type, found.formats, found.evidence
    elif wish in TYPES:
        kind, formats, evidence = wish, (), f"your choice; {type_words(found.type)} was proposed"
    else:
        raise UsageProblem(
            f'There is no data type "{wish}".', f"Choose {listed(sorted(TYPES), 'or')}."
        )
    return NewColumn(
        header,
        header,
        chosen,
        kind,
        formats,
        evidence,
        found.profile.unique,
        unclear=found.unclear and wish is None,
        digits=found.digits if kind == "text" and header not in wishes.pads else 0,
        pad=wishes.pads.get(header, 0),
    )


def _identifier(columns: list[NewColumn], wish: str | None) -> tuple[str, str]:
    if wish == "":
        return "", "your choice"
    if wish is not None:
        found = next((one for one in columns if wish in (one.source, one.field)), None)
        if found is None:
            raise UsageProblem(
                f'There is no column "{wish}".', "Specify one of the source's headers."
            )
        if not found.unique:
            raise UsageProblem(
                f'"{found.source}" cannot be the row identifier: it has blanks or repeated values.',
                "Fix them in the source, or choose another column.",
            )
        return found.field, "your choice"
    fits = [one for one in columns if one.unique and one.type in ("text", "number")]
    named = [one for one in fits if set(_IDENTIFIERS) & set(one.field.split("_"))]
    if not named and fits:
        listed = ", ".join(one.source for one in fits[:3])
        return "", f"no header suggests an identifier; different in every row: {listed}"
    if not named:
        return "", "no column has a different value in every row"
    return named[0].field, "every row has a different value, and the header suggests an identifier"


def _require_known(headers: Iterable[str], named: Iterable[str]) -> None:
    for name in named:
        if name not in set(headers):
            raise UsageProblem(f'The source has no column "{name}".', f"It has {listed(headers)}.")


def _require_fields(names: list[str]) -> None:
    for name in names:
        if not re.fullmatch("[a-z_][a-z0-9_]*", name):
            raise UsageProblem(
                f'"{name}" cannot be a field name.',
                "Use lower-case letters, digits and _, and begin with a letter.",
            )
        if names.count(name) > 1:
            raise UsageProblem(f'Two columns have the field name "{name}".', "Change one of them.")
