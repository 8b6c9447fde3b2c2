"""The user's choices in an earlier mapping, which matching again must not change."""

from __future__ import annotations

import dataclasses
from collections.abc import Set
from dataclasses import dataclass

from sodasheet.model.mapping import ColumnRule, Mapping, PointRule, personal


@dataclass(frozen=True, slots=True)
class PreviousChoices:
    """The user's rules by header, constants and points, and every earlier rule."""

    rules: dict[str, tuple[ColumnRule, ...]]
    constants: tuple[ColumnRule, ...]
    points: tuple[PointRule, ...]
    earlier: tuple[ColumnRule, ...]

    @property
    def fields(self) -> frozenset[str | None]:
        """Field names that are already filled."""
        rules = [rule for rules in self.rules.values() for rule in rules]
        return frozenset(
            [rule.field for rule in (*rules, *self.constants)]
            + [point.field for point in self.points]
        )

    def ignores(self, header: str) -> bool:
        """True if the user decided to ignore this header."""
        return any(rule.ignore for rule in self.rules.get(header, ()))

    def settings(self, rule: ColumnRule) -> ColumnRule:
        """Return a new rule with the settings of its earlier pair."""
        for old in self.earlier:
            if (old.source, old.field) == (rule.source, rule.field):
                return dataclasses.replace(
                    rule,
                    formats=old.formats,
                    timezone=old.timezone,
                    blank=old.blank,
                    missing=old.missing,
                    recode=old.recode,
                    pad=old.pad,
                    unwrap=old.unwrap,
                )
        return rule


def previous_choices(keep: Mapping, headers: Set[str], fields: Set[str]) -> PreviousChoices:
    """Return the user's choices whose header and column both still exist."""
    rules: dict[str, tuple[ColumnRule, ...]] = {}
    constants = []
    for rule in keep.columns:
        if rule.source is None and rule.field in fields:
            constants.append(rule)
        elif rule.source is not None and rule.source in headers and _chosen(rule, fields):
            rules[rule.source] = (*rules.get(rule.source, ()), rule)
    points = tuple(
        point
        for point in keep.points
        if personal(point.match)
        and point.field in fields
        and {point.latitude, point.longitude} <= headers
    )
    return PreviousChoices(rules, tuple(constants), points, keep.columns)


def _chosen(rule: ColumnRule, fields: Set[str]) -> bool:
    return personal(rule.match) and (rule.ignore or rule.field in fields)
