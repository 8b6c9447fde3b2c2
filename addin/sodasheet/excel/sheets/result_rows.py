"""Cells of a results sheet for a report, independent of any spreadsheet program."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sodasheet.excel.live.cell_links import CellLinks, sheet_link
from sodasheet.excel.sheets.cell_blocks import Cell
from sodasheet.excel.sheets.designed_sheet import Link, TableLine
from sodasheet.jobs.sheet.times_in_words import duration_words, local_words
from sodasheet.model.method import Method
from sodasheet.model.sheet_labels import (
    ACCOUNT,
    ALL_FINDINGS,
    BY_LEVEL,
    CREATED,
    DATASET,
    DELETED,
    IN_SHORT,
    METHOD,
    METHODS,
    OUTCOME,
    READY,
    RUN,
    SENT,
    SKIPPED,
    SOURCE,
    SOURCE_ROWS,
    UPDATED,
    WHEN,
)
from sodasheet.staging.check.value_sentences import short_sentence
from sodasheet.wording import capitalized, counted, counted_rows

#: Severity of a finding -> its level, in the order of the sheet.
LEVELS = {"stop": "Stop", "reject": "Ask", "ask": "Ask", "note": "Note"}

#: Lines of one kind of finding, of all, and links at most; nobody fixes more by hand, and each link
#: is a call to the program.
MOST_OF_A_KIND, MOST_ROWS, MOST_LINKS = 20, 500, 300

#: Maximum characters of "In short" on its line.
SHORT = 170

#: The outcome of a check, which sends nothing.
CHECKED = "checked"

#: Row, column and value of a cell.
_Place = tuple[int | None, str | None, str | None]

_NONE_YET, _NONE, _NOT_REPORTED = "none yet", "none", "not reported"

#: Outcomes after which nothing has changed if no rows were sent.
_ENDED_EARLY = frozenset({"refused", "failed", "cancelled"})
_COUNTS = {SENT: "sent", CREATED: "created", UPDATED: "updated", DELETED: "deleted"}


def outcome_words(report: Map[str, Any]) -> str:
    """Return the result of a check or a push in a few words, beginning with the outcome."""
    outcome, rows = report["outcome"], report["rows"]
    if outcome == CHECKED:
        return _checked(report)
    if outcome == "done with rejects":
        return f"Done, {_rows(rows.get('rejected'))} skipped"
    if outcome == "failed":
        return "Failed, see In short" if rows.get("sent") else "Failed, nothing changed"
    if outcome == "cancelled":
        sent = rows.get("sent")
        return (
            f"Canceled, {_rows(sent)} {'was' if sent == 1 else 'were'} sent"
            if sent
            else "Canceled, nothing sent"
        )
    words = {
        "done": "Done",
        "refused": "Stopped, nothing sent",
        "unknown": "Unknown, being checked",
        "draft": "Draft, nothing changed yet",
    }
    return words.get(outcome, capitalized(str(outcome)))


def _checked(report: Map[str, Any]) -> str:
    stops = sum(group["severity"] == "stop" for group in report["findings"])
    if stops:
        return f"Checked, {counted(stops, 'finding stops', 'findings stop')} the push"
    rejected = report["rows"].get("rejected") or 0
    if rejected:
        return f"Checked, {counted(rejected, 'row needs', 'rows need')} an answer"
    return "Checked, no findings"


def _rows(count: int | None) -> str:
    return "some rows" if count is None else counted_rows(count)


def values_of(report: Map[str, Any]) -> dict[str, Cell | Link]:
    """Return the values next to the labels; an unknown count is not shown as 0."""
    rows, source = report["rows"], report.get("source") or {}
    checked = report["outcome"] == CHECKED
    total, rejected = source.get("rows"), rows.get("rejected")
    missing = _NONE_YET if checked else _NONE if _changed_nothing(report) else _NOT_REPORTED
    counts: dict[str, Cell | Link] = {
        label: missing if checked or rows.get(key) is None else rows[key]
        for label, key in _COUNTS.items()
    }
    known = total is not None and rejected is not None
    return {
        OUTCOME: outcome_words(report),
        IN_SHORT: in_short(report),
        SOURCE_ROWS: _NOT_REPORTED if total is None else total,
        READY: total - rejected if known else _NOT_REPORTED,
        SKIPPED: _NONE_YET if checked else _NOT_REPORTED if rejected is None else rejected,
        **counts,
        DATASET: Link(report["dataset_name"], f"{report['portal']}/d/{report['dataset']}"),
        METHOD: method_words(report),
        SOURCE: source.get("name") or "",
        ACCOUNT: report.get("user") or ("Not needed for a check" if checked else _NOT_REPORTED),
        WHEN: _when(report),
        BY_LEVEL: _by_level(report["findings"]),
        ALL_FINDINGS: _complete_list(report),
        RUN: report.get("run") or "None: a check sends nothing",
    }


def _changed_nothing(report: Map[str, Any]) -> bool:
    return report["outcome"] in _ENDED_EARLY and report["rows"].get("sent") == 0


def in_short(report: Map[str, Any]) -> str:
    """Return the summary, without its details if the table shows them and the line is too short.

    The first sentence says what happened, the last ones what to do.
    """
    summary = str(report["summary"])
    told = any(group["severity"] != "note" for group in report["findings"])
    first, *rest = re.split(r"(?<=[^A-Z.][.!?]) +(?=[A-Z])", summary)
    while told and rest and len(summary) > SHORT:
        rest.pop(0)
        summary = " ".join([first, *rest])
    return summary


def method_words(report: Map[str, Any]) -> str:
    """Return the method as on the mapping sheet; an undo names its run."""
    if report.get("undoes"):
        return f"Undo of {report['undoes']}"
    method = report.get("method")
    return METHODS[Method(method)] if method in list(Method) else str(method or "")


def _when(report: Map[str, Any]) -> str:
    seconds = report.get("seconds")
    took = f" ({duration_words(seconds)})" if seconds else ""
    return f"{local_words(report['started'])}{took}"


def _by_level(findings: Sequence[Map[str, Any]]) -> str:
    counts = dict.fromkeys(LEVELS.values(), 0)
    for group in findings:
        counts[LEVELS[group["severity"]]] += group["count"]
    return ", ".join(f"{level} {count:,}" for level, count in counts.items() if count) or "None"


def _complete_list(report: Map[str, Any]) -> Cell | Link:
    path = report.get("rejected_file")
    return Link("Open the complete list (CSV)", Path(path).as_uri()) if path else "None"


def lines_of(report: Map[str, Any], links: CellLinks, mapping: str = "") -> list[TableLine]:
    """Return the rows of the table: Stop, Ask, then Note, one line for each cell.

    `mapping` is the name of the mapping sheet, which findings about no cell lead to.
    """
    table = _Findings(report, links, mapping)
    lines = table.lines()
    shown = [*lines[:MOST_ROWS], *table.rest(len(lines) - MOST_ROWS)]
    linked = 0
    for at, line in enumerate(shown):
        linked += isinstance(line.cells[-1], Link)
        if linked > MOST_LINKS:
            shown[at] = _plain(line)
    return shown


class _Findings:
    """The findings of a report as lines."""

    def __init__(self, report: Map[str, Any], links: CellLinks, mapping: str) -> None:
        self._report, self._links, self._mapping = report, links, mapping
        self._skipped = {(row["row"], row["column"]): row for row in report["rejected"]}

    def lines(self) -> list[TableLine]:
        """Return all lines, however many there are."""
        order = list(LEVELS)
        groups = sorted(self._report["findings"], key=lambda one: order.index(one["severity"]))
        notes = [group for group in groups if group["severity"] == order[-1]]
        lines = [line for group in groups if group not in notes for line in self._group(group)]
        for (row, column), one in self._skipped.items():
            value = one["value"] if one["value"] is not None else one["identifier"]
            lines.append(
                self._line("Ask", (row, column, value), (short_sentence(one["reason"]), "", 1))
            )
        return lines + [line for group in notes for line in self._group(group)]

    def rest(self, left: int) -> list[TableLine]:
        """Return the line for findings that are not listed."""
        total = self._report["rows"].get("rejected") or 0
        named = len(self._report["rejected"])
        left = max(left, 0) + max(0, total - named if named >= MOST_ROWS else 0)
        return [TableLine(("Ask", "", "", "", f"and {left:,} more", "", "", self._list()))] * (
            left > 0
        )

    def _group(self, group: Map[str, Any]) -> list[TableLine]:
        cells = self._cells(group)
        words = (finding_words(group), str(group["remedy"]), group["count"])
        level = LEVELS[group["severity"]]
        lines = [self._line(level, cell, words) for cell in cells[:MOST_OF_A_KIND]]
        left = group["count"] - len(lines)
        if left > 0 and len(cells) > MOST_OF_A_KIND:
            more = (level, "", group.get("column") or "", "", f"and {left:,} more", "", "")
            lines.append(TableLine((*more, self._list())))
        return lines

    def _cells(self, group: Map[str, Any]) -> list[_Place]:
        """Return a group's cells: its examples, then the skipped rows that the group explains."""
        column = group.get("column")
        examples = group.get("examples") or ([group["example"]] if group.get("example") else [])
        found: dict[tuple[int | None, str | None], str | None] = {
            (one.get("row"), one.get("column") or column): one.get("value") for one in examples
        } or {(None, column): None}
        for key, row in list(self._skipped.items()):
            if row.get("kind") == group["reason"] and row["column"] == column:
                value = row["value"] if row["value"] is not None else row["identifier"]
                found.setdefault(key, value)
            if key in found:
                del self._skipped[key]
        return [(*key, value) for key, value in found.items()]

    def _line(self, level: str, place: _Place, words: tuple[str, str, int]) -> TableLine:
        row, column, value = place
        finding, remedy, count = words
        address = self._links.address(row, column)
        go: Cell | Link = Link(f"Row {row:,}", address) if address else ""
        if row is None and self._mapping:
            go = Link("Mapping", f"{sheet_link(self._mapping)}A1")
        number: Cell = "" if row is None else row
        return TableLine((level, number, column or "", value or "", finding, remedy, count, go))

    def _list(self) -> Cell | Link:
        path = self._report.get("rejected_file")
        return Link("List", Path(path).as_uri()) if path else ""


def finding_words(group: Map[str, Any]) -> str:
    """Return a finding's message without row and column, which have their own cells.

    Reports of earlier versions have no short sentence.
    """
    if group.get("short"):
        return str(group["short"])
    message, column = str(group["message"]), group.get("column")
    place = rf", column {re.escape(column)}" if column else ""
    short = re.sub(rf"^Row [\d,]+(?:{place})?: ", "", message)
    short = short.replace(f" in column {column}", "").replace(f" of column {column}", "")
    return capitalized(short)


def _plain(line: TableLine) -> TableLine:
    """Return the line without its link."""
    *cells, last = line.cells
    return TableLine((*cells, last.text if isinstance(last, Link) else last))


def failed_rows(report: Map[str, Any]) -> Sequence[int]:
    """Return the source's row numbers of all skipped rows that the report names, in order."""
    return sorted({row["row"] for row in report["rejected"] if row["row"] is not None})
