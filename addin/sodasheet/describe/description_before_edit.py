"""Description as read before an edit, as a text that is stored beside the edited cells."""

from __future__ import annotations

import json
from typing import Any

from sodasheet.describe.description import ColumnDescription, Description
from sodasheet.errors import UsageProblem


def base_text(description: Description, run: str) -> str:
    """Return what was read, and the last run, as JSON that is stored beside the edited cells."""
    body: dict[str, Any] = {
        "run": run,
        "fields": dict(description.fields),
        "custom": [[*key, text] for key, text in description.custom.items()],
        "columns": [
            [one.field, dict(one.values), one.id, one.place, one.type]
            for one in description.columns
        ],
    }
    return json.dumps(body, ensure_ascii=True)


def base_from(text: str) -> tuple[Description, str]:
    """Return what `base_text` wrote. Raises UsageProblem if that was damaged."""
    try:
        body = json.loads(text)
        return (
            Description(
                {str(key): str(value) for key, value in body["fields"].items()},
                {(str(group), str(name)): str(value) for group, name, value in body["custom"]},
                tuple(
                    ColumnDescription(str(field), dict(values), int(id_), int(place), str(kind))
                    for field, values, id_, place, kind in body["columns"]
                ),
            ),
            str(body["run"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageProblem(
            "What was read from the portal is not stored any more beside the description.",
            "Read the description again, and edit it again.",
        ) from None
