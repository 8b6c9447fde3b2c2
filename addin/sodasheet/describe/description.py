"""Descriptions: what a dataset and its columns are called and what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class DescriptionField:
    """One field of a dataset's description.

    `key` is a stable word for programs, `label` the words on a sheet. `read` takes the text out of
    a view; `api` is the field of the metadata API, empty if that has none.
    """

    key: str
    label: str
    read: Callable[[Mapping[str, Any]], str]
    api: str = ""


def _text(key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda view: _plain(view.get(key))


def _tags(view: Mapping[str, Any]) -> str:
    tags = view.get("tags")
    return ", ".join(map(str, tags)) if isinstance(tags, list) else ""


def _row_label(view: Mapping[str, Any]) -> str:
    return _plain(_metadata(view).get("rowLabel"))


def _contact(view: Mapping[str, Any]) -> str:
    private = view.get("privateMetadata")
    return _plain(private.get("contactEmail")) if isinstance(private, dict) else ""


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _metadata(view: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = view.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


FIELDS: dict[str, DescriptionField] = {
    one.key: one
    for one in (
        DescriptionField("title", "Title", _text("name"), "name"),
        DescriptionField("description", "Description", _text("description"), "description"),
        DescriptionField("category", "Category", _text("category"), "category"),
        DescriptionField("tags", "Tags", _tags, "tags"),
        DescriptionField("license", "License", _text("licenseId"), "license"),
        DescriptionField("attribution", "Attribution", _text("attribution"), "attribution"),
        DescriptionField("link", "Source link", _text("attributionLink"), "attributionLink"),
        DescriptionField("contact", "Contact email", _contact),
        DescriptionField("row_label", "Row label", _row_label),
    )
}


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """One column's description; on a sheet that is read, None leaves a value unchanged.

    `id` is the portal's number of the column, 0 if it is not known.
    """

    field: str
    name: str | None = None
    description: str | None = None
    width: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Description:
    """A dataset's description, present on a portal or wanted by a sheet.

    `fields` are texts by `Field.key`, `custom` are custom fields by group and name. A field that
    is not there is left as it is; an empty text is no text.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[tuple[str, str], str] = field(default_factory=dict)
    columns: tuple[ColumnDescription, ...] = ()

    def column(self, name: str) -> ColumnDescription | None:
        """Return the column with this field name, or None."""
        return next((one for one in self.columns if one.field == name), None)


def description_of(view: Mapping[str, Any]) -> Description:
    """Read the description in a view (portal-api.md A.1); keys may be missing."""
    groups = _metadata(view).get("custom_fields")
    custom = {
        (str(group), str(name)): str(value)
        for group, values in (groups.items() if isinstance(groups, dict) else ())
        for name, value in (values.items() if isinstance(values, dict) else ())
        if value is not None
    }
    return Description(
        {key: one.read(view) for key, one in FIELDS.items()},
        custom,
        tuple(_column(entry) for entry in _described(view)),
    )


def _described(view: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the columns that people see, by position; the portal's own are left out."""
    listed = view.get("columns")
    entries = [
        entry
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, dict)
        and _plain(entry.get("fieldName"))
        and not _plain(entry.get("fieldName")).startswith(":")
    ]
    return sorted(entries, key=lambda entry: _whole(entry.get("position")) or 0)


def _column(entry: Mapping[str, Any]) -> ColumnDescription:
    return ColumnDescription(
        _plain(entry.get("fieldName")),
        _plain(entry.get("name")),
        _plain(entry.get("description")),
        _whole(entry.get("width")),
        _whole(entry.get("id")) or 0,
    )


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
