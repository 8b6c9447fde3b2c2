"""Settings of a job for the comparison with the dataset."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.wording import listed


@dataclass(frozen=True, slots=True)
class Release:
    """A finding that the user has accepted permanently: its reason and its field.

    An empty `field` stands for every column.
    """

    reason: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class RuleKind:
    """Requirements of a kind of rule: the number of values (None for any) and a second column."""

    values: int | None = 0
    second_column: bool = False


RULE_KINDS = {
    "required": RuleKind(),
    "unique": RuleKind(),
    "one of": RuleKind(values=None),
    "like": RuleKind(values=None),
    "at least": RuleKind(values=1),
    "at most": RuleKind(values=1),
    "up to": RuleKind(values=1),
    "email": RuleKind(),
    "before": RuleKind(second_column=True),
    "not after": RuleKind(second_column=True),
    "implies": RuleKind(values=None, second_column=True),
}

#: Levels that a rule may have instead of stopping the push.
RULE_LEVELS = ("ask", "note")

#: Characters and words that would end an unquoted value.
_ENDS = re.compile(
    r"""[,;()"!\n]|^[=“]|\bor\b|\bis\b|\bthen\b|^\s|\s$|\.$|^(?:not blank|never blank|filled)$""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QualityRule:
    """A rule in words about one column, by its field name.

    The kinds are:

    * `required`: never blank. `unique`: no duplicate values. `email`: an email address.
    * `one of`: one of `values`, or of the values in the workbook's range `listed`, such as
      `Lists!A2:A40`, `[lists.xlsx]Lists!A2:A40` or the name of a range.
    * `like`: written like one of the examples in `values`.
    * `at least`, `at most`: the only value is the bound, which may be `today`.
    * `up to`: at most as many characters as the only value says.
    * `before`, `not after`: compared with the value of the column `other`.
    * `implies`: if the column has the first value, `other` has the second value, or any value if
      there is no second value.

    `level` is `ask` or `note` for a rule that does not stop the push.
    """

    field: str
    kind: str
    values: tuple[str, ...] = ()
    other: str = ""
    listed: str = ""
    level: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the field names of the columns that the rule uses."""
        return (self.field, self.other) if self.other else (self.field,)

    @property
    def words(self) -> str:
        """Return the rule as a sentence without its period."""
        level = f" ({self.level})" if self.level else ""
        if self.kind == "implies":
            return f"if {self.field} is {implied_words(self, self.other)}{level}"
        values = listed(map(quoted, self.values), "or")
        words = {
            "required": "is never blank",
            "unique": "has no duplicate values",
            "one of": f"is one of {allowed_words(self)}",
            "like": f"is written like {values}",
            "at least": f"is at least {values}",
            "at most": f"is at most {values}",
            "up to": f"has up to {length_words(self)}",
            "email": "is an email address",
            "before": f"is before {self.other}",
            "not after": f"is not after {self.other}",
        }
        return f"{self.field} {words[self.kind]}{level}"


def length_words(rule: QualityRule) -> str:
    """Return `50 characters` of an `up to` rule."""
    length = " or ".join(rule.values)
    return f"{length} {'character' if length == '1' else 'characters'}"


def implied_words(rule: QualityRule, other: str) -> str:
    """Return `Closed, closed is not blank` of an `implies` rule; `other` names the column."""
    first, *rest = rule.values
    then = f"is {quoted(rest[0])}" if rest else "is not blank"
    return f"{quoted(first)}, {other} {then}"


def allowed_words(rule: QualityRule) -> str:
    """Return the allowed values of a `one of` rule, or the range that contains them."""
    if rule.listed:
        return rule.listed if "!" in rule.listed else f"={rule.listed}"
    return ", ".join(map(quoted, rule.values))


def quoted(value: str) -> str:
    """Return a value for rules in words, quoted if needed to be read back."""
    if value and not _ENDS.search(value):
        return value
    return '"{}"'.format(value.replace('"', '""'))


@dataclass(frozen=True, slots=True)
class ColumnSettings:
    """Levels and tolerance of one dataset column, by its field name."""

    name: str
    levels: Mapping[str, str] = field(default_factory=dict)
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """Settings of the comparison: the effects of its findings.

    `unattended` is `stop` if a finding that asks stops an unattended push, `tell` if the finding is
    only reported. `levels` moves a reason to another level: stop, ask, note, or off. `released` has
    the findings that the user has accepted permanently, `rules` has the job's own rules.
    `reconcile` is the field name of the column by which source and dataset are compared after a
    push, or empty. `tolerance` widens what the dataset's past allows: 2 means twice as far beyond
    its range, or twice the usual share. `columns` has levels and a tolerance for single columns.
    """

    unattended: str = "stop"
    levels: Mapping[str, str] = field(default_factory=dict)
    released: tuple[Release, ...] = ()
    rules: tuple[QualityRule, ...] = ()
    reconcile: str = ""
    tolerance: float = 1.0
    columns: tuple[ColumnSettings, ...] = ()

    def tolerance_of(self, column: str) -> float:
        """Return the tolerance of a dataset column, by its field name."""
        own = next((one.tolerance for one in self.columns if one.name == column), None)
        return self.tolerance if own is None else own

    def level(self, group: FindingGroup, fields: Collection[str]) -> Severity | None:
        """Return the level of a finding about these fields; None if released or switched off."""
        for release in self.released:
            if release.reason == group.reason and (not release.field or release.field in fields):
                return None
        own = (one.levels for one in self.columns if one.name in fields)
        named = next((levels for levels in own if group.reason in levels), self.levels)
        level = named.get(group.reason)
        if level == "off":
            return None
        return group.severity if level is None else Severity(level)
