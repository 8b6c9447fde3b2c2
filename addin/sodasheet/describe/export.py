"""Exports of a description: a data dictionary, and a DCAT-US record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sodasheet.describe.description import description_of


def data_dictionary(view: Mapping[str, Any]) -> list[list[str]]:
    """Return one row for each column: names, type, description."""
    types = {
        str(entry.get("fieldName")): str(entry.get("dataTypeName") or "")
        for entry in view.get("columns") or ()
        if isinstance(entry, dict)
    }
    rows = [["Column", "Field name", "Type", "Description"]]
    rows += [
        [column.name or "", column.field, types.get(column.field, ""), column.description or ""]
        for column in description_of(view).columns
    ]
    return rows


def dcat_record(view: Mapping[str, Any], portal: str) -> dict[str, Any]:
    """Return the dataset as a DCAT-US record (JSON-LD), without keys that have no value."""
    fields = description_of(view).fields
    page = f"{portal}/d/{view.get('id')}"
    modified = view.get("rowsUpdatedAt") or view.get("viewLastModified")
    record = {
        "@type": "dcat:Dataset",
        "identifier": page,
        "title": fields.get("title", ""),
        "description": fields.get("description", ""),
        "keyword": [tag.strip() for tag in fields.get("tags", "").split(",") if tag.strip()],
        "theme": [fields["category"]] if fields.get("category") else [],
        "license": fields.get("license", ""),
        "publisher": (
            {"@type": "org:Organization", "name": fields["attribution"]}
            if fields.get("attribution")
            else {}
        ),
        "modified": (
            datetime.fromtimestamp(modified, UTC).strftime("%Y-%m-%d")
            if isinstance(modified, int)
            else ""
        ),
        "landingPage": page,
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "mediaType": "text/csv",
                "downloadURL": f"{portal}/api/views/{view.get('id')}/rows.csv?accessType=DOWNLOAD",
            }
        ],
    }
    return {key: value for key, value in record.items() if value}
