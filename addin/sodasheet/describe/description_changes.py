"""Changes to a description: old and new values, for a preview, a push and an undo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sodasheet.describe.column_description_fields import COLUMN_VALUES, NO, YES
from sodasheet.describe.column_order import BETWEEN, in_order, wanted_order
from sodasheet.describe.custom_fields import custom_label
from sodasheet.describe.description import FIELDS, FREQUENCY, Description, same_text
from sodasheet.describe.update_frequency import frequency_texts


class ChangedPart(StrEnum):
    """Part of a description that contains a change."""

    FIELD = "field"
    CUSTOM = "custom"
    COLUMN = "column"
    ORDER = "order"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class DescriptionChange:
    """A value that differs.

    `key` is the field's key, the custom field's name, the key of the column's value or the name of
    the attached file; `owner` is the group of the custom field or the column's field name.
    """

    place: ChangedPart
    key: str
    old: str
    new: str
    owner: str = ""

    @property
    def label(self) -> str:
        """Label for users, such as `Title` or `opened: description`."""
        if self.place is ChangedPart.FIELD:
            return FIELDS[self.key].label
        if self.place is ChangedPart.CUSTOM:
            return custom_label((self.owner, self.key))
        if self.place is ChangedPart.ATTACHMENT:
            return f"Attached file {self.key}"
        if self.place is ChangedPart.ORDER:
            return "Order of the columns"
        known = COLUMN_VALUES.get(self.key)
        return f"{self.owner}: {known.label.lower() if known else self.key}"

    @property
    def old_words(self) -> str:
        """The old value for users."""
        return self._words(self.old)

    @property
    def new_words(self) -> str:
        """The new value for users."""
        return self._words(self.new)

    @property
    def inverse(self) -> DescriptionChange:
        """The change that undoes this change."""
        return DescriptionChange(self.place, self.key, self.new, self.old, self.owner)

    def is_column(self, key: str) -> bool:
        """True if the change is to this value of a column; a custom field may share its name."""
        return self.place is ChangedPart.COLUMN and self.key == key

    def _words(self, value: str) -> str:
        if self.place is ChangedPart.ATTACHMENT:
            return f"file {value}" if value else ""
        return value

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
    """Return the differences; a value missing from `wanted` stays unchanged."""
    found = [
        DescriptionChange(
            ChangedPart.FIELD, key, old := now.fields.get(key, ""), _settled(key, text, old)
        )
        for key, text in wanted.fields.items()
        if key != FREQUENCY
    ]
    custom = dict(wanted.custom) | frequency_texts(now, wanted)
    found += [
        DescriptionChange(ChangedPart.CUSTOM, name, now.custom.get((group, name), ""), text, group)
        for (group, name), text in custom.items()
    ]
    found += _of_columns(now, wanted)
    found += [
        DescriptionChange(ChangedPart.ATTACHMENT, name, now.attached.get(name, ""), id_)
        for name, id_ in wanted.attached.items()
    ]
    return tuple(change for change in found if not same_text(change.old, change.new))


def _settled(key: str, text: str, old: str) -> str:
    """Return typed text as the portal reads it, unless nothing was edited."""
    return text if same_text(text, old) else FIELDS[key].settled(text)


def _of_columns(now: Description, wanted: Description) -> Iterator[DescriptionChange]:
    """Yield the wanted values of columns, including unchanged values."""
    known = {column.field: column for column in now.columns}
    order = DescriptionChange(
        ChangedPart.ORDER, "order", order_text(now), BETWEEN.join(wanted_order(now, wanted))
    )
    yield order
    identifier = wanted_identifier(now, wanted)
    asked = {column.field: dict(column.values) for column in wanted.columns}
    for field in {**asked, **known}:
        values = asked.get(field, {})
        old = known[field].values if field in known else {}
        values.pop("position", None)
        if field in known:
            values["identifier"] = YES if field == identifier else NO
        for key, value in values.items():
            yield DescriptionChange(ChangedPart.COLUMN, key, old.get(key, ""), value, field)


def order_text(description: Description) -> str:
    """Return the field names of the columns in their order."""
    return BETWEEN.join(column.field for column in description.columns)


def identifier_of(description: Description) -> str:
    """Return the field name of the row identifier; empty if there is none."""
    for column in description.columns:
        if column.values.get("identifier") == YES:
            return column.field
    return ""


def wanted_identifier(now: Description, wanted: Description) -> str:
    """Return the column that should become the row identifier.

    A column that is newly marked takes the place of the present row identifier, whose own mark
    need not be taken away.
    """
    present = identifier_of(now)
    marked = marked_identifiers(wanted)
    new = [field for field in marked if field != present]
    if new:
        return new[0]
    own = wanted.column(present)
    return "" if own is not None and own.values.get("identifier") == NO else present


def marked_identifiers(wanted: Description) -> list[str]:
    """Return the columns that a sheet marks as row identifier."""
    return [one.field for one in wanted.columns if one.values.get("identifier") == YES]


def with_values(description: Description, wanted: Iterable[DescriptionChange]) -> Description:
    """Return a description with the changes applied, and its columns in their new order."""
    fields, custom = dict(description.fields), dict(description.custom)
    columns = {column.field: dict(column.values) for column in description.columns}
    order = ""
    for change in wanted:
        if change.place is ChangedPart.FIELD:
            fields[change.key] = change.new
        elif change.place is ChangedPart.CUSTOM:
            custom[change.owner, change.key] = change.new
        elif change.place is ChangedPart.COLUMN and change.owner in columns:
            columns[change.owner][change.key] = change.new
        elif change.place is ChangedPart.ORDER:
            order = change.new
    if order:
        ordered = in_order(description.columns, order)
        for place, column in enumerate(ordered, start=1):
            columns[column.field]["position"] = str(place)
    else:
        ordered = list(description.columns)
    made = tuple(replace(one, values=columns[one.field]) for one in ordered)
    return replace(description, fields=fields, custom=custom, columns=made)


def value_in(description: Description, change: DescriptionChange) -> str:
    """Return the description's value at the place of a change."""
    if change.place is ChangedPart.FIELD:
        return description.fields.get(change.key, "")
    if change.place is ChangedPart.CUSTOM:
        return description.custom.get((change.owner, change.key), "")
    if change.place is ChangedPart.ATTACHMENT:
        return description.attached.get(change.key, "")
    if change.place is ChangedPart.ORDER:
        return order_text(description)
    column = description.column(change.owner)
    return "" if column is None else column.values.get(change.key, "")
