"""A report as the rows of a result sheet; nothing here knows of a spreadsheet program."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TITLE = "SodaSheet results"
OUTCOME, REJECTED_COUNT, LINK, RUN = "Outcome", "Rejected", "Link", "Run"
LABELS = (
    OUTCOME, "Rows in the source", "Sent", "Created", "Updated", "Deleted", REJECTED_COUNT,
    "Dataset", LINK, "Method", "Source", "Pushed by", "When", RUN,
)  # fmt: skip
FINDINGS, REJECTED = "Findings", "Rejected rows"
FINDINGS_HEADERS = ("Count", "Column", "First example", "Finding and what to do", "Go to")
REJECTED_HEADERS = ("Row", "Column", "Value", "Reason", "Go to")

#: Rejected rows that are listed, and cells that are linked; Excel takes 65,530 links a sheet, and
#: nobody mends more than a few hundred by hand.
MOST_ROWS = 500
MOST_LINKS = 300

#: What stands in place of rejected rows where there are none, by outcome; otherwise the summary.
_NONE_LISTED = {"done": "Every row was sent.", "checked, nothing sent": "Every row can be sent."}

#: What a check that sends nothing says beside "Outcome".
CHECKED = "checked, nothing sent"


@dataclass(frozen=True, slots=True)
class Jumps:
    """Where the cells of a live source lie: its sheet, and the sheet's column of each header."""

    sheet: str = ""
    columns: Map[str, int] | None = None

    def address(self, row: int | None, header: str | None) -> str | None:
        """The address of a cell, `#'Permits'!C17`; None where there is no such place."""
        if not self.sheet or row is None:
            return None
        column = (self.columns or {}).get(header or "", min((self.columns or {"": 1}).values()))
        quoted = self.sheet.replace("'", "''")
        return f"#'{quoted}'!{letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the counts: five cells, and the address that the last one leads to."""

    cells: tuple[str | int, ...]
    link: str | None = None


def counts_of(report: Map[str, Any]) -> dict[str, str | int | None]:
    """The values beside the labels; a count that the portal did not give stays empty."""
    rows, source = report["rows"], report.get("source") or {}
    return {
        OUTCOME: report["outcome"],
        "Rows in the source": source.get("rows"),
        **{name.title(): rows.get(name) for name in ("sent", "created", "updated", "deleted")},
        REJECTED_COUNT: rows.get("rejected"),
        "Dataset": f"{report['dataset_name']} ({report['dataset']})",
        LINK: f"{report['portal']}/d/{report['dataset']}",
        "Method": f"undo of {report['undoes']}" if report.get("undoes") else report["method"],
        "Source": source.get("name", ""),
        "Pushed by": report.get("user") or "",
        "When": str(report["started"]).replace("T", " ").replace("+00:00", " UTC"),
        RUN: report.get("run") or "",
    }


def lines_of(report: Map[str, Any], jumps: Jumps) -> list[Line]:
    """Everything below the counts: findings in groups, then the rejected rows, with titles."""
    findings, rejected = report["findings"], report["rejected"]
    linked = 0
    lines = [_title(FINDINGS), Line(FINDINGS_HEADERS)]
    for group in findings:
        line = _finding(group, jumps)
        linked += line.link is not None
        lines.append(line)
    if not findings:
        lines.append(Line(("", "", "", "Nothing was found.", "")))
    lines += [_title(""), _title(REJECTED), Line(REJECTED_HEADERS)]
    for row in rejected[:MOST_ROWS]:
        line = _rejected(row, jumps if linked < MOST_LINKS else Jumps())
        linked += line.link is not None
        lines.append(line)
    return lines + _rest(report, len(rejected[:MOST_ROWS]))


def letters(column: int) -> str:
    """A for 1, AA for 27."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _title(words: str) -> Line:
    return Line((words, "", "", "", ""))


def _finding(group: Map[str, Any], jumps: Jumps) -> Line:
    example = group["example"] or {}
    row, column = example.get("row"), example.get("column") or group.get("column")
    value = example.get("value")
    parts = [f"row {row:,}" if row is not None else "", f'"{value}"' if value else ""]
    said = f"{group['message']} {group['remedy']}"
    said = f"Note: {said}" if group["severity"] == "note" else said
    address = jumps.address(row, column)
    go = f"row {row:,}" if address else ""
    where = ": ".join(part for part in parts if part)
    return Line((group["count"], group.get("column") or "", where, said, go), address)


def _rejected(row: Map[str, Any], jumps: Jumps) -> Line:
    address = jumps.address(row["row"], row["column"])
    go = f"row {row['row']:,}" if address else ""
    value = row["value"] if row["value"] is not None else row["identifier"] or ""
    number = row["row"] if row["row"] is not None else ""
    return Line((number, row["column"] or "", value, row["reason"], go), address)


def _rest(report: Map[str, Any], listed: int) -> list[Line]:
    count = report["rows"].get("rejected") or 0
    if not listed:
        return [Line(("", "", "", _NONE_LISTED.get(report["outcome"], report["summary"]), ""))]
    if count <= listed:
        return []
    where = f" Every single one: {report['rejected_file']}" if report.get("rejected_file") else ""
    return [Line(("", "", "", f"… and {count - listed:,} more.{where}", ""))]


def failed_rows(report: Map[str, Any]) -> Sequence[int]:
    """The source's row numbers of all rejected rows that the report names, in order."""
    return sorted({row["row"] for row in report["rejected"] if row["row"] is not None})
