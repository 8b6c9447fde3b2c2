"""Apply the user's decisions to a suggested mapping."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping
from sodasheet.wording import close_names, did_you_mean, first_listed


@dataclass(frozen=True, slots=True)
class Choices:
    """Decisions by name: header to field (empty: ignore), field to constant, header to formats.

    `confirm` is True if the user has reviewed every match.
    """

    fields: Map[str, str] = field(default_factory=dict)
    constants: Map[str, str] = field(default_factory=dict)
    formats: Map[str, tuple[str, ...]] = field(default_factory=dict)
    confirm: bool = False


def choose(mapping: Mapping, choices: Choices, headers: Sequence[str], dataset: Dataset) -> Mapping:
    """Return the mapping with the choices applied, rules in the order of the headers.

    A field that is given to another column is removed from its former column. Raises UsageProblem
    for a missing header or field, naming close matches.
    """
    fillable = [column.field for column in dataset.fillable]
    _require(choices.fields, headers, "column of the source")
    _require(choices.formats, headers, "column of the source")
    _require([name for name in choices.fields.values() if name], fillable, "dataset column")
    _require(choices.constants, fillable, "dataset column")
    taken = {name for name in choices.fields.values() if name} | set(choices.constants)
    rules = [
        _freed(rule, taken)
        for rule in mapping.columns
        if rule.source not in choices.fields and (rule.source or rule.field not in taken)
    ]
    rules += [
        ColumnRule(header, name or None, ignore=not name, match=CONFIRMED, confidence=1.0)
        for header, name in choices.fields.items()
    ]
    rules += [
        ColumnRule(None, name, constant=value, match=CONFIRMED, confidence=1.0)
        for name, value in choices.constants.items()
    ]
    rules = [_settled(rule, choices) for rule in rules]
    place = {header: index for index, header in enumerate(headers)}
    rules.sort(key=lambda rule: place.get(rule.source or "", len(place)))
    points = tuple(
        replace(point, match=CONFIRMED) if choices.confirm else point
        for point in mapping.points
        if point.field not in taken
    )
    return replace(mapping, columns=tuple(rules), points=points)


def _freed(rule: ColumnRule, taken: set[str]) -> ColumnRule:
    return replace(rule, field=None, ignore=True) if rule.field in taken else rule


def _settled(rule: ColumnRule, choices: Choices) -> ColumnRule:
    """Return the rule with its formats, confirmed if the user confirms all."""
    formats = choices.formats.get(rule.source or "", rule.formats)
    match = CONFIRMED if choices.confirm and rule.fills else rule.match
    return replace(rule, formats=formats, match=match)


def _require(names: Iterable[str], known: Sequence[str], kind: str) -> None:
    for name in names:
        if name not in known:
            close = close_names(name, known)
            raise UsageProblem(
                f'There is no {kind} named "{name}".',
                did_you_mean(close) if close else _choices(known),
            )


def _choices(names: Sequence[str]) -> str:
    if not names:
        return "There are none to choose from."
    lead = "The choices are" if len(names) > 1 else "The only choice is"
    return f"{lead} {first_listed(names, 30)}."
