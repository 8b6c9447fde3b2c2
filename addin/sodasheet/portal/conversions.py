"""By which function the portal turns the text of a CSV into each data type (portal-api.md C.5)."""

from __future__ import annotations

from sodasheet.portal.soda2.soql import field_name

#: dataTypeName -> function. What is written for each of them: staging/output/csv_cells.py.
CONVERSIONS = {
    "text": "to_text",
    "json": "to_json",
    "number": "to_number",
    "calendar_date": "to_floating_timestamp",
    "date": "to_fixed_timestamp",
    "checkbox": "to_boolean",
    "url": "to_url",
    "point": "to_point",
    "line": "to_line",
    "polygon": "to_polygon",
    "multipoint": "to_multipoint",
    "multiline": "to_multiline",
    "multipolygon": "to_multipolygon",
}


def transform(kind: str, name: str) -> str:
    """The expression that reads the input column `name` as the data type `kind`."""
    return f"{CONVERSIONS[kind]}({field_name(name)})"
