"""Allowed values listed in a range of a workbook, read at each check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.model.job import SourceSpec
from sodasheet.model.quality_settings import QualityRule
from sodasheet.sources.grid.cell_range import Area, parse_range, split_book
from sodasheet.sources.grid.cell_text import cell_text

if TYPE_CHECKING:
    from sodasheet.sources.workbook.inspect_workbook import ClosedWorkbook

#: Nobody maintains a longer list by hand.
MOST = 100_000

#: Cells of a range, row by row; None if the sheet, the name or the column does not exist.
ReadCells = Callable[[str], Sequence[Sequence[object]] | None]


@dataclass(frozen=True, slots=True)
class ListReader:
    """Reader of the ranges of a workbook; `book` is the workbook's name for messages."""

    book: str
    read: ReadCells

    def values(self, rule: QualityRule) -> tuple[str, ...]:
        """Return the distinct values in the range of a rule.

        Raises UsageProblem if the range is gone, contains no value or far too many.
        """
        cells = split_book(rule.listed)[1]
        rows = self.read(cells)
        if rows is None:
            raise _unread(rule, f"{self.book} has no range {cells}")
        texts = (cell_text(value).strip() for row in rows for value in row if value is not None)
        values = tuple(dict.fromkeys(text for text in texts if text))
        if not values:
            raise _unread(rule, f"the range {cells} of {self.book} is empty")
        if len(values) > MOST:
            raise _unread(rule, f"the range {cells} of {self.book} has more than {MOST:,} values")
        return values


def with_allowed_values(
    rules: Iterable[QualityRule], source: SourceSpec, base: Path
) -> tuple[QualityRule, ...]:
    """Return the rules with the values of their ranges, read from closed workbooks.

    A range without a workbook is in the job's own source. Rules that already have their values are
    kept. Raises UsageProblem for a range that is gone or empty, SourceError for a
    workbook that cannot be read.
    """
    opened = cache(_closed)
    return tuple(
        replace(rule, values=opened(_path(rule, source, base)).values(rule))
        if rule.listed and not rule.values
        else rule
        for rule in rules
    )


def _path(rule: QualityRule, source: SourceSpec, base: Path) -> Path:
    book = split_book(rule.listed)[0]
    if book.startswith(("\\\\", "//")) or "://" in book:
        # Opening a network share sends the user's Windows credentials to that computer.
        raise UsageProblem(
            f'The allowed values of the rule "{rule.words}" are on another computer.',
            "Copy that workbook into the folder of the job, and refer to the copy.",
        )
    if book:
        return base / book
    if source.kind != "workbook":
        raise UsageProblem(
            f'The allowed values of the rule "{rule.words}" cannot be read: the source is not a '
            "workbook.",
            f"Put the workbook's name before the range, as in [lists.xlsx]{rule.listed}.",
        )
    return base / source.path


def _closed(path: Path) -> ListReader:
    """Return the reader of a closed workbook; its sheets are read when a range needs them."""
    from sodasheet.sources.workbook.inspect_workbook import closed_workbook
    from sodasheet.sources.workbook.source import workbook_errors

    with closed_workbook(path) as book:
        sheets = cache(book.cells)

    def read(reference: str) -> list[list[object]] | None:
        with workbook_errors(path):
            return _cells(book, sheets, reference)

    return ListReader(path.name, read)


def _cells(
    book: ClosedWorkbook, sheets: Callable[[str], list[list[object]]], reference: str
) -> list[list[object]] | None:
    if "!" not in reference:
        if (found := _table(book, sheets, reference)) is not None:
            return found
        reference = book.named_cells(reference)
        if "!" not in reference:
            return None
    try:
        wanted, area = parse_range(reference)
    except UsageProblem:
        return None
    sheet = next((one for one in book.sheets if one.casefold() == wanted.casefold()), None)
    if sheet is None:
        return None
    if ":" not in reference.rpartition("!")[2]:
        area = replace(area, bottom=area.top, right=area.left)
    return within(sheets(sheet), area)


def _table(
    book: ClosedWorkbook, sheets: Callable[[str], list[list[object]]], reference: str
) -> list[list[object]] | None:
    """Return the cells of a table column, `Types[Type]`; without a name, the first column."""
    name, _, column = reference.removesuffix("]").partition("[")
    table = next((one for one in book.tables if one.name.casefold() == name.casefold()), None)
    if table is None:
        return None
    body, rows = table.body, sheets(table.sheet)
    heads = within(rows, replace(body, top=body.top - 1, bottom=body.top - 1))
    names = [cell_text(head).strip().casefold() for head in (heads[0] if heads else [])]
    if column and column.strip().casefold() not in names:
        return None
    left = body.left + (names.index(column.strip().casefold()) if column else 0)
    return within(rows, replace(body, left=left, right=left))


def within(rows: Sequence[Sequence[object]], area: Area) -> list[list[object]]:
    """Return the part of a sheet's rows (starting at A1) that is in the area."""
    return [list(row[area.left - 1 : area.right]) for row in rows[area.top - 1 : area.bottom]]


def _unread(rule: QualityRule, why: str) -> UsageProblem:
    return UsageProblem(
        f'The allowed values of the rule "{rule.words}" cannot be read: {why}.',
        "Correct the range in the rule, or fill in the list.",
    )
