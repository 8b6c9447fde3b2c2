"""Reconciliation of a push: source and dataset compared by group once the rows have landed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sodasheet.wording import counted, part_of

#: How many groups a report lists.
LISTED = 200

#: The measure of a difference in the number of rows.
ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Total:
    """Number of rows in a group, and the sum, minimum, and maximum of each compared column.

    A sum is None for non-numeric columns; an extreme is empty if the group has no value.
    """

    rows: int
    sums: Mapping[str, float | None] = field(default_factory=dict)
    lows: Mapping[str, str] = field(default_factory=dict)
    highs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """One number of a group that differs; `measure` is `rows` or, for example, `sum of Amount`."""

    group: str
    measure: str
    source: str
    dataset: str

    @property
    def sentence(self) -> str:
        """The difference in words."""
        name = self.group or "(blank)"
        if self.measure == ROWS:
            rows = "row" if self.source == "1" else "rows"
            return f"{name}: {self.source} {rows} in the source and {self.dataset} in the dataset"
        return (
            f"{name}: the {self.measure} is {self.source} in the source and {self.dataset} in the"
            " dataset"
        )


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Comparison of the sent rows with the dataset, group by group.

    `column` is the display name of the grouping column, `columns` has the names of the compared
    columns. `groups` has each group with its numbers of rows in the source and in the dataset.
    `why_not` is the reason if nothing could be compared.
    """

    column: str
    columns: tuple[str, ...] = ()
    groups: tuple[tuple[str, int, int], ...] = ()
    differences: tuple[GroupDifference, ...] = ()
    why_not: str = ""

    @property
    def agrees(self) -> bool:
        """True if everything was compared and nothing differs."""
        return not self.why_not and not self.differences

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        if self.why_not:
            return f"Source and dataset were not compared by {self.column}: {self.why_not}."
        if self.agrees:
            what = "row counts, sums, minimums, and maximums" if self.columns else "row counts"
            groups = counted(len(self.groups), "group")
            return f"Source and dataset agree for each {self.column} ({groups}): {what}."
        wrong = len({one.group for one in self.differences})
        return (
            f"Source and dataset differ in {part_of(wrong, len(self.groups), 'group')} by"
            f" {self.column}; the first is {self.differences[0].sentence}. Compare these rows with"
            " the dataset; someone else may have changed it in the meantime."
        )

    def shown(self, most: int) -> list[tuple[str, str, str, str]]:
        """Return the first groups as strings, differing groups first.

        Each has the group, its rows in the source, its rows in the dataset, and the differences.
        """
        differing: dict[str, list[str]] = {}
        for one in self.differences:
            differing.setdefault(one.group, []).append(
                one.measure
                if one.measure == ROWS
                else f"{one.measure}: {one.source} / {one.dataset}"
            )
        ordered = sorted(self.groups, key=lambda group: group[0] not in differing)
        return [
            (
                group or "(blank)",
                f"{source:,}",
                f"{dataset:,}",
                "; ".join(differing.get(group, ["agrees"])),
            )
            for group, source, dataset in ordered[:most]
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON; long lists are cut."""
        return {
            "column": self.column,
            "columns": list(self.columns),
            "agrees": self.agrees,
            "why_not": self.why_not or None,
            "groups": [
                {"group": group, "source": source, "dataset": dataset}
                for group, source, dataset in self.groups[:LISTED]
            ],
            "differences": [
                {name: getattr(one, name) for name in GroupDifference.__slots__}
                for one in self.differences[:LISTED]
            ],
        }
