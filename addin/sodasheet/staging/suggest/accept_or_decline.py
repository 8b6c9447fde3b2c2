"""Accept or decline suggestions: a job with the changes, or with the stored keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping, PointRule
from sodasheet.model.suggestion import SuggestedChange, Suggestion


def accept(
    mapping: Mapping, spec: SourceSpec, suggestions: Iterable[Suggestion]
) -> tuple[Mapping, SourceSpec]:
    """Return mapping and source with the changes of the suggestions."""
    rules = list(mapping.columns)
    for one in suggestions:
        if one.change.rules or one.change.places:
            mapping = _added(replace(mapping, columns=tuple(rules)), one.change)
            rules = list(mapping.columns)
        elif one.change.points:
            mapping = _with_points(mapping, one.change.points)
        elif one.column is None:
            spec = _of_source(spec, one.change)
        else:
            rules = [_of_rule(rule, one) for rule in rules]
    return replace(mapping, columns=tuple(rules)), spec


def _added(mapping: Mapping, change: SuggestedChange) -> Mapping:
    """Return the mapping with new rules and places as the only rules for their fields."""
    if {*change.rules} <= {*mapping.columns} and {*change.places} <= {*mapping.places}:
        return mapping
    fields = {*(rule.field for rule in change.rules), *(place.field for place in change.places)}
    others = [
        replace(rule, field=None, ignore=True) if rule.field in fields and rule.source else rule
        for rule in mapping.columns
        if rule.source or rule.field not in fields
    ]
    return replace(
        mapping,
        columns=(*others, *change.rules),
        points=tuple(point for point in mapping.points if point.field not in fields),
        places=(*(one for one in mapping.places if one.field not in fields), *change.places),
    )


def _with_points(mapping: Mapping, changed: tuple[PointRule, ...]) -> Mapping:
    """Return the mapping with the points as changed, if both columns still fill them."""
    by_columns = {(one.field, one.latitude, one.longitude): one for one in changed}
    points = tuple(
        by_columns.get((one.field, one.latitude, one.longitude), one) for one in mapping.points
    )
    return replace(mapping, points=points)


def decline(mapping: Mapping, suggestions: Iterable[Suggestion]) -> Mapping:
    """Return the mapping with the keys of the suggestions, so that these are not repeated."""
    keys = (*mapping.declined, *(one.key for one in suggestions))
    return replace(mapping, declined=tuple(dict.fromkeys(keys)))


def _of_source(spec: SourceSpec, change: SuggestedChange) -> SourceSpec:
    kinds = tuple(dict.fromkeys((*spec.leave_out, *change.leave_out)))
    spec = replace(spec, leave_out=kinds)
    if change.header_row is None:
        return spec
    return replace(spec, header_row=change.header_row, header_rows=change.header_rows)


def _of_rule(rule: ColumnRule, one: Suggestion) -> ColumnRule:
    if rule.source != one.column or (one.field is not None and rule.field != one.field):
        return rule
    change = one.change
    return replace(
        rule,
        formats=change.formats or rule.formats,
        missing=tuple(dict.fromkeys((*rule.missing, *change.missing))),
        recode=tuple((dict(rule.recode) | dict(change.recode)).items()),
        pad=change.pad or rule.pad,
        unwrap=change.unwrap or rule.unwrap,
    )
