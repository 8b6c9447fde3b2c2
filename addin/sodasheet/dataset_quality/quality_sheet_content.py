"""The overview of a dataset as the quality sheet of a new workbook."""

from __future__ import annotations

from datetime import datetime

from sodasheet.dataset_quality.completeness_freshness_findings import Overview, RunFindings
from sodasheet.model.finding import Severity
from sodasheet.office.sheets.quality_workbook import (
    ColumnRow,
    QualityContent,
    RunRow,
    quality_workbook,
)


def workbook_of_overview(found: Overview) -> bytes:
    """Return an .xlsx with the quality sheet."""
    facts = (
        ("Address", f"{found.portal}/d/{found.dataset}"),
        ("Rows", f"{found.rows:,}"),
        ("Complete", f"{found.percent} of all cells"),
        ("Freshness", found.freshness),
        ("As of", f"{found.now:%Y-%m-%d %H:%M} UTC"),
    )
    columns = tuple(
        ColumnRow(one.name, one.field, one.filled, one.share) for one in found.emptiest_first
    )
    runs = tuple(map(_row, found.runs))
    content = QualityContent(f"Quality of {found.name}", facts, columns, runs)
    return quality_workbook(content)


def _row(one: RunFindings) -> RunRow:
    counts = (one.count(Severity.STOP), one.count(Severity.REJECT), one.count(Severity.ASK))
    known = None if one.counts is None else counts
    return RunRow(datetime.fromisoformat(one.started), one.outcome, known)
