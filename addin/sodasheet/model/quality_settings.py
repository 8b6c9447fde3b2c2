"""Settings of a job for the comparison with the dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sodasheet.model.finding import FindingGroup, Severity


@dataclass(frozen=True, slots=True)
class Release:
    """A finding that the user has accepted permanently: its reason and its field.

    An empty `field` stands for every column.
    """

    reason: str
    field: str = ""


#: Kind of rule -> number of values (None: any number), and True if it names another column.
RULE_KINDS: dict[str, tuple[int | None, bool]] = {
    "required": (0, False),
    "unique": (0, False),
    "one of": (None, False),
    "like": (None, False),
    "at least": (1, False),
    "at most": (1, False),
    "not after": (0, True),
    "implies": (None, True),
}


@dataclass(frozen=True, slots=True)
class QualityRule:
    """A rule in words about one column, by its field name.

    `required`: never blank. `unique`: no value twice. `one of`: one of `values`. `like`: written as
    one of the examples in `values`. `at least`, `at most`: the bound is the only value. `not
    after`: not greater than the column `other`. `implies`: if the column has the first value,
    `other` has the second one, or any value if there is no second one.
    """

    field: str
    kind: str
    values: tuple[str, ...] = ()
    other: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the field names of the columns that the rule uses."""
        return (self.field, self.other) if self.other else (self.field,)

    @property
    def words(self) -> str:
        """Return the rule as a sentence without its period."""
        listed = " or ".join(self.values)
        if self.kind == "implies":
            first, *rest = self.values
            then = f"is {rest[0]}" if rest else "is not blank"
            return f"if {self.field} is {first}, {self.other} {then}"
        words = {
            "required": "is never blank",
            "unique": "has no value twice",
            "one of": f"is one of {', '.join(self.values)}",
            "like": f"is written like {listed}",
            "at least": f"is at least {listed}",
            "at most": f"is at most {listed}",
            "not after": f"is not after {self.other}",
        }
        return f"{self.field} {words[self.kind]}"


@dataclass(frozen=True, slots=True)
class ColumnSettings:
    """Settings for one dataset column, by its field name: levels and tolerance of its own."""

    name: str
    levels: Mapping[str, str] = field(default_factory=dict)
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """Settings of the comparison: the effects of its findings.

    `unattended` is `stop` if a finding that asks stops an unattended push, `tell` if it is only
    reported. `levels` moves a reason to another level: stop, ask, note, or off. `released` are the
    findings that the user has accepted permanently, `rules` the job's own rules. `reconcile` is the
    field name of the column by which source and dataset are compared after a push, empty for none.
    `tolerance` widens what the dataset's past allows: 2 is twice as far beyond its range, twice the
    usual share. `columns` move levels and tolerance for single columns.
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

    def level(self, group: FindingGroup, column: str | None) -> Severity | None:
        """Return the level of a finding; None if released or switched off."""
        for release in self.released:
            if release.reason == group.reason and release.field in ("", column):
                return None
        own = next((one.levels for one in self.columns if one.name == column), {})
        level = own.get(group.reason, self.levels.get(group.reason))
        if level == "off":
            return None
        return group.severity if level is None else Severity(level)
