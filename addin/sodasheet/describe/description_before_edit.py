"""Description as read before an edit, in a string stored next to the edited cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sodasheet.describe.column_description_fields import COLUMN_VALUES
from sodasheet.describe.custom_fields import CustomField
from sodasheet.describe.description import ColumnDescription, Description
from sodasheet.errors import UsageProblem


def base_text(description: Description, run: str) -> str:
    """Return the description that was read, and the last run, as JSON stored next to the cells."""
    body: dict[str, Any] = {
        "run": run,
        "fields": dict(description.fields),
        "custom": [[*key, text] for key, text in description.custom.items()],
        "columns": [
            [one.field, dict(one.values), one.id, one.place, one.type]
            for one in description.columns
        ],
        "offered": [
            [one.group, one.name, one.required, list(one.options)] for one in description.defined
        ],
        "attached": dict(description.attached),
    }
    return json.dumps(body, ensure_ascii=True)


def base_from(text: str) -> tuple[Description, str]:
    """Return the description in the output of `base_text`. Raises UsageProblem if damaged."""
    try:
        body = json.loads(text)
        return (
            Description(
                {str(key): str(value) for key, value in body["fields"].items()},
                {(str(group), str(name)): str(value) for group, name, value in body["custom"]},
                tuple(
                    ColumnDescription(str(field), _texts(values), int(id_), int(place), str(kind))
                    for field, values, id_, place, kind in body["columns"]
                ),
                tuple(
                    CustomField(str(group), str(name), bool(required), tuple(map(str, options)))
                    for group, name, required, options in body.get("offered", ())
                ),
                attached={str(key): str(id_) for key, id_ in body.get("attached", {}).items()},
            ),
            str(body["run"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageProblem(
            "The values read from the portal are no longer stored with the description.",
            "Read the description again, and edit it again.",
        ) from None


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return all values of a column; a missing value is empty."""
    return {key: str(values.get(key, "")) for key in COLUMN_VALUES}
