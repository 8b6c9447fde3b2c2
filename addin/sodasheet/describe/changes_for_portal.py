"""Changes to a description, in the names that views, columns and the metadata API use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sodasheet.describe.column_description_fields import HIDDEN, YES, format_settings
from sodasheet.describe.column_order import new_places
from sodasheet.describe.description import (
    FIELDS,
    Description,
    attachments_in,
    custom_field_groups,
    description_of,
    flags_of_columns,
    tags_in,
)
from sodasheet.describe.description_changes import ChangedPart, DescriptionChange
from sodasheet.portal.descriptions import MetadataChange

#: Value of a row identifier that means none (portal-api.md A.1).
_NO_IDENTIFIER = "0"

_VIEW_KEYS = {"title": "name", "license": "licenseId", "link": "attributionLink"}


def metadata_change(view: Mapping[str, Any], found: Iterable[DescriptionChange]) -> MetadataChange:
    """Return the changes to a dataset's own fields.

    Groups of custom fields go as a whole, and so do attached files: some portals drop what a
    change of metadata does not repeat.
    """
    listed = list(found)
    values: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    for change in listed:
        if change.place is ChangedPart.FIELD and change.key == "row_label":
            metadata["rowLabel"] = change.new
        elif change.place is ChangedPart.FIELD and change.key == "contact":
            private = view.get("privateMetadata")
            kept = private if isinstance(private, dict) else {}
            values["privateMetadata"] = {**kept, "contactEmail": change.new}
        elif change.place is ChangedPart.FIELD:
            values[_VIEW_KEYS.get(change.key, change.key)] = _typed(change)
    custom = _custom(view, listed)
    if custom is not None:
        metadata["custom_fields"] = custom
    identifier = _identifier(view, listed)
    if identifier is not None:
        metadata["rowIdentifier"] = identifier
    if metadata:
        values["metadata"] = _kept(view) | metadata
    return MetadataChange(values, _attachments(view, listed))


def _kept(view: Mapping[str, Any]) -> dict[str, Any]:
    known = view.get("metadata")
    names = ("rowLabel", "custom_fields", "attachments")
    return {name: known[name] for name in names if name in known} if isinstance(known, dict) else {}


def api_values(view: Mapping[str, Any], found: Iterable[DescriptionChange]) -> dict[str, Any]:
    """Return the changes that the metadata API accepts, under its own names."""
    listed = list(found)
    values = {
        FIELDS[change.key].api: _typed(change)
        for change in listed
        if change.place is ChangedPart.FIELD and FIELDS[change.key].api
    }
    custom = _custom(view, listed)
    return values if custom is None else values | {"customFields": custom}


def _typed(change: DescriptionChange) -> Any:
    if change.key == "tags":
        return tags_in(change.new)
    return change.new


def _custom(
    view: Mapping[str, Any], found: Iterable[DescriptionChange]
) -> dict[str, dict[str, Any]] | None:
    changed = [one for one in found if one.place is ChangedPart.CUSTOM]
    # As on the portal: a number stays a number.
    known = custom_field_groups(view)
    groups = {group: dict(values) for group, values in known.items()}
    for one in changed:
        groups.setdefault(one.owner, {})[one.key] = one.new
    return groups if changed else None


def _identifier(view: Mapping[str, Any], found: Iterable[DescriptionChange]) -> int | str | None:
    """Return the id of the new row identifier's column; None if unchanged."""
    marks = [one for one in found if one.is_column("identifier")]
    if not marks:
        return None
    chosen = next((one.owner for one in marks if one.new == YES), "")
    column = description_of(view).column(chosen)
    return column.id if column is not None else _NO_IDENTIFIER


def _attachments(
    view: Mapping[str, Any], found: Iterable[DescriptionChange]
) -> tuple[dict[str, Any], ...] | None:
    """Return all files to attach, in the form of the Publishing API."""
    changed = {one.key: one.new for one in found if one.place is ChangedPart.ATTACHMENT}
    there = {
        one["filename"]: {
            "filename": one["filename"],
            "asset_id": one.get("assetId") or one.get("blobId"),
            "name": one.get("name") or one["filename"],
        }
        for one in attachments_in(view)
    }
    if not changed and not there:
        return None
    for name, number in changed.items():
        if number:
            shown = there.get(name, {}).get("name") or name
            there[name] = {"filename": name, "asset_id": number, "name": shown}
        else:
            there.pop(name, None)
    return tuple(there.values())


def column_bodies(
    view: Mapping[str, Any], now: Description, found: Iterable[DescriptionChange]
) -> dict[int, dict[str, Any]]:
    """Return the values to send for each changed column by its id, in the new order.

    The order is made of the places that the portal has given already, handed out again from the
    left, so that it is right if a portal moves other columns along and if it does not.
    """
    listed = list(found)
    values: dict[str, dict[str, str]] = {}
    for change in listed:
        if change.place is ChangedPart.COLUMN and change.key != "identifier":
            values.setdefault(change.owner, {})[change.key] = change.new
    flags = flags_of_columns(view)
    order = next((one.new for one in listed if one.place is ChangedPart.ORDER), "")
    places = new_places(now, order) if order else {}
    bodies = {}
    for column in sorted(now.columns, key=lambda one: places.get(one.field, one.place)):
        body = _body(values.get(column.field, {}), flags.get(column.id, ()))
        if column.field in places:
            body["position"] = places[column.field]
        if body:
            bodies[column.id] = body
    return bodies


def _body(values: Mapping[str, str], flags: Sequence[Any]) -> dict[str, Any]:
    body: dict[str, Any] = {key: values[key] for key in ("name", "description") if key in values}
    if values.get("width"):
        body["width"] = int(values["width"])
    if "format" in values:
        body["format"] = format_settings(values["format"])
    if "hidden" in values:
        others = [flag for flag in flags if flag != HIDDEN]
        body["flags"] = [*others, HIDDEN] if values["hidden"] == YES else others
    return body
