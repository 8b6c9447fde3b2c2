"""Custom fields: groups that a portal defines, and a dataset's values for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Separator between the group and the name in the label of a custom field.
BETWEEN = " / "

#: Group and name of a custom field.
Key = tuple[str, str]


def custom_label(key: Key) -> str:
    """Return the label of a custom field."""
    return BETWEEN.join(key)


def custom_key(label: str, known: Iterable[Key]) -> Key:
    """Return the group and name of a label; the name is empty if the label is incomplete.

    The label of a known field is taken as a whole, since a group may have a slash in its name.
    """
    group, _, name = label.partition(BETWEEN)
    return next((key for key in known if custom_label(key) == label), (group, name))


@dataclass(frozen=True, slots=True)
class CustomField:
    """Definition of a custom field; without `options`, any text is allowed."""

    group: str
    name: str
    required: bool = False
    options: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """The group and name, which find the field."""
        return self.group, self.name


def custom_field_texts(metadata: Mapping[str, Any]) -> dict[Key, str]:
    """Return the custom fields in a view's metadata by group and name."""
    return {
        (group, name): str(value)
        for group, values in groups_in(metadata).items()
        for name, value in values.items()
        if value is not None
    }


def groups_in(metadata: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the groups of custom fields in a view's metadata, unchanged."""
    groups = metadata.get("custom_fields")
    found = groups.items() if isinstance(groups, dict) else ()
    return {group: values for group, values in found if isinstance(values, dict)}


def custom_fields_from(configurations: Any) -> tuple[CustomField, ...]:
    """Read the definitions in a portal's metadata configurations; keys may be missing."""
    found = {one.key: one for sets in _field_sets(configurations) for one in _fields(sets)}
    return tuple(found.values())


def _field_sets(configurations: Any) -> Iterator[Mapping[str, Any]]:
    for configuration in _objects(configurations):
        for prop in _objects(configuration.get("properties")):
            if prop.get("name") == "fieldsets":
                yield from _objects(prop.get("value"))


def _fields(group: Mapping[str, Any]) -> Iterator[CustomField]:
    for entry in _objects(group.get("fields")):
        names = (group.get("name"), entry.get("name"))
        if all(isinstance(name, str) and name for name in names) and not entry.get("private"):
            yield CustomField(
                str(names[0]), str(names[1]), entry.get("required") is True, _options(entry)
            )


def _options(entry: Mapping[str, Any]) -> tuple[str, ...]:
    listed = entry.get("options")
    found = [
        one.get("value") if isinstance(one, dict) else one
        for one in (listed if isinstance(listed, list) else ())
    ]
    return tuple(one for one in found if isinstance(one, str) and one)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
