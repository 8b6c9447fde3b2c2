"""/api/configurations: the custom fields of metadata that this portal defines.

Not recorded: the vendor's front end reads configurations by type and takes the property
`fieldsets` of the type `metadata`, groups of fields with a name and, for a fixed choice, options.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.web.replies import pretty

configurations = Blueprint("configurations", __name__)
Json = dict[str, Any]

_PERIODS = ("R/P1D", "R/P1W", "R/P1M", "R/P3M", "R/P1Y", "irregular")

#: Two groups with different terms for a frequency, as on real portals.
FIELD_SETS: list[Json] = [
    {
        "name": "Common Core",
        "fields": [
            {"name": "Publisher", "required": False},
            {"name": "Frequency", "required": False},
        ],
    },
    {
        "name": "Catalog",
        "fields": [
            {
                "name": "Accrual periodicity",
                "required": False,
                "type": "fixed",
                "options": [{"value": word} for word in _PERIODS],
            }
        ],
    },
]


@configurations.get("/api/configurations")
@configurations.get("/api/configurations.json")
def every() -> Response:
    """Return the configurations of a type, which is metadata or has none."""
    kind = request.args.get("type", "")
    if not kind:
        raise refusals.invalid("A type is required")
    if kind != "metadata":
        return pretty([])
    properties = [{"name": "fieldsets", "value": FIELD_SETS}]
    return pretty([{"name": kind, "type": kind, "default": True, "properties": properties}])


def not_offered(given: object) -> list[str]:
    """Return a sentence for each custom field whose value is not among its options."""
    groups = given if isinstance(given, dict) else {}
    found = []
    for group in FIELD_SETS:
        values = groups.get(group["name"])
        for field in group["fields"]:
            value = values.get(field["name"]) if isinstance(values, dict) else None
            options = [one["value"] for one in field.get("options", ())]
            if value and options and value not in options:
                found.append(f"{field['name']}: {value} is not one of {', '.join(options)}")
    return found
