"""The ribbon's group Columns: the mapping sheet, matching again, and the check."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sodasheet.errors import UsageProblem
from sodasheet.excel.actions.check import Check, checked
from sodasheet.excel.actions.matching import lay_out, match, with_prints
from sodasheet.excel.actions.renamed_fields import healed
from sodasheet.excel.groups.dataset import asked_about_hidden, choose_dataset
from sodasheet.excel.press import quiet
from sodasheet.excel.sheets.cell_marks import cells_to_mark, put_marks, take_off_marks
from sodasheet.excel.sheets.mapping import mapping_sheets
from sodasheet.excel.sheets.mapping_upgrade import add_newer_cells
from sodasheet.excel.sheets.open_mapping import Opened, find_mapping, open_mapping
from sodasheet.excel.sheets.results import result_sheet
from sodasheet.jobs.sheet.header_block import CHECKED, SOURCE
from sodasheet.jobs.sheet.source_cell import words_of
from sodasheet.matching import drift

#: Findings of one column that are told in its row.
_SHOWN = 3

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.press import Press
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
    """Match what nobody has chosen by hand, and say what changed shape meanwhile."""
    told = "Matched again. Your own choices were left as they are."
    press.dialogs.tell("\n".join([told, *_matched_again(press, press.sheet)]))


def _matched_again(press: Press, shown: xlwings.Sheet) -> list[str]:
    """Match again and show a sheet; a sentence for every change since the mapping was made."""
    opened = open_mapping(press)
    job, renamed = healed(opened.job, opened.dataset)
    found = match(press, job.source, opened.dataset, job.method, job.mapping)
    changes = drift(job.fingerprint, found.headers, opened.dataset)
    job = with_prints(replace(job, mapping=found.mapping), found.headers, opened.dataset)
    added = add_newer_cells(opened.sheet, job)
    lay_out(opened.sheet, job, opened.dataset, found.samples)
    shown.activate()
    return [*renamed, *changes, *added]


def check_data(press: Press) -> None:
    """Check every row offline, say in each row of the mapping what was found, and list it all."""
    opened = open_mapping(press)
    opened = with_hidden_answer(press, opened)
    check = checked(press, opened)
    write_check(opened, check)
    results = result_sheet(press.book, check.report)
    results.write(check.report, check.jumps)
    press.sheet.activate()
    _renew_marks(press, check)


def _renew_marks(press: Press, check: Check) -> None:
    """Take marks of an earlier check off, say what was found, and offer to mark it."""
    sheet = press.book.sheets[check.jumps.sheet] if check.jumps.sheet else None
    if sheet is not None:
        take_off_marks(sheet)
    cells = cells_to_mark(check.report["rejected"], check.jumps)
    if sheet is None or not cells:
        press.dialogs.tell(check.sentence)
    elif press.dialogs.ask_yes_no(
        f"{check.sentence}\n\nMark the cells on {sheet.name}? "
        "The next Check data takes the marks off again."
    ):
        put_marks(sheet, cells)


def with_hidden_answer(press: Press, opened: Opened) -> Opened:
    """Ask about hidden rows where there are some and nobody said; the answer is written down."""
    spec = asked_about_hidden(press, opened.job.source)
    if spec == opened.job.source:
        return opened
    opened.sheet.put({SOURCE: words_of(spec)})
    return replace(opened, job=replace(opened.job, source=spec))


def write_check(opened: Opened, check: Check) -> None:
    """Fill the column Check, and the time beside "Last checked"."""
    read = opened.read
    words = check_words(opened, check.findings)
    lines = {number: {"Check": words[at]} for at, number in enumerate(read.numbers)}
    matches = _matches(opened)
    for at, number in enumerate(read.numbers):
        lines[number]["Match"] = matches.get(at, read.rows[at].match)
    with quiet(opened.sheet.sheet.book.app):
        opened.sheet.put_rows(lines, [])
        opened.sheet.put({CHECKED: datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")})


def check_words(opened: Opened, findings: tuple[FindingGroup, ...]) -> list[str]:
    """What stands under Check in each row of the table."""
    by_column: dict[str, list[str]] = defaultdict(list)
    for group in findings:
        lead = "Note: " if group.severity == "note" else ""
        for header in _headers_of(group):
            by_column[header].append(lead + _short(group.message, group.column or ""))
    problems: dict[int, list[str]] = defaultdict(list)
    for problem in opened.problems:
        problems[problem.row].append(problem.sentence)
    words = []
    for at, row in enumerate(opened.read.rows):
        ignored = row.dataset_column.casefold() in ("", "(ignore)")
        found = problems[at] + by_column.get(row.sheet_column.removeprefix("\\"), [])
        words.append(_together(found) if found else "" if ignored else "OK")
    return words


def _short(message: str, column: str) -> str:
    """The message without the column's name, which stands in the same row."""
    short = message.replace(f", column {column}:", ":").replace(f" in column {column}", "")
    short = short.replace(f" of column {column}", "")
    return short[:1].upper() + short[1:]


def _together(found: list[str]) -> str:
    more = len(found) - _SHOWN
    return " ".join(found[:_SHOWN]) + (f" And {more} more: see the results." if more > 0 else "")


def _headers_of(group: FindingGroup) -> list[str]:
    """The source columns that a group is about; a point is about two."""
    if group.column is None:
        return []
    return [group.column, *group.column.split(" + ")] if " + " in group.column else [group.column]


def _matches(opened: Opened) -> dict[int, str]:
    """What stands under Match now: `confirmed` where a person gave a column another target."""
    rules = {(rule.source, rule.field): rule.match for rule in opened.job.mapping.columns}
    found: dict[int, Any] = {}
    for at, row in enumerate(opened.read.rows):
        field = opened.labels.field(row.dataset_column)
        match_ = rules.get((row.sheet_column.removeprefix("\\"), field))
        if match_ is not None and row.match != match_:
            found[at] = match_
    return found


def require_sound(opened: Opened) -> None:
    """Raise UsageProblem where a row of the table cannot be meant as it stands."""
    if opened.problems:
        first = opened.problems[0]
        number = opened.read.numbers[first.row]
        raise UsageProblem(
            f"Row {number} of {opened.sheet.sheet.name}: {first.sentence}",
            "Mend it there, or press Match again.",
        )
