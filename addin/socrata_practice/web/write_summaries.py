"""The reply to a write: counts of rows created, updated, deleted and failed."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from socrata_practice.storage.row_writer import NO_RECORD, Summary
from socrata_practice.web import access
from socrata_practice.web.replies import pretty


def written(summary: Summary, data_version: int, classic: bool) -> Response:
    """Return four counts, six for a classic dataset, or soda-java's form for `$$version=2.0`.

    The four-key form follows a log of 2025, the other what vendor clients read (portal-api.md B.3).
    """
    settings = access.site().settings
    honored = settings.guess("version_two") == "honored"
    if request.args.get("$$version") != "2.0" or not honored:
        six = classic or settings.guess("write_reply") == "six"
        counts = _as_counted(_counts(summary), settings.guess("write_counts"))
        return pretty(counts | (_classic_counts(summary) if six else {}))
    response = pretty(_version_two(summary))
    response.headers["X-SODA2-Truth-Version"] = str(data_version)
    response.headers["X-SODA2-Truth-Shape-Version"] = "1"
    return response


def _as_counted(counts: dict[str, int], value: str) -> dict[str, int]:
    """Return the counts as portals were seen to report them."""
    created, updated = counts["Rows Created"], counts["Rows Updated"]
    if value == "all updated":
        return counts | {"Rows Created": 0, "Rows Updated": created + updated}
    if value == "zero":
        return counts | {"Rows Created": 0, "Rows Updated": 0}
    return counts


def _counts(summary: Summary) -> dict[str, int]:
    return {
        "Errors": len(summary.errors),
        "Rows Created": summary.created,
        "Rows Updated": summary.updated,
        "Rows Deleted": summary.deleted,
    }


def _classic_counts(summary: Summary) -> dict[str, int]:
    return {"By RowIdentifier": summary.by_key, "By SID": summary.by_sid}


def _version_two(summary: Summary) -> dict[str, Any]:
    return {
        "rows_created": summary.created,
        "rows_updated": summary.updated,
        "rows_deleted": summary.deleted,
        "errors": [
            {"error": f"{NO_RECORD} for {key}", "input_index": index, "primary_key": key}
            for index, key in summary.errors
        ],
    }
