"""The ribbon's group Columns: the mapping sheet, matching again, and the check."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sodasheet.errors import UsageProblem
from sodasheet.excel.actions.check import SheetCheck, checked
from sodasheet.excel.actions.mapping_fixes import accept_fixes
from sodasheet.excel.actions.match_columns import lay_out, match, with_prints
from sodasheet.excel.actions.renamed_fields import healed
from sodasheet.excel.button_press import activate
from sodasheet.excel.ribbon_groups.dataset import asked_about_hidden, choose_dataset
from sodasheet.excel.sheets.cell_marks import cells_to_mark, put_marks, take_off_marks
from sodasheet.excel.sheets.mapping import mapping_sheets
from sodasheet.excel.sheets.mapping_upgrade import bring_up_to_date
from sodasheet.excel.sheets.next_step_line import MappingProgress, next_step
from sodasheet.excel.sheets.open_mapping import Opened, find_mapping, open_mapping
from sodasheet.excel.sheets.result_rows import LEVELS, finding_words
from sodasheet.excel.sheets.results import result_sheet
from sodasheet.excel.sheets.times_in_words import now_words
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.cell_words import match_words
from sodasheet.jobs.sheet.cells_of_job import unfilled_of
from sodasheet.jobs.sheet.source_cell import words_of
from sodasheet.matching import drift
from sodasheet.model.finding import Severity
from sodasheet.model.sheet_labels import (
    CHECK,
    FINDINGS,
    IGNORE,
    LAST_CHECKED,
    MATCH,
    NEXT_STEP,
    SOURCE,
)

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.button_press import Press
    from sodasheet.model.finding import FindingGroup


def map_columns(press: Press) -> None:
    """Show the mapping sheet with new columns taken up; without one choose a dataset first."""
    if not mapping_sheets(press.book):
        choose_dataset(press)
        return
    changes = _matched_again(press, find_mapping(press).sheet)
    if changes:
        press.dialogs.tell("\n".join(changes))


def match_again(press: Press) -> None:
    """Match the columns that were not chosen by hand, and report changed shapes."""
    told = "Matched again. Your own choices were left as they are."
    press.dialogs.tell("\n".join([told, *_matched_again(press, press.front)]))


def _matched_again(press: Press, shown: xlwings.Sheet | None) -> list[str]:
    """Match again and show a sheet; a sentence for every change since the mapping was made."""
    opened = open_mapping(press)
    job, renamed = healed(opened.job, opened.dataset)
    found = match(press, job.source, opened.dataset, job.method, job.mapping)
    changes = drift(job.fingerprint, found.headers, opened.dataset)
    job = with_prints(replace(job, mapping=found.mapping), found.headers, opened.dataset)
    added = bring_up_to_date(opened.sheet, job)
    lay_out(opened.sheet, job, opened.dataset, found)
    if shown is not None:
        activate(shown)
    return [*renamed, *changes, *added]


def check_data(press: Press) -> None:
    """Check every row offline, write results beside the mapping's rows, and list all findings."""
    opened = open_mapping(press)
    opened = with_hidden_answer(press, opened)
    check = checked(press, opened)
    fixes = check.fixes
    if fixes.suggestions and not opened.problems and press.dialogs.ask_yes_no(fixes.question):
        accept_fixes(opened, fixes)
        opened = open_mapping(press)
        check = checked(press, opened)
    write_check(opened, check)
    results = result_sheet(press.book, check.report)
    results.write(check.report, check.links, opened.sheet.sheet.name)
    press.return_to_front()
    _renew_marks(press, check)


def _renew_marks(press: Press, check: SheetCheck) -> None:
    """Remove the marks of an earlier check, say what was found, and offer to mark the cells."""
    sheet = press.book.sheets[check.links.sheet] if check.links.sheet else None
    if sheet is not None:
        take_off_marks(sheet)
    cells = cells_to_mark(check.report["rejected"], check.links)
    if sheet is None or not cells:
        press.dialogs.tell(check.sentence)
    elif press.dialogs.ask_yes_no(
        f"{check.sentence}\n\nMark the cells on {sheet.name}? "
        "The next Check data takes the marks off again."
    ):
        put_marks(sheet, cells)


def with_hidden_answer(press: Press, opened: Opened) -> Opened:
    """Ask about hidden rows if there are any and no answer is known; store the answer."""
    spec = asked_about_hidden(press, opened.job.source)
    if spec == opened.job.source:
        return opened
    opened.sheet.put({SOURCE: words_of(spec)})
    return replace(opened, job=replace(opened.job, source=spec))


def write_check(opened: Opened, check: SheetCheck) -> None:
    """Fill the columns Check and Findings, the next step, and the time beside "Last checked"."""
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
    """Return the worst level of a column and its first finding in short."""
    groups = sorted(groups, key=lambda group: list(LEVELS).index(group.severity))
    first = groups[0]
    short = finding_words({"message": first.message, "column": first.column})
    row = first.examples[0].row if first.examples else None
    if row is not None and first.count == 1:
        short = f"Row {row:,}: {short}"
    more = len(groups) - 1
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


def require_sound(opened: Opened) -> None:
    """Raise UsageProblem if a row of the table is invalid."""
    if opened.problems:
        first = opened.problems[0]
        number = opened.read.numbers[first.row]
        raise UsageProblem(
            f"Row {number} of {opened.sheet.sheet.name}: {first.sentence}",
            "Fix it there, or press Match again.",
        )
