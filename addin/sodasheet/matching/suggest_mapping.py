"""Suggest a mapping: every header with its most probable column, and the reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sodasheet.matching.pair_columns import pair
from sodasheet.matching.point_suggestions import suggest_points
from sodasheet.matching.previous_choices import PreviousChoices, previous_choices
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.mapping import NO_MATCH, NOT_USED, ColumnRule, Mapping, PointRule, part_of
from sodasheet.model.method import Method


def suggest(
    headers: Sequence[str], dataset: Dataset, method: Method, keep: Mapping | None = None
) -> Mapping:
    """Return a mapping with a rule for every header in order, at most one header per column.

    Only columns that a push may write are offered; for delete, only the row identifier. `keep` is
    an earlier mapping: choices that the user made or confirmed remain as long as the
    header and the column still exist; formats, time zones and blank policies also remain if
    matching finds the same column again. Constants follow the other rules.
    """
    keep = keep or Mapping()
    offered = _offered(dataset, method)
    kept = previous_choices(keep, frozenset(headers), frozenset(one.field for one in offered))
    rules = _matched(headers, kept, [one for one in offered if one.field not in kept.fields])
    filled = kept.fields | {rule.field for rule in rules.values()}
    points = kept.points + suggest_points(
        [header for header in headers if not kept.ignores(header)],
        [one for one in offered if one.field not in filled],
    )
    listed: list[ColumnRule] = []
    for at, header in enumerate(headers):
        chosen = kept.rules.get(header, ()) if headers.index(header) == at else ()
        listed.extend(chosen or (rules.get(at) or _idle(header, points, method),))
    columns = (*listed, *kept.constants)
    return dataclasses.replace(keep, columns=columns, points=points)


def _offered(dataset: Dataset, method: Method) -> tuple[Column, ...]:
    if method is Method.DELETE:
        return tuple(one for one in dataset.fillable if one.field == dataset.row_identifier)
    return dataset.fillable


def _matched(
    headers: Sequence[str], kept: PreviousChoices, columns: Sequence[Column]
) -> dict[int, ColumnRule]:
    """Return new rules by position of the header, for headers without a user's choice."""
    free = [at for at, header in enumerate(headers) if header not in kept.rules]
    found = pair([headers[at] for at in free], columns)
    return {
        free[number]: kept.settings(
            ColumnRule(
                headers[free[number]],
                match.column.field,
                match=match.reason,
                confidence=match.confidence,
            )
        )
        for number, match in found.items()
    }


def _idle(header: str, points: Sequence[PointRule], method: Method) -> ColumnRule:
    """Return the rule of a header that does not fill a column on its own."""
    reason = NOT_USED if method is Method.DELETE else NO_MATCH
    for point in points:
        if header in (point.latitude, point.longitude):
            reason = part_of(point.field)
    return ColumnRule(source=header, ignore=True, match=reason)
