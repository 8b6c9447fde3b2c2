"""The JSON object of a request."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from socrata_practice import refusals


def json_object(empty: bool = False) -> dict[str, Any]:
    """Return the JSON object of the request; with `empty`, an empty body is an empty object."""
    data = request.get_data()
    if empty and not data.strip():
        return {}
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise refusals.front(400, "deserialization", "The body is not readable JSON") from error
    if not isinstance(found, dict):
        raise refusals.invalid("The body must be a JSON object")
    return found
