"""Settings of the comparison with the dataset, as a job holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sodasheet.model.finding import FindingGroup, Severity


@dataclass(frozen=True, slots=True)
class Release:
    """A finding that the user has accepted for good: its reason, and the dataset column's field.

    An empty `field` stands for every column.
    """

    reason: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """What findings of a comparison do.

    `unattended` is `stop` if a finding that asks stops an unattended push, `tell` if it is only
    reported. `levels` moves a reason to another level: stop, ask, note, or off. `released` are the
    findings that the user has accepted for good.
    """

    unattended: str = "stop"
    levels: Mapping[str, str] = field(default_factory=dict)
    released: tuple[Release, ...] = ()

    def level(self, group: FindingGroup, column: str | None) -> Severity | None:
        """Return the level of a finding; None if it is released or switched off."""
        for release in self.released:
            if release.reason == group.reason and release.field in ("", column):
                return None
        level = self.levels.get(group.reason)
        if level == "off":
            return None
        return group.severity if level is None else Severity(level)
