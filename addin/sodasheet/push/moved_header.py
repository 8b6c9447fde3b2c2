"""A header row that has moved since the job was made, as one finding instead of many."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.model.job import Job
from sodasheet.sources.header_row import row_of_headers
from sodasheet.staging.check.check_result import CheckResult
from sodasheet.staging.check.mapping_findings import about

_UNKNOWN = "unknown-header"


def with_moved_header(checked: CheckResult, job: Job, base: Path) -> CheckResult:
    """Return the check with one finding for a moved header row, if the source has one.

    It is looked for only if columns that the mapping names are missing.
    """
    source = job.source
    if source.kind not in ("file", "workbook") or source.table or source.range or source.skip:
        return checked
    if not any(group.reason == _UNKNOWN for group in checked.findings):
        return checked
    names = [rule.source for rule in job.mapping.columns if rule.fills and rule.source]
    row = None
    # The file has just been read; if that fails now, the findings about its columns remain.
    with suppress(SodaSheetError):
        row = row_of_headers(base / source.path, source, names)
    if row is None or row == source.header_row:
        return checked
    others = (group for group in checked.findings if group.reason != _UNKNOWN)
    moved = about("header-row-moved", row=f"{row:,}")
    return replace(checked, findings=(moved, *others))
