"""The reply to a write: counts of rows created, updated, deleted and failed."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from socrata_practice.storage.writer import NO_RECORD, Summary
from socrata_practice.web.replies import pretty


def written(summary: Summary, data_version: int, classic: bool) -> Response:
    """Return four counts, six for a classic dataset, or soda-java's form for `$$version=2.0`.

    The four-key form follows a log of 2025, the other what vendor clients read (portal-api.md B.3).
    """
    if request.args.get("$$version") != "2.0":
        return pretty(_counts(summary) | (_classic_counts(summary) if classic else {}))
    response = pretty(_version_two(summary))
    response.headers["X-SODA2-Truth-Version"] = str(data_version)
    response.headers["X-SODA2-Truth-Shape-Version"] = "1"
    return response


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
