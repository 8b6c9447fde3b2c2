"""Changes of a description: old and new, for a preview, a push and an undo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sodasheet.describe.description import FIELDS, ColumnDescription, Description


class ChangedPart(StrEnum):
    """Part of a description that a change is in."""

    FIELD = "field"
    CUSTOM = "custom"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class DescriptionChange:
    """One value that differs.

    `key` is the field's key, the custom field's name or the column's value (`name`,
    `description`, `width`); `owner` the group of the custom field or the column's field name.
    """

    place: ChangedPart
    key: str
    old: str
    new: str
    owner: str = ""

    @property
    def label(self) -> str:
        """Words for people, such as `Title` or `opened: description`."""
        if self.place is ChangedPart.FIELD:
            return FIELDS[self.key].label
        if self.place is ChangedPart.CUSTOM:
            return f"{self.owner} / {self.key}"
        return f"{self.owner}: {self.key}"

    @property
    def inverse(self) -> DescriptionChange:
        """The change that undoes this change."""
        return DescriptionChange(self.place, self.key, self.new, self.old, self.owner)

    def to_json(self) -> dict[str, Any]:
        """Return the change as one JSON object."""
        return {
            "place": self.place.value,
            "owner": self.owner,
            "key": self.key,
            "old": self.old,
            "new": self.new,
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> DescriptionChange:
        """Read a change that `to_json` wrote."""
        return cls(ChangedPart(body["place"]), body["key"], body["old"], body["new"], body["owner"])


def changes(now: Description, wanted: Description) -> tuple[DescriptionChange, ...]:
    """Return what differs; a value that `wanted` does not have stays unchanged."""
    found = [
        DescriptionChange(ChangedPart.FIELD, key, now.fields.get(key, ""), text)
        for key, text in wanted.fields.items()
    ]
    found += [
        DescriptionChange(ChangedPart.CUSTOM, name, now.custom.get((group, name), ""), text, group)
        for (group, name), text in wanted.custom.items()
    ]
    for column in wanted.columns:
        found += _of_column(now.column(column.field), column)
    return tuple(change for change in found if change.old != change.new)


def _of_column(
    now: ColumnDescription | None, wanted: ColumnDescription
) -> Iterable[DescriptionChange]:
    known = now or ColumnDescription(wanted.field)
    for key in ("name", "description", "width"):
        value, before = getattr(wanted, key), getattr(known, key)
        if value is not None:
            old = "" if before is None else str(before)
            yield DescriptionChange(ChangedPart.COLUMN, key, old, str(value), wanted.field)


def value_in(description: Description, change: DescriptionChange) -> str:
    """Return the value that a description has in the place of a change."""
    if change.place is ChangedPart.FIELD:
        return description.fields.get(change.key, "")
    if change.place is ChangedPart.CUSTOM:
        return description.custom.get((change.owner, change.key), "")
    column = description.column(change.owner)
    value = None if column is None else getattr(column, change.key)
    return "" if value is None else str(value)
