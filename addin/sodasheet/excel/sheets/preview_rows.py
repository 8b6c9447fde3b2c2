"""A preview as the cells of its sheet; nothing here knows of a spreadsheet program.

A preview's report is the JSON of `sodasheet preview` (model/preview.py) with where and when it was
made around it (push/preview/preview.py).
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sodasheet.excel.sheets.result_rows import MOST_LINKS, Jumps

TITLE = "SodaSheet preview"
LINK = "Link"
LABELS = (
    "In short", "New rows", "Changed rows", "Deleted rows", "Unchanged rows", "Rows now",
    "Rows after", "Rows with findings", "Columns emptied", "Doubts", "Dataset", LINK,
    "Method", "Source", "When", "Listed",
)  # fmt: skip
HEADERS = (
    "Kind", "Row", "Identifier", "Column", "Now on the portal", "After the push", "Go to",
)  # fmt: skip

#: Sentences, which run on over the blank cells at their right.
LONG = frozenset({"In short", "Columns emptied", "Doubts", "Dataset", "Source", "Listed"})


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table, and the address that its last cell leads to."""

    cells: tuple[str | int, ...]
    link: str | None = None


def values_of(report: Map[str, Any], book: str, mapping: str) -> dict[str, str | int]:
    """The values beside the labels; `book` and `mapping` name workbook and mapping sheet."""
    counts, source = report["preview"], report["source"]
    return {
        "In short": report["summary"],
        "New rows": counts["new"],
        "Changed rows": counts["changed"],
        "Deleted rows": counts["deleted"],
        "Unchanged rows": counts["unchanged"],
        "Rows now": report["before"],
        "Rows after": report["after"],
        "Rows with findings": report["rejected"],
        "Columns emptied": ", ".join(report["emptied"]) or "none",
        "Doubts": report["stale"] or "none",
        "Dataset": f"{report['dataset_name']} ({report['dataset']})",
        LINK: f"{report['portal']}/d/{report['dataset']}",
        "Method": report["method"],
        "Source": f"{source['name']}: {source['rows']:,} rows",
        "When": datetime.fromisoformat(report["started"]).astimezone().strftime("%Y-%m-%d %H:%M"),
        "Listed": _listed(report, book, mapping),
    }


def lines_of(report: Map[str, Any], jumps: Jumps) -> list[Line]:
    """The rows of the table; the first ones lead to the cells of the source."""
    lines, linked = [], 0
    for change in report["changes"]:
        line = _line(change, report["headers"], jumps if linked < MOST_LINKS else Jumps())
        linked += line.link is not None
        lines.append(line)
    return lines


def _line(change: Map[str, Any], headers: Map[str, str], jumps: Jumps) -> Line:
    row = change["row"]
    address = jumps.address(row, headers.get(change["column"] or ""))
    number = "" if row is None else row
    texts = [change[name] or "" for name in ("identifier", "column", "old", "new")]
    return Line((change["kind"], number, *texts, f"row {row:,}" if address else ""), address)


def _listed(report: Map[str, Any], book: str, mapping: str) -> str:
    shown, more = len(report["changes"]), report["more"]
    if not more:
        return "every change" if shown else "nothing would change"
    return (
        f"the first {shown:,} of {shown + more:,} changes. Every one: save the workbook, then"
        f' sodasheet preview "{book}" --only "{mapping}" --csv changes.csv'
    )
