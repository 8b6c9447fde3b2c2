"""Results of a check in the workbook: next to the mapping rows, on a sheet, and as marked cells."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sodasheet.excel.sheets.cell_marks import cells_to_mark, put_marks, take_off_marks
from sodasheet.excel.sheets.next_step_line import MappingProgress, next_step
from sodasheet.excel.sheets.result_rows import LEVELS, finding_words
from sodasheet.excel.sheets.results import result_sheet
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.cell_words import match_words
from sodasheet.jobs.sheet.cells_of_job import unfilled_of
from sodasheet.jobs.sheet.times_in_words import now_words
from sodasheet.model.finding import Severity
from sodasheet.model.sheet_labels import CHECK, FINDINGS, IGNORE, LAST_CHECKED, MATCH, NEXT_STEP
from sodasheet.wording import uncapitalized

if TYPE_CHECKING:
    from sodasheet.excel.actions.check import SheetCheck
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.finding import FindingGroup


def show_check(press: Press, opened: Opened, check: SheetCheck) -> None:
    """Write a check next to the mapping rows and on its results sheet."""
    write_check(opened, check)
    results = result_sheet(press.book, check.report)
    results.write(check.report, check.links, opened.sheet.sheet.name)


def renew_marks(press: Press, check: SheetCheck) -> None:
    """Remove the marks of an earlier check, show the findings, and offer to mark the cells."""
    sheet = press.book.sheets[check.links.sheet] if check.links.sheet else None
    if sheet is not None:
        take_off_marks(sheet)
    cells = cells_to_mark(check.report["rejected"], check.links)
    if sheet is None or not cells:
        press.dialogs.tell(check.sentence)
    elif press.dialogs.ask_yes_no(
        f"{check.sentence}\n\nMark the cells on {sheet.name}? "
        "The next Check data removes the marks."
    ):
        put_marks(sheet, cells)


def write_check(opened: Opened, check: SheetCheck) -> None:
    """Fill the columns Check and Findings, the next step, and the time next to "Last checked"."""
    read, sheet = opened.read, opened.sheet
    matches = _matches(opened)
    lines: dict[int, dict[str, str]] = {}
    for at, (level, sentence) in enumerate(check_words(opened, check.findings)):
        match = match_words(matches.get(at, read.rows[at].match))
        line = {CHECK: level, FINDINGS: sentence, MATCH: match}
        if not sheet.has_findings:
            line[CHECK] = f"{level}: {sentence}" if sentence else level
        lines[read.numbers[at]] = line
    unfilled = unfilled_of(opened.job, opened.dataset)
    stops = sum(group.severity == Severity.STOP for group in check.findings) + len(opened.problems)
    progress = MappingProgress(stops, check.report["rows"]["rejected"])
    with quiet(sheet.sheet.book.app):
        sheet.put_rows(lines)
        step = next_step(read.rows, unfilled, progress)
        sheet.put({LAST_CHECKED: now_words(), NEXT_STEP: step})


def check_words(opened: Opened, findings: tuple[FindingGroup, ...]) -> list[tuple[str, str]]:
    """Return level and finding of each row of the table; blank if a row was not checked."""
    by_column: dict[str, list[FindingGroup]] = defaultdict(list)
    for group in findings:
        for header in _headers_of(group):
            by_column[header].append(group)
    problems: dict[int, list[str]] = defaultdict(list)
    for problem in opened.problems:
        problems[problem.row].append(problem.sentence)
    words = []
    for at, row in enumerate(opened.read.rows):
        ignored = row.dataset_column.casefold() in ("", IGNORE)
        groups = by_column.get(row.sheet_column.removeprefix("\\"), [])
        if problems[at]:
            words.append((LEVELS[Severity.STOP], " ".join(problems[at])))
        elif groups:
            words.append(_worst(groups))
        else:
            words.append(("", "") if ignored else ("OK", ""))
    return words


def _worst(groups: list[FindingGroup]) -> tuple[str, str]:
    """Return the worst level of a column and a short form of its first finding."""
    groups = sorted(groups, key=lambda group: list(LEVELS).index(group.severity))
    first = groups[0]
    facts = {"message": first.message, "column": first.column, "short": first.short}
    short = finding_words(facts)
    row = first.examples[0].row if first.examples else None
    if row is not None and (first.count == 1 or first.short):
        short = f"Row {row:,}: {uncapitalized(short)}"
    more = sum(group.count for group in groups) - 1 if first.short else len(groups) - 1
    tail = f" {more} more." if more else ""
    return LEVELS[first.severity], short + tail


def _headers_of(group: FindingGroup) -> list[str]:
    """Return the source columns that a group is about; a point is about two."""
    if group.column is None:
        return []
    return [group.column, *group.column.split(" + ")] if " + " in group.column else [group.column]


def _matches(opened: Opened) -> dict[int, str]:
    """Return the matches that have changed: `confirmed` for a target chosen by hand."""
    rules = {(rule.source, rule.field): rule.match for rule in opened.job.mapping.columns}
    found: dict[int, Any] = {}
    for at, row in enumerate(opened.read.rows):
        field = opened.labels.field(row.dataset_column)
        match_ = rules.get((row.sheet_column.removeprefix("\\"), field))
        if match_ is not None and row.match != match_:
            found[at] = match_
    return found
