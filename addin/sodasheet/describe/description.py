"""Descriptions: what a dataset and its columns are called and their descriptions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sodasheet.describe.column_description_fields import COLUMN_VALUES
from sodasheet.describe.custom_fields import CustomField, custom_field_texts, groups_in
from sodasheet.portal.dataset import dataset_from, declared_frequency
from sodasheet.portal.publishing.resource import whole

#: Key of the field that stands for the custom fields in which a portal stores the frequency.
FREQUENCY = "frequency"


def plain_lines(text: str) -> str:
    """Return text with a single line feed at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def same_text(one: str, other: str) -> bool:
    """True if two strings are equal except for line endings and surrounding blanks.

    Cells, forms and files change those by themselves.
    """
    return plain_lines(one).strip() == plain_lines(other).strip()


@dataclass(frozen=True, slots=True)
class DescriptionField:
    """A field of a dataset's description.

    `key` is a stable word for programs, `label` the words on a sheet. `read` takes the text out of
    a view; `api` is the field of the metadata API, empty if that has none. `settled` turns a typed
    text into the form in which the portal's value is read.
    """

    key: str
    label: str
    read: Callable[[Mapping[str, Any]], str]
    api: str = ""
    settled: Callable[[str], str] = str


def _text(key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda view: _plain(view.get(key))


def _tags(view: Mapping[str, Any]) -> str:
    tags = view.get("tags")
    return ", ".join(map(str, tags)) if isinstance(tags, list) else ""


def tags_in(text: str) -> list[str]:
    """Return the distinct tags in a string."""
    return list(dict.fromkeys(tag for one in text.split(",") if (tag := one.strip())))


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
        DescriptionField("tags", "Tags", _tags, "tags", lambda text: ", ".join(tags_in(text))),
        DescriptionField("license", "License", _text("licenseId"), "license"),
        DescriptionField("attribution", "Attribution", _text("attribution"), "attribution"),
        DescriptionField("link", "Source link", _text("attributionLink"), "attributionLink"),
        DescriptionField("contact", "Contact email", _contact),
        DescriptionField("row_label", "Row label", _row_label),
        DescriptionField(FREQUENCY, "Update frequency", declared_frequency),
    )
}


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """A column's description; on a sheet that is read, a missing value is left unchanged.

    `values` are strings by the keys of COLUMN_VALUES. `id` is the portal's number of the column, 0
    if not known, `place` its number in the order of the columns, and `type` its data type.
    """

    field: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    id: int = 0
    place: int = 0
    type: str = ""

    @property
    def name(self) -> str | None:
        """The display name, None if unchanged."""
        return self.values.get("name")

    @property
    def description(self) -> str | None:
        """The sentence about the column, None if unchanged."""
        return self.values.get("description")


@dataclass(frozen=True, slots=True)
class Description:
    """A dataset's description: current on a portal, or wanted by a sheet.

    `fields` are strings by `Field.key`, `custom` are custom fields by group and name. A missing
    field is left unchanged; an empty string is ignored. `defined` are the custom fields that
    the portal offers, `frequencies` the portal's words for a frequency: by custom field (group
    and name) and by the word on the sheet. `attached` are the attached files by name.
    """

    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    custom: Mapping[tuple[str, str], str] = dataclasses.field(default_factory=dict)
    columns: tuple[ColumnDescription, ...] = ()
    defined: tuple[CustomField, ...] = ()
    frequencies: Mapping[tuple[str, str], Mapping[str, str]] = dataclasses.field(
        default_factory=dict
    )
    attached: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def column(self, name: str) -> ColumnDescription | None:
        """Return the column with this field name, or None."""
        return next((one for one in self.columns if one.field == name), None)


def description_of(view: Mapping[str, Any], defined: Iterable[CustomField] = ()) -> Description:
    """Read the description in a view (portal-api.md A.1); keys may be missing.

    Custom fields that the portal defines are there even if they are empty.
    """
    offered = tuple(defined)
    custom = {one.key: "" for one in offered} | custom_field_texts(_metadata(view))
    identifier = dataset_from(view, "", "").row_identifier
    return Description(
        {key: one.read(view) for key, one in FIELDS.items()},
        custom,
        tuple(
            _column(entry, place, identifier)
            for place, entry in enumerate(_described(view), start=1)
        ),
        offered,
        attached=_attached(view),
    )


def custom_field_groups(view: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the custom fields of a dataset by group and name, unchanged."""
    return groups_in(_metadata(view))


def attachments_in(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of the files that are attached to a dataset."""
    listed = _metadata(view).get("attachments")
    found = listed if isinstance(listed, list) else ()
    return [one for one in found if isinstance(one, dict) and _plain(one.get("filename"))]


def _attached(view: Mapping[str, Any]) -> dict[str, str]:
    return {
        one["filename"]: _plain(one.get("assetId")) or _plain(one.get("blobId"))
        for one in attachments_in(view)
    }


def flags_of_columns(view: Mapping[str, Any]) -> dict[int, list[Any]]:
    """Return the flags of the visible columns, by the portal's column ids."""
    return {
        whole(entry.get("id")) or 0: flags if isinstance(flags := entry.get("flags"), list) else []
        for entry in _described(view)
    }


def _described(view: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the visible columns by position, without the portal's own columns."""
    listed = view.get("columns")
    entries = [
        entry
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, dict)
        and _plain(entry.get("fieldName"))
        and not _plain(entry.get("fieldName")).startswith(":")
    ]
    return sorted(entries, key=lambda entry: whole(entry.get("position")) or 0)


def _column(entry: Mapping[str, Any], place: int, identifier: str | None) -> ColumnDescription:
    field_name = _plain(entry.get("fieldName"))
    values = {key: one.read(entry) for key, one in COLUMN_VALUES.items() if one.read is not None}
    values["position"] = str(place)
    values["identifier"] = "Yes" if field_name == identifier else "No"
    return ColumnDescription(
        field_name,
        {key: values[key] for key in COLUMN_VALUES},
        whole(entry.get("id")) or 0,
        whole(entry.get("position")) or 0,
        _plain(entry.get("dataTypeName")),
    )
