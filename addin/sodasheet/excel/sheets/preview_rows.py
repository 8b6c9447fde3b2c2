"""Cells of a preview sheet, independent of any spreadsheet program.

A preview's report is the JSON of model/preview.py with the time and place around it
(push/preview/preview.py), and `columns` with the name and data type of each field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

from sodasheet.excel.live.cell_links import CellLinks
from sodasheet.excel.sheets.cell_blocks import Cell
from sodasheet.excel.sheets.designed_sheet import Link, TableLine
from sodasheet.excel.sheets.result_rows import MOST_LINKS, method_words
from sodasheet.jobs.sheet.times_in_words import local_words
from sodasheet.jobs.sheet.values_in_words import EMPTY, difference, shown_value
from sodasheet.model.sheet_labels import (
    CHANGED_ROWS,
    CHANGES_LISTED,
    DATASET,
    DELETED_ROWS,
    IN_SHORT,
    METHOD,
    MOST_CHANGED,
    NEW_ROWS,
    PREVIEWED,
    ROWS_AFTER,
    ROWS_NOW,
    ROWS_SKIPPED,
    SOURCE,
    UNCHANGED,
    WARNINGS,
)
from sodasheet.wording import counted, counted_rows, listed

#: Characters of "In short" that its line has room for in bold, and the end of a summary that says
#: what the labels Rows now, Rows after and Rows skipped say.
SHORT = 140
_TOTALS = re.compile(r" It has [\d,]+ rows? and would have [\d,]+\..*$", re.DOTALL)

_WHOLE_ROW, _NOT_THERE, _REMOVED = "(whole row)", "(not there)", "(removed)"
_MOST_NAMED = 3


def values_of(report: Map[str, Any]) -> dict[str, Cell | Link]:
    """Return the values next to the labels."""
    counts, source = report["preview"], report["source"]
    return {
        IN_SHORT: in_short(report),
        WARNINGS: _warnings(report),
        MOST_CHANGED: _most_changed(report),
        NEW_ROWS: counts["new"],
        CHANGED_ROWS: counts["changed"],
        DELETED_ROWS: counts["deleted"],
        UNCHANGED: counts["unchanged"],
        ROWS_NOW: report["before"],
        ROWS_AFTER: report["after"],
        ROWS_SKIPPED: report["rejected"],
        METHOD: method_words(report),
        DATASET: Link(report["dataset_name"], f"{report['portal']}/d/{report['dataset']}"),
        SOURCE: f"{source['name']}, {counted_rows(source['rows'])}",
        PREVIEWED: local_words(report["started"]),
        CHANGES_LISTED: _listed(report),
    }


def in_short(report: Map[str, Any]) -> str:
    """Return the summary; if the line is too short, without facts that other labels show."""
    summary = str(report["summary"])
    return summary if len(summary) <= SHORT else _TOTALS.sub("", summary)


def lines_of(report: Map[str, Any], links: CellLinks) -> list[TableLine]:
    """Return the rows of the table; the first rows link to the cells of the source."""
    lines, linked = [], 0
    for change in report["changes"]:
        line = _line(change, report, links if linked < MOST_LINKS else CellLinks())
        linked += isinstance(line.cells[-1], Link)
        lines.append(line)
    return lines


def _line(change: Map[str, Any], report: Map[str, Any], links: CellLinks) -> TableLine:
    row, field = change["row"], change["column"]
    name, kind = _column(report, field)
    old, new = change["old"], change["new"]
    address = links.address(row, report["headers"].get(field or ""))
    go: Cell | Link = Link(f"Row {row:,}", address) if address else ""
    if change["kind"] == "new":
        told = ("New", _WHOLE_ROW if field is None else name, _NOT_THERE, new or EMPTY, "row added")
    elif change["kind"] == "deleted":
        told = ("Deleted", _WHOLE_ROW, old or EMPTY, _REMOVED, "row deleted")
    else:
        shown = shown_value(old, kind), shown_value(new, kind)
        told = ("Changed", name, *shown, difference(old, new, kind))
    number: Cell = "" if row is None else row
    return TableLine((told[0], number, change["identifier"] or "", *told[1:], go))


def _column(report: Map[str, Any], field: str | None) -> tuple[str, str]:
    """Return a field's display name and data type."""
    name, kind = report.get("columns", {}).get(field or "", (field or "", ""))
    return str(name), str(kind)


def _warnings(report: Map[str, Any]) -> str:
    told = []
    if report["emptied"]:
        names = [_column(report, field)[0] for field in report["emptied"]]
        told.append(f"{listed(names)} would be emptied.")
    if report["stale"]:
        told.append(str(report["stale"]))
    return " ".join(told) or "None"


def _most_changed(report: Map[str, Any]) -> str:
    fields = [one["column"] for one in report["changes"] if one["kind"] == "changed"]
    counts = Counter(field for field in fields if field is not None)
    if not counts:
        return "None"
    shown = [
        f"{_column(report, field)[0]} {count:,}" for field, count in counts.most_common(_MOST_NAMED)
    ]
    more = len(counts) - len(shown)
    tail = [counted(more, "more column")] if more else []
    lead = "Of the listed changes: " if report["more"] else ""
    return f"{lead}{listed([*shown, *tail])}"


def _listed(report: Map[str, Any]) -> Cell | Link:
    shown, more, path = len(report["changes"]), report["more"], report.get("changes_file")
    if not more:
        all_of = "The only change." if shown == 1 else f"All {shown:,} changes."
        return all_of if shown else "None: nothing would change."
    words = f"The first {shown:,} of {shown + more:,}."
    return Link(f"{words} Open all of them (CSV)", Path(path).as_uri()) if path else words
